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


def nearest_place(
    firm, offer, value, by_firm, firm_starts, slots, entries, shown, price, closed, trace
):
    """Search the exchange that loses the least value and brings one more firm onto a list.

    The firm stands at the door: in the last slot, a list of its own. From there on it enters a
    list in the place of another, which enters a further list, until one gives way that is shown
    elsewhere too. Dijkstra's search over the lists; prices keep all lengths at 0 or above.

    Parameters
    ----------
    firm, offer, value : ndarray of int64, shape (p,)
        Of each pair; pairs stand offer by offer.
    by_firm : ndarray of int64, shape (p,)
        The pairs firm by firm, from `firm_starts` (f + 1,) on.
    slots : ndarray of int64, shape (m + 2,)
        Where each list begins in `entries`; the door's is the last.
    entries : ndarray of int64, shape (q + 1,)
        The pair that stands in each slot.
    shown : ndarray of int64, shape (f,)
        In how many slots each firm stands; the one at the door in none.
    price : ndarray of int64, shape (m + 1,)
        The value that a place on each list costs.
    closed : ndarray of bool, shape (m + 1,)
        Lists from which no place can be had.
    trace : tuple of ndarray
        The working memory, for each list: distance (int64, far), enters and leaves (int64: the
        pair that enters, and the slot it leaves), done (bool, false). Comes back filled.

    Returns
    -------
    int
        The slot of the firm that gives way; -1 if none can.
    int
        How much value is lost beyond the prices.
    list of int
        The lists that the search reached.
    """
    distance, enters, leaves, done = trace
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
        for slot in range(slots[here + 1] - 1, slots[here] - 1, -1):
            entry = entries[slot]
            without = length + value[entry] - price[here]
            if shown[firm[entry]] > 1:
                if without < nearest:
                    nearest, last = without, slot
                continue
            for pair in by_firm[firm_starts[firm[entry]] : firm_starts[firm[entry] + 1]]:
                there = offer[pair]
                longer = without + price[there] - value[pair]
                if closed[there] or done[there] or longer >= min(distance[there], nearest):
                    continue
                if distance[there] == far:
                    reached.append(there)
                distance[there], enters[there], leaves[there] = longer, pair, slot
                heappush(heap, (longer, there))
    return last, nearest, reached
