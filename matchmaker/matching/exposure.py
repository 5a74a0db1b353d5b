"""Lists of needs for each offer, in which as many firms as can be appear at least once.

Plain lists of the best few leave most firms unseen where some are liked by everybody. The floor
shows each firm once as far as places on the lists suffice. How far that is, is the maximum flow
from the firms through their acceptable pairs into the places (Ford and Fulkerson, 1956).
"""

from dataclasses import dataclass

import numpy as np

from .evaluation import gini
from .floor import Graph, raise_floor, worth
from .rounds import grouped, ranks


@dataclass(frozen=True, slots=True)
class Lists:
    """What each offer is shown, and what that means for the firms.

    Attributes
    ----------
    pairs : ndarray of int64, shape (q,)
        Positions into the market's pairs, offer by offer, each offer's best first.
    starts : ndarray of int64, shape (m + 1,)
        Where each offer's list begins in `pairs`.
    by_floor : ndarray of bool, shape (q,)
        The entries that the plain list of the best would not hold.
    eligible, exposed, naive_exposed, bound : int
        Firms with an acceptable pair; on these lists; on the plain ones; and on any lists at
        most, proved by a cut. With the floor, exposed equals bound.
    gini, naive_gini : float
        Of the eligible firms' appearances on these and on the plain lists.
    mean_score_loss : float
        The share of the plain lists' mean score that these give up, in [0, 1].
    left_out : ndarray of int64
        Positions of the needs of eligible firms that are on no list: the shortage.
    """

    pairs: np.ndarray
    starts: np.ndarray
    by_floor: np.ndarray
    eligible: int
    exposed: int
    naive_exposed: int
    bound: int
    gini: float
    naive_gini: float
    mean_score_loss: float
    left_out: np.ndarray


def build_lists(market, k, *, floor=True, group=None):
    """Return the best k needs for each offer, with or without the exposure floor.

    The two settings are the two modes of the desk: without the floor the mean score is highest,
    with it the most firms are seen; neither touches the matching.

    Parameters
    ----------
    market : Market
        Its quotas do not matter here.
    k : int or ndarray of int, shape (m,)
        The places on each offer's list.
    floor : bool
    group : ndarray of int, shape (n,), optional
        The firm behind each need, which counts once; each need by itself if not given.

    Returns
    -------
    Lists
        Ordered as the offers order needs in a round.

    Raises
    ------
    ValueError
        If a k is negative or `group` has another length.

    Notes
    -----
    Starting from the plain lists, the firms on none are taken in turn, the longest waiting
    first (ties by id). Each enters by an exchange: it takes the place of a firm that is shown
    more than once, or of one that moves to another list, where it takes a place, and so on.
    Nobody who is on a list leaves all lists. Such augmenting paths reach the most firms, and
    the lists from which none leads on are the cut that proves it.

    Up to `floor.EXACT_PAIRS` pairs each exchange is the one that loses the least score, and a
    favourite gives way only where the floor cannot be kept otherwise. Of all lists that show
    these firms the result has the highest sum of scores (successive shortest paths: Edmonds and
    Karp, 1972); which firms, where not all can be, is decided by waiting and not by score. In
    larger markets the number shown is the same, the loss small but not the least.
    """
    n, m = len(market.need_ids), len(market.offer_ids)
    k = np.broadcast_to(np.asarray(k, dtype=np.int64), m)
    group = np.arange(n) if group is None else np.asarray(group)
    if (k < 0).any() or len(group) != n:
        raise ValueError("k must not be negative, and every need has one group")
    firm_of, firms = _firms(market, group)
    pairs, starts = _listed(market)
    firm = firm_of[market.need[pairs]]
    slots = np.zeros(m + 1, dtype=np.int64)
    k = k[np.argsort(ranks(market.offer_ids))]  # from here on offers stand in the order of ids
    np.cumsum(np.minimum(k, np.diff(starts)), out=slots[1:])
    naive = starts[np.repeat(np.arange(m), np.diff(slots))] + _counting(slots)
    shown = np.bincount(firm[naive], minlength=firms)
    eligible = np.bincount(firm, minlength=firms) > 0
    value = worth(market.score[pairs], market.offer_tier[pairs])
    graph = Graph.of(firm, value, starts=starts, slots=slots, entries=naive, firms=firms)
    closed = raise_floor(graph, _unseen(market, pairs, firm, shown))
    bound = _cut(closed, firm, starts, slots, firms)

    entries = graph.entries[:-1] if floor else naive
    entries = entries[np.lexsort((entries, _offer_of(slots)))]
    appear = np.bincount(firm[entries], minlength=firms)
    return Lists(
        *_by_position(market, pairs, slots, entries, is_new=~np.isin(entries, naive)),
        eligible=int(eligible.sum()),
        exposed=int((appear > 0).sum()),
        naive_exposed=int((shown > 0).sum()),
        bound=bound,
        gini=gini(appear[eligible]),
        naive_gini=gini(shown[eligible]),
        mean_score_loss=_loss(market.score[pairs[naive]], market.score[pairs[entries]]),
        left_out=np.flatnonzero(((appear == 0) & eligible)[firm_of]),
    )


def _firms(market, group):
    """Return each need's firm as a number by the smallest id of its needs, and their number."""
    labels, inverse = np.unique(group, return_inverse=True)
    first = np.full(len(labels), len(group), dtype=np.int64)
    np.minimum.at(first, inverse, ranks(market.need_ids))
    places = np.empty(len(labels), dtype=np.int64)
    places[np.argsort(first)] = np.arange(len(labels))
    return places[inverse], len(labels)


def _listed(market):
    """Return all pairs offer by offer, offers by id, each offer's best first, and the starts."""
    keys = market.offer_keys(np.arange(len(market.need)))
    return grouped(ranks(market.offer_ids)[market.offer], len(market.offer_ids), keys)


def _unseen(market, pairs, firm, shown):
    """Return the firms on no list that have a pair, the longest waiting first."""
    waited = np.full(len(shown), np.iinfo(np.int64).min)
    np.maximum.at(waited, firm, market.days_waited[market.need[pairs]].astype(np.int64))
    unseen = np.unique(firm[shown[firm] == 0])
    return unseen[np.argsort(-waited[unseen], kind="stable")].astype(np.int64)


def _cut(closed, firm, starts, slots, firms):
    """Return how many firms any lists can show at most.

    Whatever set of lists is closed: a firm shown is shown on one of these, which have so many
    places, or it has a pair with another.
    """
    elsewhere = np.repeat(~closed, np.diff(starts))
    others = (np.bincount(firm[elsewhere], minlength=firms) > 0).sum()
    return int(np.diff(slots)[closed].sum() + others)


def _by_position(market, pairs, slots, entries, is_new):
    """Return pairs, starts and by_floor in the order in which the market gives its offers."""
    order = np.argsort(market.offer[pairs[entries]], kind="stable")
    starts = np.zeros_like(slots)
    np.cumsum(np.diff(slots)[ranks(market.offer_ids)], out=starts[1:])
    return pairs[entries[order]], starts, is_new[order]


def _loss(before, after):
    if not len(before) or before.mean() <= 0:
        return 0.0
    return float(max(0.0, 1 - after.mean() / before.mean()))


def _offer_of(slots):
    return np.repeat(np.arange(len(slots) - 1), np.diff(slots))


def _counting(slots):
    """Return 0, 1, 2, … within each offer's places."""
    return np.arange(slots[-1]) - slots[_offer_of(slots)]
