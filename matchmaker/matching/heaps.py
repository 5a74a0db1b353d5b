"""The best so far, compiled: a heap of the largest sums, and a sorted list of scores."""

import numba


def compiled(**options):
    """Return a decorator that compiles without the interpreter's lock, and keeps the result."""

    def compile_(function):
        try:
            return numba.njit(function, nogil=True, cache=True, **options)
        except RuntimeError:  # no folder that may be written to: compiled anew in each process
            return numba.njit(function, nogil=True, **options)

    return compile_


@compiled()
def push(heap, places, size, value, place):
    """Put a value into a heap of the largest, the least first; return the heap's size."""
    if size == heap.size:
        child = _sink(heap, places, value)
    else:
        child = size
        size += 1
        while child and heap[(child - 1) // 2] > value:
            heap[child], places[child] = heap[(child - 1) // 2], places[(child - 1) // 2]
            child = (child - 1) // 2
    heap[child], places[child] = value, place
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
def holds(places, place):
    """Return whether a place is among a few."""
    for each in places:  # noqa: SIM110 (compiled code has no generators)
        if each == place:
            return True
    return False


@compiled()
def insert(place, value, order, places, scores, count):
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
