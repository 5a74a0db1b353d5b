"""Anyone finds and reads published offers, by words and by what is open to a firm."""

from datetime import timedelta

import pytest

from matchmaker.db import db, utcnow
from matchmaker.matching.eligibility import refusals
from matchmaker.needs.cards import need_card
from matchmaker.offers.cards import offer_card
from matchmaker.offers.models import Offer
from matchmaker.offers.search import found

from .counting import statements
from .factories import make_account, make_need, make_offer, make_organisation

TODAY = utcnow().date()


def titles(page):
    return [word for word in page.words if word.startswith("지원하는 일")]


def test_only_published_offers_of_approved_companies(app, browser):
    make_offer(title="지원하는 일 하나")
    make_offer(title="지원하는 일 초안", stage="draft", published_at=None)
    make_offer(title="지원하는 일 멈춤", stage="paused")
    make_offer(title="지원하는 일 닫힘", stage="closed", closed_at=utcnow())
    make_offer(title="지원하는 일 지남", closes_on=TODAY - timedelta(days=2))
    suspended = make_organisation("company", approval="suspended")
    hidden = make_offer(title="지원하는 일 정지", organisation=suspended)
    page = browser.get("/offers")
    assert titles(page) == ["지원하는 일 하나"]
    assert "지원 1건" in page.text
    browser.get(f"/offers/{hidden.id}", 404)


@pytest.mark.parametrize(
    ("query", "hits"),
    [
        ("로봇", 1), ("로봇 스토어", 0), ("스토어 온라인", 1), ("ROBOT", 1), ("네이버", 1),
        ("100%", 1), ("10_%", 0), ("", 3), ("   ", 3), ("'; DROP TABLE offer; --", 0),
        ("x" * 5000, 0), ("\x00로봇", 1), ("ㅎㅏㄴ", 0), ("👩‍🔧", 0), ("\\", 0),
    ],
)  # fmt: skip
def test_words(app, browser, query, hits):
    naver = make_organisation("company", name="네이버", name_en="Naver")
    make_offer(title="협동 로봇", title_en="Robots", text="로봇을 함께 들입니다. 100% 지원")
    make_offer(title="온라인 스토어", text="온라인에서 파는 법을 배웁니다.", organisation=naver)
    make_offer(title="교육", text="현장에서 배우는 과정입니다.")
    response = browser.client.get("/offers", query_string={"q": query})
    assert response.status_code == 200
    assert f"지원 {hits}건" in response.get_data(as_text=True)


def test_filters_are_shown_and_can_be_taken_away(app, browser):
    make_offer(region=["41"], category="training")
    make_offer(region=["50"], category="training")
    make_offer(category="smart_factory", size=["mid"])
    page = browser.get("/offers?category=training&region=41&size=small&page=1")
    assert "지원 1건" in page.text
    links = [link for link in page.links if link.startswith("/offers?")]
    assert "/offers?category=training&size=small" in links
    assert "지원 2건" in browser.get("/offers?category=training").text
    assert "지원 1건" in browser.get("/offers?size=mid").text
    assert "지원 2건" in browser.get("/offers?size=micro").text


@pytest.mark.parametrize("value", ["x", "", "99", "<script>", "가" * 9000, "41'"])
def test_filters_that_are_none_are_left_out(app, browser, value):
    make_offer(region=["41"])
    query = {"category": value, "region": value, "size": value, "page": value}
    response = browser.client.get("/offers", query_string=query)
    assert response.status_code == 200
    assert "지원 1건" in response.get_data(as_text=True)


def test_open_to_us_agrees_with_the_rules_of_matching(app, browser):
    firm = make_organisation(region="41", industry="25911", size="small", traits=["venture"])
    need = make_need(organisation=firm)
    criteria = [
        {}, {"region": ["41"]}, {"region": ["50"]}, {"size": ["micro"]}, {"size": ["small", "mid"]},
        {"industry": ["C"]}, {"industry": ["259"]}, {"industry": ["25"]}, {"industry": ["26"]},
        {"industry": ["C25"]}, {"trait": ["venture"]}, {"trait": ["women_led"]},
        {"trait": ["women_led", "venture"]}, {"region": ["41", "50"], "industry": ["10", "25"]},
    ]  # fmt: skip
    for each in criteria:
        make_offer(**each)
    offers = db.session.scalars(db.select(Offer)).all()
    wanted = {one.id for one in offers if not refusals(need_card(need), offer_card(one))}
    open_ = {one.id for one in db.session.scalars(found(TODAY, firm=firm))}
    assert open_ == wanted and 0 < len(open_) < len(offers)


@pytest.mark.parametrize("missing", ["region", "industry", "size"])
def test_an_unknown_fact_fails_a_stated_criterion(app, missing):
    firm = make_organisation(**{missing: None})
    need = make_need(organisation=firm)
    for each in ({}, {"region": ["41"]}, {"industry": ["C"]}, {"size": ["small"]}):
        make_offer(**each)
    wanted = {
        one.id
        for one in db.session.scalars(db.select(Offer))
        if not refusals(need_card(need), offer_card(one))
    }
    assert {one.id for one in db.session.scalars(found(TODAY, firm=firm))} == wanted


def test_a_firm_keeps_only_what_is_open_to_it(app, browser):
    make_offer(region=["41"])
    make_offer(region=["50"])
    browser.sign_in(make_account())
    page = browser.get("/offers")
    assert "지원 2건" in page.text and "/offers?open=1" in page.links
    page = browser.get("/offers?open=1")
    assert "지원 1건" in page.text and "/offers" in page.links


def test_a_reconstructed_offer_says_so(app, browser):
    offer = make_offer(organisation=make_organisation("company", reconstructed=True))
    assert "시연용" in browser.get("/offers").html.split("<main")[1]
    assert "이 회사는 이 누리집을 쓰지 않습니다" in browser.get(f"/offers/{offer.id}").text


def test_what_opens_later_is_found_but_not_matched(app, browser):
    offer = make_offer(opens_on=TODAY + timedelta(days=9))
    assert "지원 1건" in browser.get("/offers").text
    assert "오늘은 열려 있지 않습니다" in browser.get(f"/offers/{offer.id}").text
    assert not offer.is_open_on(TODAY)
    assert db.session.scalars(Offer.open_on(TODAY)).all() == []


def test_a_visitor_is_led_to_register(app, browser):
    offer = make_offer(region=["41"])
    page = browser.get(f"/offers/{offer.id}")
    assert "/register" in page.links
    assert "경기" in page.text and "기준 공개 2026년 11월 24일" in page.text
    for name in (offer.contact.name, offer.contact.email, offer.contact.phone):
        assert name not in page.html


def test_a_firm_is_led_to_ask_with_its_needs(app, browser):
    offer = make_offer()
    account = make_account()
    browser.sign_in(account)
    page = browser.get(f"/offers/{offer.id}")
    assert f"/needs/new?category={offer.category}" in page.links
    need = make_need(organisation=account.organisation)
    foreign = make_need()
    links = browser.get(f"/offers/{offer.id}").links
    assert f"/needs/{need.id}/offers/{offer.id}/ask" in links
    assert f"/needs/{foreign.id}/offers/{offer.id}/ask" not in links


@pytest.mark.parametrize("kind", ["company", "association", "ministry"])
def test_every_role_reads_an_offer(app, browser, kind):
    offer = make_offer()
    browser.sign_in(make_account(kind=kind))
    browser.get(f"/offers/{offer.id}")
    browser.get("/offers")


def test_what_was_published_once_stays_readable(app, browser):
    paused = make_offer(stage="paused")
    closed = make_offer(stage="closed", closed_at=utcnow())
    assert "지금은 잠시 멈추었습니다" in browser.get(f"/offers/{paused.id}").text
    assert "이제 요청할 수 없습니다" in browser.get(f"/offers/{closed.id}").text


def test_pages_of_twenty(app, browser):
    for _one in range(45):
        make_offer()
    page = browser.get("/offers?category=smart_factory&page=3")
    assert page.html.count("m-offer--wide") == 5
    assert "/offers?category=smart_factory&page=2" in page.links


def test_the_list_costs_the_same_for_few_and_many(app, browser):
    account = make_account()
    browser.sign_in(account)
    url = "/offers?q=공정&category=smart_factory&region=41&size=small&open=1"
    for _one in range(10):
        make_offer(region=["41", "50"], industry=["C", "25"], trait=[])
    few = statements(lambda: browser.get(url))
    for _one in range(90):
        make_offer(region=["41", "50"], industry=["C", "25"], trait=[])
    assert statements(lambda: browser.get(url)) == few


def test_the_pages_speak_english(app, browser):
    offer = make_offer(
        region=["41"],
        size=["micro"],
        industry=["56"],
        title_en="Kiosks",
        text_en="Kiosks for restaurants.",
    )
    browser.speak("en")
    page = browser.get("/offers?region=41&size=micro")
    assert "1 offer" in page.text and "Kiosks" in page.text
    page = browser.get(f"/offers/{offer.id}")
    assert "Gyeonggi" in page.text and "Register" in page.text
    assert "Nothing is offered under these filters." in browser.get("/offers?q=zzz").text
