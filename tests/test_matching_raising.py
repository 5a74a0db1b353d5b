"""What would raise a score: the gain that is promised is the gain that comes."""

from dataclasses import replace

import pytest

from matchmaker.matching.cards import NeedCard, OfferCard
from matchmaker.matching.glossary import Glossary
from matchmaker.matching.raising import missing_from_need, missing_from_offer
from matchmaker.matching.ranker import TfidfRanker

GLOSSARY = Glossary(
    {
        "erp": ["전사 자원 관리", "ERP"],
        "stock": ["재고 관리", "stock control"],
        "rare": ["자율주행", "self-driving"],
        "general": ["작업", "work"],
    },
    {"erp": "smart_factory", "stock": "smart_factory", "rare": "technology_rd"},
)
OFFERS = [
    OfferCard("a", title="ERP 구축", body="작업 지시와 재고 관리 전산화를 돕습니다."),
    OfferCard("b", title="공장 전산화", body="작업 지시를 전산으로 옮기고 ERP 도입을 돕습니다."),
    OfferCard("c", title="작업 지시 개선", body="ERP 교육과 자율주행 체험."),
    OfferCard("d", title="사진 촬영", body="상품 사진을 찍어 드립니다."),
]
NEED = NeedCard("n", title="작업 지시를 전산으로", body="종이로 적는 작업 지시를 바꾸고 싶습니다.")


@pytest.fixture(scope="module")
def ranker():
    return TfidfRanker(GLOSSARY).fit(OFFERS)


def test_what_fitting_offers_share_is_named_in_both_languages(ranker):
    [found] = missing_from_need(ranker, NEED, ["a", "b", "c"])
    assert (found.labels, found.shared_by) == (("전사 자원 관리", "ERP"), 3)
    assert found.gain > 0


def test_saying_it_raises_the_scores_at_least_by_the_gain(ranker):
    [found] = missing_from_need(ranker, NEED, ["a", "b", "c"])
    said = replace(NEED, body=f"{NEED.body} {found.labels[1]}")
    before, after = ranker.score([NEED, said])[:, :3]
    assert (after - before).mean() >= found.gain - 1e-9


def test_what_one_offer_alone_says_is_not_asked_of_a_firm(ranker):
    words = [s for each in missing_from_need(ranker, NEED, ["a", "b", "c"]) for s in each.labels]
    assert "자율주행" not in words
    assert "재고 관리" not in words


def test_what_is_said_in_other_words_is_not_missing(ranker):
    said = replace(NEED, body=f"{NEED.body} 전사 자원 관리도 필요합니다.")
    assert missing_from_need(ranker, said, ["a", "b", "c"]) == []


def test_a_concept_of_no_kind_of_help_is_no_advice(ranker):
    need = replace(NEED, title="지시를 전산으로", body="종이로 적는 지시를 바꾸고 싶습니다.")
    words = [s for each in missing_from_need(ranker, need, ["a", "b", "c"]) for s in each.labels]
    assert "작업" not in words


def test_nothing_is_missing_where_nothing_fits(ranker):
    assert missing_from_need(ranker, NEED, []) == []
    assert missing_from_offer(ranker, "d", []) == []


def test_an_offer_learns_what_its_needs_share(ranker):
    needs = [
        NeedCard("1", title="작업 지시와 재고 관리", body="재고 관리가 안 됩니다."),
        NeedCard("2", title="stock control and orders", body="We want stock control."),
        NeedCard("3", title="작업 지시", body="자율주행"),
    ]
    [found] = missing_from_offer(ranker, "b", needs)
    assert found.labels == ("재고 관리", "stock control")
    assert found.shared_by == 2


def test_at_most_three_are_named():
    names = [f"c{n}" for n in range(6)]
    glossary = Glossary(
        {name: [f"word{name[1:]}x"] for name in names}, dict.fromkeys(names, "training")
    )
    text = " ".join(f"word{n}x" for n in range(6))
    offers = [OfferCard(id_, title="factory", body=text) for id_ in "ab"]
    ranker = TfidfRanker(glossary).fit([*offers, OfferCard("z", title="bakery")])
    found = missing_from_need(
        ranker, NeedCard("n", "factory", "seven unheard tales of old"), ["a", "b"]
    )
    assert len(found) == 3
