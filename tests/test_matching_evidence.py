import unicodedata

import pytest

from matchmaker.matching.cards import NeedCard, OfferCard
from matchmaker.matching.evidence import Evidence, highlights
from matchmaker.matching.glossary import Glossary
from matchmaker.matching.ranker import TfidfRanker

GLOSSARY = Glossary(
    {
        "smart-factory": ["스마트공장", "스마트 팩토리", "smart factory"],
        "paper": ["수기", "작업 지시서", "paper records"],
        "online-sales": ["온라인 판매", "인터넷 판매"],
    },
    {"smart-factory": "smart_factory", "paper": "smart_factory"},
)


def explained(need, offer):
    if isinstance(need, str):
        need = NeedCard("n", body=need)
    if isinstance(offer, str):
        offer = OfferCard("o", body=offer)
    evidence = TfidfRanker(GLOSSARY).fit([offer]).explain(need, offer)
    return {item.term: item for item in evidence}


def test_a_word_is_shown_as_the_need_writes_it():
    found = explained("센서를 찾습니다. New MACHINES", "센서가 있는 machine")
    assert found.keys() == {"센서", "MACHINES"}
    assert found["센서"].need_surface == found["센서"].offer_surface == "센서"
    assert found["MACHINES"].offer_surfaces == ("machine",)
    assert found["MACHINES"].kind == "word"


def test_a_korean_verb_is_shown_in_its_dictionary_form():
    found = explained("온라인에서 팔고 싶다", "인터넷에 팔 물건")
    assert found["팔다"].need_surface == "팔고"


def test_a_concept_shows_both_words_that_met():
    found = explained("스마트 팩토리", "Build a smart factory")
    assert found["스마트 팩토리 ↔ smart factory"].kind == "concept"


def test_two_concepts_that_read_the_same_are_one_item():
    glossary = Glossary({"a": ["출연금", "grant"], "b": ["출연금", "grant"]})
    need, offer = NeedCard("n", body="출연금"), OfferCard("o", body="A grant")
    ranker = TfidfRanker(glossary).fit([offer])
    (item,) = ranker.explain(need, offer)
    assert item.term == "출연금 ↔ grant"
    assert item.share == pytest.approx(ranker.score([need])[0, 0])


def test_a_concept_of_shared_words_is_part_of_these_words():
    found = explained("온라인 판매를 시작", "온라인 판매")
    assert found.keys() == {"온라인", "판매"}
    assert "온라인 판매 ↔ 인터넷 판매" in explained("온라인 판매를 시작", "인터넷 판매")


def test_a_fragment_is_part_of_the_shared_word_that_it_comes_from():
    found = explained("센서", "센서")
    assert found.keys() == {"센서"}


def test_a_fragment_alone_shows_both_words():
    found = explained("스마트공쟝", "스마트공장")
    assert {item.kind for item in found.values()} <= {"gram", "word"}
    assert found["스마트공쟝 ↔ 스마트공장"].kind == "gram" or "스마트" in found


def test_words_that_agree_in_a_letter_at_the_edge_are_listed_together():
    found = explained("동선과 자재와 센서", "동굴, 자두, 센서")
    assert found["동선 · 자재"].kind == "gram"
    assert found["동선 · 자재"].need_surfaces == ()


def test_the_category_is_listed_by_its_name_with_the_words_that_speak_for_it():
    need = NeedCard("n", body="수기로 적습니다")
    offer = OfferCard("o", body="전문가를 보냅니다", category="smart_factory")
    item = explained(need, offer)["스마트공장 · Smart factory"]
    assert item.kind == "category"
    assert item.need_surfaces == ("수기",) and item.offer_surfaces == ()


def test_a_category_in_words_of_ones_own_is_listed_as_typed():
    found = explained(NeedCard("n", category="도자기 공예"), "도자기를 굽는다")
    assert found["도자기 공예"].kind == "category"
    assert found["도자기 공예"].offer_surfaces == ("도자기",)


def test_a_chosen_category_answers_an_offer_that_names_it_in_words():
    found = explained(NeedCard("n", category="smart_factory"), "스마트공장 구축")
    assert found.keys() == {"스마트공장 · Smart factory"}


def test_nothing_shared_is_no_evidence():
    assert explained("꽃", "센서") == {}


def evidence(*pairs, kind="word"):
    return [Evidence(need[0], 0.1, kind, need, offer) for need, offer in pairs]


@pytest.mark.parametrize(
    ("text", "surfaces", "marked"),
    [
        ("센서를 찾는 센서 회사", ["센서"], ["센서", "센서"]),
        ("스마트공장", ["공장"], ["공장"]),
        ("자금과 금", ["금"], ["금"]),
        ("AI for retail", ["AI"], ["AI"]),
        ("A retail AIR, ai", ["AI"], ["ai"]),
        ("Smart  factory smart", ["smart factory", "smart"], ["Smart  factory", "smart"]),
        ("R&D (R&D)", ["R&D"], ["R&D", "R&D"]),
        ("공장", ["스마트공장"], []),
        ("", ["공장"], []),
        ("공장", [""], []),
    ],
)
def test_words_are_marked_whole(text, surfaces, marked):
    items = evidence(*(((surface,), ()) for surface in surfaces))
    assert [text[start:end] for start, end, _ in highlights(text, items, "need")] == marked


def test_marks_name_the_item_and_the_side_and_do_not_overlap():
    items = evidence((("공장",), ("factory",)), (("스마트공장", "수기"), ()))
    assert highlights("스마트공장과 공장, 수기", items, "need") == [
        (0, 5, 1),
        (7, 9, 0),
        (11, 13, 1),
    ]
    assert highlights("스마트공장과 공장, factory", items, "offer") == [(11, 18, 0)]


@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKD"])
def test_marks_stand_in_the_text_as_it_was_typed(form):
    text = unicodedata.normalize(form, "①번 센서를, é 공장")
    found = highlights(text, evidence((("센서",), ()), (("공장",), ())), "need")
    marked = [unicodedata.normalize("NFC", text[start:end]) for start, end, _ in found]
    assert marked == ["센서", "공장"]


def test_the_marks_of_real_evidence_cover_every_surface():
    need = NeedCard("n", body="스마트 팩토리 도입, 센서 자재")
    offer = OfferCard("o", body="smart factory와 센서를 도입")
    found = TfidfRanker(GLOSSARY).fit([offer]).explain(need, offer)
    marked = {need.body[start:end] for start, end, _ in highlights(need.body, found, "need")}
    assert marked == {"스마트 팩토리", "도입", "센서"}
