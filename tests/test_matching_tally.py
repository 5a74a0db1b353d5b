"""Kept term counts: a fit from them is the fit from the texts, to the last bit."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.matching.cards import NeedCard, OfferCard
from matchmaker.matching.ranker import TfidfRanker
from matchmaker.matching.tally import key, packed, unpacked

from .test_matching_updates import BASE, GLOSSARY, NEED, WORDS

SAID = st.lists(st.sampled_from([*WORDS, "🙂", "R&D", "«»", "ß", "אב"]), max_size=8).map(" ".join)
OFFERS = st.lists(
    st.builds(
        OfferCard,
        id=st.uuids().map(str),
        title=SAID,
        body=st.one_of(SAID, st.text(max_size=40)),
        extra=SAID,
        category=st.sampled_from([None, "finance", "digital"]),
        eligibility=SAID,
    ),
    max_size=6,
    unique_by=lambda offer: offer.id,
)


def arrays(ranker):
    part, weighting = ranker.segments_.parts[0], ranker.vectors_.weighting
    vocabulary = ranker.vectors_.vocabulary
    return [
        *(getattr(part, name) for name in part.ARRAYS),
        *(weighting.idf_, weighting.scales_, weighting.mean_lengths_, weighting.channels_),
        *(vocabulary.letters, vocabulary.ends, vocabulary.hashes, vocabulary.homes),
    ]


@given(OFFERS, st.lists(SAID, min_size=1, max_size=3))
@settings(max_examples=60, deadline=None)
def test_a_fit_from_kept_counts_is_the_fit_from_texts(offers, bodies):
    ranker = TfidfRanker(GLOSSARY)
    kept = [packed(counts) for counts in ranker.count_offers(offers)]
    ranker.fit(offers)
    again = TfidfRanker(GLOSSARY).fit(offers, map(unpacked, kept))
    for mine, its in zip(arrays(ranker), arrays(again), strict=True):
        assert mine.dtype == its.dtype and np.array_equal(mine, its)
    needs = [NeedCard(str(i), body=body, category="finance") for i, body in enumerate(bodies)]
    counts = [unpacked(packed(each)) for each in ranker.count_needs(needs)]
    for mine, its in zip(ranker.weigh(needs), again.weigh(needs, counts), strict=True):
        assert np.array_equal(mine, its)
    assert ranker.rank(needs) == again.rank(needs)


def test_counts_that_are_damaged_are_refused():
    [counts] = TfidfRanker(GLOSSARY).count_needs([NEED])
    data = packed(counts)
    assert unpacked(data) == counts != {} and unpacked(packed({})) == {}
    for broken in (b"", data[:-1], data[:9] + b"\0" + data[10:]):
        with pytest.raises(ValueError, match=r"."):
            unpacked(broken)


def test_the_key_changes_with_what_a_card_says_and_with_nothing_else():
    ranker = TfidfRanker(GLOSSARY)
    version, offer = ranker.counting_version, BASE[1]
    assert key(version, offer) == key(version, replace(offer, id="z", regions=frozenset()))
    assert key(version, offer) != key(version, replace(offer, extra="export"))
    assert key(version, NeedCard("b", title="수출")) != key(version, OfferCard("b", title="수출"))
    assert TfidfRanker(GLOSSARY, k1=2, idf_power=1).counting_version == version
    assert TfidfRanker(GLOSSARY, title=3).counting_version != version
    assert TfidfRanker().counting_version != version
