"""The engine's compiled loops; `engine` says what they are for."""

import numba
import numpy as np

BLOCK = 64  # offers looked at together: none of them is touched if all sums are too low
ROW_COST = 12  # an entry of an offer's row costs as much as so many of a posting list
WORTH = 8  # terms are left out if their postings cost so many times what a round costs

# How a need was answered: with terms left out, with all its terms, or all offers in float64.
CERTIFIED, WHOLE, FULL = 0, 1, 2


def compiled(**options):
    """Return a decorator that compiles without the interpreter's lock, and keeps the result."""

    def compile_(function):
        try:
            return numba.njit(function, nogil=True, cache=True, **options)
        except RuntimeError:  # no folder that may be written to: compiled anew in each process
            return numba.njit(function, nogil=True, **options)

    return compile_


@compiled()
def _add(term, weight, starts, offers, values, sums):
    """Add one term's products to the sums; unsigned positions spare a test for negative ones."""
    scaled = np.float32(weight)
    for at in range(starts[term], starts[term + 1]):
        sums[offers[at]] += scaled * values[at]


@compiled()
def _hits(sums, block, least):
    """Count a block's sums above a value, without a branch, so that it is done many at a time."""
    part = sums[block * BLOCK : block * BLOCK + BLOCK]
    hits = np.int32(0)
    for at in range(BLOCK):
        hits += np.int32(part[at] > least)
    return hits


@compiled()
def _find_best(sums, kinds, may, heap, places):
    """Put the largest allowed sums above 0 into a heap, the least first; return how many."""
    size, least = 0, np.float32(0)
    for block in range(sums.size // BLOCK):
        if not _hits(sums, block, least):
            continue
        for at in range(block * BLOCK, block * BLOCK + BLOCK):
            value = sums[at]
            if value <= least or not may[kinds[at]]:
                continue
            if size < heap.size:
                child = size
                size += 1
                while child and heap[(child - 1) // 2] > value:
                    heap[child], places[child] = heap[(child - 1) // 2], places[(child - 1) // 2]
                    child = (child - 1) // 2
            else:
                child = _sink(heap, places, value)
            heap[child], places[child] = value, at
            if size == heap.size:
                least = heap[0]
    return size


@compiled()
def _sink(heap, places, value):
    """Return where a value belongs in a full heap whose first one is given up."""
    hole = 0
    while True:
        child = 2 * hole + 1
        if child >= heap.size:
            return hole
        if child + 1 < heap.size and heap[child + 1] < heap[child]:
            child += 1
        if heap[child] >= value:
            return hole
        heap[hole], places[hole] = heap[child], places[child]
        hole = child


@compiled()
def _collect(sums, floor, kinds, may, chosen, most):
    """List the allowed offers whose sum is above `floor`; stop at one more than `most`."""
    count = 0
    for block in range(sums.size // BLOCK):
        if not _hits(sums, block, floor):
            continue
        for at in range(block * BLOCK, min(block * BLOCK + BLOCK, kinds.size)):
            if sums[at] > floor and may[kinds[at]]:
                if count == most:
                    return most + 1
                chosen[count] = at
                count += 1
    return count


@compiled()
def _exact(place, row_starts, row_terms, row_values, wanted):
    """Return one offer's sum in float64, terms ascending; absent terms add 0."""
    total = 0.0
    for at in range(row_starts[place], row_starts[place + 1]):
        total += wanted[row_terms[at]] * row_values[at]
    return total


@compiled()
def _insert(place, value, order, places, scores, count):
    """Put an offer where it belongs in a list that is sorted; return the list's length."""
    top = scores.size
    if count == top and (
        value < scores[top - 1]
        or (value == scores[top - 1] and order[place] > order[places[top - 1]])
    ):
        return count
    at = min(count, top - 1)
    while at and (
        scores[at - 1] < value or (scores[at - 1] == value and order[places[at - 1]] > order[place])
    ):
        scores[at], places[at] = scores[at - 1], places[at - 1]
        at -= 1
    scores[at], places[at] = value, place
    return min(count + 1, top)


@compiled()
def _add_rare(
    begin, end, terms, weights, common, round_cost, starts, offers, values, tops, sums, wanted,
):  # fmt: skip
    """Add the terms that at most `common` offers hold; return the others, lightest first.

    The weight of a term is the largest product that it can add, by posting. All are added
    if leaving any out cannot pay.
    """
    postings = 0
    for at in range(begin, end):
        if terms[at] < tops.size:
            length = np.int64(starts[terms[at] + 1] - starts[terms[at]])
            postings += length if length > common else 0
    if postings < WORTH * round_cost:
        common = np.int64(offers.size)
    later = np.empty(end - begin, dtype=np.int64)
    density = np.empty(end - begin, dtype=np.float64)
    count = 0
    for at in range(begin, end):
        term = terms[at]
        if term >= tops.size:  # a term that came after these offers
            continue
        wanted[term] = weights[at]
        length = np.int64(starts[term + 1] - starts[term])
        if length > common:
            later[count] = at
            density[count] = weights[at] * tops[term] / length
            count += 1
        else:
            _add(term, weights[at], starts, offers, values, sums)
    return later[:count][np.argsort(density[:count])]


@compiled()
def _floor(size, places, row_starts, row_terms, row_values, wanted):
    """Return the least exact score of a full heap's offers."""
    least = np.inf
    for at in range(size):
        exact = _exact(places[at], row_starts, row_terms, row_values, wanted)
        least = min(least, exact)
    return least


@compiled()
def _candidates(
    begin, end, waiting, starts, offers, values, tops, row_starts, row_terms, row_values,
    terms, weights, kinds, may, sums, wanted, chosen, heap, places, round_cost,
):  # fmt: skip
    """List every offer that may be among the best; return how many, and how many terms are out.

    Each round leaves fewer terms out. One more than fit is returned if they do not fit.
    """
    # Each product and each addition rounds by at most 2**-24 of what is there.
    slack = 1 + (end - begin + 8) * 2.0**-23
    mean_row = max(row_terms.size / kinds.size, 1.0)
    left = waiting.size
    bound, postings = 0.0, 0
    for at in waiting:
        bound += weights[at] * tops[terms[at]]
        postings += np.int64(starts[terms[at] + 1] - starts[terms[at]])
    while True:
        size = _find_best(sums, kinds, may, heap, places)
        floor = 0.0
        if size == heap.size:
            floor = _floor(size, places, row_starts, row_terms, row_values, wanted)
        most = chosen.size
        if left:
            floor -= bound * (1 + 1e-9)
            most = min(most, np.int64(postings / (ROW_COST * mean_row)))
        floor = floor / slack - abs(floor) * 1e-6
        count = _collect(sums, np.float32(floor), kinds, may, chosen, most)
        if count <= most or left == 0:
            return count, left
        half = bound / 2
        while left and (bound > half or postings < 2 * round_cost):
            left -= 1
            at = waiting[left]
            term = terms[at]
            _add(term, weights[at], starts, offers, values, sums)
            bound -= weights[at] * tops[term]
            postings -= np.int64(starts[term + 1] - starts[term])


@compiled()
def search(
    first, last,
    starts, offers, values, tops, row_starts, row_terms, row_values,
    need_starts, need_terms, need_weights, attainable,
    table, rows, kinds, out_starts, out, order, common,
    places, scores, counts, stages,
    sums, wanted, chosen,
):  # fmt: skip
    """Search for needs `first` to `last`; see `engine` for how."""
    heap = np.zeros(scores.shape[1], dtype=np.float32)
    heap_places = np.zeros(scores.shape[1], dtype=np.uint32)
    # A round looks at all sums, 8 in the time of a posting, and at as many rows as are asked for.
    mean_row = max(row_terms.size / kinds.size, 1.0)
    round_cost = np.int64(heap.size * mean_row * ROW_COST + kinds.size / 8)
    for need in range(first, last):
        begin, end = need_starts[need], need_starts[need + 1]
        may = table[rows[need]]
        for at in range(out_starts[need], out_starts[need + 1]):
            sums[out[at]] = -np.inf  # whatever is added
        waiting = _add_rare(
            begin, end, need_terms, need_weights, common, round_cost, starts, offers, values,
            tops, sums, wanted,
        )  # fmt: skip
        count, left = _candidates(
            begin, end, waiting, starts, offers, values, tops, row_starts, row_terms, row_values,
            need_terms, need_weights, kinds, may, sums, wanted, chosen, heap, heap_places,
            round_cost,
        )  # fmt: skip
        stages[need] = CERTIFIED if left else WHOLE
        if count > chosen.size:
            stages[need] = FULL
            count = kinds.size
        held = 0
        for at in range(count):
            place = chosen[at] if stages[need] != FULL else np.uint32(at)
            if sums[place] < 0 or not may[kinds[place]]:
                continue
            value = _exact(place, row_starts, row_terms, row_values, wanted) / attainable[need]
            if value > 0:
                held = _insert(place, value, order, places[need], scores[need], held)
        counts[need] = held
        for at in range(begin, end):
            if need_terms[at] < tops.size:
                wanted[need_terms[at]] = 0
        sums[:] = 0


@compiled()
def score(need, starts, offers, values, need_starts, need_terms, need_weights, attainable, sums):
    """Add up all scores of one need in float64."""
    for at in range(need_starts[need], need_starts[need + 1]):
        term, weight = need_terms[at], need_weights[at]
        if term < starts.size - 1:
            for entry in range(starts[term], starts[term + 1]):
                sums[offers[entry]] += weight * values[entry]
    for place in range(sums.size):
        sums[place] /= attainable[need]


@compiled()
def score_one(given, need_starts, need_terms, need_weights, attainable, scores):
    """Score one offer, whose weights are spread over the terms, for all needs."""
    for need in range(scores.size):
        total = 0.0
        for at in range(need_starts[need], need_starts[need + 1]):
            if need_terms[at] < given.size:
                total += need_weights[at] * given[need_terms[at]]
        scores[need] = total / attainable[need]
