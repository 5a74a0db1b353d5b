"""Measure the file command: seconds and memory for many needs, on made texts.

Run from the repository: ``python -m benchmarks.files [--needs 100000 --offers 5000]``.
"""

import argparse
import json
import resource
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path

from matchmaker.matching.files import rank_files

from .corpus import Corpus

PART = 10_000


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--needs", type=int, default=100_000)
    arguments.add_argument("--offers", type=int, default=5_000)
    arguments.add_argument("--evidence", type=int, default=0)
    arguments.add_argument("--n-jobs", type=int, default=1)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        corpus = Corpus()
        spelling = corpus.spelling()
        paths = [Path(folder) / name for name in ("needs", "offers", "result")]
        for path, size in zip(paths, (given.needs, given.offers), strict=False):
            write(path, corpus, spelling, size)
        before = peak()
        start = time.perf_counter()
        rank_files(
            paths[0],
            paths[1],
            output=paths[2],
            evidence=given.evidence,
            jobs=given.n_jobs,
            progress=shown,
        )
        seconds = time.perf_counter() - start
        print(f"\n{given.needs} needs, {given.offers} offers, {given.n_jobs} processes:", end=" ")
        print(f"{seconds:.0f} s, result of {paths[2].stat().st_size / 1e6:.0f} MB;", end=" ")
        print(f"peak memory {peak():.0f} MB (before ranking {before:.0f} MB)")


def write(path, corpus, spelling, size):
    """Write made texts, one record a line."""
    with path.open("w", encoding="utf-8") as out:
        for start in range(0, size, PART):
            counts = corpus.counts(min(PART, size - start))
            for row, (begin, end) in enumerate(pairwise(counts.indptr.tolist())):
                words = " ".join(spelling[word] for word in counts.indices[begin:end].tolist())
                record = {"id": str(start + row), "title": "", "body": words}
                out.write(json.dumps(record, ensure_ascii=False) + "\n")


def peak():
    """Return the most memory that this process or the largest of its children has used, in MB."""
    users = resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN
    return max(resource.getrusage(user).ru_maxrss for user in users) / 1024


def shown(done, total):
    print(f"\r{done} of {total}", end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
