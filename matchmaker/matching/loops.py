"""The loops of a round, in Python that numba compiles where a market is large."""

from functools import cache
from heapq import heappop, heappush

import numpy as np

# Below this many pairs the plain loop is done before numba is loaded and has compiled it.
WORTH_COMPILING = 50_000


def fast(loop, size):
    """Return the loop itself for a small market, compiled for a large one."""
    return _compiled(loop) if size >= WORTH_COMPILING else loop


@cache
def _compiled(loop):
    import numba  # takes a second and 100 MB, which the web pages need not pay for

    return numba.njit(loop)


def settle(need_starts, offer_of, place, offer_starts, need_of, need_places, offer_places):
    """Let needs propose and offers hold the best, until nobody is rejected any more.

    Parameters
    ----------
    need_starts : ndarray of int64, shape (n + 1,)
        Where each need's list begins in `offer_of` and `place`, best first.
    offer_of, place : ndarray of int64, shape (p,)
        Each listed pair's offer, and where it stands among the offers' lists.
    offer_starts : ndarray of int64, shape (m + 1,)
        Where each offer's list begins in `need_of`, best first.
    need_of : ndarray of int64, shape (p,)
    need_places, offer_places : ndarray of int64
        No more than the length of each list.

    Returns
    -------
    ndarray of bool, shape (p,)
        By the offers' lists: which pairs are held at the end.
    """
    needs, offers = len(need_places), len(offer_places)
    held = np.zeros(len(place), dtype=np.bool_)
    has = np.zeros(needs, dtype=np.int64)
    given = np.zeros(offers, dtype=np.int64)
    # The last place held. It only moves forward once an offer is full, so that finding the
    # next one costs no more than one walk through the list in all.
    worst = offer_starts[1:].copy()
    following = need_starts[:-1].copy()
    proposing = np.arange(needs)
    queued = np.ones(needs, dtype=np.bool_)
    left = needs
    while left:
        left -= 1
        need = proposing[left]
        queued[need] = False
        while has[need] < need_places[need] and following[need] < need_starts[need + 1]:
            offer, here = offer_of[following[need]], place[following[need]]
            following[need] += 1
            if given[offer] < offer_places[offer]:
                given[offer] += 1
            elif offer_places[offer] and here < worst[offer]:
                loser = need_of[worst[offer]]
                held[worst[offer]] = False
                has[loser] -= 1
                if not queued[loser]:
                    queued[loser] = True
                    proposing[left] = loser
                    left += 1
            else:
                continue
            held[here] = True
            has[need] += 1
            if given[offer] == offer_places[offer]:
                last = worst[offer] - 1
                while not held[last]:
                    last -= 1
                worst[offer] = last
    return held


def nearest_place(graph, price, closed, distance, enters, leaves, done):
    """Search the exchange that loses the least value and brings one more firm onto a list.

    The firm stands at the door. From there it enters a list in the place of another, which
    enters a further list, until one gives way that is shown elsewhere too. Dijkstra's search
    over the lists; prices keep all lengths at 0 or above.

    Parameters
    ----------
    graph : Graph
    price : ndarray of int64, shape (m + 1,)
        The value that a place on each list costs.
    closed : ndarray of bool, shape (m + 1,)
        Lists from which no place can be had.
    distance, enters, leaves, done : ndarray, shape (m + 1,)
        For each list how far it is (int64, all far), the pair that enters it and the slot that
        this one leaves (int64), and whether it is settled (bool, all false). Filled.

    Returns
    -------
    int
        The slot of the firm that gives way; -1 if none can.
    int
        How much value is lost beyond the prices.
    list of int
        The lists that the search reached, the door first.
    """
    far = np.iinfo(np.int64).max
    door = len(closed) - 1
    distance[door] = 0
    heap = [(np.int64(0), door)]
    reached = [door]
    nearest, last = far, -1
    while heap:
        length, here = heappop(heap)
        if length >= nearest:
            break
        if done[here]:
            continue
        done[here] = True
        for slot in range(graph.slots[here + 1] - 1, graph.slots[here] - 1, -1):
            entry = graph.entries[slot]
            mover = graph.firm[entry]
            without = length + graph.value[entry] - price[here]
            if graph.shown[mover] > 1:
                if without < nearest:
                    nearest, last = without, slot
                continue
            for pair in graph.by_firm[graph.firm_starts[mover] : graph.firm_starts[mover + 1]]:
                there = graph.offer[pair]
                longer = without + price[there] - graph.value[pair]
                if closed[there] or done[there] or longer >= min(distance[there], nearest):
                    continue
                if distance[there] == far:
                    reached.append(there)
                distance[there], enters[there], leaves[there] = longer, pair, slot
                heappush(heap, (longer, there))
    return last, nearest, reached


def levels(graph, unseen, closed):
    """Return over how many lists each list is reached from the unseen firms.

    0 for those that such a firm may enter itself, -1 where no way leads; int64, shape (m + 1,).
    """
    level = np.full(len(closed), -1)
    queue = np.empty(len(closed), dtype=np.int64)
    end = 0
    for newcomer in unseen:
        for pair in graph.by_firm[graph.firm_starts[newcomer] : graph.firm_starts[newcomer + 1]]:
            there = graph.offer[pair]
            if level[there] < 0 and not closed[there]:
                level[there] = 0
                queue[end] = there
                end += 1
    begin = 0
    while begin < end:
        here = queue[begin]
        begin += 1
        for entry in graph.entries[graph.slots[here] : graph.slots[here + 1]]:
            mover = graph.firm[entry]
            for pair in graph.by_firm[graph.firm_starts[mover] : graph.firm_starts[mover + 1]]:
                there = graph.offer[pair]
                if graph.shown[mover] == 1 and level[there] < 0 and not closed[there]:
                    level[there] = level[here] + 1
                    queue[end] = there
                    end += 1
    return level


def bring_in(graph, newcomer, level, at, arc):
    """Bring one firm onto a list along rising levels; return whether a way was left.

    `at` and `arc` (int64, shape (m + 1,)) are the slot of each list, and the pair of the firm
    in it, that are tried next: what failed once in a phase is not tried again.
    """
    for first in graph.by_firm[graph.firm_starts[newcomer] : graph.firm_starts[newcomer + 1]]:
        if level[graph.offer[first]] != 0:
            continue
        way = [first]  # the pair that enters each list on the way
        while len(way):
            here = graph.offer[way[-1]]
            if at[here] == graph.slots[here + 1]:
                way.pop()
                if len(way):
                    arc[graph.offer[way[-1]]] += 1
                continue
            mover = graph.firm[graph.entries[at[here]]]
            if graph.shown[mover] > 1:
                graph.shown[mover] -= 1
                graph.shown[newcomer] = 1
                for pair in way:
                    graph.entries[at[graph.offer[pair]]] = pair
                    at[graph.offer[pair]] += 1
                    arc[graph.offer[pair]] = 0
                return True
            pairs = graph.by_firm[graph.firm_starts[mover] : graph.firm_starts[mover + 1]]
            step = arc[here]
            while step < len(pairs) and level[graph.offer[pairs[step]]] != level[here] + 1:
                step += 1
            arc[here] = step
            if step < len(pairs):
                way.append(pairs[step])
            else:
                at[here] += 1
                arc[here] = 0
    return False
