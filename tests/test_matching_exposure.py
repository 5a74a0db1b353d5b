"""Lists with an exposure floor: the most firms, at the least loss, by independent counts."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from matchmaker.matching import floor, loops
from matchmaker.matching.evaluation import gini
from matchmaker.matching.exposure import build_lists

from .markets import Plain, make_market, markets, named, random_market, shuffled


def reach(market, k, group):
    """Return how many firms lists can show at most, by plain augmentation in dictionaries."""
    offers_of = {}
    for need, offer in zip(market.need.tolist(), market.offer.tolist(), strict=True):
        offers_of.setdefault(group[need], set()).add(offer)
    holds = {}  # place on a list: firm

    def find(firm, tried):
        for place in [(o, s) for o in sorted(offers_of[firm]) for s in range(k[o])]:
            if place not in tried:
                tried.add(place)
                if place not in holds or find(holds[place], tried):
                    holds[place] = firm
                    return True
        return False

    return sum(find(firm, set()) for firm in sorted(offers_of))


def reach_by_trying_all(market, k):
    """Return the same for needs by themselves, by every way to give each one offer or none."""
    options = [
        [None, *market.offer[market.need == need].tolist()] for need in range(len(market.need_ids))
    ]
    best = 0
    for choice in product(*options):
        if all(choice.count(offer) <= k[offer] for offer in range(len(market.offer_ids))):
            best = max(best, sum(offer is not None for offer in choice))
    return best


def check(market, k, group):
    lists = build_lists(market, k, group=group)
    plain = build_lists(market, k, group=group, floor=False)
    expected = reach(market, k, group)
    assert lists.exposed == lists.bound == plain.bound == expected
    assert plain.exposed == lists.naive_exposed <= lists.exposed <= lists.eligible
    assert lists.naive_gini == plain.gini
    assert 0 <= lists.mean_score_loss <= 1 and plain.mean_score_loss == 0
    assert not plain.by_floor.any()

    judge = Plain(market)
    firms = {group[need] for need in market.need[plain.pairs]}
    assert firms <= {group[need] for need in market.need[lists.pairs]}  # nobody falls off all
    for offer, name in enumerate(market.offer_ids):
        everybody = judge.partners(judge.pairs, name)
        for made in (lists, plain):
            part = slice(made.starts[offer], made.starts[offer + 1])
            assert (market.offer[made.pairs[part]] == offer).all()
            shown = [market.need_ids[need] for need in market.need[made.pairs[part]]]
            assert shown == judge.partners(named(market, made.pairs[part]), name)
            assert len(shown) == min(k[offer], len(everybody))
            new = [need for need in shown if need not in everybody[: k[offer]]]
            assert [n for n, f in zip(shown, made.by_floor[part], strict=True) if f] == new
            assert made is lists or shown == everybody[: k[offer]]
    assert len(set(lists.pairs.tolist())) == len(lists.pairs)
    hidden = {group[need] for need in lists.left_out}
    assert len(hidden) == lists.eligible - lists.exposed
    return lists


@settings(max_examples=200, deadline=None)
@given(markets(), st.data())
def test_the_floor_shows_as_many_firms_as_any_lists_could(market, data):
    needs, offers = len(market.need_ids), len(market.offer_ids)
    k = data.draw(st.lists(st.integers(0, 3), min_size=offers, max_size=offers))
    firms = st.integers(0, max(needs - 1, 0))
    group = data.draw(st.lists(firms, min_size=needs, max_size=needs))
    check(market, np.array(k, dtype=int), np.array(group, dtype=int))


def test_the_phases_of_a_large_market_show_as_many(monkeypatch):
    rng = np.random.default_rng(31)
    by_floor = 0
    for _ in range(500):
        market = random_market(rng, most_needs=14, most_offers=6)
        needs, offers = len(market.need_ids), len(market.offer_ids)
        k, group = rng.integers(0, 4, offers), rng.integers(0, max(needs, 1), needs)
        with monkeypatch.context() as patch:
            patch.setattr(floor, "EXACT_PAIRS", -1)
            by_floor += check(market, k, group).by_floor.sum()
    assert by_floor > 50


def test_the_bound_is_that_of_trying_everything():
    rng = np.random.default_rng(17)
    short = 0
    for _ in range(300):
        market = random_market(rng, most_needs=6, most_offers=3)
        k = rng.integers(0, 3, len(market.offer_ids))
        lists = build_lists(market, k)
        assert lists.exposed == lists.bound == reach_by_trying_all(market, k)
        short += lists.exposed < lists.eligible
    assert short > 50  # the bound bit


def test_no_lists_that_show_the_same_firms_have_better_scores():
    rng = np.random.default_rng(29)
    moved = 0
    for _ in range(300):
        market = random_market(rng, most_needs=9, most_offers=4)
        needs, offers = len(market.need_ids), len(market.offer_ids)
        tiers = np.ones_like(market.offer_tier)
        market = make_market(
            np.column_stack([market.need, market.offer, rng.random(len(market.need))]),
            needs=needs,
            offers=offers,
            offer_tier=tiers,
        )
        if not len(market.need):
            continue
        k = rng.integers(0, 4, offers)
        group = rng.integers(0, needs, needs)
        lists = check(market, k, group)
        moved += lists.by_floor.any()
        full = np.diff(lists.starts)
        above = [(market.offer == offer) * 1.0 for offer in range(offers)]
        seen = np.unique(group[market.need[lists.pairs]])
        above += [(group[market.need] == firm) * -1.0 for firm in seen]
        best = linprog(
            -(market.score + 10),  # a place left empty would cost more than any exchange
            A_ub=np.array(above),
            b_ub=[*full, *[-1] * len(seen)],
            bounds=(0, 1),
        )
        assert -best.fun == pytest.approx((market.score[lists.pairs] + 10).sum(), abs=1e-6)
    assert moved > 20


def test_who_waited_longest_is_shown_first_where_not_all_can_be():
    pairs = [(0, 0, 0.9), (0, 1, 0.9), (1, 0, 0.8), (2, 0, 0.1)]
    market = make_market(pairs, needs=3, offers=2, days_waited=[0, 5, 50])
    lists = build_lists(market, 1)
    assert named(market, lists.pairs) == {("n2", "o0"), ("n0", "o1")}
    assert lists.left_out.tolist() == [1]
    assert lists.by_floor.tolist() == [True, False]
    assert (lists.exposed, lists.bound, lists.naive_exposed, lists.eligible) == (2, 2, 1, 3)


def test_a_favourite_gives_way_only_where_the_floor_cannot_be_kept_otherwise():
    pairs = [(0, 0, 0.2), (0, 1, 0.9), (1, 0, 0.9), (1, 1, 0.8), (2, 0, 0.1), (2, 1, 0.1)]
    # Both lists hold 0 and 1; the newcomer costs 0.1 at the first, where 0 is a favourite.
    market = make_market(pairs, needs=3, offers=2, offer_tier=[0, 1, 1, 1, 1, 1])
    lists = build_lists(market, 2)
    assert ("n0", "o0") in named(market, lists.pairs)
    assert lists.exposed == 3


def test_two_needs_of_a_firm_count_once():
    pairs = [(0, 0, 0.9), (1, 1, 0.8), (2, 1, 0.7)]
    market = make_market(pairs, needs=3, offers=2)
    lists = build_lists(market, 1, group=np.array([7, 7, 3]))
    assert named(market, lists.pairs) == {("n0", "o0"), ("n2", "o1")}
    assert (lists.exposed, lists.eligible) == (2, 2)


def test_the_order_in_which_rows_come_decides_nothing():
    rng = np.random.default_rng(13)
    for _ in range(200):
        market = random_market(rng, most_needs=12)
        again = shuffled(market, rng)
        ours, theirs = build_lists(market, 2), build_lists(again, 2)
        assert named(market, ours.pairs) == named(again, theirs.pairs)


@pytest.mark.parametrize("exact", [floor.EXACT_PAIRS, -1])
def test_the_compiled_loops_do_what_the_plain_ones_do(monkeypatch, exact):
    rng = np.random.default_rng(19)
    cases = [random_market(rng, most_needs=30, most_offers=8) for _ in range(30)]
    monkeypatch.setattr(floor, "EXACT_PAIRS", exact)
    plain = [build_lists(market, 2).pairs.tolist() for market in cases]
    monkeypatch.setattr(loops, "WORTH_COMPILING", 0)
    assert [build_lists(market, 2).pairs.tolist() for market in cases] == plain


def test_lists_of_nothing_and_without_places_are_empty():
    for market, k in (
        (make_market([], needs=0, offers=0), 5),
        (make_market([], needs=2, offers=2), 5),
        (make_market([(0, 0, 0.5)], needs=1, offers=1), 0),
    ):
        lists = build_lists(market, k)
        assert lists.pairs.tolist() == [] and lists.exposed == lists.bound == 0
        assert lists.gini == lists.naive_gini == lists.mean_score_loss == 0
        assert len(lists.starts) == len(market.offer_ids) + 1
    with pytest.raises(ValueError, match="negative"):
        build_lists(make_market([], needs=1, offers=1), -1)
    with pytest.raises(ValueError, match="one group"):
        build_lists(make_market([], needs=1, offers=1), 1, group=np.zeros(2, dtype=int))


def test_gini_is_0_for_all_alike_and_grows_with_the_gap():
    assert gini(np.array([])) == gini(np.zeros(3)) == gini(np.full(4, 7)) == 0
    assert gini(np.array([0, 0, 0, 1])) == pytest.approx(0.75)
    assert gini(np.array([3, 1])) == pytest.approx(0.25)
    values = np.array([1, 4, 0, 9, 2])
    gaps = np.abs(values[:, None] - values[None, :]).mean() / (2 * values.mean())
    assert gini(values) == pytest.approx(gaps)
