"""Several needs in one text."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.quality import need_card, offer_cards, read
from matchmaker.matching.cards import NeedCard
from matchmaker.matching.glossary_files import load_glossary
from matchmaker.matching.parts import needs_in
from matchmaker.matching.ranker import TfidfRanker


def texts(body, **facts):
    return [part.text for part in needs_in(NeedCard("n", body=body, **facts), load_glossary())]


@pytest.mark.parametrize(
    ("body", "parts"),
    [
        (
            "운영자금이 급하고, 온라인 판매도 시작하고 싶다.",
            ["운영자금이 급하고", "온라인 판매도 시작하고 싶다."],
        ),
        (
            "Working capital is urgent, and online sales should begin as well.",
            ["Working capital is urgent", "and online sales should begin as well."],
        ),
        (
            "직원을 뽑고 싶습니다. 또 전기료를 줄여야 합니다.",
            ["직원을 뽑고 싶습니다.", "또 전기료를 줄여야 합니다."],
        ),
        (
            "특허를 내고 싶고 투자자도 만나고 싶다.",
            ["특허를 내고 싶고", "투자자도 만나고 싶다."],
        ),
        (
            "우리는 두부를 만듭니다. 대출이 필요합니다. 그리고 수출도 하고 싶어요. 미국으로요.",
            [
                "우리는 두부를 만듭니다. 대출이 필요합니다.",
                "그리고 수출도 하고 싶어요. 미국으로요.",
            ],
        ),
    ],
)
def test_two_needs_are_two_parts(body, parts):
    assert texts(body) == parts


@pytest.mark.parametrize(
    "body",
    [
        "",
        "손님이 끊겨서 매출이 줄었다. 온라인으로 팔고 싶다.",
        "로봇을 도입하고 싶습니다. 협동로봇이면 좋겠고, 설치도 도와주세요.",
        "온라인은 필요 없다. 동네 매장 진열과 상품 구성을 봐 줄 사람이 필요하다.",
        "대출이 필요합니다.",
        "We need a loan. A loan at a low rate would be best.",
    ],
)
def test_one_need_is_one_part_with_the_card_itself(body):
    card = NeedCard("n", body=body, category="loan_guarantee")
    [part] = needs_in(card, load_glossary())
    assert part.card is card


def test_the_category_stays_with_the_part_that_speaks_of_it():
    card = NeedCard(
        "n", body="대출이 급하고, 특허도 내고 싶다.", category="ip_finance", region="26"
    )
    first, second = needs_in(card, load_glossary())
    assert (first.card.category, second.card.category) == (None, "ip_finance")
    assert (first.card.region, first.card.id, second.card.id) == ("26", "n/1", "n/2")


def test_each_part_finds_its_own_best_offer():
    ranker = TfidfRanker().fit(offer_cards())
    card = need_card(next(r for r in read("needs") if r["id"] == "x04"), "ko", facts=False)
    owner = {offer.id: offer for offer in ranker.offers_}
    lists = [
        [owner[match.id] for match in ranker.rank([part.card], top=3)[0]] for part in needs_in(card)
    ]
    assert {offer.category for offer in lists[0]} == {"loan_guarantee"}
    assert {"naver", "visa-shopify"} == {offer.organisation_id for offer in lists[1]}


def test_few_labelled_needs_are_taken_apart():
    """All but x04 were written as one need."""
    bodies = [
        r[f"body_{lang}"] for r in read("needs") for lang in ("ko", "en") if r.get(f"body_{lang}")
    ]
    assert sum(len(texts(body)) > 1 for body in bodies) <= 5


PIECES = st.sampled_from(
    [
        "대출이 필요하고, ",
        "특허를 내고 싶다. ",
        "로봇이 급하다; ",
        "And we need staff. ",
        "🙂\n",
        "또 ",
    ]
)


@given(st.lists(PIECES | st.text(max_size=20), max_size=8).map("".join))
@settings(max_examples=60, deadline=None)
def test_any_text_has_parts_and_nothing_of_it_is_lost(body):
    parts = texts(body)
    assert 1 <= len(parts) <= 4
    if len(parts) > 1:
        assert "".join("".join(parts).split()).count("대출") == body.count("대출")
