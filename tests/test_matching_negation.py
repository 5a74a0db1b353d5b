"""What a text declines, and what only sounds like it."""

import unicodedata

import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from matchmaker.matching.cards import NeedCard, OfferCard
from matchmaker.matching.negation import declined, given, wanted
from matchmaker.matching.ranker import TfidfRanker

DECLINED = [
    ("온라인은 필요 없다. 동네 매장 진열과 상품 구성을 봐 줄 사람이 필요하다.", ["온라인은"]),
    ("온라인 판매는 필요없어요.", ["온라인 판매는"]),
    ("대출 말고 투자를 받고 싶습니다.", ["대출"]),
    ("자금이 아니라 판로를 찾습니다.", ["자금이"]),
    ("온라인은 원하지 않습니다.", ["온라인은"]),
    ("로봇을 들일 생각은 없습니다.", ["로봇을 들일"]),
    ("외국인 채용은 제외하고 청년을 뽑고 싶습니다.", ["외국인 채용은"]),
    ("대출 대신 투자를 원합니다.", ["대출"]),
    ("광고 빼고 진열만 봐 주세요.", ["광고"]),
    ("챗봇 같은 건 필요 없고 해커 막는 것만 급합니다.", ["챗봇 같은 건"]),
    ("연구비 지원은 원하지 않습니다.", ["연구비 지원은"]),
    ("이름은 안 바꿔도 됩니다.", ["이름은"]),
    ("온라인 판매에는 관심이 없고 동네 장사를 합니다.", ["온라인 판매에는"]),
    ("대출은 받고 싶지 않습니다.", ["대출은 받"]),
    ("대출은 싫어요.", ["대출은"]),
    ("융자가 아닌 투자를 찾습니다.", ["융자가"]),
    ("대출보다는 투자를 원합니다.", ["대출"]),
    ("컨설팅은 됐고 자금이 필요해요.", ["컨설팅은"]),
    ("로고는 그대로 두고 상자만 바꾸고 싶다.", ["로고는"]),
    (
        "해외 전시회나 상담회가 아니라 외국 쇼핑몰에서 바로 팔고 싶습니다.",
        ["해외 전시회나 상담회가"],
    ),
    ("인터넷에서 파는 것 말고 가게에서 잘 팔고 싶어요.", ["인터넷에서 파는 것"]),
    ("우리는 대출이 아니라 보증이 필요합니다.", ["대출이"]),
    ("사람을 더 뽑을 필요는 없습니다.", ["사람을 더 뽑을"]),
    (
        "No online sales wanted. Somebody should look at shelving and range of the shop.",
        ["online sales"],
    ),
    ("We are not looking for a loan but for investment.", ["a loan"]),
    ("A young firm looking for investment, not a loan.", ["loan"]),
    ("Help with the store without selling online.", ["selling online"]),
    ("We don't need chatbots, only protection from hackers, and fast.", ["chatbots"]),
    (
        "No selling on the internet, please. Help us make the store look better.",
        ["selling on the internet"],
    ),
    ("We do not want robots. With the people we have, the flow should get better.", ["robots"]),
    (
        "Not trade meetings with buyers: we want to sell directly through foreign web shops.",
        ["trade meetings with buyers"],
    ),
    ("We want to hire young people who live nearby, except foreign workers.", ["foreign workers"]),
    (
        "Keep the logo as it is; just the box should be prettier. No new name needed.",
        ["the logo", "new name"],
    ),
    ("Training instead of money, please.", ["money"]),
    ("We would rather hire than automate; robots are not needed.", ["robots"]),
    ("I don't want to borrow money.", ["borrow money"]),
]
# What is missing is what a firm needs; others may not want something; a question is no refusal.
NOT_DECLINED = [
    "손님이 없다.",
    "돈이 없어요.",
    "인력이 부족하고 일할 사람이 없습니다.",
    "홈페이지가 아직 없어요.",
    "담보가 없어도 빌릴 수 있나요?",
    "담보가 필요 없는 대출을 찾습니다.",
    "직원을 뽑을 필요가 없도록 자동화하고 싶다.",
    "대출뿐 아니라 투자도 필요하다.",
    "홍보 말고도 진열이 필요하다.",
    "청년들이 우리 공장에 관심이 없어요.",
    "손님들이 비닐 포장을 원하지 않아요.",
    "지원 대상에서 제외됐어요.",
    "사업 계획이 없어서 막막합니다.",
    "아직 온라인 판매는 안 하고 있어요.",
    "매출이 오르지 않습니다.",
    "밤마다 식구들이 보내는데 누가 대신 보내 줬으면 좋겠어요.",
    "기계가 돌지 않는다.",
    "어떻게 해야 할지 모르겠어요.",
    "손님이 찾지 않는 골목입니다.",
    "사람을 구할 수 없어요.",
    "No customers since spring.",
    "We have no website yet.",
    "We can't find workers.",
    "There is no room on any ship.",
    "Nobody knows our shop.",
    "We do not know how to export.",
    "We cannot get a loan without collateral.",
    "Young people do not want to work in our plant.",
    "Customers don't want plastic packaging.",
    "The machine is not working.",
    "Not only loans but also advice is needed.",
    "We are not able to read the contract.",
    "No one applies for our jobs.",
    "Not getting enough orders.",
]
EXCLUDED = [
    ("부산 지역은 제외합니다. 음식점은 지원 대상이 아닙니다.", ["부산 지역은", "음식점은 지원"]),
    ("유흥업은 지원하지 않습니다.", ["유흥업은"]),
    ("시설자금은 제외.", ["시설자금은"]),
    ("도박업은 신청이 제한됩니다.", ["도박업은 신청이"]),
    ("The loan does not cover exports.", ["exports"]),
    ("Open to all shops except restaurants.", ["restaurants"]),
    ("Real-estate firms are not eligible.", ["Real-estate firms"]),
]
NOT_EXCLUDED = [
    "담보가 필요 없습니다.",
    "수수료를 받지 않습니다.",
    "신청은 소상공인으로 제한합니다.",
    "No commission is taken.",
    "We pay without collateral.",
    "비용은 들지 않습니다.",
]


@pytest.mark.parametrize(("text", "phrases"), DECLINED)
def test_a_need_declines(text, phrases):
    assert [text[start:end].strip() for start, end in declined(text)] == phrases


@pytest.mark.parametrize("text", NOT_DECLINED)
def test_a_need_declines_nothing(text):
    assert declined(text) == []
    assert wanted(text) is text


@pytest.mark.parametrize(("text", "phrases"), EXCLUDED)
def test_an_offer_excludes(text, phrases):
    assert [text[start:end].strip() for start, end in declined(text, "offer")] == phrases


@pytest.mark.parametrize("text", NOT_EXCLUDED)
def test_an_offer_excludes_nothing(text):
    assert given(text) is text


def test_positions_stay():
    text = "온라인은 필요 없다. 매장 진열을 봐 주세요."
    assert wanted(text) == "     필요 없다. 매장 진열을 봐 주세요."


@pytest.mark.parametrize(("text", "_"), DECLINED)
def test_both_encodings_of_a_text_decline_the_same(text, _):
    assert wanted(unicodedata.normalize("NFD", text)) == wanted(text)


@for_all(
    st.text(max_size=80) | st.lists(st.sampled_from(" ".join(NOT_DECLINED).split())).map(" ".join)
)
@settings(max_examples=60, deadline=None)
def test_any_text_is_blanked_once_and_keeps_its_length(text):
    for side in (wanted, given):
        blanked = side(text)
        plain = unicodedata.normalize("NFKC", text)
        assert blanked is text or len(blanked) == len(plain)


@pytest.fixture(scope="module")
def ranker():
    return TfidfRanker().fit(
        [
            OfferCard("online", title="온라인 판매 지원", body="온라인 쇼핑몰 입점을 돕는다."),
            OfferCard("shop", title="매장 진열 지도", body="매장 진열과 상품 구성을 봐 준다."),
            OfferCard("loan", title="Loans", body="Cheap loans. It does not cover exports."),
        ]
    )


@pytest.mark.parametrize(
    ("text", "without"),
    [
        ("매장 진열을 봐 주세요. 온라인은 필요 없다.", "매장 진열을 봐 주세요."),
        ("매장 진열을 봐 주세요. 온라인 판매 말고요.", "매장 진열을 봐 주세요."),
        ("Look at our shop. No online sales wanted.", "Look at our shop."),
    ],
)
def test_what_is_declined_counts_nothing(ranker, text, without):
    """Neither for an offer that has the word nor against one."""
    said, unsaid = NeedCard("a", body=text), NeedCard("b", body=without)
    assert (
        ranker.score([said])[0].round(12).tolist() == ranker.score([unsaid])[0].round(12).tolist()
    )
    assert all("온라인" not in e.term for e in ranker.explain(said, "online"))


def test_what_an_offer_excludes_does_not_find_it(ranker):
    assert ranker.score([NeedCard("n", body="exports")])[0].max() == 0
    assert ranker.score([NeedCard("n", body="cheap loans")])[0].argmax() == 2


def test_a_need_that_only_declines_finds_nothing(ranker):
    assert ranker.score([NeedCard("n", body="온라인 판매는 필요 없다.")])[0].max() == 0
