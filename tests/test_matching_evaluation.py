from math import isnan, log2

import numpy as np
import pytest

from matchmaker.matching import evaluation
from matchmaker.matching.cards import NeedCard, OfferCard

SCORES = np.array([[0.9, 0.5, 0.1, 0.0], [0.2, 0.2, 0.3, 0.1], [0.5, 0.4, 0.3, 0.2]])
RIGHT = np.array([[0, 1, 0, 1], [0, 1, 0, 0], [0, 0, 0, 0]], dtype=bool)


def test_measures_of_a_small_case_are_those_by_hand():
    # First row: right at place 2, the other not listed; second: place 3 (tie by column).
    assert evaluation.success_at(SCORES, RIGHT, 1) == 0
    assert evaluation.success_at(SCORES, RIGHT, 2) == 0.5
    assert evaluation.success_at(SCORES, RIGHT, 3) == 1
    assert evaluation.mean_reciprocal_rank(SCORES, RIGHT) == pytest.approx((1 / 2 + 1 / 3) / 2)
    assert evaluation.recall_at(SCORES, RIGHT, 2) == pytest.approx((1 / 2 + 0) / 2)
    first = (1 / log2(3)) / (1 + 1 / log2(3))
    assert evaluation.ndcg_at(SCORES, RIGHT, 10) == pytest.approx((first + 1 / log2(4)) / 2)
    assert evaluation.mean_average_precision(SCORES, RIGHT) == pytest.approx((1 / 4 + 1 / 3) / 2)


def test_what_is_not_listed_is_not_found():
    right = np.array([[False, True]])
    assert evaluation.mean_reciprocal_rank(np.array([[1.0, 0.0]]), right) == 0
    assert evaluation.success_at(np.array([[1.0, 0.0]]), right, 5) == 0


def test_without_anything_relevant_there_is_no_measure():
    nothing = np.zeros_like(RIGHT)
    assert isnan(evaluation.success_at(SCORES, nothing, 1))


def test_five_offers_of_one_company_are_one_answer():
    best, names = evaluation.by_company(SCORES, ["b", "a", "b", "a"])
    assert names == ["a", "b"]
    assert best.tolist() == [[0.5, 0.9], [0.2, 0.3], [0.4, 0.5]]
    best, names = evaluation.by_company(np.zeros((2, 0)), [])
    assert names == [] and best.shape == (2, 0)


def test_the_random_baseline_is_the_same_for_the_same_ids():
    needs, offers = [NeedCard("a"), NeedCard("b")], [OfferCard("x"), OfferCard("y")]
    ranker = evaluation.RandomRanker(seed=1).fit(offers)
    scores = ranker.score(needs)
    assert scores.shape == (2, 2) and ((scores > 0) & (scores < 1)).all()
    assert np.array_equal(ranker.score(needs[::-1])[::-1], scores)
    assert not np.array_equal(evaluation.RandomRanker(seed=2).fit(offers).score(needs), scores)
    assert ranker.score([]).shape == (0, 2)


def test_the_word_baseline_counts_shared_words():
    offers = [OfferCard("x", title="온라인 판매"), OfferCard("y", body="Sales")]
    ranker = evaluation.SharedWordsRanker().fit(offers)
    needs = [NeedCard("a", title="온라인", body="판매 sales"), NeedCard("b")]
    assert ranker.score(needs).tolist() == [[2 / 3, 1 / 3], [0, 0]]
    assert ranker.score([]).shape == (0, 2)


def test_grades_weigh_the_gain():
    grades = np.array([[3, 1, 0]])
    best, worst = np.array([[0.9, 0.5, 0.1]]), np.array([[0.1, 0.5, 0.9]])
    assert evaluation.ndcg_at(best, grades, 10) == pytest.approx(1)
    ideal = 7 + 1 / np.log2(3)
    assert evaluation.ndcg_at(worst, grades, 10) == pytest.approx((1 / np.log2(3) + 7 / 2) / ideal)
    assert evaluation.ndcg_at(worst, grades, 1) == 0
    assert evaluation.ndcg_at(best, grades > 0, 10) == pytest.approx(1)
