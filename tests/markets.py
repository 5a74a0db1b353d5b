"""Small markets for the tests of rounds and lists, and a checker that shares nothing with them."""

import numpy as np
from hypothesis import strategies as st

from matchmaker.matching.rounds import Market


def make_market(pairs, *, needs, offers, need_ids=None, offer_ids=None, **columns):
    """Return a market of (need, offer, score) triples; the rest is plain unless it is given."""
    count = len(pairs)
    table = np.array(pairs, dtype=np.float64).reshape(count, 3)
    facts = {
        "need_tier": np.ones(count, dtype=np.uint8),
        "offer_tier": np.ones(count, dtype=np.uint8),
        "days_waited": np.zeros(needs, dtype=np.int32),
        "need_quota": np.ones(needs, dtype=np.int32),
        "offer_quota": np.ones(offers, dtype=np.int32),
    }
    for name, column in columns.items():
        facts[name] = np.asarray(column, dtype=facts[name].dtype)
    return Market(
        need_ids or [f"n{i}" for i in range(needs)],
        offer_ids or [f"o{i}" for i in range(offers)],
        need=table[:, 0].astype(np.int32),
        offer=table[:, 1].astype(np.int32),
        score=table[:, 2],
        **facts,
    )


def random_market(rng, *, most_needs=8, most_offers=6, most_quota=3):
    """Return a market with many ties; quotas are 0, unlimited and all between."""
    needs, offers = rng.integers(0, most_needs + 1), rng.integers(0, most_offers + 1)
    acceptable = np.argwhere(rng.random((needs, offers)) < rng.random())
    rng.shuffle(acceptable)
    count = len(acceptable)
    return make_market(
        np.column_stack([acceptable, rng.integers(0, 5, count) / 4]),
        needs=needs,
        offers=offers,
        need_ids=[f"n{i}" for i in rng.permutation(needs)],
        offer_ids=[f"o{i}" for i in rng.permutation(offers)],
        need_tier=rng.integers(0, 2, count),
        offer_tier=rng.integers(0, 2, count),
        days_waited=rng.integers(0, 3, needs),
        need_quota=rng.integers(-1, most_quota + 1, needs),
        offer_quota=rng.integers(-1, most_quota + 1, offers),
    )


@st.composite
def markets(draw):
    """Draw a market that shrinks to few needs and offers, equal scores and quotas of 0."""
    needs, offers = draw(st.integers(0, 6)), draw(st.integers(0, 5))
    every = [(i, j) for i in range(needs) for j in range(offers)]
    chosen = draw(st.lists(st.sampled_from(every), unique=True)) if every else []

    def column(values, size):
        return draw(st.lists(values, min_size=size, max_size=size))

    count = len(chosen)
    scores = column(st.sampled_from([0.5, 0.25, 0.75, 1.0]), count)
    return make_market(
        [(*pair, score) for pair, score in zip(chosen, scores, strict=True)],
        needs=needs,
        offers=offers,
        need_tier=column(st.integers(0, 1), count),
        offer_tier=column(st.integers(0, 1), count),
        days_waited=column(st.integers(0, 2), needs),
        need_quota=column(st.integers(-1, 3), needs),
        offer_quota=column(st.integers(-1, 3), offers),
    )


def shuffled(market, rng):
    """Return the same market with its needs, offers and pairs given in another order."""
    needs, offers = rng.permutation(len(market.need_ids)), rng.permutation(len(market.offer_ids))
    pairs = rng.permutation(len(market.need))
    return Market(
        [market.need_ids[i] for i in needs],
        [market.offer_ids[i] for i in offers],
        need=np.argsort(needs)[market.need[pairs]],
        offer=np.argsort(offers)[market.offer[pairs]],
        score=market.score[pairs],
        need_tier=market.need_tier[pairs],
        offer_tier=market.offer_tier[pairs],
        days_waited=market.days_waited[needs],
        need_quota=market.need_quota[needs],
        offer_quota=market.offer_quota[offers],
    )


class Plain:
    """A market in dictionaries by id, judged by the definition of stability word for word."""

    def __init__(self, market):
        self.pairs, self.likes = [], {}
        self.quota = dict(zip(market.need_ids, market.need_quota.tolist(), strict=True))
        self.quota |= dict(zip(market.offer_ids, market.offer_quota.tolist(), strict=True))
        for place in range(len(market.need)):
            need = market.need_ids[market.need[place]]
            offer = market.offer_ids[market.offer[place]]
            score, waited = market.score[place], market.days_waited[market.need[place]]
            self.pairs.append((need, offer))
            # The smaller, the dearer.
            self.likes[need, offer] = (market.need_tier[place], -score, offer)
            self.likes[offer, need] = (market.offer_tier[place], -score, -waited, need)

    def partners(self, pairs, one):
        """Return whom a need or an offer has among pairs, the dearest first."""
        others = [b if a == one else a for a, b in pairs if one in (a, b)]
        return sorted(others, key=lambda other: self.likes[one, other])

    def keeps_quotas(self, pairs):
        return all(
            limit == -1 or len(self.partners(pairs, one)) <= limit
            for one, limit in self.quota.items()
        )

    def wants(self, pairs, one, other):
        """Say whether one would take another, beside or instead of somebody it has."""
        if self.quota[one] == 0:
            return False
        mine = self.partners(pairs, one)
        if self.quota[one] == -1 or len(mine) < self.quota[one]:
            return True
        return any(self.likes[one, other] < self.likes[one, each] for each in mine)

    def blocking(self, pairs):
        """Return the acceptable pairs outside a set of pairs that both sides want."""
        return [
            (need, offer)
            for need, offer in self.pairs
            if (need, offer) not in pairs
            and self.wants(pairs, need, offer)
            and self.wants(pairs, offer, need)
        ]

    def is_stable(self, pairs):
        return self.keeps_quotas(pairs) and not self.blocking(pairs)


def named(market, positions):
    """Return pairs as a set of (need id, offer id)."""
    return {
        (market.need_ids[market.need[place]], market.offer_ids[market.offer[place]])
        for place in positions
    }
