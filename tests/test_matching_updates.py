from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.matching.cards import NeedCard, OfferCard
from matchmaker.matching.eligibility import mask
from matchmaker.matching.glossary import Glossary
from matchmaker.matching.ranker import TfidfRanker

GLOSSARY = Glossary({"craft": ["도자기", "pottery"], "sales": ["온라인 판매", "selling online"]})
WORDS = "도자기 온라인 판매 수출 자금 공장 자동화 pottery online selling export 센서 디자인".split()
BASE = [
    OfferCard("b", title="도자기 판매", body="온라인 판매를 돕는다"),
    OfferCard("d", title="수출 자금", body="export", regions=frozenset({"11"})),
    OfferCard("f", title="공장 자동화", body="센서와 공장"),
]
BODIES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=6).map(" ".join)
CHANGES = st.lists(
    st.tuples(st.sampled_from("abcdefgh"), BODIES, st.sampled_from(["", "11"]), st.booleans()),
    max_size=8,
)
NEED = NeedCard("n", body="온라인 판매 도자기 공장 수출 센서", region="11")


@pytest.fixture(scope="module")
def ranker():
    return TfidfRanker(GLOSSARY).fit(BASE)


def card(id_, body, region):
    return OfferCard(id_, body=body, regions=frozenset(filter(None, [region])))


def same(ranker, other, needs):
    """Check that two rankers agree on everything but the last bits."""
    for options in ({"top": 3}, {"top": None}, {"top": 4, "by_rules": True}):
        lists = [each.rank(needs, **options) for each in (ranker, other)]
        for mine, its in zip(*lists, strict=True):
            assert [m.score for m in mine] == pytest.approx([m.score for m in its], rel=1e-12)
            # Offers whose scores differ in the last bits may stand in either order.
            keys = [sorted((round(m.score, 10), m.id) for m in each[:-1]) for each in (mine, its)]
            if options["top"] is None:
                assert keys[0] == keys[1]


def restated(ranker, offers):
    """Return a ranker fitted on other offers with the vocabulary and statistics of this one."""
    vectors, weights = ranker.vectors_.extended(offers)
    other = TfidfRanker(GLOSSARY).fit(offers)
    other.vectors_, other.segments_ = vectors, type(other.segments_).of(offers, weights)
    other._explainer = type(other._explainer)(vectors, other.segments_)
    return other


@given(CHANGES, st.integers(1, 3), BODIES)
@settings(max_examples=60, deadline=None)
def test_updates_come_to_the_same_as_fitting_with_the_same_statistics(changes, size, body):
    ranker, offers = TfidfRanker(GLOSSARY).fit(BASE), {offer.id: offer for offer in BASE}
    for start in range(0, len(changes), size):
        part = {
            id_: (text, region, gone) for id_, text, region, gone in changes[start : start + size]
        }
        removed = [id_ for id_, (_, _, gone) in part.items() if gone and id_ in offers]
        added = [card(id_, text, r) for id_, (text, r, gone) in part.items() if not gone]
        ranker = ranker.update(added=added, removed=removed)
        for id_ in removed:
            del offers[id_]
        offers |= {offer.id: offer for offer in added}
    needs = [NEED, NeedCard("m", body=body, region="26")]
    fresh = restated(ranker, list(offers.values()))
    same(ranker, fresh, needs)
    same(ranker.merge(), fresh, needs)
    assert set(ranker.places_) == set(offers)
    for id_, place in ranker.places_.items():
        assert ranker.offers_[place] == offers[id_] and ranker.offer_ids_[place] == id_
        total = sum(item.share for item in ranker.explain(NEED, id_))
        assert total == pytest.approx(ranker.score([NEED])[0, place], abs=1e-12)
        assert ranker.rank_needs([NEED], id_) == fresh.rank_needs([NEED], id_) or total > 0
    assert np.array_equal(np.argsort(np.argsort(ranker.order_)), ranker.order_)
    by_id = [ranker.offer_ids_[place] for place in np.argsort(ranker.order_)]
    assert by_id == sorted(by_id)


@given(CHANGES, BODIES)
@settings(max_examples=60, deadline=None)
def test_only_what_offers_say_now_decides_not_what_they_said_in_between(changes, body):
    """So processes that began with one fit agree, whichever changes each has seen singly."""
    base, offers = TfidfRanker(GLOSSARY).fit(BASE), {offer.id: offer for offer in BASE}
    ranker = base
    for id_, text, region, gone in changes:
        if gone and id_ in offers:
            ranker = ranker.update(removed=[offers.pop(id_).id])
        elif not gone:
            offers[id_] = card(id_, text + " 훈제" * (id_ in "ab"), region)
            ranker = ranker.update(added=[offers[id_]])
    now = [each for each in offers.values() if each not in BASE]
    gone = [each.id for each in BASE if each.id not in offers]
    at_once = base.update(added=now, removed=gone)
    needs = [NEED, NeedCard("m", body=f"{body} 훈제 연어")]
    for mine, its in zip(ranker.rank(needs, top=None), at_once.rank(needs, top=None), strict=True):
        scores = {match.id: match.score for match in its}
        assert {match.id: match.score for match in mine} == pytest.approx(scores, rel=1e-12)
    mine, its = ranker.weigh(needs), at_once.weigh(needs)
    assert mine.attainable == pytest.approx(its.attainable, rel=1e-12)
    merged = ranker.merge().update(added=[OfferCard("zz", body="훈제")])
    assert merged.weigh(needs).attainable.tolist() == pytest.approx(
        ranker.update(added=[OfferCard("zz", body="훈제")]).weigh(needs).attainable, rel=1e-12
    )


def test_a_new_offer_is_found_and_explained_at_once(ranker):
    need = NeedCard("n", body="훈제 연어 판매")
    assert [m.id for m in ranker.rank([need])[0]] == ["b"]
    updated = ranker.update(added=[OfferCard("a", title="훈제 연어")])
    assert [m.id for m in updated.rank([need])[0]] == ["a", "b"]
    assert {"훈제", "연어"} <= {item.term for item in updated.explain(need, "a")}
    assert [m.id for m in ranker.rank([need])[0]] == ["b"], "the earlier ranker stays as it was"


def test_an_edited_offer_is_found_by_its_new_text_only(ranker):
    updated = ranker.update(added=[replace(BASE[2], title="꽃 배달", body="")])
    assert [m.id for m in updated.rank([NeedCard("n", body="꽃")])[0]] == ["f"]
    earlier = NeedCard("n", body="센서")
    assert updated.rank([earlier]) == [[]]
    again = updated.update(added=[BASE[2]])
    assert again.rank([earlier]) == ranker.rank([earlier]) != [[]]
    assert again.rank([NeedCard("n", body="꽃")]) == [[]]
    assert again.segments_.n_gone == 2 and again.merge().segments_.n_gone == 0


def test_a_removed_offer_is_gone_from_every_answer(ranker):
    updated = ranker.update(removed=["b"])
    place = updated.offer_ids_.index("b")
    assert updated.score([NEED])[0, place] == 0
    assert "b" not in {m.id for m in updated.rank([NEED], top=None)[0]}
    for call in (lambda: updated.explain(NEED, "b"), lambda: updated.rank_needs([NEED], "b")):
        with pytest.raises(KeyError):
            call()
    assert "b" not in updated.merge().offer_ids_


def test_updates_refuse_what_makes_no_sense(ranker):
    with pytest.raises(KeyError):
        ranker.update(removed=["nowhere"])
    with pytest.raises(ValueError, match="same id"):
        ranker.update(added=[BASE[0], BASE[0]])


def test_a_fresh_fit_differs_in_rarity_and_mean_length_only(ranker):
    """What is stale until the next fit: rarity (idf), mean lengths, and nothing else."""
    more = [OfferCard(str(i), body="도자기 유약") for i in range(5)]
    updated, fresh = ranker.update(added=more), TfidfRanker(GLOSSARY).fit([*BASE, *more])
    stale, new = updated.vectors_, fresh.vectors_
    word = "도자기"
    assert (
        stale.weighting.idf_[stale.vocabulary.positions([word])[0]]
        > (new.weighting.idf_[new.vocabulary.positions([word])[0]])
    )
    assert set(stale.weighting.mean_lengths_) != set(new.weighting.mean_lengths_)
    assert {stale.vocabulary[i] for i in range(len(stale.vocabulary))} == {
        new.vocabulary[i] for i in range(len(new.vocabulary))
    }
    assert updated.version == fresh.version


def test_an_empty_ranker_takes_offers():
    updated = TfidfRanker(GLOSSARY).fit([]).update(added=BASE)
    assert [m.id for m in updated.rank([NEED])[0]][:1] == ["b"]
    assert TfidfRanker(GLOSSARY).fit(BASE).update().rank([NEED]) == (
        TfidfRanker(GLOSSARY).fit(BASE).rank([NEED])
    )


def test_rules_and_pairs_that_met_are_kept_out_before_the_list_is_cut(ranker):
    updated = ranker.update(added=[OfferCard("a", body="수출 자금", regions=frozenset({"26"}))])
    need = NeedCard("n", body="수출 자금 공장 판매", region="11")
    every = [m.id for m in updated.rank([need])[0]]
    assert set(every) == {"a", "b", "d", "f"}
    by_rules = updated.rank([need], by_rules=True)
    assert by_rules == updated.rank([need], eligible=mask([need], updated.offers_))
    assert {m.id for m in by_rules[0]} == {"b", "d", "f"}
    assert len(updated.rank([need], by_rules=True, top=3)[0]) == 3
    best = every[0]
    for top in (2, None):
        out = updated.rank([need], without=[{best, "unknown"}], top=top)[0]
        assert best not in {m.id for m in out} and len(out) == (top or 3)
    open_ = np.array([id_ != best for id_ in updated.offer_ids_])
    assert best not in {m.id for m in updated.rank([need], eligible=open_)[0]}
