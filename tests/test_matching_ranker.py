import os
import pickle
import subprocess
import sys
import unicodedata
from dataclasses import replace
from datetime import date
from math import log, log1p, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from matchmaker.matching.cards import NeedCard, OfferCard
from matchmaker.matching.glossary import Glossary
from matchmaker.matching.ranker import TfidfRanker

OFFERS = [
    OfferCard(
        "factory",
        title="스마트공장 구축\nSmart factory",
        body="중소 제조기업에 전문가를 보내 MES와 자동화 설비를 도입하도록 돕는다.",
        category="smart_factory",
        eligibility="제조 중소기업",
        organisation="가온전자",
    ),
    OfferCard(
        "online",
        title="온라인 창업 교육",
        body="처음 온라인으로 옮겨 가는 소상공인에게 상품 촬영과 판매를 가르친다.",
        category="training",
        industry_text="소매업",
    ),
    OfferCard("retail", title="Retail finance", body="Loans for retailers in Australia. 자금 대출"),
    OfferCard(
        "export", title="수출 지원", body="해외 바이어를 만날 전시회에 나간다.", extra="Export"
    ),
    OfferCard("empty"),
]
NEED = NeedCard(
    "n",
    title="공장을 자동화하고 싶습니다",
    body="수기 작업 지시서 때문에 불량이 많습니다. 엠이에스를 도입하려 합니다.",
    category="smart_factory",
    industry_text="금속 가공",
)
TEXTS = st.text(
    alphabet=st.sampled_from("스마트공장온라인판매수출자금금을이가 MESAIretailloan5G.,!🙂\n"),
    max_size=60,
)
NEEDS = st.builds(
    NeedCard,
    id=st.text("abc", min_size=1, max_size=3),
    title=TEXTS,
    body=TEXTS,
    category=st.sampled_from([None, "", "smart_factory", "training", "공예"]),
    industry_text=TEXTS,
)


@pytest.fixture(scope="module")
def ranker():
    return TfidfRanker().fit(OFFERS)


def score(ranker, *needs):
    return ranker.score(list(needs))


def test_the_score_of_a_small_case_is_the_formula_by_hand():
    offers = [OfferCard("a", body="도자기 도자기 유리"), OfferCard("b", body="유리 그릇")]
    ranker = TfidfRanker(Glossary({}), grams=0, latin_grams=0).fit(offers)
    found = ranker.score([NeedCard("n", body="도자기 유리 유리 목공")])[0]

    def idf(held_by):  # of 2 offers and 100 background texts, one of which holds every term
        return log1p((102 - held_by - 1 + 0.5) / (held_by + 1 + 0.5))

    def offered(rarity, times, length):
        return rarity * times / (times + 1.2 * (0.5 + 0.5 * length / 2.5))

    pottery, glass, wood = idf(1), idf(2), idf(0)
    wants = {"도자기": sqrt(pottery), "유리": (1 + log(2)) * sqrt(glass), "목공": sqrt(wood)}
    most = wants["도자기"] * pottery + wants["유리"] * glass + 0.35 * wants["목공"] * wood
    first = wants["도자기"] * offered(pottery, 2, 3) + wants["유리"] * offered(glass, 1, 3)
    second = wants["유리"] * offered(glass, 1, 2)
    assert found == pytest.approx([first / most, second / most], rel=1e-6)


def test_the_right_offer_comes_first_in_either_language(ranker):
    english = NeedCard("e", body="We sell nothing on the internet yet and want to learn it.")
    assert ranker.rank([NEED])[0][0].id == "factory"
    assert ranker.rank([english])[0][0].id == "online"


def test_a_typing_error_or_a_space_does_not_hide_an_offer(ranker):
    for text in ("스마트 팩토리 엠이에스", "스마트공장을", "smart factry", "스마트공쟝"):
        assert ranker.rank([NeedCard("n", body=text)])[0][0].id == "factory", text


@pytest.mark.parametrize("text", ["AI", "금", "금을 사고 싶다", "US"])
def test_short_words_do_not_score_inside_longer_ones(ranker, text):
    assert score(ranker, NeedCard("n", body=text))[0, OFFERS.index(OFFERS[2])] == 0


@given(st.lists(NEEDS, min_size=1, max_size=4))
@settings(max_examples=60, deadline=None)
def test_scores_lie_between_zero_and_one_and_do_not_depend_on_the_other_needs(needs):
    ranker = fitted()
    together = ranker.score(needs)
    assert together.dtype == np.float64 and together.shape == (len(needs), len(OFFERS))
    assert ((together >= 0) & (together < 1)).all()
    alone = np.concatenate([ranker.score([need]) for need in reversed(needs)])[::-1]
    assert np.array_equal(together, alone)


def fitted(_kept=[]):  # noqa: B006  (Hypothesis takes no module fixture)
    if not _kept:
        _kept.append(TfidfRanker().fit(OFFERS))
    return _kept[0]


@given(NEEDS)
@settings(max_examples=100, deadline=None)
def test_the_evidence_adds_up_to_the_score(need):
    ranker = fitted()
    scores = ranker.score([need])[0]
    for offer, total in zip(OFFERS, scores, strict=True):
        evidence = ranker.explain(need, offer)
        assert sum(item.share for item in evidence) == pytest.approx(total, abs=1e-12)
        assert all(item.share > 0 for item in evidence)
        assert evidence == sorted(evidence, key=lambda item: (-item.share, item.term))
        assert len({item.term for item in evidence}) == len(evidence)


@given(NEEDS)
@settings(max_examples=30, deadline=None)
def test_unicode_forms_of_a_need_get_the_same_scores(need):
    apart = replace(need, body=unicodedata.normalize("NFD", need.body))
    composed = replace(need, body=unicodedata.normalize("NFC", need.body))
    assert np.array_equal(*(fitted().score([each]) for each in (apart, composed)))


def test_the_order_of_the_offers_changes_nothing(ranker):
    backwards = TfidfRanker().fit(OFFERS[::-1])
    assert np.array_equal(score(ranker, NEED)[0], score(backwards, NEED)[0][::-1])
    assert ranker.rank([NEED]) == backwards.rank([NEED])


@pytest.mark.parametrize("text", ["", "  ", "?!…", "🙂", "3", "\u200f"])
def test_a_text_without_words_finds_nothing(ranker, text):
    need = NeedCard("n", title=text, body=text)
    assert not score(ranker, need).any()
    assert ranker.rank([need]) == [[]]
    assert ranker.explain(need, "factory") == []


def test_a_need_of_unknown_words_alone_scores_nothing_where_they_do_not_count():
    offers = [OfferCard("a", body="스마트공장 구축")]
    scores = TfidfRanker(unknown=0.0).fit(offers).score([NeedCard("n", body="zzyzx qwrtp")])
    assert scores.tolist() == [[0.0]]


def test_words_that_no_offer_knows_lower_the_score(ranker):
    plain = NeedCard("n", body="온라인 판매")
    longer = replace(plain, body="온라인 판매 돌고래 추진기")
    assert 0 < score(ranker, longer)[0, 1] < score(ranker, plain)[0, 1]


def test_a_text_said_in_both_languages_is_not_a_longer_one():
    korean = OfferCard("a", body="온라인 판매를 가르친다")
    both = replace(korean, extra="We teach selling on the internet")
    need = NeedCard("n", body="온라인 판매")
    assert score(TfidfRanker(Glossary({})).fit([korean]), need)[0, 0] == pytest.approx(
        score(TfidfRanker(Glossary({})).fit([both]), need)[0, 0], rel=0.02
    )


def test_an_offer_that_may_not_be_taken_leaves_its_place_to_the_next(ranker):
    eligible = np.array([[offer.id != "factory" for offer in OFFERS]])
    full = [match.id for match in ranker.rank([NEED], top=2)[0]]
    masked = [match.id for match in ranker.rank([NEED], top=2, eligible=eligible)[0]]
    assert full[0] == "factory" and "factory" not in masked and masked[0] == full[1]


def test_equal_scores_are_ordered_by_id_also_where_the_list_is_cut():
    offers = [OfferCard(id_, body="온라인 판매") for id_ in ("b", "10", "9", "a")]
    ranker = TfidfRanker().fit(offers)
    need = NeedCard("n", body="판매")
    for top in (1, 2, 3, 4, 9, None):
        assert [m.id for m in ranker.rank([need], top=top)[0]] == ["10", "9", "a", "b"][:top]


def test_an_offer_has_its_list_of_needs(ranker):
    needs = [NEED, NeedCard("b", body="공장"), NeedCard("a", body="공장"), NeedCard("x", body="꽃")]
    matches = ranker.rank_needs(needs, "factory")
    assert [match.id for match in matches] == ["a", "b", "n"]
    assert [match.score for match in matches] == sorted((m.score for m in matches), reverse=True)
    for match in matches:
        need = next(need for need in needs if need.id == match.id)
        assert match.score == score(ranker, need)[0, 0]
    allowed = np.array([need.id != "n" for need in needs])
    assert "n" not in {m.id for m in ranker.rank_needs(needs, "factory", eligible=allowed)}
    assert len(ranker.rank_needs(needs, "factory", top=1)) == 1
    assert ranker.rank_needs([], "factory") == []


def test_needs_are_ranked_in_chunks_of_any_size(ranker, monkeypatch):
    needs = [replace(NEED, id=str(i)) for i in range(5)]
    eligible = np.ones((5, len(OFFERS)), dtype=bool)
    whole = ranker.rank(needs, eligible=eligible)
    monkeypatch.setattr("matchmaker.matching.answers._CHUNK", 2)
    assert ranker.rank(needs, eligible=eligible) == whole
    assert len(ranker.rank_needs(needs, "factory")) == 5


def test_what_is_kept_about_offers_is_bounded(monkeypatch):
    ranker = TfidfRanker().fit(OFFERS)
    whole = ranker.explain_all(NEED, OFFERS)
    monkeypatch.setattr("matchmaker.matching.explainer.KEPT_OFFERS", 1)
    fresh = TfidfRanker().fit(OFFERS)
    assert fresh.explain_all(NEED, OFFERS) == whole
    assert len(fresh._explainer._kept) == 1


def test_without_offers_every_list_is_empty():
    ranker = TfidfRanker().fit([])
    assert ranker.rank([NEED]) == [[]]
    assert ranker.score([NEED]).shape == (1, 0)
    assert ranker.rank([]) == []
    assert TfidfRanker().fit(OFFERS).score([]).shape == (0, len(OFFERS))


def test_offers_without_words_are_fitted_and_never_found():
    assert TfidfRanker().fit([OfferCard("a"), OfferCard("b", body="!")]).rank([NEED]) == [[]]


def test_unknown_and_doubled_ids_are_errors(ranker):
    with pytest.raises(ValueError, match="same id"):
        TfidfRanker().fit([OfferCard("a"), OfferCard("a")])
    with pytest.raises(KeyError):
        ranker.explain(NEED, "nowhere")
    with pytest.raises(KeyError):
        ranker.rank_needs([NEED], "nowhere")
    for call in (ranker.rank, ranker.score):
        with pytest.raises(NotFittedError):
            getattr(TfidfRanker(), call.__name__)([NEED])


def test_the_version_changes_with_whatever_decides_a_score(ranker):
    versions = {
        ranker.version,
        TfidfRanker(grams=0.3).version,
        TfidfRanker(Glossary({"a": ["판매"]})).version,
    }
    assert len(versions) == 3
    assert TfidfRanker().version == ranker.version


def test_the_input_hash_changes_with_every_fact_of_both_cards(ranker):
    offer = OFFERS[0]
    hashes = {
        ranker.input_hash(NEED, offer),
        ranker.input_hash(replace(NEED, region="11"), offer),
        ranker.input_hash(NEED, replace(offer, sizes=frozenset({"small"}))),
        ranker.input_hash(NEED, replace(offer, sizes=frozenset({"small", "micro"}))),
        ranker.input_hash(NEED, replace(offer, closes_on=date(2026, 6, 30))),
        TfidfRanker(k1=1).fit(OFFERS).input_hash(NEED, offer),
    }
    assert len(hashes) == 6
    again = replace(NEED, traits=frozenset(NEED.traits))
    assert ranker.input_hash(again, offer) == ranker.input_hash(NEED, offer)


def test_a_ranker_is_an_estimator_and_can_be_stored(ranker):
    assert clone(TfidfRanker(grams=0.3)).get_params()["grams"] == 0.3
    ranker.explain(NEED, "factory")
    copy = pickle.loads(pickle.dumps(ranker))  # noqa: S301
    assert copy.rank([NEED]) == ranker.rank([NEED])
    assert copy.explain(NEED, "factory") == ranker.explain(NEED, "factory")


def test_another_process_with_another_hash_seed_finds_the_same():
    code = (
        "from tests.test_matching_ranker import NEED, fitted\n"
        "ranker = fitted()\n"
        "print(ranker.rank([NEED]), ranker.explain(NEED, 'factory'), ranker.version)"
    )
    run = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"PYTHONHASHSEED": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    ranker = fitted()
    mine = f"{ranker.rank([NEED])} {ranker.explain(NEED, 'factory')} {ranker.version}"
    assert run.stdout.strip() == mine
