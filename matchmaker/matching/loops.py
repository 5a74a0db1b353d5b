"""The loops of a round, in Python that numba compiles where a market is large."""

from functools import cache

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
