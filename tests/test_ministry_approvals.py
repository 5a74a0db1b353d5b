"""Officers decide on organisations, on requests to join that reached them, and on officers."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from matchmaker import audit
from matchmaker.accounts.joining import JoinRequest
from matchmaker.accounts.models import Account
from matchmaker.db import db
from matchmaker.organisations.models import Approval, Organisation
from matchmaker.outbox import Mail, Notice

from .counting import statements
from .factories import NOW, make_account, make_organisation, make_pairing, stored

REASON = "번호와 회사 이름이 서로 다릅니다. 등록증을 다시 확인해 주세요."


@pytest.fixture
def officer(app):
    return make_account(kind="ministry")


@pytest.fixture
def desk(browser, officer):
    return browser.sign_in(officer).speak("en")


def waiting(**changes):
    """Make an organisation that waits for the ministry, with its owner."""
    facts = dict(approval="submitted", approved_at=None, submitted_at=NOW)
    organisation = make_organisation(**facts | changes)
    make_account(organisation=organisation)
    return organisation


def test_the_queue_shows_age_facts_and_checks_the_oldest_first(desk):
    waiting(name_en="Newer Works", submitted_at=NOW)
    waiting(
        name_en="Older Works",
        submitted_at=NOW - timedelta(days=2),
        traits=["women_led"],
        kind="sme",
    )
    page = desk.get("/ministry/approvals")
    assert "2 organisations wait for approval" in page.text
    assert page.text.index("Older Works") < page.text.index("Newer Works")
    assert "The check digit of the business number is right." in page.text
    assert "1 of 1 accounts have confirmed" in page.text
    assert "Women-led" in page.text and "waits for" in page.text


def test_approving_lets_the_organisation_in_and_tells_its_people(desk, officer):
    firm = waiting()
    desk.post(f"/ministry/organisations/{firm.id}/approve")
    assert db.session.get(Organisation, firm.id).approval is Approval.APPROVED
    event = db.session.scalar(sa.select(audit.Event).where(audit.Event.act == "approved"))
    assert (event.subject_id, event.account_id) == (firm.id, officer.id)
    assert db.session.scalar(sa.select(Notice.kind)) == "organisation_approved"
    assert "Nobody waits for approval" in desk.get("/ministry/approvals").text


def test_a_second_click_on_approve_changes_nothing_and_says_so(desk):
    firm = waiting()
    desk.post(f"/ministry/organisations/{firm.id}/approve")
    page = desk.post(f"/ministry/organisations/{firm.id}/approve", status=409)
    assert "Only a submitted organisation can be approved." in page.text


def test_returning_needs_a_reason_that_the_organisation_reads(desk):
    firm = waiting()
    desk.post(f"/ministry/organisations/{firm.id}/return", reason=REASON)
    firm = db.session.get(Organisation, firm.id)
    assert firm.approval is Approval.RETURNED and firm.last_word.text == REASON
    assert REASON in desk.get(f"/ministry/organisations/{firm.id}").text


@pytest.mark.parametrize("reason", ["", "   ", "가" * 2001])
@pytest.mark.parametrize(("act", "approval"), [("return", "submitted"), ("suspend", "approved")])
def test_a_reason_that_is_missing_or_too_long_comes_back_at_the_field(desk, act, approval, reason):
    firm = waiting(approval=approval)
    page = desk.post(f"/ministry/organisations/{firm.id}/{act}", status=422, reason=reason)
    assert page.all("textarea", id="reason", aria_invalid="true")
    assert any("open" in tag for tag in page.all("details", class_="m-reasons"))
    assert page.title.startswith("1 error: ")
    assert reason.strip() in page.html
    assert db.session.get(Organisation, firm.id).approval == approval


def test_a_huge_or_scripted_reason_is_kept_and_harmless(desk):
    firm = waiting()
    nasty = "<script>alert(1)</script>" * 50_000
    page = desk.post(f"/ministry/organisations/{firm.id}/return", status=422, reason=nasty)
    assert "<script>alert" not in page.html and "&lt;script&gt;" in page.html


def test_the_reasons_of_a_queue_have_ids_of_their_own(desk):
    waiting()
    waiting()
    ids = [tag["id"] for tag in desk.get("/ministry/approvals").all("textarea")]
    assert len(ids) == len(set(ids)) == 2


def test_a_number_that_is_held_shows_both_sides_and_no_approve_button(desk):
    holder = make_account(organisation=make_organisation(name_en="First Works")).organisation
    firm = waiting(business_number=holder.business_number, name_en="Second Works")
    stored(
        JoinRequest(
            account=make_account(organisation=make_organisation(approval="draft")),
            organisation=holder,
            created_at=NOW,
        )
    )
    page = desk.get("/ministry/approvals")
    assert "This number is approved already." in page.text
    assert "First Works" in page.text and "Second Works" in page.text
    assert "1 request to join waits for the owner’s answer." in page.text
    assert f"/ministry/organisations/{firm.id}/approve" not in page.form_actions
    page = desk.post(f"/ministry/organisations/{firm.id}/approve", status=409)
    assert "Another approved organisation holds this number." in page.text


def test_two_that_wait_with_one_number_point_at_each_other(desk):
    first = waiting(name_en="First Works")
    waiting(business_number=first.business_number, name_en="Second Works")
    page = desk.get(f"/ministry/organisations/{first.id}")
    assert "Others wait with the same number." in page.text and "Second Works" in page.text


def test_a_wrong_check_digit_is_seen_and_not_approved_by_a_click(desk):
    firm = waiting(business_number="1248100999")
    page = desk.get("/ministry/approvals")
    assert "its check digit is wrong" in page.text
    assert f"/ministry/organisations/{firm.id}/approve" not in page.form_actions


def test_suspending_withdraws_what_is_open_and_restoring_lifts_it(desk):
    pairing = make_pairing(state="asked")
    firm = pairing.sme
    desk.post(f"/ministry/organisations/{firm.id}/suspend", reason=REASON)
    assert db.session.get(Organisation, firm.id).approval is Approval.SUSPENDED
    db.session.refresh(pairing)
    assert (pairing.state, pairing.reason) == ("withdrawn", "suspended")
    page = desk.get(f"/ministry/organisations/{firm.id}")
    assert "Lift the suspension" in page.text and REASON in page.text
    desk.post(f"/ministry/organisations/{firm.id}/restore")
    assert db.session.get(Organisation, firm.id).approval is Approval.APPROVED


def test_the_ministry_itself_cannot_be_suspended(desk, officer):
    url = f"/ministry/organisations/{officer.organisation_id}"
    assert not [one for one in desk.get(url).form_actions if "/organisations/" in one]
    desk.post(f"{url}/suspend", status=404, reason=REASON)


def test_an_organisation_that_does_not_exist_is_not_found(desk):
    desk.get("/ministry/organisations/999", status=404)
    for act in ("approve", "return", "suspend", "restore"):
        desk.post(f"/ministry/organisations/999/{act}", status=404, reason=REASON)


@pytest.mark.parametrize("kind", ["sme", "company", "association"])
def test_nobody_else_decides(browser, kind):
    firm = waiting()
    browser.sign_in(make_account(kind=kind))
    for act in ("approve", "return", "suspend", "restore"):
        browser.post(f"/ministry/organisations/{firm.id}/{act}", status=403, reason=REASON)
    assert db.session.get(Organisation, firm.id).approval is Approval.SUBMITTED


def escalated(person="박둘이"):
    account = make_account(organisation=None, name=person)
    account.organisation = None
    return stored(
        JoinRequest(
            account=account,
            organisation=make_account().organisation,
            created_at=NOW - timedelta(days=8),
            escalated_at=NOW,
        )
    )


def test_a_request_to_join_that_was_escalated_is_answered_by_officers(desk):
    request = escalated()
    assert "1 request to join has come to the ministry" in desk.get("/ministry/approvals").text
    assert "박둘이" in desk.get("/ministry/joins").text
    desk.post(f"/ministry/joins/{request.id}/accept")
    assert db.session.get(Account, request.account_id).organisation_id == request.organisation_id
    page = desk.post(f"/ministry/joins/{request.id}/decline", status=409)
    assert "This request has already been answered." in page.text
    assert "Nobody waits to join" in desk.get("/ministry/joins").text


def test_a_request_that_the_owner_has_still_to_answer_is_not_the_ministrys(desk):
    request = escalated()
    request.escalated_at = None
    db.session.commit()
    assert "박둘이" not in desk.get("/ministry/joins").text
    desk.post(f"/ministry/joins/{request.id}/accept", status=404)


def test_an_officer_adds_another_who_gets_a_letter(desk, officer):
    desk.post("/ministry/officers", name="이셋이", email="New.Officer@example.com")
    added = db.session.scalar(sa.select(Account).where(Account.name == "이셋이"))
    assert added.organisation_id == officer.organisation_id
    letter = db.session.scalar(sa.select(Mail))
    assert letter.recipient == added.email
    assert "이셋이" in desk.get("/ministry/officers").text


@pytest.mark.parametrize(
    ("name", "email", "field"),
    [
        ("", "new@example.com", "name"),
        ("이" * 61, "new@example.com", "name"),
        ("이셋이", "", "email"),
        ("이셋이", "not an address", "email"),
        ("이셋이", "taken@example.com", "email"),
    ],
)
def test_an_officer_with_faults_comes_back_with_what_was_typed(desk, name, email, field):
    make_account(email="taken@example.com")
    page = desk.post("/ministry/officers", status=422, name=name, email=email)
    assert page.all("input", id=field, aria_invalid="true")
    assert page.all("input", id="name", value=name) and page.all("input", id="email", value=email)
    assert db.session.scalar(sa.select(Mail)) is None


def test_an_officer_removes_another_but_not_themselves(desk, officer):
    other = make_account(organisation=officer.organisation, name="최넷이")
    stranger = make_account()
    desk.post(f"/ministry/officers/{other.id}/remove")
    assert not db.session.get(Account, other.id).active
    desk.get("/ministry/officers")  # reads the message that names the officer
    assert "최넷이" not in desk.get("/ministry/officers").text
    desk.post(f"/ministry/officers/{officer.id}/remove", status=409)
    desk.post(f"/ministry/officers/{stranger.id}/remove", status=404)
    assert db.session.get(Account, stranger.id).active


def test_the_queue_takes_as_many_statements_for_many_as_for_few(desk):
    for _ in range(3):
        waiting()
    few = statements(lambda: desk.get("/ministry/approvals"))
    for _ in range(12):
        waiting()
    assert statements(lambda: desk.get("/ministry/approvals")) == few
