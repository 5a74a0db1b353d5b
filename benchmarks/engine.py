"""Measure the engine beside what one could use instead, on a made corpus, in one run.

Run from the repository: ``python -m benchmarks.engine [--needs 10000 --offers 100000]``. It
prints the table of docs/ranking.md, "The engine". All ways take turns, round by round, so that
what else the machine does falls on all of them; a round's ratios are what counts.
"""

import argparse
import os
import platform
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from statistics import median

import numba
import numpy as np
import scipy.sparse as sp
from sklearn.neighbors import NearestNeighbors
from sparse_dot_topn import sp_matmul_topn

from matchmaker.matching import engine, kernels
from matchmaker.matching.cards import NeedCard, OfferCard
from matchmaker.matching.engine import Allowed, Needs, Postings
from matchmaker.matching.masks import Kinds
from matchmaker.matching.segments import Segments
from matchmaker.matching.text import is_hangul
from matchmaker.matching.weighting import SaturatedTfidf

from .corpus import KOREAN, Corpus

TOP, THREADS, ROUNDS = 20, 2, 3
REGIONS = [f"{number}" for number in range(11, 28)]


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--needs", type=int, default=10_000)
    arguments.add_argument("--offers", type=int, default=100_000)
    given = arguments.parse_args()
    print(
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()},",
        end=" ",
    )
    print(f"{datetime.now(UTC):%Y-%m-%d}; {given.needs} needs, {given.offers} offers, top {TOP}")
    corpus = Corpus()
    offers, needs = corpus.counts(given.offers), corpus.counts(given.needs)
    fragments, names = corpus.fragments()
    engine.warm()
    spelled = [*(np.arange(fragments.shape[0]) < KOREAN), *map(is_hangul, names)]
    channel = np.arange(sum(fragments.shape)) >= fragments.shape[0]
    parts = np.stack([channel, spelled], axis=1).astype(np.int64)
    scales = np.where(channel, np.where(spelled, 0.2, 0.1), 1.0)
    n_words = fragments.shape[0]
    words = Case("words", offers, needs, parts[:n_words], scales[:n_words])
    words.compare(beside_all=True)
    words.single_needs()
    union = Case(
        "words and fragments", _with(offers, fragments), _with(needs, fragments), parts, scales
    )
    del words
    union.compare(beside_all=False)
    union.single_needs()
    union.update()


def _with(counts, fragments):
    return sp.csr_array(sp.hstack([counts, counts @ fragments]))


class Case:
    """One corpus with its weights, rules and ways to rank."""

    def __init__(self, name, offers, needs, parts, scales):
        print(f"\n## {name}\n")
        weighting = SaturatedTfidf().fit(offers, parts=parts, scales=scales)
        self.offers = weighting.transform(offers).astype(np.float32)
        self.needs = sp.csr_array(weighting.need_weights(needs))
        self.needs.sort_indices()
        start = time.perf_counter()
        self.postings = Postings.of(self.offers)
        built = time.perf_counter() - start
        attainable = self.needs @ (weighting.idf_ * weighting.scales_)
        self.n_needs, self.n_offers = len(attainable), offers.shape[0]
        self.order = np.random.default_rng(1).permutation(self.n_offers)
        self.attainable = attainable
        held = np.diff(self.postings.starts.astype(np.int64))
        print(f"- {self.offers.nnz / self.n_offers:.0f} terms an offer,", end=" ")
        print(f"{held[self.needs.indices].sum() / self.n_needs:,.0f} postings a need")
        print(f"- posting lists built in {built:.2f} s, {_bytes(self.postings) / 1e6:,.0f} MB")
        self.cards = _offer_cards(self.n_offers)
        self.kinds, self.kind_of = Kinds().numbered(self.cards)

    def sample(self, size, seed=0):
        """Return some needs as CSR, as the engine takes them, and with and without rules."""
        chosen = np.random.default_rng(seed).permutation(self.n_needs)[:size]
        part = self.needs[chosen]
        needs = Needs(part.indptr, part.indices, part.data, self.attainable[chosen])
        cards = _need_cards(len(chosen))
        ruled = Allowed.of(*self.kinds.bits(cards), self.kind_of)
        free = Allowed.of(*self.kinds.open_bits(cards), self.kind_of)
        return part, needs, ruled, free

    def compare(self, *, beside_all):
        """Print needs per second of every way, medians and ratios of interleaved rounds."""
        part, needs, ruled, free = self.sample(self.n_needs)
        if not beside_all:
            part, needs, ruled, free = self.sample(min(self.n_needs, 2_000))
        fewer = sp.csr_matrix(part[: 500 if beside_all else 200])
        transposed = sp.csr_matrix(self.offers.astype(np.float64).T)
        ways = {
            "the engine, rules on": (part, lambda: self.search(needs, ruled)),
            "the engine, rules off": (part, lambda: self.search(needs, free)),
            "the engine, all terms at once": (
                part,
                lambda: self.search(needs, ruled, stages=False),
            ),
            "accumulating only": (part, lambda: self.accumulate(needs)),
            "sparse_dot_topn, 2 threads": (
                fewer,
                lambda: sp_matmul_topn(fewer, transposed, top_n=TOP, n_threads=THREADS, sort=True),
            ),
        }
        if beside_all:
            least = part[:200]
            neighbours = NearestNeighbors(
                n_neighbors=TOP, algorithm="brute", metric="cosine", n_jobs=THREADS
            ).fit(self.offers)
            ways["scikit-learn NearestNeighbors, brute"] = (
                least,
                lambda: neighbours.kneighbors(least.astype(np.float32)),
            )
        speeds = {name: [] for name in ways}
        for _ in range(ROUNDS):
            for name, (rows, run) in ways.items():
                start = time.perf_counter()
                run()
                speeds[name].append(rows.shape[0] / (time.perf_counter() - start))
        ours = speeds["the engine, rules on"]
        print("\n| way | needs/s | the engine, rules on, is so many times as fast |\n|---|---|---|")
        for name, values in speeds.items():
            ratio = median(mine / its for mine, its in zip(ours, values, strict=True))
            print(f"| {name} | {median(values):,.0f} | {ratio:.2f} |")
        stages = self.search(needs, ruled).stages
        for stage, text in ((kernels.CERTIFIED, "a part"), (kernels.WHOLE, "all")):
            print(f"- certified after {text} of the terms: {np.mean(stages == stage):.1%}")
        print(f"- scored in full in float64: {np.mean(stages == kernels.FULL):.1%}")
        self.check(needs, ruled)

    def search(self, needs, allowed, **options):
        return engine.search(
            self.postings, needs, TOP, allowed, self.order, n_jobs=THREADS, **options
        )

    def accumulate(self, needs):
        """Add up all postings and do nothing with the sums but clear them."""
        arrays = needs.starts.astype(np.int64), needs.terms.astype(np.uint32), needs.weights
        lists = self.postings.starts, self.postings.offers, self.postings.values

        def run(first):
            sums = np.zeros(self.n_offers, dtype=np.float32)
            _accumulate(first, min(first + 256, self.n_needs), *arrays, *lists, sums)

        with ThreadPoolExecutor(THREADS) as pool:
            list(pool.map(run, range(0, len(needs.attainable), 256)))

    def check(self, needs, allowed):
        """Compare the first needs with computing and sorting everything."""
        few = Needs(needs.starts[:51], needs.terms, needs.weights, needs.attainable[:50])
        scores = engine.score(self.postings, few)
        scores[~allowed._replace(rows=allowed.rows[:50]).pairs] = 0
        found = self.search(needs, allowed)
        for need, row in enumerate(scores):
            places, values = engine.best_of(row, self.order, TOP)
            count = found.counts[need]
            assert found.places[need, :count].tolist() == places
            assert found.scores[need, :count].tolist() == values
        print("- the first 50 lists are those of computing and sorting everything")

    def single_needs(self):
        """Print how long one need takes alone."""
        times, work = [], []
        for number in range(min(self.n_needs, 1_000)):
            begin, end = self.needs.indptr[number : number + 2]
            need = Needs(
                np.array([0, end - begin]),
                self.needs.indices[begin:end],
                self.needs.data[begin:end],
                self.attainable[number : number + 1],
            )
            cards = _need_cards(1)
            start, cpu = time.perf_counter(), time.thread_time()
            allowed = Allowed.of(*self.kinds.bits(cards), self.kind_of)
            engine.search(self.postings, need, TOP, allowed, self.order)
            times.append(1_000 * (time.perf_counter() - start))
            work.append(1_000 * (time.thread_time() - cpu))
        for name, each in (("by the clock", times), ("of processor time", work)):
            p50, p99 = np.percentile(each, [50, 99])
            print(f"- one need alone, rules on, {name}: p50 {p50:.2f} ms, p99 {p99:.2f} ms")

    def update(self):
        """Print how long a new offer takes until it can be found, without its text's analysis."""
        segments = Segments(
            [card.id for card in self.cards],
            self.cards,
            {card.id: place for place, card in enumerate(self.cards)},
            np.argsort(np.argsort(np.array([card.id for card in self.cards], dtype=object))),
            self.kinds,
            self.kind_of,
            (self.postings,),
        )
        times = []
        for number in range(20):
            offer = OfferCard(f"new {number}", regions=frozenset({"11"}))
            start = time.perf_counter()
            segments = segments.updated([offer], self.offers[number : number + 1], [])
            times.append(1_000 * (time.perf_counter() - start))
        print(f"- one more offer: median {median(times):.0f} ms, at most {max(times):.0f} ms")
        start = time.perf_counter()
        segments.merged()
        print(f"- merged into one part in {time.perf_counter() - start:.1f} s")


@numba.njit(nogil=True)
def _accumulate(first, last, need_starts, terms, weights, starts, offers, values, sums):
    for need in range(first, min(last, need_starts.size - 1)):
        for at in range(need_starts[need], need_starts[need + 1]):
            kernels._add(terms[at], weights[at], starts, offers, values, sums)
        sums[:] = 0


def _offer_cards(size):
    """Return offers without texts: half are for a few regions, a third for some industries."""
    random = np.random.default_rng(2)
    cards = []
    for number in range(size):
        regions = random.choice(REGIONS, random.integers(1, 8)) if random.random() < 0.5 else ()
        codes = random.integers(10, 60, random.integers(1, 4)) if random.random() < 0.33 else ()
        sizes = ("small", "medium") if random.random() < 0.2 else ()
        cards.append(
            OfferCard(
                str(number),
                regions=frozenset(map(str, regions)),
                industries=frozenset(f"{code}" for code in codes),
                sizes=frozenset(sizes),
            )
        )
    return cards


def _need_cards(size):
    random = np.random.default_rng(3)
    return [
        NeedCard(
            str(number),
            region=str(random.choice(REGIONS)),
            industry=str(random.integers(10, 60)),
            size=str(random.choice(["micro", "small", "medium"])),
        )
        for number in range(size)
    ]


def _bytes(postings):
    return sum(getattr(postings, name).nbytes for name in Postings.ARRAYS)


if __name__ == "__main__":
    sys.exit(main())
