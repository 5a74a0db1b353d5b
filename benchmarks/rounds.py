"""Measure a nation-wide round: time, memory, fairness, and how a plain greedy pass compares.

Run from the repository: ``python -m benchmarks.rounds [NEEDS OFFERS PAIRS]``, by default 100,000
needs, 5,000 offers and 50 acceptable offers a need. It prints the table of docs/rounds.md in
Markdown. The market is drawn, not real: offers differ in popularity as companies do, and needs
in how well they are written, so that plain lists of the best show the same few to everybody.
"""

import resource
import sys
import time

import numpy as np

from matchmaker.matching import loops
from matchmaker.matching.certificate import certificate
from matchmaker.matching.exposure import build_lists
from matchmaker.matching.rounds import Market, Matching, deferred_acceptance

SEED = 20200908
PROPOSALS = 3  # a need has at most three open asks
LIST = 20


def drawn_market(needs, offers, pairs):
    """Return a market in which a few offers are acceptable to many and most to few."""
    rng = np.random.default_rng(SEED)
    popular = np.cumsum(rng.pareto(1.5, offers) + 0.05)
    draws = np.searchsorted(popular / popular[-1], rng.random(2 * needs * pairs)).clip(
        0, offers - 1
    )
    need = np.repeat(np.arange(needs), 2 * pairs)
    keys = np.unique(need * offers + draws)  # ascending; about half of the draws are repeats
    need, offer = np.divmod(keys, offers)
    shuffle = rng.random(len(keys))
    order = np.lexsort((shuffle, need))
    place = np.arange(len(keys)) - np.searchsorted(need, need)
    keep = np.sort(order[place < pairs])
    need, offer = need[keep].astype(np.int32), offer[keep].astype(np.int32)
    written = rng.random(needs)
    return Market(
        [f"n{i}" for i in range(needs)],
        [f"o{i}" for i in range(offers)],
        need=need,
        offer=offer,
        score=(written[need] + rng.random(len(need))) / 2,
        need_tier=(rng.random(len(need)) > 0.02).astype(np.uint8),
        offer_tier=(rng.random(len(need)) > 0.02).astype(np.uint8),
        days_waited=rng.integers(0, 90, needs).astype(np.int32),
        need_quota=np.full(needs, PROPOSALS, dtype=np.int32),
        offer_quota=rng.integers(1, 61, offers).astype(np.int32),
    )


def take_best_first(order, need, offer, need_left, offer_left):
    """Return which pairs a single pass takes, best score first, while both have a place."""
    taken = np.zeros(len(order), dtype=np.bool_)
    for pair in order:
        if need_left[need[pair]] and offer_left[offer[pair]]:
            need_left[need[pair]] -= 1
            offer_left[offer[pair]] -= 1
            taken[pair] = True
    return taken


def greedy(market):
    """Return the matching that a ranking alone would make."""
    order = np.argsort(-market.score, kind="stable")
    take = loops.fast(take_best_first, len(order))
    quotas = market.need_quota.copy(), market.offer_quota.copy()
    return Matching(np.flatnonzero(take(order, market.need, market.offer, *quotas)))


def timed(label, function, *given, **named):
    """Call once and print the seconds; return the result and the seconds."""
    begin = time.perf_counter()
    result = function(*given, **named)
    seconds = time.perf_counter() - begin
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"| {label} | {seconds:.1f} s | {memory:.2f} GiB |", flush=True)
    return result, seconds


def main(needs=100_000, offers=5_000, pairs=50):
    """Print all tables."""
    market = drawn_market(needs, offers, pairs)
    small = drawn_market(2_000, 100, pairs)
    for compile_first in (deferred_acceptance, greedy, lambda each: build_lists(each, 2)):
        compile_first(small)  # so that the times below are those of the work
    print(f"{needs:,} needs, {offers:,} offers, {len(market.need):,} acceptable pairs\n")
    print("| step | time | peak memory so far |\n|---|---|---|")
    plain, plain_time = timed("greedy pass, best score first", greedy, market)
    ours, our_time = timed("deferred acceptance", deferred_acceptance, market)
    found, _ = timed("its certificate", certificate, market, ours)
    theirs = certificate(market, plain)
    lists, _ = timed(f"lists of {LIST} with the floor", build_lists, market, LIST)
    print(f"\ndeferred acceptance / greedy pass: {our_time / plain_time:.1f}\n")
    print("| | greedy | deferred acceptance |\n|---|---|---|")
    for name in ("blocking_pairs", "over_capacity", "places_used", "places_offered"):
        print(f"| {name} | {getattr(theirs, name):,} | {getattr(found, name):,} |")
    print(f"| needs without | {len(theirs.without):,} | {len(found.without):,} |")
    print("\n| | plain lists | with the floor |\n|---|---|---|")
    print(f"| firms seen | {lists.naive_exposed:,} | {lists.exposed:,} |")
    print(f"| at most possible | {lists.bound:,} | {lists.bound:,} |")
    print(f"| Gini of appearances | {lists.naive_gini:.3f} | {lists.gini:.3f} |")
    print(f"| mean score loss | 0 | {lists.mean_score_loss:.3f} |")
    assert found.blocking_pairs == found.over_capacity == 0
    assert lists.exposed == lists.bound


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
