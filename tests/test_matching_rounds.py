"""Rounds: stable, within quotas, best for needs; and a certificate that trusts nobody."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings

from matchmaker.matching import loops
from matchmaker.matching.certificate import certificate
from matchmaker.matching.rounds import Market, Matching, deferred_acceptance, left_over

from .markets import Plain, make_market, markets, named, random_market, shuffled


@settings(max_examples=300, deadline=None)
@given(markets())
def test_a_round_is_stable_and_keeps_all_quotas(market):
    matching = deferred_acceptance(market)
    assert Plain(market).is_stable(named(market, matching.chosen))
    found = certificate(market, matching)
    assert found.blocking_pairs == 0 and found.over_capacity == 0


def test_an_independent_checker_agrees_on_thousands_of_random_markets():
    rng = np.random.default_rng(20200908)
    for _ in range(3000):
        market = random_market(rng)
        matching = deferred_acceptance(market)
        assert (np.diff(matching.chosen) > 0).all()
        assert Plain(market).is_stable(named(market, matching.chosen)), market


def test_the_certificate_counts_what_an_independent_checker_counts_in_any_matching():
    rng = np.random.default_rng(7)
    seen = 0
    for _ in range(2000):
        market = random_market(rng)
        matching = Matching(np.flatnonzero(rng.random(len(market.need)) < 0.4))
        plain, pairs = Plain(market), named(market, matching.chosen)
        found = certificate(market, matching)
        assert found.blocking_pairs == len(plain.blocking(pairs))
        assert (found.over_capacity == 0) == plain.keeps_quotas(pairs)
        seen += found.blocking_pairs > 0
    assert seen > 500


def test_no_stable_matching_is_better_for_any_need():
    rng = np.random.default_rng(3)
    several = 0
    for _ in range(60):
        market = make_market(
            [(i, j, 0.5) for i in range(3) for j in range(3)],
            needs=3,
            offers=3,
            # The score is the same on both sides: only tiers can set them at odds.
            need_tier=rng.integers(0, 5, 9),
            offer_tier=rng.integers(0, 5, 9),
            need_quota=rng.integers(1, 3, 3),
            offer_quota=rng.integers(1, 3, 3),
        )
        plain = Plain(market)
        ours = named(market, deferred_acceptance(market).chosen)
        stable = [
            set(pairs)
            for size in range(len(plain.pairs) + 1)
            for pairs in combinations(plain.pairs, size)
            if plain.is_stable(set(pairs))
        ]
        assert ours in stable
        several += len(stable) > 1
        for other in stable:
            for need in market.need_ids:
                mine = plain.partners(ours, need)
                both = plain.partners(ours | other, need)
                assert both[: len(mine)] == mine  # out of both, a need would choose ours
                assert len(plain.partners(other, need)) == len(mine)
    assert several > 2


def test_the_order_in_which_rows_come_decides_nothing():
    rng = np.random.default_rng(11)
    for _ in range(300):
        market = random_market(rng)
        again = shuffled(market, rng)
        ours, theirs = deferred_acceptance(market), deferred_acceptance(again)
        assert named(market, ours.chosen) == named(again, theirs.chosen)


def test_the_compiled_loop_does_what_the_plain_one_does(monkeypatch):
    rng = np.random.default_rng(5)
    cases = [random_market(rng, most_needs=30, most_offers=10) for _ in range(50)]
    plain = [deferred_acceptance(market).chosen.tolist() for market in cases]
    monkeypatch.setattr(loops, "WORTH_COMPILING", 0)
    assert [deferred_acceptance(market).chosen.tolist() for market in cases] == plain


def test_each_tie_is_broken_by_the_next_rule():
    def winner(**columns):
        market = make_market([(0, 0, 0.5), (1, 0, 0.5)], needs=2, offers=1, **columns)
        return [need for need, _ in named(market, deferred_acceptance(market).chosen)]

    assert winner() == ["n0"]  # by id
    assert winner(days_waited=[3, 9]) == ["n1"]  # who waited longer
    assert winner(days_waited=[3, 9], offer_tier=[0, 1]) == ["n0"]  # a favourite before all
    market = make_market([(0, 0, 0.5), (0, 1, 0.9)], needs=1, offers=2, need_tier=[0, 1])
    assert named(market, deferred_acceptance(market).chosen) == {("n0", "o0")}


def test_nobody_gets_what_it_does_not_want_or_has_no_place_for():
    pairs = [(i, j, 0.5) for i in range(4) for j in range(2)]
    market = make_market(pairs, needs=4, offers=2, need_quota=[0, -1, 1, -1], offer_quota=[-1, 2])
    chosen = named(market, deferred_acceptance(market).chosen)
    assert chosen == {("n1", "o0"), ("n1", "o1"), ("n2", "o0"), ("n3", "o0"), ("n3", "o1")}


def test_an_empty_market_has_an_empty_round():
    for needs, offers in ((0, 0), (3, 0), (0, 2), (3, 2)):
        market = make_market([], needs=needs, offers=offers)
        matching = deferred_acceptance(market)
        assert matching.chosen.tolist() == []
        found = certificate(market, matching, text_lengths=np.zeros(needs, dtype=int))
        assert (found.blocking_pairs, found.places_used, found.places_offered) == (0, 0, offers)
        assert found.without == dict.fromkeys(range(needs), "no_acceptable")


def test_the_certificate_says_who_stays_without_and_by_which_rule():
    market = make_market(
        [(0, 0, 0.9), (1, 0, 0.5), (3, 1, 0.5)],
        needs=4,
        offers=3,
        need_quota=[1, 1, 1, 0],
        offer_quota=[1, -1, 4],
    )
    found = certificate(market, deferred_acceptance(market))
    assert found.without == {1: "full", 2: "no_acceptable"}  # the fourth wants nothing now
    assert (found.places_used, found.places_offered) == (1, 5)
    assert found.positions_by_length == ()


def test_the_certificate_shows_whether_short_needs_crowd_out_detailed_ones():
    market = make_market([(0, 0, 0.9), (1, 0, 0.5), (2, 0, 0.7)], needs=4, offers=1)
    matching = deferred_acceptance(market)
    lengths = np.array([20, 500, 199, 300])
    short, medium, detailed = certificate(
        market, matching, text_lengths=lengths
    ).positions_by_length
    assert (short.name, short.needs, short.served, short.mean_position) == ("short", 1, 1, 0)
    assert (medium.needs, medium.served, medium.mean_position) == (1, 0, 0.5)
    assert (detailed.needs, detailed.served, detailed.mean_position) == (1, 0, 1)


def test_a_mop_up_round_serves_only_those_left_with_what_is_left():
    rng = np.random.default_rng(23)
    for _ in range(300):
        wider = random_market(rng)
        keep = np.flatnonzero(wider.score > 0.5)
        columns = ("need", "offer", "score", "need_tier", "offer_tier")
        narrow = {name: getattr(wider, name)[keep] for name in columns}
        market = Market(
            wider.need_ids,
            wider.offer_ids,
            **narrow,
            days_waited=wider.days_waited,
            need_quota=wider.need_quota,
            offer_quota=wider.offer_quota,
        )
        first = deferred_acceptance(market)
        served = {need for need, _ in named(market, first.chosen)}
        second = left_over(market, first, wider)
        more = deferred_acceptance(second)
        pairs = named(wider, more.chosen)
        assert not served & {need for need, _ in pairs}
        assert Plain(second).is_stable(pairs)
        assert Plain(wider).keeps_quotas(named(market, first.chosen) | pairs)
        assert certificate(second, more).blocking_pairs == 0
        # Nothing is left to a second round on the same terms.
        assert deferred_acceptance(left_over(market, first, market)).chosen.tolist() == []
    with pytest.raises(ValueError, match="same needs"):
        left_over(market, first, make_market([], needs=9, offers=9))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"need": np.array([0, 2])}, "not there"),
        ({"offer": np.array([0, -1])}, "not there"),
        ({"score": np.array([0.5, np.nan])}, "finite"),
        ({"score": np.array([0.5])}, "score must have 2"),
        ({"need": np.array([0, 0])}, "once"),
        ({"need_quota": np.array([1, -2])}, "quota"),
        ({"need_ids": ["a", "a"]}, "distinct"),
    ],
)
def test_a_market_that_is_not_one_is_refused(changes, message):
    facts = {
        "need_ids": ["a", "b"],
        "offer_ids": ["x"],
        "need": np.array([0, 1]),
        "offer": np.array([0, 0]),
        "score": np.array([0.5, 0.7]),
        "need_tier": np.ones(2, dtype=np.uint8),
        "offer_tier": np.ones(2, dtype=np.uint8),
        "days_waited": np.zeros(2, dtype=np.int32),
        "need_quota": np.ones(2, dtype=np.int32),
        "offer_quota": np.ones(1, dtype=np.int32),
    }
    with pytest.raises(ValueError, match=message):
        Market(**facts | changes)
