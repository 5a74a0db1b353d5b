"""The certificate of a round: checked on the pairs themselves, whoever computed the matching."""

from dataclasses import dataclass

import numpy as np

from .rounds import UNLIMITED, grouped

NO_ACCEPTABLE = "no_acceptable"
FULL = "full"

# Characters of a need's title and text. A need of a line or two is soon answered in full, so its
# score is high whatever it is about; one that says what, how much and by when has 200 or more.
LENGTHS = {"short": 0, "medium": 60, "detailed": 200}


@dataclass(frozen=True, slots=True)
class Length:
    """How the needs whose texts are about as long fared: the vague should not crowd out others.

    Attributes
    ----------
    name : str
        One of `LENGTHS`, whose number is the fewest characters.
    needs, served : int
        With at least one acceptable pair, and of these with at least one that was chosen.
    mean_position : float
        Of all their acceptable pairs in the lists of the offers, 0 first, 1 last; NaN if none.
    """

    name: str
    needs: int
    served: int
    mean_position: float


@dataclass(frozen=True, slots=True)
class Certificate:
    """What is true of a matching.

    Attributes
    ----------
    blocking_pairs : int
        Acceptable pairs not chosen where both sides have a free place or rather want each
        other than one that they got; 0 is what stable means.
    over_capacity : int
        Needs and offers with more partners than their quota.
    without : dict of int to str
        The position of each need that may have partners and got none, with the rule:
        "no_acceptable" (no pair) or "full" (its offers took others that came before it).
    places_used, places_offered : int
        Of the offers with a limited number of places; those without one are in neither.
    positions_by_length : tuple of Length
        Empty if no lengths were given.
    """

    blocking_pairs: int
    over_capacity: int
    without: dict
    places_used: int
    places_offered: int
    positions_by_length: tuple


def certificate(market, matching, *, text_lengths=None):
    """Return what is true of a matching, by the definitions and not by how it came about.

    Parameters
    ----------
    market : Market
    matching : Matching
        Of any origin.
    text_lengths : ndarray of int, shape (n,), optional
        Characters of each need's text.

    Returns
    -------
    Certificate
    """
    chosen = matching.chosen
    of_need = np.bincount(market.need[chosen], minlength=len(market.need_ids))
    of_offer = np.bincount(market.offer[chosen], minlength=len(market.offer_ids))
    limited = market.offer_quota != UNLIMITED
    return Certificate(
        blocking_pairs=len(blocking_pairs(market, matching)),
        over_capacity=_breaches(of_need, market.need_quota)
        + _breaches(of_offer, market.offer_quota),
        without=_without(market, of_need),
        places_used=int(of_offer[limited].sum()),
        places_offered=int(market.offer_quota[limited].sum()),
        positions_by_length=()
        if text_lengths is None
        else tuple(_by_length(market, of_need, np.asarray(text_lengths))),
    )


def blocking_pairs(market, matching):
    """Return the positions, int64 and ascending, of the pairs that block a matching."""
    free = np.ones(len(market.need), dtype=bool)
    free[matching.chosen] = False
    wanted = np.flatnonzero(free)
    for groups, quota, keys in (
        (market.need, market.need_quota, market.need_keys),
        (market.offer, market.offer_quota, market.offer_keys),
    ):
        wanted = wanted[_welcome(wanted, matching.chosen, groups, quota, keys)]
    return wanted


def _welcome(pairs, chosen, groups, quota, keys):
    """Say of each pair whether one side has a free place or likes it more than its last."""
    taken = np.bincount(groups[chosen], minlength=len(quota))
    has_place = (quota == UNLIMITED) | (taken < quota)
    worst = np.zeros(len(quota), dtype=np.int64)  # each side's least liked partner, if it has any
    order, starts = grouped(groups[chosen], len(quota), keys(chosen))
    some = taken > 0
    worst[some] = chosen[order[starts[1:][some] - 1]]
    side = groups[pairs]
    better, equal = np.zeros(len(pairs), dtype=bool), some[side]
    for mine, last in zip(keys(pairs), keys(worst[side]), strict=True):
        better |= equal & (mine < last)
        equal &= mine == last
    return has_place[side] | (better & (quota[side] != 0))


def _breaches(taken, quota):
    return int(((quota != UNLIMITED) & (taken > quota)).sum())


def _without(market, of_need):
    has_pair = np.bincount(market.need, minlength=len(of_need)) > 0
    left = np.flatnonzero((of_need == 0) & (market.need_quota != 0))
    return {need: FULL if has_pair[need] else NO_ACCEPTABLE for need in left.tolist()}


def _by_length(market, of_need, lengths):
    """Yield a Length for each class, the shortest first."""
    pairs = np.arange(len(market.need))
    order, starts = grouped(market.offer, len(market.offer_ids), market.offer_keys(pairs))
    position = np.empty(len(pairs))
    size = np.diff(starts)[market.offer[order]]
    position[order] = (pairs - starts[market.offer[order]]) / np.maximum(size - 1, 1)
    kind = np.searchsorted(list(LENGTHS.values()), lengths, side="right") - 1
    has_pair = np.bincount(market.need, minlength=len(of_need)) > 0
    for place, name in enumerate(LENGTHS):
        mine = kind == place
        found = position[mine[market.need]]
        yield Length(
            name,
            needs=int((mine & has_pair).sum()),
            served=int((mine & (of_need > 0)).sum()),
            mean_position=float(found.mean()) if len(found) else float("nan"),
        )
