"""The engine's compiled loops; `engine` says what they are for."""

import numpy as np

from .heaps import compiled, holds, insert, push

BLOCK = 64  # offers looked at together: none of them is touched if all sums are too low
ROW_COST = 7  # an entry of an offer's row costs as much as so many of a posting list
WORTH = 4  # terms are left out if their postings cost so many times what a first floor costs

BUDGET = 0.02  # the terms left out may add so much of what all terms can add
LOOKED_AT = 1024  # postings of the heaviest terms, for a first floor

# How a need was answered: with terms left out, with all its terms, or all offers in float64.
CERTIFIED, WHOLE, FULL = 0, 1, 2


@compiled()
def _add(term, weight, starts, offers, values, sums):
    """Add one term's products to the sums; unsigned positions spare a test for negative ones."""
    scaled = np.float32(weight)
    for at in range(starts[term], starts[term + 1]):
        sums[offers[at]] += scaled * values[at]


@compiled()
def _may(bits, kind):
    """Return whether the bit of a kind of offers is set."""
    return bits[np.uint32(kind) >> 3] >> (np.uint32(kind) & 7) & 1


@compiled()
def _hits(sums, block, least):
    """Count a block's sums above a value, without a branch, so that it is done many at a time."""
    part = sums[block * BLOCK : block * BLOCK + BLOCK]
    hits = np.int32(0)
    for at in range(BLOCK):
        hits += np.int32(part[at] > least)
    return hits


@compiled()
def _find_best(sums, kinds, bits, heap, places):
    """Put the largest allowed sums above 0 into a heap; return how many."""
    size, least = 0, np.float32(0)
    for block in range(sums.size // BLOCK):
        if not _hits(sums, block, least):
            continue
        for at in range(block * BLOCK, block * BLOCK + BLOCK):
            if sums[at] > least and _may(bits, kinds[at]):
                size = push(heap, places, size, sums[at], at)
                least = heap[0] if size == heap.size else least
    return size


@compiled()
def _find_good(
    begin, terms, bounds, starts, offers, sums, kinds, bits, heap, places
):  # fmt: skip
    """Do nearly the same without looking far: among the holders of the need's heaviest terms."""
    size, left, least = 0, LOOKED_AT, np.float32(0)
    for at in np.argsort(bounds)[::-1]:
        if bounds[at] == 0:
            break
        term = terms[begin + at]
        left -= np.int64(starts[term + 1] - starts[term])
        if left < 0:
            break
        for entry in range(starts[term], starts[term + 1]):
            place = offers[entry]
            if sums[place] > least and _may(bits, kinds[place]) and not holds(places[:size], place):
                size = push(heap, places, size, sums[place], place)
                least = heap[0] if size == heap.size else least
    return size


@compiled()
def _collect(sums, low, chosen):
    """List the offers whose sum is above `low`; return how many, or one more than fit."""
    count = 0
    for block in range(sums.size // BLOCK):
        hits = _hits(sums, block, low)
        if not hits:
            continue
        if count + hits > chosen.size:
            return chosen.size + 1
        for at in range(block * BLOCK, block * BLOCK + BLOCK):
            if sums[at] > low:
                chosen[count] = at
                count += 1
    return count


@compiled()
def _others(candidates, kinds, bits, scored):
    """Move the allowed candidates that are not scored yet to the front; return how many."""
    count = 0
    for place in candidates:  # without a branch: the memory is asked for many kinds at a time
        if place < kinds.size:
            candidates[count] = place
            count += np.int64(_may(bits, kinds[place]))
    allowed = candidates[:count]
    count = 0
    for place in allowed:
        if not holds(scored, place):
            candidates[count] = place
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
def _add_first(
    begin, end, terms, weights, common, worth, starts, offers, values, tops, sums, wanted,
    bounds,
):  # fmt: skip
    """Add most terms; return those left out, the one with least weight for its length first.

    Left out are terms that more than `common` offers hold, as long as all of them together
    cannot add more than a small part of what the need's terms can add. The weight of a term
    is the largest product that it can add, its bound. All are added if these
    lists hold fewer than `worth` postings, so that leaving out cannot pay.
    """
    later = np.empty(end - begin, dtype=np.int64)
    density = np.empty(end - begin, dtype=np.float64)
    count, postings = 0, 0
    for at in range(begin, end):
        term = terms[at]
        bounds[at - begin] = 0
        if term >= tops.size:  # a term that came after these offers
            continue
        wanted[term] = weights[at]
        length = np.int64(starts[term + 1] - starts[term])
        bounds[at - begin] = weights[at] * tops[term]
        if length > common:
            later[count] = at
            density[count] = bounds[at - begin] / length
            count += 1
            postings += length
        else:
            _add(term, weights[at], starts, offers, values, sums)
    later = later[:count][np.argsort(density[:count])]
    left, bound, most = 0, 0.0, BUDGET * np.sum(bounds)
    if postings >= worth:
        while left < count:
            bound += bounds[later[left] - begin]
            if bound > most:
                break
            left += 1
    for at in later[left:]:
        _add(terms[at], weights[at], starts, offers, values, sums)
    return later[:left]


@compiled()
def _allowed(sums, kinds, bits):
    """Return all offers that a need may take."""
    chosen = np.empty(kinds.size, dtype=np.uint32)
    count = 0
    for place in range(kinds.size):
        if sums[place] >= 0 and _may(bits, kinds[place]):
            chosen[count] = place
            count += 1
    return chosen[:count]


@compiled()
def _take(candidates, row_starts, row_terms, row_values, wanted, most, order, places, scores, held):
    """Put offers with a score above 0 into a need's sorted list; return the list's length."""
    for place in candidates:
        value = _exact(place, row_starts, row_terms, row_values, wanted) / most
        if value > 0:
            held = insert(place, value, order, places, scores, held)
    return held


@compiled()
def _narrow(
    begin, floor, bounds, waiting, left, starts, offers, values, row_cost, terms, weights,
    kinds, bits, sums, chosen, scored, is_guess,
):  # fmt: skip
    """List who may reach a floor, adding terms until they are few; return how many.

    The second number is how many terms are still left out.
    """
    # Each product and each addition rounds by at most 2**-24 of what is there.
    slack = 1 + (bounds.size + 8) * 2.0**-23
    bound, postings = 0.0, 0
    for at in waiting[:left]:
        bound += bounds[at - begin]
        postings += np.int64(starts[terms[at] + 1] - starts[terms[at]])
    look = scored.size * row_cost + kinds.size / 8  # 8 sums in the time of a posting
    while True:
        reach = floor - bound * (1 + 1e-9)
        low = np.float32(reach / slack - abs(reach) * 1e-6)
        count = _collect(sums, low, chosen)
        fits = count <= chosen.size
        if fits:
            count = _others(chosen[:count], kinds, bits, scored)
        if not left or (fits and count * row_cost <= postings + look) or (is_guess and not fits):
            return count, left
        half = bound / 2
        while left and (bound > half or postings < 2 * look):
            left -= 1
            at = waiting[left]
            _add(terms[at], weights[at], starts, offers, values, sums)
            bound -= bounds[at - begin]
            postings -= np.int64(starts[terms[at] + 1] - starts[terms[at]])


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
    best = np.zeros(scores.shape[1], dtype=np.uint32)
    row_cost = max(row_terms.size / kinds.size, 1.0) * ROW_COST
    for need in range(first, last):
        begin, end = need_starts[need], need_starts[need + 1]
        most, bits = attainable[need], table[rows[need]]
        for at in range(out_starts[need], out_starts[need + 1]):
            sums[out[at]] = -np.inf  # whatever is added
        bounds = np.zeros(end - begin, dtype=np.float64)
        waiting = _add_first(
            begin, end, need_terms, need_weights, common, WORTH * row_cost * heap.size, starts,
            offers, values, tops, sums, wanted, bounds,
        )  # fmt: skip
        size, left = 0, waiting.size
        if kinds.size > 4 * chosen.size:
            size = _find_good(
                begin, need_terms, bounds, starts, offers, sums, kinds, bits, heap, best
            )  # fmt: skip
        is_guess = size == heap.size
        while True:
            if not is_guess:
                size = _find_best(sums, kinds, bits, heap, best)
            held = _take(
                best[:size], row_starts, row_terms, row_values, wanted, most, order,
                places[need], scores[need], 0,
            )  # fmt: skip
            floor = scores[need, held - 1] * most if held == heap.size else 0.0
            count, left = _narrow(
                begin, floor, bounds, waiting, left, starts, offers, values, row_cost, need_terms,
                need_weights, kinds, bits, sums, chosen, best[:size], is_guess,
            )  # fmt: skip
            if count <= chosen.size or not is_guess:
                break
            is_guess = False
        stages[need] = CERTIFIED if left else WHOLE
        if count <= chosen.size:
            candidates = chosen[:count]
        else:
            stages[need], held = FULL, 0
            candidates = _allowed(sums, kinds, bits)
        counts[need] = _take(
            candidates, row_starts, row_terms, row_values, wanted, most, order,
            places[need], scores[need], held,
        )  # fmt: skip
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
