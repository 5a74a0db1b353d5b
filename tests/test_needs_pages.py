"""A small firm writes, publishes, pauses and closes its needs in the browser."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from matchmaker.audit import Event
from matchmaker.db import db, utcnow
from matchmaker.listing.models import Stage, Version
from matchmaker.needs.models import Need

from .counting import statements
from .factories import make_account, make_need, make_organisation, make_pairing

TITLE = "종이 작업 지시를 전산으로"
TEXT = "작업 지시와 실적을 종이에 적습니다."


@pytest.fixture
def firm(app, browser):
    account = make_account()
    browser.sign_in(account)
    return account


def only_need():
    return db.session.scalars(sa.select(Need)).one()


def test_no_needs_yet(browser, firm):
    page = browser.get("/needs")
    assert "아직 적은 필요가 없습니다." in page.text
    assert "/needs/new" in page.links


def test_title_and_twelve_characters_are_enough(browser, firm):
    page = browser.post("/needs/new", title=TITLE, text="열두 글자면 됩니다만.")
    need = only_need()
    assert page.response.location.endswith(f"/needs/{need.id}/offers")
    assert need.stage is Stage.PUBLISHED
    assert need.published_at and need.written_in == "ko"
    assert need.region is None and need.place == firm.organisation.region
    acts = db.session.scalars(sa.select(Event.act).order_by(Event.id)).all()
    assert acts == ["create", "edit", "publish"]


def test_all_facts_are_kept(browser, firm):
    day = (utcnow() + timedelta(days=60)).date()
    fields = dict(
        title=TITLE, text=TEXT, category="smart_factory", region="50", urgency="urgent",
        amount_krw="12,500", own_share_krw="３０００", wanted_on=str(day), closes_on=str(day),
        only_asked="y",
    )  # fmt: skip
    browser.post("/needs/new", **fields)
    need = only_need()
    assert need.amount_krw == 125_000_000 and need.own_share_krw == 30_000_000
    assert (need.region, need.urgency, need.only_asked) == ("50", "urgent", True)
    assert need.wanted_on == need.closes_on == day
    page = browser.get(f"/needs/{need.id}/edit")
    assert page.all("input", name="amount_krw")[0]["value"] == "12,500"
    assert "checked" in page.all("input", name="only_asked")[0]
    page = browser.get(f"/needs/{need.id}")
    assert "1억 2,500만 원" in page.text and "제주특별자치도" in page.text


@pytest.mark.parametrize(
    "draft", [{}, {"title": TITLE}, {"text": "짧음"}, {"wanted_on": "2020-01-01"}]
)
def test_a_draft_keeps_what_was_typed(browser, firm, draft):
    browser.post("/needs/new", draft="1", **draft)
    need = only_need()
    assert need.stage is Stage.DRAFT
    assert (need.title, need.text) == (draft.get("title"), draft.get("text"))
    page = browser.get(f"/needs/{need.id}")
    assert "이어 쓰기" in page.text
    page = browser.get(f"/needs/{need.id}/edit")
    for value in draft.values():
        assert value in page.html
    browser.get(f"/needs/{need.id}/preview")
    browser.get("/needs")


def test_what_is_missing_stands_at_the_field(browser, firm):
    page = browser.post("/needs/new", 422)
    assert "무엇에 대한 것인지 한 줄로 적어 주세요." in page.text
    assert "열두 글자 이상 적어 주세요." in page.text
    assert page.title.startswith("오류 2곳")
    assert "#title" in page.links and "#text" in page.links
    assert db.session.scalar(sa.select(sa.func.count(Need.id))) == 0


def test_a_past_day_is_refused_at_its_field(browser, firm):
    page = browser.post("/needs/new", 422, title=TITLE, text=TEXT, wanted_on="2020-01-01")
    assert "이미 지난 날입니다" in page.text
    assert "#wanted_on" in page.links
    assert page.all("input", name="wanted_on")[0]["value"] == "2020-01-01"


def test_a_phone_number_is_pointed_out_and_may_be_confirmed(browser, firm):
    fields = dict(title=TITLE, text=f"{TEXT} 전화 010-0000-0000")
    page = browser.post("/needs/new", 422, **fields)
    assert "010-0000-0000" in page.text.split("제목")[0]
    assert "이 번호는 여기에 있어야 합니다" in page.text
    assert fields["text"] in page.html
    browser.post("/needs/new", contacts_meant="y", **fields)
    need = only_need()
    assert need.contacts_meant and need.stage is Stage.PUBLISHED


def test_a_confirmed_number_stays_and_a_new_one_is_asked_about(browser, firm):
    text = f"{TEXT} 부품 번호 010-0000-0000"
    browser.post("/needs/new", title=TITLE, text=text, contacts_meant="y")
    need = only_need()
    browser.post(f"/needs/{need.id}/edit", title="새 제목", text=text)
    assert need.contacts_meant
    page = browser.post(f"/needs/{need.id}/edit", 422, title=TITLE, text=f"{text} kim@example.com")
    assert "전자우편 주소를 지워 주세요: kim@example.com" in page.text


def test_a_number_in_the_title_gets_its_tick_there(browser, firm):
    page = browser.post("/needs/new", 422, title="연락은 010-0000-0000", text=TEXT)
    assert len(page.all("input", name="contacts_meant")) == 1
    browser.post("/needs/new", title="연락은 010-0000-0000", text=TEXT, contacts_meant="y")


def test_a_draft_with_a_number_is_kept_but_not_published(browser, firm):
    browser.post("/needs/new", title=TITLE, text=f"{TEXT} 010-0000-0000", draft="1")
    need = only_need()
    assert not need.contacts_meant
    browser.post(f"/needs/{need.id}/publish", 409)
    page = browser.get(f"/needs/{need.id}")
    assert f"/needs/{need.id}/publish" not in page.form_actions


@pytest.mark.parametrize("button", [{}, {"draft": "1"}, {"contacts_meant": "y"}])
def test_a_resident_number_is_always_refused(browser, firm, button):
    page = browser.post("/needs/new", 422, title=TITLE, text=f"{TEXT} 900101-1234567", **button)
    assert "주민등록번호를 지워 주세요" in page.text
    assert "900101-1234567" in page.html
    assert db.session.scalar(sa.select(sa.func.count(Need.id))) == 0


def test_a_form_sent_twice_makes_one_need(browser, firm):
    key = browser.get("/needs/new").all("input", name="form_key")[0]["value"]
    browser.post("/needs/new", title=TITLE, text=TEXT, form_key=key)
    browser.post("/needs/new", title=TITLE, text=TEXT, form_key=key)
    need = only_need()
    assert db.session.scalar(sa.select(sa.func.count(Version.id))) == 1
    browser.post("/needs/new", title="뒤로 가서 고침", text=TEXT, form_key=key)
    db.session.refresh(need)
    assert need.title == "뒤로 가서 고침"
    browser.post("/needs/new", title=TITLE, text=TEXT, form_key="x" * 1_000_000)


def test_an_edit_after_publication_is_a_version(browser, firm):
    browser.post("/needs/new", title=TITLE, text=TEXT)
    need = only_need()
    browser.post(
        f"/needs/{need.id}/edit", title=TITLE, text=f"{TEXT} 더 적었습니다.", amount_krw="100"
    )
    page = browser.get(f"/needs/{need.id}")
    assert "고침: 내용, 금액" in page.text
    browser.post(
        f"/needs/{need.id}/edit", title=TITLE, text=f"{TEXT} 더 적었습니다.", amount_krw="100"
    )
    assert db.session.scalar(sa.select(sa.func.count(Version.id))) == 2


def test_a_published_need_is_not_made_incomplete(browser, firm):
    need = make_need(organisation=firm.organisation)
    browser.post(f"/needs/{need.id}/edit", 422, title="", text="", draft="1")
    assert 'name="draft"' not in browser.get(f"/needs/{need.id}/edit").html


def test_a_translation_of_old_words_goes(browser, firm):
    need = make_need(organisation=firm.organisation, title_en="Old", text_en="Old words here")
    browser.post(f"/needs/{need.id}/edit", title=TITLE, text=TEXT)
    db.session.refresh(need)
    assert need.title_en is None and need.text_en is None


def test_pause_resume_and_close(browser, firm):
    need = make_need(organisation=firm.organisation)
    browser.post(f"/needs/{need.id}/pause")
    assert need.stage is Stage.PAUSED
    browser.get(f"/needs/{need.id}")
    browser.post(f"/needs/{need.id}/pause", 409)
    browser.post(f"/needs/{need.id}/resume")
    assert need.stage is Stage.PUBLISHED
    browser.post(f"/needs/{need.id}/resume", 409)
    page = browser.get(f"/needs/{need.id}")
    assert "아직 열려 있는 요청, 초대, 제안을 먼저 거둡니다" in page.text
    browser.post(f"/needs/{need.id}/close")
    assert need.stage is Stage.CLOSED
    browser.post(f"/needs/{need.id}/close", 409)
    browser.get(f"/needs/{need.id}/edit", 409)
    browser.post(f"/needs/{need.id}/edit", 409, title=TITLE, text=TEXT)
    page = browser.get(f"/needs/{need.id}")
    assert not [one for one in page.form_actions if one.startswith(f"/needs/{need.id}")]


def test_an_unapproved_firm_drafts_but_does_not_publish(app, browser):
    account = make_account(make_organisation(approval="submitted"))
    browser.sign_in(account)
    page = browser.post("/needs/new", title=TITLE, text=TEXT)
    need = only_need()
    assert need.stage is Stage.DRAFT
    assert page.response.location.endswith(f"/needs/{need.id}/offers")
    page = browser.get(f"/needs/{need.id}")
    assert f"/needs/{need.id}/publish" not in page.form_actions
    assert "부처가 가입을 승인하면 공개할 수 있습니다." in page.text
    browser.post(f"/needs/{need.id}/publish", 409)


def test_another_firms_needs_are_unknown(app, browser, firm):
    other = make_need()
    for path in ("", "/edit", "/preview"):
        browser.get(f"/needs/{other.id}{path}", 404)
    for act in ("edit", "publish", "pause", "resume", "close"):
        browser.post(f"/needs/{other.id}/{act}", 404, title=TITLE, text=TEXT)
    assert other.title != TITLE and other.stage is Stage.PUBLISHED
    assert str(other.id) not in [link.rsplit("/", 1)[-1] for link in browser.get("/needs").links]


@pytest.mark.parametrize("kind", ["company", "association", "ministry"])
def test_others_have_no_needs_of_their_own(app, browser, kind):
    browser.sign_in(make_account(kind=kind))
    browser.get("/needs", 403)
    browser.get("/needs/new", 403)
    browser.post("/needs/new", 403, title=TITLE, text=TEXT)


def test_a_visitor_is_sent_to_sign_in(browser):
    assert "/login" in browser.get("/needs/new", 302).response.location


def test_the_preview_has_no_name_and_warns(browser, firm):
    firm.organisation.name = "주식회사 새봄정밀"
    need = make_need(organisation=firm.organisation, text="저희 새봄 정밀은 종이에 적습니다.")
    page = browser.get(f"/needs/{need.id}/preview")
    assert "경기도 · 제조업 · 소기업" in page.text
    assert "글에서 회사가 드러납니다" in page.text and "새봄정밀" in page.text
    need.text = "저희는 종이에 적습니다. 전산으로 바꾸고 싶습니다."
    db.session.commit()
    page = browser.get(f"/needs/{need.id}/preview")
    assert "글에서 회사가 드러납니다" not in page.text
    article = page.html.split("<article")[1].split("</article>")[0]
    assert "새봄정밀" not in article and firm.name not in article


def test_the_pages_speak_english(browser, firm):
    browser.speak("en")
    assert "No needs yet." in browser.get("/needs").text
    page = browser.post("/needs/new", 422, title="Call 010-0000-0000")
    assert "This number is meant to stand here" in page.text
    assert "Write at least twelve characters." in page.text
    browser.post("/needs/new", title="Paper to software", text="We write orders on paper.")
    need = only_need()
    assert need.written_in == "en"
    page = browser.get(f"/needs/{need.id}")
    assert "See what fits" in page.text
    assert "Gyeonggi · " in browser.get(f"/needs/{need.id}/preview").text
    for act in ("pause", "resume", "close"):
        browser.post(f"/needs/{need.id}/{act}")
        browser.get(f"/needs/{need.id}")
    browser.get("/needs")


def test_an_accepted_need_leads_to_its_pairing(browser, firm):
    need = make_need(organisation=firm.organisation)
    pairing = make_pairing("agreed", need=need)
    for address in ("/needs", f"/needs/{need.id}"):
        page = browser.get(address)
        assert "수락한 기업이 있습니다" in page.text
        assert f"/pairings/{pairing.id}" in page.links


def test_the_list_costs_the_same_for_one_and_for_twenty(app, browser, firm):
    make_need(organisation=firm.organisation)
    few = statements(lambda: browser.get("/needs"))
    for _one in range(30):
        make_need(organisation=firm.organisation)
    assert statements(lambda: browser.get("/needs")) == few
    assert "필요 31건" in browser.get("/needs?page=2").text
