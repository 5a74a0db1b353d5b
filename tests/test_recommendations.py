"""Recommendations: read by the company only once the member agreed, and never telling its name."""

import re

import pytest
import sqlalchemy as sa

from matchmaker.accounts.models import Consent, ConsentKind
from matchmaker.associations.models import Membership
from matchmaker.db import db
from matchmaker.organisations.facts import Trait
from matchmaker.organisations.models import Organisation
from matchmaker.outbox import Notice
from matchmaker.pairings.recommending.recommendations import Recommendation
from matchmaker.pairings.states import Act, Reason, Side

from .counting import statements
from .factories import (
    NOW,
    make_account,
    make_need,
    make_offer,
    make_organisation,
    make_pairing,
    stored,
)

TOKEN = re.compile(r'name="csrf_token" value="[^"]+"')  # it carries the second
WORD = "20년째 새벽에 직접 만듭니다. 사진과 포장은 함께 준비하겠습니다."


@pytest.fixture
def association(app):
    organisation = make_organisation(
        "association", name="누리시장 상인회", region="27", traits=[Trait.MARKET_STALL]
    )
    return make_account(organisation=organisation)


@pytest.fixture
def firm(app):
    return make_account(organisation=make_organisation(name="해돋이건어물", name_en=None))


@pytest.fixture
def membership(association, firm):
    return stored(
        Membership(
            association_id=association.organisation_id,
            business_number=firm.organisation.business_number,
            label="해돋이네",
            member=firm.organisation,
            invited_at=NOW,
            accepted_at=NOW,
            shows_needs=True,
        )
    )


@pytest.fixture
def need(firm, membership):
    return make_need(organisation=firm.organisation)


@pytest.fixture
def offer(app):
    return make_offer()


@pytest.fixture
def row(association, need, offer):
    """A recommendation that waits for the member."""
    return stored(
        Recommendation(
            association=association.organisation,
            need=need,
            offer=offer,
            word=WORD,
            written_at=NOW,
        )
    )


def path(need, offer):
    return f"/members/needs/{need.id}/offers/{offer.id}/recommend"


def read_by_company(row):
    return db.session.scalars(Recommendation.read_for(row.offer_id, [row.need_id])).all()


def told(kind):
    return db.session.scalars(sa.select(Notice.account_id).where(Notice.kind == kind)).all()


def test_from_the_list_of_needs_to_the_members_question(browser, association, firm, need, offer):
    browser.sign_in(association)
    assert need.title in browser.get("/members/needs").text
    page = browser.get(f"/members/needs/{need.id}")
    assert path(need, offer) in page.links and "해돋이건어물" in page.text
    browser.post(path(need, offer), word=WORD)
    row = db.session.scalar(sa.select(Recommendation))
    assert row.word == WORD and row.is_waiting
    assert told("recommendation_to_agree") == [firm.id]
    assert "회원의 동의를 기다림" in browser.get("/recommendations").text


def test_nothing_reaches_the_company_before_the_member_agrees(browser, row, offer):
    assert read_by_company(row) == []
    company = offer.organisation.people[0]
    browser.sign_in(company)
    for url in (f"/offers/{offer.id}/needs", f"/offers/{offer.id}/needs/{row.need_id}"):
        assert WORD not in browser.get(url).html


def test_the_member_sees_the_preview_and_agrees(browser, firm, row, offer):
    browser.sign_in(firm)
    assert WORD in browser.get("/recommendations").text
    page = browser.get(f"/recommendations/{row.id}")
    assert "누리시장 상인회" in page.text and "전통시장 상인회, 대구" in page.text
    assert not [tag for tag in page.all("input") if "checked" in tag], "nothing is chosen before"
    browser.post(f"/recommendations/{row.id}", shown="described", consent="y")
    db.session.refresh(row)
    assert row.is_read and not row.named
    assert read_by_company(row) == [row]
    consent = db.session.scalar(
        sa.select(Consent).where(Consent.kind == ConsentKind.RECOMMENDATION)
    )
    assert (consent.id, consent.recipient_id, consent.need_id) == (
        row.consent_id,
        offer.organisation_id,
        row.need_id,
    )
    assert told("recommendation") == [offer.organisation.people[0].id]
    assert told("recommendation_agreed") == [row.association.people[0].id]


def test_the_company_reads_name_or_description_as_the_member_chose(browser, firm, row, offer):
    browser.sign_in(firm).post(f"/recommendations/{row.id}", shown="described", consent="y")
    db.session.refresh(row)
    url = f"/offers/{offer.id}/needs/{row.need_id}"
    page = browser.sign_in(offer.organisation.people[0]).get(url)
    assert WORD in page.text and "전통시장 상인회, 대구" in page.text
    assert "누리시장" not in page.html and "해돋이" not in page.html
    row.named = True
    db.session.commit()
    page = browser.get(url)
    assert "누리시장 상인회" in page.text and "해돋이" not in page.html


def test_once_both_accepted_the_name_shows_in_any_case(row):
    assert row.author() == "전통시장 상인회, 대구"
    assert row.author(accepted_by_both=True) == "누리시장 상인회"


@pytest.mark.parametrize(
    "fields", [{}, {"shown": "named"}, {"consent": "y"}, {"shown": "x" * 100_000, "consent": "y"}]
)
def test_agreeing_needs_a_choice_and_the_consent(browser, firm, row, fields):
    browser.sign_in(firm).post(f"/recommendations/{row.id}", status=422, **fields)
    assert read_by_company(row) == []


def test_the_member_declines_and_the_company_learns_nothing(browser, firm, association, row):
    browser.sign_in(firm).post(f"/recommendations/{row.id}/decline")
    assert read_by_company(row) == [] and told("recommendation") == []
    assert "회원이 바라지 않음" in browser.sign_in(association).get("/recommendations").text
    browser.post(path(row.need, row.offer), status=409, word="다시 한 번")


def test_an_answer_is_given_once(browser, firm, row):
    browser.sign_in(firm).post(f"/recommendations/{row.id}", shown="named", consent="y")
    browser.post(f"/recommendations/{row.id}", status=409, shown="named", consent="y")
    browser.post(f"/recommendations/{row.id}/decline", status=409)


@pytest.mark.parametrize(("who", "again"), [("firm", 404), ("association", 409)])
def test_either_takes_it_back_and_the_company_reads_it_no_longer(
    browser, firm, association, row, who, again
):
    browser.sign_in(firm).post(f"/recommendations/{row.id}", shown="named", consent="y")
    browser.sign_in({"firm": firm, "association": association}[who])
    browser.post(f"/recommendations/{row.id}/withdraw")
    assert read_by_company(row) == []
    db.session.refresh(row)
    assert row.consent.withdrawn_at is not None
    browser.post(f"/recommendations/{row.id}/withdraw", status=again)


def test_the_word_changes_until_the_member_answers(browser, association, firm, row):
    browser.sign_in(association)
    assert WORD in browser.get(path(row.need, row.offer)).html
    browser.post(path(row.need, row.offer), word="더 나은 말입니다.")
    assert db.session.scalars(sa.select(Recommendation.word)).all() == ["더 나은 말입니다."]
    browser.sign_in(firm).post(f"/recommendations/{row.id}", shown="named", consent="y")
    browser.sign_in(association).post(path(row.need, row.offer), status=409, word="늦은 말")


@pytest.mark.parametrize(
    "word",
    [
        "",
        "  ",
        "가" * 501,
        "해돋이 건어물은 정직합니다.",
        "전화 010-1234-5678로 물어보세요.",
        "me@example.com으로 연락하세요.",
        "주민번호 900101-1234567입니다.",
        "<script>alert(1)</script>" * 40_000,
    ],
)
def test_a_word_that_says_too_little_or_too_much_comes_back(
    browser, association, need, offer, word
):
    page = browser.sign_in(association).post(path(need, offer), status=422, word=word)
    assert page.all("textarea", id="word", aria_invalid="true")
    assert db.session.scalar(sa.select(Recommendation)) is None


def test_a_number_that_is_meant_may_stand_in_the_word(browser, association, need, offer):
    browser.sign_in(association)
    page = browser.post(path(need, offer), status=422, word="부품 010-1234-5678을 만듭니다.")
    assert page.all("input", id="contacts_meant")
    browser.post(path(need, offer), word="부품 010-1234-5678을 만듭니다.", contacts_meant="y")
    assert db.session.scalar(sa.select(Recommendation))


def outsiders(association, firm, membership, need, *, case):
    """Make the association a reader that may no longer, or never could, read the need."""
    if case == "another association":
        return make_account(kind="association")
    if case == "not shown":
        membership.shows_needs = False
    elif case == "left":
        membership.leave(by=firm, now=NOW)
    elif case == "invited only":
        membership.accepted_at = membership.member = None
    elif case == "draft":
        need.stage, need.published_at = "draft", None
    elif case == "paused":
        need.stage = "paused"
    elif case == "suspended":
        db.session.get(Organisation, firm.organisation_id).approval = "suspended"
    db.session.commit()
    return association


@pytest.mark.parametrize(
    "case",
    [
        *("another association", "not shown", "left", "invited only"),
        *("draft", "paused", "suspended"),
    ],
)
def test_a_need_that_is_not_shown_does_not_exist(
    browser, association, firm, membership, need, offer, case
):
    reader = outsiders(association, firm, membership, need, case=case)
    browser.sign_in(reader)
    assert need.title not in browser.get("/members/needs").text
    browser.get(f"/members/needs/{need.id}", status=404)
    browser.get(path(need, offer), status=404)
    browser.post(path(need, offer), status=404, word=WORD)
    assert db.session.scalar(sa.select(Recommendation)) is None


def test_what_a_member_that_left_agreed_to_is_read_no_longer(
    browser, association, firm, membership, row, offer
):
    browser.sign_in(firm).post(f"/recommendations/{row.id}", shown="named", consent="y")
    membership.leave(by=firm, now=NOW)
    db.session.commit()
    assert read_by_company(row) == []
    page = browser.sign_in(association).get("/recommendations")
    assert row.need.title not in page.text and "해돋이" not in page.text
    company = browser.sign_in(offer.organisation.people[0])
    assert WORD not in company.get(f"/offers/{offer.id}/needs/{row.need_id}").html


def test_another_firm_and_another_association_find_no_recommendation(browser, row):
    browser.sign_in(make_account())
    assert WORD not in browser.get("/recommendations").text
    browser.get(f"/recommendations/{row.id}", status=404)
    for act in ("", "/decline", "/withdraw"):
        browser.post(f"/recommendations/{row.id}{act}", status=404, shown="named", consent="y")
    browser.sign_in(make_account(kind="association"))
    assert WORD not in browser.get("/recommendations").text
    browser.post(f"/recommendations/{row.id}/withdraw", status=404)


@pytest.mark.parametrize("kind", ["company", "ministry"])
def test_companies_and_officers_have_no_such_pages(browser, row, kind):
    browser.sign_in(make_account(kind=kind))
    for url in ("/recommendations", f"/recommendations/{row.id}", "/members/needs", "/members"):
        browser.get(url, status=403)


def test_offers_that_are_not_open_or_not_for_the_need_are_not_recommended(
    browser, association, need
):
    browser.sign_in(association)
    closed = make_offer(stage="closed")
    elsewhere = make_offer(region=("11",))
    draft = make_offer(stage="draft", published_at=None)
    browser.post(path(need, closed), status=409, word=WORD)
    browser.post(path(need, elsewhere), status=409, word=WORD)
    browser.post(path(need, draft), status=404, word=WORD)
    make_pairing(state="asked", need=need, offer=(met := make_offer()))
    browser.post(path(need, met), status=409, word=WORD)


def agreed(row):
    row.agreed_at = NOW
    db.session.commit()


ENDS = (
    ("asked", Act.COMPANY_DECLINES, Side.COMPANY, Reason.TOO_SMALL),
    ("asked", Act.SME_WITHDRAWS, Side.SME, Reason.OTHER),
    ("invited", Act.EXPIRES, Side.TIME, Reason.TIMED_OUT),
)


def test_whether_a_pair_may_be_recommended_does_not_tell_how_it_ended(
    browser, association, need, offer
):
    browser.speak("en").sign_in(association)
    seen = set()
    for before, act, side, reason in ENDS:
        pairing = make_pairing(state=before, need=need, offer=offer)
        pairing.apply(act, by=None, now=NOW, side=side, reason=reason)
        db.session.commit()
        assert "met already" in browser.get(path(need, offer), status=409).text
        seen.add(TOKEN.sub("", browser.get(f"/members/needs/{need.id}").html))
        db.session.delete(pairing)
        db.session.commit()
    assert len(seen) == 1
    assert "met already" in seen.pop()


def test_what_became_of_it_tells_neither_who_ended_it_nor_why(browser, association, row):
    agreed(row)
    browser.sign_in(association)
    assert "기업이 읽을 수 있음" in browser.get("/recommendations").text
    seen = set()
    for before, act, side, reason in ENDS:
        pairing = make_pairing(state=before, need=row.need, offer=row.offer)
        assert "이루어지지 않음" not in browser.get("/recommendations").text
        pairing.apply(act, by=None, now=NOW, side=side, reason=reason, comment="솔직한 말")
        db.session.commit()
        seen.add(TOKEN.sub("", browser.get("/recommendations").html))
        db.session.delete(pairing)
        db.session.commit()
    page = seen.pop()
    assert not seen, "all ends read the same"
    assert "이루어지지 않음" in page and "솔직한" not in page


def test_no_page_leads_to_a_word_that_is_too_late_to_change(browser, association, row):
    change = f"/members/needs/{row.need_id}/offers/{row.offer_id}/recommend"
    browser.sign_in(association)
    pages = ("/recommendations", f"/members/needs/{row.need_id}")
    assert all(change in browser.get(url).links for url in pages)
    make_pairing(state="proposed", need=row.need, offer=row.offer)
    assert not any(change in browser.get(url).links for url in pages)


def test_an_agreement_after_a_recommendation_is_seen(browser, association, row):
    agreed(row)
    make_pairing(state="agreed", need=row.need, offer=row.offer)
    assert "서로 수락" in browser.sign_in(association).get("/recommendations").text


def test_lists_take_as_many_statements_for_many_rows_as_for_few(
    browser, association, firm, membership
):
    browser.sign_in(association)

    def rows(many):
        for _ in range(many):
            need = make_need(organisation=firm.organisation)
            offer = make_offer(region=("41",))
            stored(
                Recommendation(
                    association=association.organisation,
                    need=need,
                    offer=offer,
                    word=WORD,
                    written_at=NOW,
                    agreed_at=NOW,
                )
            )
            make_pairing(state="asked", need=need, offer=offer)

    rows(3)
    urls = ("/recommendations", "/members/needs")
    few = [statements(lambda url=url: browser.get(url)) for url in urls]
    ours = statements(lambda: browser.sign_in(firm).get("/recommendations"))
    rows(12)
    browser.sign_in(association)
    assert [statements(lambda url=url: browser.get(url)) for url in urls] == few
    assert statements(lambda: browser.sign_in(firm).get("/recommendations")) == ours


@pytest.mark.parametrize("language", ["ko", "en"])
def test_nothing_to_recommend_and_nothing_recommended_says_so(browser, language):
    association, firm = make_account(kind="association"), make_account()
    browser.sign_in(association).speak(language)
    for url in ("/members", "/members?standing=invited", "/members?standing=ended"):
        browser.get(url)
    for url in ("/members/needs", "/members/needs?member=x", "/recommendations"):
        browser.get(url)
    browser.sign_in(firm)
    browser.get("/recommendations")
    browser.get("/memberships")


def test_a_need_that_nothing_fits_is_said_plainly(browser, association, firm, membership):
    need = make_need(
        organisation=firm.organisation, title="고래", text="고래를 찾고 싶습니다 정말로"
    )
    page = browser.sign_in(association).get(f"/members/needs/{need.id}")
    assert "맞는 지원이 없습니다" in page.text
