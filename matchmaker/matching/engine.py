"""The engine: the exact best offers for many needs over posting lists, compiled, rules first.

Notes
-----
A score is a sum of products over shared terms, in float64 and in the order of the terms;
`score`, `search` and `score_one` all give the same bits. `search` does not compute all of
them. For each need it

1. adds up, in float32, term by term over posting lists, most of the need's terms; left out
   are common ones that together can add only little (`kernels.BUDGET`);
2. scores some good offers exactly: the best among the holders of the heaviest terms. The
   least of these scores is a floor: what an offer must reach to belong to the best;
3. collects every offer that could reach the floor: its sum so far, plus a bound on the
   rounding, plus the sum of need weight times largest offer weight over the terms left out;
4. scores all of these exactly if that costs less than adding the terms left out; otherwise
   adds those whose bound weighs most for their length, and goes back to 3.

So nothing is left to chance: what step 3 does not collect cannot belong to the best, ties
included. The bound is that of MaxScore (Turtle and Flood, 1995). Rules and exclusions apply
in steps 2 and 3: an offer that may not be taken costs no other its place.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import scipy.sparse as sp

from . import kernels

MOST_CANDIDATES = 4096  # more that may be among the best are scored all, in float64
COMMON = 50  # a term is common if one offer in so many holds it
LEAST_COMMON = 512
TASK = 64  # needs a thread takes at once


class Needs(NamedTuple):
    """The needs' weights by need: a CSR matrix's arrays, terms ascending in each need.

    `starts` int64 (n + 1,), `terms` uint32, `weights` float64 >= 0, and `attainable`
    float64 (n,): what each sum is divided by; > 0.
    """

    starts: np.ndarray
    terms: np.ndarray
    weights: np.ndarray
    attainable: np.ndarray

    DTYPES = np.int64, np.uint32, np.float64, np.float64


class Allowed(NamedTuple):
    """Who may take what, bit by bit, and exclusions by need.

    Bit `kinds[offer] % 8` of `bits[rows[need], kinds[offer] // 8]`, uint8, is 1 if the need
    may take the offer. `out_starts` int64 (n + 1,) and `out` uint32 list offers that a need may
    not take besides.
    """

    bits: np.ndarray
    rows: np.ndarray
    kinds: np.ndarray
    out_starts: np.ndarray
    out: np.ndarray

    DTYPES = np.uint8, np.int64, np.int32, np.int64, np.uint32

    @classmethod
    def of(cls, bits, rows, kinds, out=None):
        """Make one with the exclusions that a sparse matrix (n_needs, n_offers) holds, if any."""
        if out is None:
            return cls(bits, rows, kinds, np.zeros(len(rows) + 1, int), np.zeros(0, int))
        return cls(bits, rows, kinds, out.indptr, out.indices)

    @property
    def pairs(self):
        """Whether each need may take each offer, but for exclusions: bool (n_needs, n_offers)."""
        table = np.unpackbits(self.bits, axis=1, bitorder="little")
        return table[self.rows][:, self.kinds].astype(bool)


class Found(NamedTuple):
    """The best offers: `places` int64 and `scores` float64 (n, top), `counts` and `stages` (n,)."""

    places: np.ndarray
    scores: np.ndarray
    counts: np.ndarray
    stages: np.ndarray


@dataclass(frozen=True, eq=False)
class Postings:
    """The offers' weights, by term for adding up and by offer for exact scores; all read-only.

    Attributes
    ----------
    starts, offers, values : uint64 (n_terms + 1,), uint32 and float32 (n_entries,)
        Who holds each term and with what weight, offers ascending.
    tops : float32 (n_terms,)
        The largest weight of each term.
    row_starts, row_terms, row_values : uint64 (n_offers + 1,), uint32, float32
        The same by offer, terms ascending.
    """

    starts: np.ndarray
    offers: np.ndarray
    values: np.ndarray
    tops: np.ndarray
    row_starts: np.ndarray
    row_terms: np.ndarray
    row_values: np.ndarray
    _free: list = field(default_factory=list, repr=False)

    ARRAYS = {
        "starts": np.uint64,
        "offers": np.uint32,
        "values": np.float32,
        "tops": np.float32,
        "row_starts": np.uint64,
        "row_terms": np.uint32,
        "row_values": np.float32,
    }

    def __post_init__(self):
        for name, dtype in self.ARRAYS.items():
            object.__setattr__(self, name, _fixed(getattr(self, name), dtype))

    def __getstate__(self):
        return self.__dict__ | {"_free": []}

    def __setstate__(self, state):
        self.__dict__.update(state)
        self.__post_init__()

    @classmethod
    def of(cls, weights):
        """Build the posting lists of a sparse matrix, shape (n_offers, n_terms), all >= 0."""
        rows = sp.csr_array(weights)
        rows.sort_indices()
        columns = rows.tocsc()
        tops = np.zeros(rows.shape[1], dtype=np.float32)
        held = np.flatnonzero(np.diff(columns.indptr))
        if len(held):
            tops[held] = np.maximum.reduceat(columns.data, columns.indptr[held])
        return cls(
            columns.indptr, columns.indices, columns.data, tops,
            rows.indptr, rows.indices, rows.data,
        )  # fmt: skip

    @property
    def n_terms(self):
        return len(self.tops)

    @property
    def n_offers(self):
        return len(self.row_starts) - 1

    def row(self, place):
        """Return the terms and weights of one offer."""
        part = slice(int(self.row_starts[place]), int(self.row_starts[place + 1]))
        return self.row_terms[part], self.row_values[part]

    def matrix(self):
        """Return the weights as a CSR matrix, shape (n_offers, n_terms)."""
        arrays = (self.row_values, self.row_terms, self.row_starts.astype(np.int64))
        return sp.csr_array(arrays, shape=(self.n_offers, self.n_terms))


class _Scratch:
    """What one thread writes on while it searches; clean again after every need."""

    def __init__(self, n_offers, n_terms):
        blocks = n_offers // kernels.BLOCK + 1
        self.sums = np.zeros(blocks * kernels.BLOCK, dtype=np.float32)
        self.wanted = np.zeros(n_terms, dtype=np.float64)
        self.chosen = np.zeros(MOST_CANDIDATES, dtype=np.uint32)


def search(postings, needs, top, allowed, order, *, n_jobs=1, stages=True):
    """Find each need's best offers, exactly.

    Parameters
    ----------
    postings : Postings
    needs : Needs
    top : int
        How many offers a need gets at most; >= 1.
    allowed : Allowed
    order : ndarray of int64, shape (n_offers,)
        What decides between equal scores, the lower first.
    n_jobs : int, threads; they change nothing in the result
    stages : bool, False adds up all terms at once

    Returns
    -------
    Found, best first; only scores above 0
    """
    n_needs, top = len(needs.attainable), max(min(top, postings.n_offers), 1)
    found = Found(
        np.zeros((n_needs, top), dtype=np.int64),
        np.zeros((n_needs, top), dtype=np.float64),
        np.zeros(n_needs, dtype=np.int64),
        np.zeros(n_needs, dtype=np.uint8),
    )
    if not n_needs or not postings.n_offers:
        return found
    common = max(postings.n_offers // COMMON, LEAST_COMMON) if stages else postings.n_offers
    arrays = (
        *(getattr(postings, name) for name in Postings.ARRAYS),
        *_fixed_all(needs, allowed), _fixed(order, np.int64), common, *found,
    )  # fmt: skip

    def run(first):
        scratch = postings._free.pop() if postings._free else None
        if scratch is None or len(scratch.wanted) < postings.n_terms:
            scratch = _Scratch(postings.n_offers, postings.n_terms)
        kernels.search(
            first, min(first + TASK, n_needs), *arrays,
            scratch.sums, scratch.wanted, scratch.chosen,
        )  # fmt: skip
        postings._free.append(scratch)

    _run(run, range(0, n_needs, TASK), n_jobs)
    return found


def score(postings, needs, *, n_jobs=1):
    """Return all scores, float64 of shape (n_needs, n_offers)."""
    scores = np.zeros((len(needs.attainable), postings.n_offers))
    arrays = postings.starts, postings.offers, postings.values, *_fixed_all(needs)

    def run(need):
        kernels.score(need, *arrays, scores[need])

    _run(run, range(len(scores)), n_jobs)
    return scores


def score_one(postings, needs, place):
    """Return every need's score for one offer, float64 of shape (n_needs,)."""
    terms, values = postings.row(place)
    given = np.zeros(postings.n_terms)
    given[terms] = values
    scores = np.zeros(len(needs.attainable))
    kernels.score_one(given, *_fixed_all(needs), scores)
    return scores


def best_of(scores, order, top):
    """Return the places of the best scores above 0, best first, and these scores, as lists.

    Parameters
    ----------
    scores : ndarray of float64, shape (n,)
    order : ndarray of int, shape (n,)
        What decides between equal scores, the lower first.
    top : int or None
        How many at most; None is all.
    """
    places = np.flatnonzero(scores > 0)
    if top is not None and top < len(places):
        least = np.partition(scores[places], len(places) - top)[len(places) - top]
        places = places[scores[places] >= least]  # all that tie for the last place
    places = places[np.lexsort((order[places], -scores[places]))][:top]
    return places.tolist(), scores[places].tolist()


def _fixed_all(*tuples):
    return [_fixed(array, each.DTYPES[at]) for each in tuples for at, array in enumerate(each)]


def _fixed(array, dtype):
    """Return an array as kernels are compiled for: read-only, like arrays mapped from a file."""
    array = np.ascontiguousarray(np.asarray(array), dtype=dtype).view()
    array.flags.writeable = False
    return array


def _run(task, starts, n_jobs):
    if n_jobs == 1 or len(starts) < 2:
        list(map(task, starts))
    else:
        with ThreadPoolExecutor(n_jobs) as pool:
            list(pool.map(task, starts))


def warm():
    """Compile everything, or load it from where it was kept; some seconds the first time."""
    postings = Postings.of(sp.csr_array(np.eye(2, dtype=np.float32)))
    needs = Needs(np.array([0, 1]), np.zeros(1, np.uint32), np.ones(1), np.ones(1))
    allowed = Allowed.of(np.ones((1, 1), np.uint8), np.zeros(1, int), np.zeros(2, int))
    search(postings, needs, 1, allowed, np.arange(2))
    score(postings, needs)
    score_one(postings, needs, 0)


if __name__ == "__main__":
    warm()  # at install
