"""Each role's first page and the menu: what waits, counted from the rows."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from matchmaker.accounts.joining import JoinRequest
from matchmaker.associations.models import Membership
from matchmaker.db import db, utcnow
from matchmaker.outbox import Notice
from matchmaker.pairings.models import Pairing

from .factories import (
    NOW,
    make_account,
    make_need,
    make_offer,
    make_organisation,
    make_pairing,
    stored,
)

KINDS = ("sme", "company", "association")
STANDINGS = ("draft", "submitted", "returned", "suspended", "approved")


@pytest.fixture
def statements(app):
    """Collect the statements that run while a test lists them."""
    seen = []

    def note(_connection, _cursor, statement, *_rest):
        if not statement.startswith("BEGIN"):
            seen.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", note)
    yield seen
    sa.event.remove(db.engine, "before_cursor_execute", note)


def test_the_ministry_goes_to_its_overview(browser):
    browser.sign_in(make_account(kind="ministry"))
    assert browser.get("/desk", 302).response.location == "/ministry"


def test_an_account_without_an_organisation_goes_to_its_waiting_page(browser):
    account = make_account(kind="sme")
    account.organisation = None
    db.session.commit()
    browser.sign_in(account)
    assert browser.get("/desk", 302).response.location == "/waiting"


def test_a_visitor_is_sent_to_sign_in(browser):
    assert "/login" in browser.get("/desk", 302).response.location


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("approval", STANDINGS)
@pytest.mark.parametrize("kind", KINDS)
def test_every_standing_has_its_page(browser, kind, approval, language):
    firm = make_organisation(kind, approval=approval)
    browser.sign_in(make_account(firm)).speak(language)
    page = browser.get("/desk")
    assert firm.name in page.text or firm.name_en in page.text


def test_a_returned_organisation_reads_the_reason(browser):
    firm = make_organisation("sme", approval="submitted")
    firm.send_back(by=make_account(kind="ministry"), now=NOW, reason="업종을 다시 골라 주세요.")
    db.session.commit()
    browser.sign_in(make_account(firm))
    assert "업종을 다시 골라 주세요." in browser.get("/desk").text


def test_a_firm_without_needs_is_led_to_its_first_one(browser):
    browser.sign_in(make_account()).speak("en")
    page = browser.get("/desk")
    assert "Nothing waits for you" in page.text
    assert any(link.endswith("/needs/new") for link in page.links)


def test_a_firm_reads_what_waits_for_it(browser):
    account = make_account()
    need = make_need(organisation=account.organisation)
    soon = utcnow() + timedelta(days=2)
    make_pairing("invited", need=need, expires_at=soon)
    make_pairing("agreed", need=need)
    make_need(organisation=account.organisation, stage="draft", published_at=None)
    stored(
        Membership(
            association_id=make_organisation("association").id,
            business_number=account.organisation.business_number,
            label="새봄정밀",
            invited_at=NOW,
        )
    )
    browser.sign_in(account).speak("en")
    text = browser.get("/desk").text
    assert "4 things to do" in text
    assert "company waits for your yes or no" in text
    assert "agreement is still to be confirmed by you" in text
    assert "association invites you to become a member" in text
    assert "draft is not published yet" in text


def test_a_company_reads_what_waits_for_it_and_how_long(browser):
    account = make_account(kind="company")
    offer = make_offer(organisation=account.organisation, capacity=1)
    make_pairing("asked", offer=offer, expires_at=utcnow() + timedelta(days=5))
    make_pairing("agreed", offer=offer)
    make_pairing("waiting", offer=offer)
    browser.sign_in(account).speak("en")
    text = browser.get("/desk").text
    assert "small firm waits for your answer" in text
    assert "days left" in text
    assert "firm whose relation to you is to be confirmed" in text
    assert "offer with firms in line" in text


def test_an_association_reads_which_needs_of_members_are_open(browser):
    account, member = make_account(kind="association"), make_account()
    need = make_need(organisation=member.organisation)
    stored(
        Membership(
            association_id=account.organisation_id,
            business_number=member.organisation.business_number,
            label="새봄정밀",
            member_id=member.organisation_id,
            invited_at=NOW,
            accepted_at=NOW,
            shows_needs=True,
        )
    )
    browser.sign_in(account).speak("en")
    assert "need of a member that nobody has met or recommended yet" in browser.get("/desk").text
    make_pairing("asked", need=need)
    assert "Nothing waits for you" in browser.get("/desk").text


def test_owners_but_not_members_are_told_who_asks_to_join(browser):
    firm = make_organisation()
    owner, member = make_account(firm), make_account(firm, role="member")
    stranger = make_account()
    stored(JoinRequest(account=stranger, organisation=firm, created_at=NOW))
    assert "act for your organisation" in browser.sign_in(owner).speak("en").get("/desk").text
    assert "act for your organisation" not in browser.sign_in(member).get("/desk").text


@pytest.mark.parametrize("kind", [*KINDS, "ministry", None])
@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_menu_is_short_and_every_entry_opens(browser, kind, language):
    if kind:
        browser.sign_in(make_account(kind=kind))
    browser.speak(language)
    page = browser.get("/credits")
    links = menu(page)
    assert 3 <= len(links) <= 5
    for link in links:
        browser.get(link)


def menu(page):
    """Return the addresses of the main menu."""
    html = page.response.get_data(as_text=True)
    part = html[html.index('<nav class="m-nav"') : html.index("</nav>")]
    return [piece.split('"')[0] for piece in part.split('href="')[1:]]


def test_the_menu_counts_what_waits_in_one_statement(browser, statements):
    account = make_account(kind="company")
    offer = make_offer(organisation=account.organisation, capacity=None)
    counted = []
    for many in (1, 9):
        for _ in range(many):
            pairing = make_pairing("asked", offer=offer)
        facts = {"pairing_id": pairing.id}
        stored(Notice(account_id=account.id, kind="asked", facts=facts, created_at=NOW))
        browser.sign_in(account)
        db.session.expire_all()
        statements.clear()
        page = browser.get("/credits")
        counted.append(len(statements))
    assert counted[0] == counted[1] <= 3
    assert page.response.get_data(as_text=True).count('class="m-count">10<') == 1
    assert page.response.get_data(as_text=True).count('class="m-count">2<') >= 1


def test_the_first_page_takes_the_same_statements_for_many_rows(browser, statements):
    account = make_account()
    counted = []
    for many in (2, 8):
        for _ in range(many):
            make_pairing("invited", need=make_need(organisation=account.organisation))
        browser.sign_in(account)
        db.session.expire_all()
        statements.clear()
        browser.get("/desk")
        counted.append(len(statements))
    assert counted[0] == counted[1]
    assert db.session.scalar(sa.select(sa.func.count(Pairing.id))) == 10


def test_an_unconfirmed_address_is_pointed_out(browser):
    browser.sign_in(make_account(confirmed_at=None)).speak("en")
    assert "Confirm your e-mail address" in browser.get("/desk").text
