import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.matching.cards import SIZES, NeedCard, OfferCard
from matchmaker.matching.eligibility import (
    Criterion,
    Rule,
    Status,
    criteria,
    ksic,
    mask,
    refusals,
    relation_criterion,
)


def need(**facts):
    return NeedCard("n", **facts)


def offer(**criteria_):
    return OfferCard("o", **{name: frozenset(wanted) for name, wanted in criteria_.items()})


def test_an_offer_without_criteria_is_for_every_small_and_medium_sized_firm():
    for size in SIZES:
        allowed = size in ("micro", "small", "medium")
        assert refusals(need(size=size), offer()) == ([] if allowed else [Rule.SIZE])


@pytest.mark.parametrize(
    ("size", "sizes", "allowed"),
    [
        (None, [], True),
        (None, ["micro"], True),
        (None, ["mid", "large"], False),
        ("mid", ["mid"], True),
        ("small", ["mid"], False),
        ("small", ["micro"], False),
    ],
)
def test_a_need_without_a_size_passes_as_a_small_or_medium_sized_firm(size, sizes, allowed):
    assert (refusals(need(size=size), offer(sizes=sizes)) == []) is allowed


@pytest.mark.parametrize(
    ("facts", "wanted", "status"),
    [
        ({"region": "41"}, {"regions": ["41", "11"]}, "met"),
        ({"region": "26"}, {"regions": ["41", "11"]}, "unmet"),
        ({}, {"regions": ["41"]}, "unknown"),
        ({"traits": frozenset({"women-led", "venture"})}, {"traits": ["venture", "market"]}, "met"),
        ({"traits": frozenset({"Venture "})}, {"traits": ["venture"]}, "met"),
        ({"traits": frozenset({"women-led"})}, {"traits": ["market"]}, "unmet"),
        ({}, {"traits": ["market"]}, "unknown"),
        ({"industry": "C25911"}, {"industries": ["C25"]}, "met"),
        ({"industry": "25911"}, {"industries": ["C25"]}, "met"),
        ({"industry": "C25911"}, {"industries": ["25"]}, "met"),
        ({"industry": "25911"}, {"industries": ["C"]}, "met"),
        ({"industry": "56111"}, {"industries": ["C"]}, "unmet"),
        ({"industry": "c10"}, {"industries": ["C10"]}, "met"),
        ({"industry": "C"}, {"industries": ["C25"]}, "unknown"),
        ({"industry": "C26"}, {"industries": ["C25"]}, "unmet"),
        ({"industry": "음식점"}, {"industries": ["음식점"]}, "met"),
        ({"industry": "Food  Service"}, {"industries": ["food service"]}, "met"),
        ({"industry": "음식점"}, {"industries": ["카페"]}, "unmet"),
        ({"industry": "음식점"}, {"industries": ["카페", "I56"]}, "unknown"),
        ({"industry": "56"}, {"industries": ["카페"]}, "unknown"),
        ({}, {"industries": ["I56"]}, "unknown"),
    ],
)
def test_each_criterion_is_met_unmet_or_unknown(facts, wanted, status):
    (name,) = wanted
    found = {c.name: c for c in criteria(need(**facts), offer(**wanted))}
    rule = {"regions": Rule.REGION, "industries": Rule.INDUSTRY, "traits": Rule.TRAITS}[name]
    assert found[rule] == Criterion(rule, Status(status), tuple(sorted(wanted[name])))
    assert (rule in refusals(need(**facts), offer(**wanted))) is (status != "met")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("C25", "C25"),
        ("25911", "C25911"),
        ("i56", "I56"),
        ("C", "C"),
        ("2", "2"),
        ("04", "04"),
        ("999999", None),
        ("V25", None),
        ("음식점", None),
        ("", None),
        (" ", None),
    ],
)
def test_industry_codes_are_told_from_plain_words(text, code):
    assert ksic(text) == code


@pytest.mark.parametrize(
    ("relation", "relations", "status"),
    [
        ("supplier", [], None),
        ("none", ["none"], "met"),
        ("affiliate", ["none", "supplier"], "unmet"),
        ("unknown", ["none"], "unknown"),
        (None, ["none"], "unknown"),
        ("unknown", ["unknown"], "met"),
    ],
)
def test_the_relation_is_a_criterion_of_its_own_and_masks_nothing(relation, relations, status):
    wanted = offer(relations=relations)
    found = relation_criterion(relation, wanted)
    assert (found.status if found else None) == status
    assert refusals(need(relation=relation), wanted) == []


FACTS = st.builds(
    NeedCard,
    id=st.just("n"),
    region=st.none() | st.sampled_from(["11", "41", "51"]),
    industry=st.none() | st.sampled_from(["", "C", "C25", "25911", "56", "카페", "음식점"]),
    size=st.none() | st.sampled_from(SIZES),
    traits=st.frozensets(st.sampled_from(["venture", "market", "women-led"])),
)
WISHES = st.builds(
    OfferCard,
    id=st.just("o"),
    regions=st.frozensets(st.sampled_from(["11", "41", "51"])),
    industries=st.frozensets(st.sampled_from(["C", "C25", "259", "56", "카페"])),
    sizes=st.frozensets(st.sampled_from(SIZES)),
    traits=st.frozensets(st.sampled_from(["venture", "market", "women-led"])),
)


@given(st.lists(FACTS, max_size=8), st.lists(WISHES, max_size=8))
@settings(max_examples=150, deadline=None)
def test_the_mask_allows_exactly_what_no_named_rule_refuses(needs, offers):
    allowed = mask(needs, offers)
    assert allowed.dtype == bool and allowed.shape == (len(needs), len(offers))
    named = [[not refusals(n, o) for o in offers] for n in needs]
    assert np.array_equal(allowed, np.array(named, dtype=bool).reshape(allowed.shape))
