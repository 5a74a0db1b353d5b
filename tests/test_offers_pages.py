"""A company writes, publishes, changes, copies and closes its offers in the browser."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from matchmaker.db import db, utcnow
from matchmaker.listing.models import Stage, Version
from matchmaker.offers.models import Offer

from .counting import statements
from .factories import make_account, make_need, make_offer, make_organisation

TITLE = "현장 공정 개선과 생산관리시스템"
TEXT = "전문가가 공정을 함께 고치고 작업 지시를 전산으로 옮깁니다."
DAY = (utcnow() + timedelta(days=90)).date()


@pytest.fixture
def company(app, browser):
    account = make_account(kind="company")
    browser.sign_in(account)
    return account


def valid(account, **changes):
    return dict(
        title=TITLE,
        text=TEXT,
        category="smart_factory",
        seats="limited",
        places="12",
        own="share",
        own_share_percent="10",
        contact_id=str(account.id),
        relation="",
    ) | changes  # fmt: skip


def only_offer():
    return db.session.scalars(sa.select(Offer)).one()


def test_no_offers_yet(browser, company):
    page = browser.get("/offers/mine")
    assert "아직 적은 지원이 없습니다." in page.text


def test_an_offer_is_published_with_its_criteria(browser, company):
    fields = valid(
        company,
        regions=["41", "28"],
        sizes=["small", "medium"],
        industries=["C"],
        traits=["women_led", "venture"],
        relation="none,supplier",
        conditions="사업자등록증이 필요합니다",
        closes_on=str(DAY),
        period_months="12",
        amount_krw="5,000",
        title_en="Process improvement",
        text_en="Experts improve the process with you.",
    )
    browser.post("/offers/new", **fields)
    offer = only_offer()
    assert offer.stage is Stage.PUBLISHED
    assert offer.criteria == {
        "industry": ["C"],
        "region": ["28", "41"],
        "relation": ["none", "supplier"],
        "size": ["medium", "small"],
        "trait": ["venture", "women_led"],
    }
    assert offer.criteria_published_at == offer.published_at
    assert (offer.capacity, offer.own_share_percent, offer.amount_krw) == (12, 10, 50_000_000)
    assert (offer.closes_on, offer.period_months, offer.contact_id) == (DAY, 12, company.id)
    page = browser.get(f"/offers/{offer.id}")
    for words in (
        "인천·경기",
        "소기업·중기업",
        "제조업",
        "비용의 10%",
        "12곳",
        "5,000만 원",
        "12개월",
    ):
        assert words in page.text
    assert f"/offers/{offer.id}/needs" in " ".join(page.links)
    page = browser.get(f"/offers/{offer.id}/edit")
    checked = {one["value"] for one in page.all("input", type="checkbox") if "checked" in one}
    assert checked == {"41", "28", "small", "medium", "women_led", "venture"}
    assert "한국어" not in page.title


def test_nothing_chosen_means_all(browser, company):
    browser.post("/offers/new", **valid(company, seats="unlimited", places="", own="none"))
    offer = only_offer()
    assert offer.criteria == {} and offer.capacity is None and offer.own_share_percent == 0
    text = browser.get(f"/offers/{offer.id}").text
    assert "전국" in text and "소상공인·소기업·중기업" in text and "제한 없음" in text


def test_what_is_missing_stands_at_the_field(browser, company):
    page = browser.post("/offers/new", 422, seats="limited", own="share")
    for name in ("title", "text", "places", "own_share_percent"):
        assert f"#{name}" in page.links
    assert page.title.startswith("오류 4곳")


def test_days_in_the_wrong_order(browser, company):
    fields = valid(company, opens_on=str(DAY), closes_on=str(DAY - timedelta(days=1)))
    assert "#closes_on" in browser.post("/offers/new", 422, **fields).links
    fields = valid(company, closes_on="2020-01-01")
    assert "#closes_on" in browser.post("/offers/new", 422, **fields).links


def test_a_draft_may_be_empty(browser, company):
    browser.post("/offers/new", draft="1", contact_id=str(company.id))
    offer = only_offer()
    assert offer.stage is Stage.DRAFT and offer.criteria_published_at is None
    browser.get("/offers/mine")
    browser.get(f"/offers/{offer.id}")
    browser.get(f"/offers/{offer.id}/edit")
    browser.post(f"/offers/{offer.id}/publish", 409)


def test_the_criteria_of_a_draft_are_dated_when_published(browser, company):
    browser.post("/offers/new", **valid(company, draft="1", regions="41"))
    offer = only_offer()
    assert offer.criteria_published_at is None
    browser.post(f"/offers/{offer.id}/publish")
    assert offer.criteria_published_at == offer.published_at


def test_a_change_after_publication_is_a_version_and_dates_criteria_anew(browser, company):
    browser.post("/offers/new", **valid(company))
    offer = only_offer()
    first = offer.criteria_published_at
    browser.post(f"/offers/{offer.id}/edit", **valid(company, title="다른 제목의 지원"))
    assert offer.criteria_published_at == first
    browser.post(
        f"/offers/{offer.id}/edit", **valid(company, title="다른 제목의 지원", regions="50")
    )
    assert offer.criteria_published_at > first
    assert db.session.scalar(sa.select(sa.func.count(Version.id))) == 3
    page = browser.get(f"/offers/{offer.id}")
    assert "고침: 받을 수 있는 곳" in page.text and "고침: 제목" in page.text


def test_industries_are_added_by_word_and_dropped(browser, company):
    page = browser.post("/offers/new", 200, **valid(company, industry="제조업", add="1"))
    assert [one["value"] for one in page.all("input", name="industries")] == ["C"]
    assert TITLE in page.html
    page = browser.post("/offers/new", 422, **valid(company, industry="자동차", add="1"))
    picks = [one["value"] for one in page.all("button", name="pick")]
    assert picks and "#industry" in page.links
    page = browser.post(
        "/offers/new", 200, **valid(company, industry="자동차", pick=picks[0], industries=["C"])
    )
    assert [one["value"] for one in page.all("input", name="industries")] == ["C", picks[0]]
    page = browser.post("/offers/new", 200, **valid(company, industries=["C", "25"], drop="C"))
    assert [one["value"] for one in page.all("input", name="industries")] == ["25"]
    page = browser.post("/offers/new", 422, **valid(company, industry="없는 업종", add="1"))
    assert "그런 업종이 없습니다" in page.text
    assert db.session.scalar(sa.select(sa.func.count(Offer.id))) == 0


def test_a_typed_industry_counts_without_the_button(browser, company):
    browser.post("/offers/new", **valid(company, industry="25"))
    assert only_offer().criteria == {"industry": ["25"]}


def test_places_cannot_be_set_below_those_taken(browser, company):
    offer = make_offer(organisation=company.organisation, capacity=5, places_taken=3)
    page = browser.post(f"/offers/{offer.id}/edit", 422, **valid(company, places="2"))
    assert "#places" in page.links and 'value="2"' in page.html
    assert offer.capacity == 5 and offer.title != TITLE
    page = browser.post(f"/offers/{offer.id}/capacity", 422, places="2")
    assert "그보다 많은 자리가" in page.text
    browser.post(f"/offers/{offer.id}/capacity", 422, places="많이")
    browser.post(f"/offers/{offer.id}/capacity", 422, places="0")
    browser.post(f"/offers/{offer.id}/capacity", places="3")
    assert offer.capacity == 3 and offer.is_full
    assert "자리 없음. 줄 서기 가능" in browser.get(f"/offers/{offer.id}").text
    browser.post(f"/offers/{offer.id}/capacity", places="")
    assert offer.capacity is None


def test_pause_resume_and_close(browser, company):
    offer = make_offer(organisation=company.organisation)
    browser.post(f"/offers/{offer.id}/pause")
    assert offer.stage is Stage.PAUSED
    browser.get(f"/offers/{offer.id}")
    browser.post(f"/offers/{offer.id}/resume")
    browser.post(f"/offers/{offer.id}/resume", 409)
    browser.post(f"/offers/{offer.id}/close")
    assert offer.stage is Stage.CLOSED
    for act in ("close", "pause", "publish", "edit"):
        browser.post(f"/offers/{offer.id}/{act}", 409)
    browser.post(f"/offers/{offer.id}/capacity", 409, places="9")
    browser.get(f"/offers/{offer.id}")
    browser.get("/offers/mine")


def test_a_copy_is_a_draft_of_its_own(browser, company):
    offer = make_offer(organisation=company.organisation, region=["41"], capacity=5, places_taken=2)
    key = browser.get(f"/offers/{offer.id}").all("input", name="form_key")[0]["value"]
    for _click in range(2):
        page = browser.post(f"/offers/{offer.id}/duplicate", form_key=key)
    copies = db.session.scalars(sa.select(Offer).where(Offer.id != offer.id)).all()
    assert len(copies) == 1
    copy = copies[0]
    assert page.response.location.endswith(f"/offers/{copy.id}/edit")
    assert (copy.stage, copy.title, copy.criteria) == (Stage.DRAFT, offer.title, offer.criteria)
    assert (copy.capacity, copy.places_taken) == (5, 0)
    assert copy.published_at is None and copy.criteria_published_at is None


def test_a_form_sent_twice_makes_one_offer(browser, company):
    key = browser.get("/offers/new").all("input", name="form_key")[0]["value"]
    for _click in range(2):
        browser.post("/offers/new", **valid(company, form_key=key))
    only_offer()


def test_contacts_are_pointed_out_in_every_text(browser, company):
    for name in ("title", "text", "title_en", "text_en", "conditions"):
        fields = valid(company) | {name: "문의는 02-123-4567 로 해 주세요"}
        page = browser.post("/offers/new", 422, **fields)
        assert f"#{name}" in page.links
        assert len(page.all("input", name="contacts_meant")) == 1
    browser.post("/offers/new", **fields, contacts_meant="y")
    assert only_offer().contacts_meant
    fields = valid(company, conditions="900101-1234567")
    assert "#conditions" in browser.post("/offers/new", 422, **fields, draft="1").links


def test_only_own_people_can_be_the_contact(browser, company):
    stranger = make_account(kind="company")
    page = browser.post("/offers/new", 422, **valid(company, contact_id=str(stranger.id)))
    assert "#contact_id-0" in page.links
    assert stranger.email not in page.html


def test_an_unapproved_company_drafts_but_does_not_publish(app, browser):
    account = make_account(make_organisation("company", approval="returned"))
    browser.sign_in(account)
    browser.post("/offers/new", **valid(account))
    offer = only_offer()
    assert offer.stage is Stage.DRAFT
    browser.post(f"/offers/{offer.id}/publish", 409)
    page = browser.get(f"/offers/{offer.id}")
    assert f"/offers/{offer.id}/publish" not in page.form_actions
    browser.get("/offers/mine")
    assert "지원 공개하기" not in browser.get(f"/offers/{offer.id}/edit").text


def test_another_companys_offers_are_unknown(app, browser, company):
    other = make_offer()
    browser.get(f"/offers/{other.id}/edit", 404)
    for act in ("edit", "publish", "pause", "resume", "close", "capacity", "duplicate"):
        browser.post(f"/offers/{other.id}/{act}", 404, **valid(company))
    assert other.stage is Stage.PUBLISHED and other.title != TITLE
    draft = make_offer(stage="draft", published_at=None)
    browser.get(f"/offers/{draft.id}", 404)
    assert other.title not in browser.get("/offers/mine").text


@pytest.mark.parametrize("kind", ["sme", "association", "ministry"])
def test_others_have_no_offers_of_their_own(app, browser, kind):
    offer = make_offer()
    browser.sign_in(make_account(kind=kind))
    browser.get("/offers/mine", 403)
    browser.post("/offers/new", 403, title=TITLE)
    browser.post(f"/offers/{offer.id}/close", 403)
    page = browser.get(f"/offers/{offer.id}")
    assert f"/offers/{offer.id}/close" not in page.form_actions


def test_the_form_counts_the_needs_within_the_criteria(browser, company):
    for region in ["41"] * 6 + ["50"]:
        make_need(organisation=make_organisation(region=region, industry="259"))
    make_need(organisation=make_organisation(size="mid", industry="259"))
    make_need(only_asked=True)
    offer = make_offer(
        organisation=company.organisation, region=["41"], industry=["C"], trait=["venture"]
    )
    page = browser.get(f"/offers/{offer.id}/edit")
    counts = page.text.split("이 기준에 드는 필요")[1]
    assert "공개된 필요 8 지역까지 맞는 7 규모까지 맞는 6 업종까지 맞는 6" in counts
    assert "표시까지 맞는 0" in counts
    make_need(organisation=make_organisation(region="41", traits=["venture"]))
    assert "5건보다 적음" in browser.get(f"/offers/{offer.id}/edit").text


def test_the_pages_speak_english(browser, company):
    browser.speak("en")
    assert "No offers yet." in browser.get("/offers/mine").text
    page = browser.post("/offers/new", 422, seats="limited", industry="metal", add="1")
    assert "Several businesses are called so." in page.text
    browser.post("/offers/new", **valid(company, industry="25", regions="41"))
    offer = only_offer()
    page = browser.get(f"/offers/{offer.id}")
    assert "10% of the cost" in page.text and "Gyeonggi" in page.text
    browser.get(f"/offers/{offer.id}/edit")
    for act in ("pause", "resume", "close"):
        browser.post(f"/offers/{offer.id}/{act}")
        browser.get(f"/offers/{offer.id}")
    browser.get("/offers/mine")


def test_the_own_list_costs_the_same_for_one_and_for_twenty(app, browser, company):
    make_offer(organisation=company.organisation, region=["41"])
    few = statements(lambda: browser.get("/offers/mine"))
    for _one in range(25):
        make_offer(organisation=company.organisation, region=["41", "50"], industry=["C"])
    assert statements(lambda: browser.get("/offers/mine")) == few
