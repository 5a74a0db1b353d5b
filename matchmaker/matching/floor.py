"""The exposure floor: which firms change places on full lists, so that the most are seen."""

from typing import NamedTuple

import numpy as np

from .loops import bring_in, fast, levels, nearest_place
from .rounds import grouped

# Up to here each exchange is the best of all. In a larger market with few places to spare the
# search for it would go through most of the market, for each of thousands of firms.
EXACT_PAIRS = 250_000


class Graph(NamedTuple):
    """Firms, their acceptable pairs and the slots of the lists, all by number, int64.

    `firm`, `offer` and `value` (p,) belong to the pairs, which stand offer by offer; `by_firm`
    (p,) holds the pairs firm by firm, the worthiest first, from `firm_starts` (f + 1,) on.
    `slots` (m + 2,) says where each list begins in `entries` (q + 1,), the pairs on the lists;
    the last list is the door, where a firm on none stands while it is helped. `shown` (f,)
    counts each firm's slots. Only `entries` and `shown` change.
    """

    firm: np.ndarray
    offer: np.ndarray
    value: np.ndarray
    by_firm: np.ndarray
    firm_starts: np.ndarray
    slots: np.ndarray
    entries: np.ndarray
    shown: np.ndarray

    @classmethod
    def of(cls, firm, value, *, starts, slots, entries, firms):
        """Return the graph of lists as they stand, with an empty door."""
        by_firm, firm_starts = grouped(firm, firms, (-value,))
        return cls(
            firm=firm,
            offer=np.repeat(np.arange(len(starts) - 1), np.diff(starts)),
            value=value,
            by_firm=by_firm,
            firm_starts=firm_starts,
            slots=np.append(slots, slots[-1] + 1),
            entries=np.append(entries, 0),
            shown=np.bincount(firm[entries], minlength=firms),
        )


def worth(score, tier):
    """Return what a list must not lose, as whole numbers (int64): tiers first, then score."""
    if not len(score):
        return np.zeros(0, dtype=np.int64)
    low, high = score.min(), score.max()
    steps = np.rint((score - low) / max(high - low, np.finfo(float).tiny) * 2**30)
    return steps.astype(np.int64) + (tier.max() - tier).astype(np.int64) * 2**31


def raise_floor(graph, unseen):
    """Bring the unseen firms (int64, in the order of their turn) onto the graph's lists.

    Returns
    -------
    ndarray of bool, shape (m,)
        The lists on which no further firm can be brought, whatever moves: the cut that proves
        that no lists show more.
    """
    closed = np.diff(graph.slots) == 0
    if len(graph.firm) <= EXACT_PAIRS:
        _at_least_loss(graph, unseen, closed)
    else:
        _in_phases(graph, unseen, closed)
    return closed[:-1]


def _at_least_loss(graph, unseen, closed):
    """Take the firms one by one, each by the exchange that loses the least value of all."""
    door = len(closed) - 1
    price = np.zeros(door + 1, dtype=np.int64)
    open_ = np.flatnonzero(~closed[:-1])
    price[open_] = graph.value[graph.entries[graph.slots[open_ + 1] - 1]]
    far = np.iinfo(np.int64).max
    distance = np.full(door + 1, far)
    enters, leaves = np.zeros((2, door + 1), dtype=np.int64)
    done = np.zeros(door + 1, dtype=bool)
    offer_of_slot = np.repeat(np.arange(door + 1), np.diff(graph.slots))
    search = fast(nearest_place, len(graph.firm))
    for newcomer in unseen:
        graph.entries[-1] = graph.by_firm[graph.firm_starts[newcomer]]
        price[door] = graph.value[graph.entries[-1]]
        slot, length, reached = search(graph, price, closed, distance, enters, leaves, done)
        reached = np.array(reached[1:], dtype=np.int64)
        if slot < 0:
            closed[reached] = True
        else:
            price[reached] += np.maximum(length - distance[reached], 0)
            graph.shown[graph.firm[graph.entries[slot]]] -= 1
            graph.shown[newcomer] = 1
        while 0 <= slot < len(graph.entries) - 1:
            here = offer_of_slot[slot]
            graph.entries[slot] = enters[here]
            slot = leaves[here]
        distance[reached] = far
        done[reached] = done[door] = False


def _in_phases(graph, unseen, closed):
    """Bring in whom the shortest ways reach, again and again (Dinic, 1970).

    A firm enters the list where its pair is worth most, which keeps the loss small but does not
    make it the least. A phase goes once through the market, and a handful of them do.
    """
    level_of, enter = fast(levels, len(graph.firm)), fast(bring_in, len(graph.firm))
    while len(unseen):
        level = level_of(graph, unseen, closed)
        at, arc = graph.slots[:-1].copy(), np.zeros(len(closed), dtype=np.int64)
        brought = np.array([enter(graph, newcomer, level, at, arc) for newcomer in unseen])
        if not brought.any():
            closed |= level >= 0
            return
        unseen = unseen[~brought]
