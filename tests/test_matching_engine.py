import os
import subprocess
import sys
import threading
from dataclasses import replace

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.matching import engine, kernels
from matchmaker.matching.cards import NeedCard, OfferCard
from matchmaker.matching.eligibility import mask
from matchmaker.matching.engine import Allowed, Needs, Postings
from matchmaker.matching.masks import Kinds
from matchmaker.matching.vocabulary import Vocabulary


def drawn(seed, n_offers, n_needs, n_terms, *, tied):
    """Return random weights of offers and needs; `tied` makes many scores equal."""
    random = np.random.default_rng(seed)
    popular = 1 / np.arange(1, n_terms + 1) ** 0.7

    def matrix(rows, dtype):
        full = (random.random((rows, n_terms)) < popular) * random.random((rows, n_terms))
        if tied:
            full = np.ceil(full * 2)
        return sp.csr_array(full.astype(dtype))

    return matrix(n_offers, np.float32), matrix(n_needs, np.float64)


def needs_of(weights, attainable=None):
    if attainable is None:
        attainable = np.maximum(weights.sum(axis=1) * 3, 1.0)
    starts, terms = weights.indptr.astype(np.int64), weights.indices.astype(np.uint32)
    return Needs(starts, terms, weights.data, attainable)


def everything(n_needs, n_offers):
    return Allowed.of(
        np.full((1, 1), 255, np.uint8), np.zeros(n_needs, np.int64), np.zeros(n_offers, np.int32)
    )


def by_hand(offers, needs, weights, allowed, order, top):
    """Return places and scores by computing and sorting everything."""
    product = np.zeros((weights.shape[0], offers.shape[0]))
    dense = offers.toarray().astype(np.float64)
    for term in range(offers.shape[1]):  # in the order in which the engine adds up
        product += np.outer(weights.toarray()[:, term], dense[:, term])
    scores = product / needs.attainable[:, None]
    scores[~allowed.pairs] = 0
    for need in range(len(scores)):
        scores[need, allowed.out[allowed.out_starts[need] : allowed.out_starts[need + 1]]] = 0
    lists = []
    for row in scores:
        best = [p for p in np.lexsort((order, -row)).tolist() if row[p] > 0][:top]
        lists.append([(place, row[place]) for place in best])
    return lists


def found(postings, needs, top, allowed, order, **options):
    result = engine.search(postings, needs, top, allowed, order, **options)
    lists = []
    for places, scores, count in zip(result.places, result.scores, result.counts, strict=True):
        lists.append(list(zip(places[:count].tolist(), scores[:count].tolist(), strict=True)))
    return lists


@given(
    seed=st.integers(0, 2**32 - 1),
    n_offers=st.integers(1, 200),
    top=st.integers(1, 30),
    tied=st.booleans(),
    strict=st.booleans(),
)
@settings(max_examples=150, deadline=None)
def test_the_best_are_those_of_computing_and_sorting_everything(seed, n_offers, top, tied, strict):
    offers, weights = drawn(seed, n_offers, 5, 40, tied=tied)
    random = np.random.default_rng(seed)
    needs, order = needs_of(weights), random.permutation(n_offers)
    table = random.random((3, 11)) < (0.3 if strict else 0.8)
    rows, kinds = random.integers(0, 3, 5), random.integers(0, 11, n_offers).astype(np.int32)
    out = sp.csr_array(random.random((5, n_offers)) < 0.1)
    allowed = Allowed.of(np.packbits(table, axis=1, bitorder="little"), rows, kinds, out)
    wanted = by_hand(offers, needs, weights, allowed, order, top)
    postings = Postings.of(offers)
    for stages in (True, False):
        for n_jobs in (1, 2):
            options = {"stages": stages, "n_jobs": n_jobs}
            assert found(postings, needs, top, allowed, order, **options) == wanted


@pytest.mark.parametrize("tied", [False, True])
def test_leaving_common_terms_out_changes_nothing(monkeypatch, tied):
    monkeypatch.setattr(engine, "LEAST_COMMON", 3)
    offers, weights = drawn(8, 20_000, 30, 200, tied=tied)
    weights.data **= 4  # some terms weigh far less than others
    needs, order, allowed = needs_of(weights), np.arange(20_000), everything(30, 20_000)
    postings = Postings.of(offers)
    result = engine.search(postings, needs, 2, allowed, order)
    wanted = by_hand(offers, needs, weights, allowed, order, 2)
    assert found(postings, needs, 2, allowed, order) == wanted
    assert kernels.CERTIFIED in result.stages


def test_more_equal_scores_than_candidates_fit_are_all_looked_at():
    n_offers = engine.MOST_CANDIDATES + 100
    offers = sp.csr_array(np.ones((n_offers, 2), dtype=np.float32))
    needs = needs_of(sp.csr_array([[1.0, 0.5]]))
    order = np.arange(n_offers)[::-1]
    result = engine.search(Postings.of(offers), needs, 3, everything(1, n_offers), order)
    assert result.stages.tolist() == [kernels.FULL]
    assert result.places[0].tolist() == [n_offers - 1, n_offers - 2, n_offers - 3]


def test_all_ways_to_score_give_the_same_bits():
    offers, weights = drawn(3, 300, 20, 60, tied=False)
    postings, needs = Postings.of(offers), needs_of(weights)
    scores = engine.score(postings, needs)
    assert np.array_equal(scores, engine.score(postings, needs, n_jobs=2))
    for place in (0, 7, 299):
        assert np.array_equal(engine.score_one(postings, needs, place), scores[:, place])
    for need, best in enumerate(found(postings, needs, 9, everything(20, 300), np.arange(300))):
        assert best == list(zip(*engine.best_of(scores[need], np.arange(300), 9), strict=True))


def test_nothing_is_found_without_needs_or_offers_or_shared_terms():
    offers, weights = drawn(1, 10, 2, 5, tied=False)
    order = np.arange(10)
    none = Postings.of(offers[:0])
    assert found(none, needs_of(weights), 3, everything(2, 0), order[:0]) == [[], []]
    assert engine.score(none, needs_of(weights)).shape == (2, 0)
    postings = Postings.of(offers)
    assert found(postings, needs_of(weights[:0]), 3, everything(0, 10), order) == []
    later = Needs(np.array([0, 1]), np.array([99], dtype=np.uint32), np.ones(1), np.ones(1))
    assert found(postings, later, 3, everything(1, 10), order) == [[]]
    assert not engine.score(postings, later).any()


def test_threads_may_search_at_the_same_time():
    offers, weights = drawn(5, 2_000, 50, 100, tied=False)
    postings, needs, order = Postings.of(offers), needs_of(weights), np.arange(2_000)
    wanted, results = found(postings, needs, 5, everything(50, 2_000), order), []

    def run():
        results.append(found(postings, needs, 5, everything(50, 2_000), order))

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [wanted] * 4


def test_arrays_mapped_from_a_file_need_no_other_compilation(tmp_path):
    offers, weights = drawn(5, 100, 3, 20, tied=False)
    postings, needs, order = Postings.of(offers), needs_of(weights), np.arange(100)
    engine.warm()
    wanted = found(postings, needs, 5, everything(3, 100), order)
    mapped = {}
    for name in Postings.ARRAYS:
        np.save(tmp_path / name, getattr(postings, name))
        mapped[name] = np.load(tmp_path / f"{name}.npy", mmap_mode="r")
    assert found(Postings(**mapped), needs, 5, everything(3, 100), order) == wanted
    for kernel in (kernels.search, kernels.score, kernels.score_one):
        assert len(kernel.signatures) == 1


def test_a_house_that_nobody_may_write_to_compiles_anew():
    code = (
        "import numba.core.caching as caching\n"
        "caching.CacheImpl._locator_classes = []  # no folder is found for what is compiled\n"
        "from matchmaker.matching.kernels import compiled\n"
        "print(compiled()(lambda x: x + 1)(41))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "42"


def test_another_process_with_another_hash_seed_and_thread_count_finds_the_same():
    code = (
        "import sys\n"
        "from tests.test_matching_engine import *\n"
        "offers, weights = drawn(11, 3_000, 200, 300, tied=True)\n"
        "print(found(Postings.of(offers), needs_of(weights), 7, everything(200, 3_000),\n"
        "            np.arange(3_000), n_jobs=int(sys.argv[1])))"
    )
    outputs = [
        subprocess.run(
            [sys.executable, "-c", code, n_jobs],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed, n_jobs in (("1", "1"), ("2", "3"))
    ]
    assert outputs[0] == outputs[1] and len(outputs[0]) > 1_000


FACTS = st.builds(
    NeedCard,
    id=st.just("n"),
    region=st.sampled_from([None, "11", "26"]),
    size=st.sampled_from([None, "small", "mid"]),
    industry=st.sampled_from([None, "C25", "56111", "공예"]),
    traits=st.frozensets(st.sampled_from(["women-led", "market"]), max_size=2),
)
WISHES = st.builds(
    OfferCard,
    id=st.just("o"),
    regions=st.frozensets(st.sampled_from(["11", "26"]), max_size=2),
    sizes=st.frozensets(st.sampled_from(["small", "mid"]), max_size=2),
    industries=st.frozensets(st.sampled_from(["C", "C25", "공예"]), max_size=2),
    traits=st.frozensets(st.sampled_from(["women-led", "market"]), max_size=2),
)


@given(st.lists(FACTS, max_size=6), st.lists(WISHES, max_size=6), st.lists(WISHES, max_size=3))
@settings(max_examples=100, deadline=None)
def test_kinds_answer_as_the_rules_do_for_every_pair(needs, offers, more):
    kinds, numbers = Kinds().numbered(offers)
    kinds, later = kinds.numbered(more)
    table, rows = kinds.table(needs)
    of_pairs = table[rows][:, np.concatenate([numbers, later])] == 1
    assert np.array_equal(of_pairs, mask(needs, offers + more))
    assert not table[:, 0].any()
    assert np.array_equal(kinds.table(needs)[0], table)


def test_kinds_keep_only_so_many_answers(monkeypatch):
    monkeypatch.setattr("matchmaker.matching.masks._KEPT_ANSWERS", 2)
    kinds, _ = Kinds().numbered([OfferCard("o")])
    needs = [NeedCard("n", region=region) for region in ("11", "26", None)]
    assert kinds.table(needs)[0].tolist() == [[0, 1]] * 3
    assert len(kinds._kept) <= 2


@given(st.lists(st.text(max_size=5), max_size=20), st.lists(st.text(max_size=5), max_size=8))
def test_a_vocabulary_finds_its_terms_and_no_others(terms, more):
    vocabulary = Vocabulary.of(terms)
    assert [vocabulary[i] for i in range(len(vocabulary))] == sorted(set(terms))
    longer = vocabulary.extended(more)
    names = [longer[i] for i in range(len(longer))]
    assert names == sorted(set(terms)) + sorted(set(more) - set(terms))
    asked = [*terms, *more, "not there"]
    wanted = [names.index(term) if term in names else -1 for term in asked]
    assert longer.positions(asked).tolist() == wanted


def test_terms_of_one_hash_are_told_apart(monkeypatch):
    monkeypatch.setattr("matchmaker.matching.vocabulary._hash", lambda encoded: len(encoded))
    vocabulary = Vocabulary.of(["ab", "cd", "ef", "g"])
    assert vocabulary.positions(["cd", "ef", "g", "xy", "ab"]).tolist() == [1, 2, 3, -1, 0]


def test_a_need_that_differs_in_nothing_but_its_id_has_the_same_row():
    kinds, _ = Kinds().numbered([OfferCard("o")])
    need = NeedCard("a", region="11")
    table, rows = kinds.table([need, replace(need, id="b")])
    assert len(table) == 1 and rows.tolist() == [0, 0]
