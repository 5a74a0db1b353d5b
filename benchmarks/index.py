"""Measure the live index on a made market: edits, single needs, cold starts, memory of workers.

Run from the repository: ``python -m benchmarks.index [--offers 100000 --needs 10000]``. It makes
a database and a folder for the index in a temporary folder and prints the table of
docs/ranking.md, "The live index". What was counted in the made texts is kept as the corpus
says, so that no hours go by in the analyser; texts that are edited or asked about are real.
"""

import argparse
import gc
import os
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

import numpy as np

from matchmaker import create_app
from matchmaker.db import db
from matchmaker.matching.cards import NeedCard
from matchmaker.matching.ranker import TfidfRanker
from matchmaker.needs.models import Need
from matchmaker.offers.models import Offer
from matchmaker.pairings.clock import day_of
from matchmaker.pairings.ranking import index

from .made_market import NOW, Place, make

TODAY = day_of(NOW)
TOP = 20
CLOCKS = "by the clock", "of processor time"
SAYINGS = (
    "작업 지시를 종이에 적어서 불량이 어느 공정에서 나는지 모릅니다.",
    "해외 바이어를 만나고 싶은데 통역과 상담을 맡길 사람이 없습니다.",
    "가게 사진이 어둡게 나와서 온라인 주문이 늘지 않습니다.",
    "운전자금이 모자라 원자재를 미리 살 수 없습니다.",
    "We look for an expert who helps us to bring an MES to our shop floor.",
    "특허를 이전받아 새 제품을 개발하려고 합니다.",
    "공장 전기 요금이 올라서 에너지 진단을 받고 싶습니다.",
    "Our packaging looks old and we would like help with design and branding.",
)


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--offers", type=int, default=100_000)
    arguments.add_argument("--needs", type=int, default=10_000)
    arguments.add_argument("--workers", type=int, help=argparse.SUPPRESS)
    arguments.add_argument("--folder", help=argparse.SUPPRESS)
    given = arguments.parse_args()
    if given.workers:
        print(f"{workers(given.folder, given.workers):.0f}")
    else:
        with tempfile.TemporaryDirectory() as folder:
            measure(folder, given.offers, given.needs)


def measure(folder, n_offers, n_needs):
    print(f"{os.cpu_count()} cores, {NOW:%Y-%m-%d}; {n_needs} needs, {n_offers} offers\n")
    app = create_app(Place(folder))
    with app.app_context():
        make(n_offers, n_needs)
        texts = from_texts()
        print(f"- counting texts anew would take {texts * (n_offers + n_needs):,.0f} s", end=" ")
        print(f"({1_000 * texts:.1f} ms a text)")
        made, _ = timed(lambda: index.market().at(TODAY))
        size = Path(app.config["INDEX_PATH"], "offers").stat().st_size / 1e6
        print(f"- fitted from kept counts, written ({size:,.0f} MB) and read: {made:.1f} s")
        index.init_app(app)
        db.session.remove()
        cold, _ = timed(lambda: index.market().at(TODAY))
        loaded, _ = timed(lambda: index.market().file.load())
        print(
            f"- cold start from the file: {cold:.1f} s, of which the file {loaded:.2f} s;", end=" "
        )
        print(f"{made / cold:.1f} times as fast as fitting from kept counts,", end=" ")
        print(f"{(made + texts * (n_offers + n_needs)) / cold:.0f} times as fast as from texts")
        weighed, _ = timed(lambda: index.market().weighed(index.market().at(TODAY)))
        print(f"- all needs weighed for the first time, from kept counts: {weighed:.1f} s")
        edits()
        single_needs()
        db.session.remove()
    for number in (1, 4):
        command = [sys.executable, "-m", "benchmarks.index", "--folder", folder]
        run = subprocess.run(  # noqa: S603 our own module
            [*command, "--workers", str(number)], check=True, stdout=subprocess.PIPE, text=True
        )
        print(f"- {number} worker(s) and their master, PSS: {run.stdout.strip()} MB")


def timed(act):
    start = time.perf_counter()
    result = act()
    return time.perf_counter() - start, result


def saying(draw):
    """Return a text that no text before equals."""
    return " ".join([*draw.choice(SAYINGS, 3, replace=False), f"no. {draw.integers(1000, 10**9)}"])


def from_texts():
    """Return how long counting one text takes, in seconds."""
    draw = np.random.default_rng(1)
    cards = [NeedCard(str(n), body=saying(draw)) for n in range(300)]
    ranker = TfidfRanker()
    list(ranker.count_needs(cards[:20]))
    seconds, _ = timed(lambda: list(ranker.count_needs(cards[20:])))
    return seconds / 280


def edits():
    """Print how long an edit takes until pages rank with it, from the commit on."""
    draw, market = np.random.default_rng(2), index.market()
    offers, needs, again = [], [], []
    for number in range(1, 31):
        offer = edited(Offer, number, draw)
        offers.append(clocked(lambda: market.at(TODAY)))
        ranker = market.at(TODAY).ranker
        assert ranker.offers_[ranker.places_[str(offer.id)]].body == offer.text
        again.append(clocked(lambda: market.weighed(market.at(TODAY))))
        edited(Need, number, draw)
        needs.append(clocked(lambda: market.weighed(market.at(TODAY))))
    say("an edited offer until it is ranked", offers)
    say("the open needs weighed again after that", again)
    say("an edited need until it is ranked for offers", needs)


def edited(model, number, draw):
    listing, now = db.session.get(model, number), NOW + timedelta(minutes=number)
    listing.change({"title": "새 제목", "text": saying(draw)}, by=None, now=now)
    db.session.commit()
    return listing


def single_needs():
    """Print how long one need on a page takes, rules on."""
    draw, snapshot = np.random.default_rng(3), index.market().at(TODAY)
    ranker, whole, engine = snapshot.ranker, [], []
    some = list(snapshot.needs.values())[:300]
    made = [searched(ranker, need.card) for need in some]
    for _ in range(500):
        card = NeedCard("n", title="도움을 찾습니다", body=saying(draw), region="41", industry="25")
        whole.append(clocked(lambda card=card: ranker.rank([card], top=TOP, by_rules=True)))
        engine.append(searched(ranker, card))
    say("one need of the corpus, engine only", made)
    say("one need as people write it, engine only", engine)
    say("the same with the analysis of its text", whole)


def say(name, times):
    """Print percentiles of what `clocked` has measured."""
    for clock, column in enumerate(zip(*times, strict=True)):
        p50, p99 = np.percentile(column, [50, 99])
        print(f"- {name}, {CLOCKS[clock]}: p50 {p50:.2f} ms, p99 {p99:.2f} ms")


def searched(ranker, card):
    """Return how long the engine takes for one need that is weighed already."""
    weights, segments = ranker.weigh([card]), ranker.segments_
    return clocked(lambda: list(segments.search(weights, TOP, segments.kinds.bits([card]))))


def clocked(act):
    """Return how long something takes in ms, by the clock and of this thread's processor time."""
    start, cpu = time.perf_counter(), time.thread_time()
    act()
    return 1_000 * (time.perf_counter() - start), 1_000 * (time.thread_time() - cpu)


def workers(folder, number):
    """Return the memory of a master and its forked workers after some work, in MB."""
    app = create_app(Place(folder))
    with app.app_context():
        index.warm(NOW)
        db.session.remove()
        db.engine.dispose()
        gc.collect()
        gc.freeze()
        ready, wait = os.pipe(), os.pipe()
        children = []
        for child in range(number):
            pid = os.fork()
            if not pid:
                work(child)
                os.write(ready[1], b".")
                os.read(wait[0], 1)
                os._exit(0)
            children.append(pid)
        for _ in children:
            os.read(ready[0], 1)
        total = sum(map(pss, [os.getpid(), *children]))
        os.write(wait[1], b"." * number)
        for pid in children:
            os.waitpid(pid, 0)
    return total


def work(seed):
    draw, snapshot = np.random.default_rng(seed), index.market().at(TODAY)
    index.market().weighed(snapshot)
    for _ in range(50):
        card = NeedCard("n", body=saying(draw), region="41")
        snapshot.ranker.rank([card], top=TOP, by_rules=True)
    snapshot.ranker.score_for("1", index.market().weighed(snapshot).needs)


def pss(pid):
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1_000


if __name__ == "__main__":
    sys.exit(main())
