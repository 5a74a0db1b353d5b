"""Rounds: stable matching of many needs with many offers under quotas, and its certificate.

Needs propose, offers hold the best they have heard of and reject the rest: deferred acceptance
(Gale and Shapley, "College Admissions and the Stability of Marriage", 1962), in the form for
quotas (Roth, "The Evolution of the Labor Market for Medical Interns and Residents", 1984). Both
sides have quotas and responsive preferences, strict orders of single partners, for which the
procedure ends in a pairwise stable matching (Roth and Sotomayor, "Two-Sided Matching", 1990,
chapters 5 and 6): no need and offer exist that both want each other, each in a free place or in
the place of somebody whom it likes less.
"""

from dataclasses import dataclass, replace

import numpy as np

from .loops import fast, settle

UNLIMITED = -1


@dataclass(frozen=True, slots=True)
class Market:
    """Needs, offers and the pairs that may be: eligible, fitting, not met, wanted by no veto.

    Attributes
    ----------
    need_ids, offer_ids : list of str, lengths n and m
        Distinct; they decide ties, so that the order in which rows arrive decides nothing.
    need, offer : ndarray of int, shape (p,)
        Positions of each acceptable pair's need and offer; every pair at most once.
    score : ndarray of float64, shape (p,)
        Finite; both sides use the same.
    need_tier, offer_tier : ndarray of uint8, shape (p,)
        What the need (the offer) puts first: 0 a favourite, 1 any other.
    days_waited : ndarray of int, shape (n,)
    need_quota, offer_quota : ndarray of int, shapes (n,) and (m,)
        How many partners each may still take; 0 none, -1 any number.

    Raises
    ------
    ValueError
        If the shapes, positions or numbers are not as said, or an id or a pair comes twice.
    """

    need_ids: list
    offer_ids: list
    need: np.ndarray
    offer: np.ndarray
    score: np.ndarray
    need_tier: np.ndarray
    offer_tier: np.ndarray
    days_waited: np.ndarray
    need_quota: np.ndarray
    offer_quota: np.ndarray

    def __post_init__(self):
        n, m, p = len(self.need_ids), len(self.offer_ids), len(self.need)
        shapes = {
            "offer": p,
            "score": p,
            "need_tier": p,
            "offer_tier": p,
            "days_waited": n,
            "need_quota": n,
            "offer_quota": m,
        }
        for name, size in shapes.items():
            if len(getattr(self, name)) != size:
                raise ValueError(f"{name} must have {size} entries")
        for ids in (self.need_ids, self.offer_ids):
            if len(set(ids)) != len(ids):
                raise ValueError("ids must be distinct")
        for positions, size in ((self.need, n), (self.offer, m)):
            if p and not (positions.min() >= 0 and positions.max() < size):
                raise ValueError("a pair names a need or an offer that is not there")
        if not np.isfinite(self.score).all():
            raise ValueError("scores must be finite")
        if any((quota < UNLIMITED).any() for quota in (self.need_quota, self.offer_quota)):
            raise ValueError("a quota is a number of places, or -1 for any number")
        keys = np.sort(self.need.astype(np.int64) * m + self.offer)
        if (keys[1:] == keys[:-1]).any():
            raise ValueError("every pair may be given once")

    def need_keys(self, pairs):
        """Return what the needs order pairs by, the weightiest first, each ascending."""
        return self.need_tier[pairs], -self.score[pairs], ranks(self.offer_ids)[self.offer[pairs]]

    def offer_keys(self, pairs):
        """Return what the offers order pairs by, the weightiest first, each ascending."""
        need = self.need[pairs]
        waited = -self.days_waited[need].astype(np.int64)
        return self.offer_tier[pairs], -self.score[pairs], waited, ranks(self.need_ids)[need]


@dataclass(frozen=True, slots=True)
class Matching:
    """The pairs that a round chose, as ascending positions (int64) into the market's pairs."""

    chosen: np.ndarray


def deferred_acceptance(market):
    """Return the matching that is best for all needs among the stable ones.

    Parameters
    ----------
    market : Market

    Returns
    -------
    Matching
        The same for the same market in whatever order its rows are given.

    Notes
    -----
    Each need orders its offers by tier, score and offer id; each offer its needs by tier,
    score, days waited and need id. The orders are strict and the outcome of deferred acceptance
    does not depend on who proposes when (McVitie and Wilson, 1971). The time is that of sorting
    the pairs twice; the proposals themselves are linear in their number.
    """
    pairs = np.arange(len(market.need))
    by_need, need_starts = grouped(market.need, len(market.need_ids), market.need_keys(pairs))
    by_offer, offer_starts = grouped(market.offer, len(market.offer_ids), market.offer_keys(pairs))
    place = np.empty_like(by_offer)
    place[by_offer] = pairs
    held = fast(settle, len(pairs))(
        need_starts,
        market.offer[by_need].astype(np.int64),
        place[by_need],
        offer_starts,
        market.need[by_offer].astype(np.int64),
        _places(market.need_quota, need_starts),
        _places(market.offer_quota, offer_starts),
    )
    return Matching(np.sort(by_offer[held]))


def left_over(market, matching, wider):
    """Return the market of a mop-up round: who got nothing, and the places that are left.

    Parameters
    ----------
    market : Market
        The market of the first round.
    matching : Matching
        What it chose.
    wider : Market
        The same needs and offers with other acceptable pairs, such as those below the first
        round's threshold or outside what a company would rather see.

    Returns
    -------
    Market
        The wider one with the quotas that are left: needs that got something may take nothing
        more, the others what they could; for `deferred_acceptance` and a certificate of its own.

    Raises
    ------
    ValueError
        If the two markets do not have the same needs and offers in the same order.

    Notes
    -----
    On the first round's own pairs a second one finds nothing: a need and an offer that are both
    left with a free place would have blocked the first. Hence the wider list, as in the second
    round of the National Resident Matching Program, where what is left meets on new terms.
    """
    if wider.need_ids != market.need_ids or wider.offer_ids != market.offer_ids:
        raise ValueError("the wider market must have the same needs and offers")
    served = np.bincount(market.need[matching.chosen], minlength=len(market.need_ids)) > 0
    taken = np.bincount(market.offer[matching.chosen], minlength=len(market.offer_ids))
    unlimited = market.offer_quota == UNLIMITED
    return replace(
        wider,
        need_quota=np.where(served, 0, market.need_quota),
        offer_quota=np.where(unlimited, UNLIMITED, market.offer_quota - taken),
    )


def ranks(ids):
    """Return each id's place in the order of all, int64: what decides a tie."""
    places = np.empty(len(ids), dtype=np.int64)
    places[sorted(range(len(ids)), key=ids.__getitem__)] = np.arange(len(ids))
    return places


def grouped(groups, count, keys):
    """Return the pairs group by group, each group's in the order of the keys, and the starts."""
    order = np.lexsort((*reversed(keys), groups))
    starts = np.zeros(count + 1, dtype=np.int64)
    np.cumsum(np.bincount(groups, minlength=count), out=starts[1:])
    return order, starts


def _places(quota, starts):
    """Return how many partners each can take at most, as nobody has more than its pairs."""
    pairs = np.diff(starts)
    return np.where(quota == UNLIMITED, pairs, np.minimum(quota, pairs))
