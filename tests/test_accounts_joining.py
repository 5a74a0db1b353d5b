"""Joining an organisation: asked, answered by an owner, escalated to the ministry, taken back."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from matchmaker.accounts.joining import OWNER_HAS, JoinRequest
from matchmaker.accounts.models import Account, Role
from matchmaker.audit import Event
from matchmaker.db import db, utcnow
from matchmaker.errors import Refusal
from matchmaker.organisations.models import Approval, Organisation
from matchmaker.outbox import Notice

from .browser import Browser
from .factories import NOW, business_number, make_account, make_organisation


def newcomer(**changes):
    """Make a person who acts for nobody yet."""
    account = make_account(**changes)
    organisation, account.organisation = account.organisation, None
    db.session.delete(organisation)
    db.session.commit()
    return account


def asked(organisation=None, account=None, **changes):
    """Make a request to join that awaits its owner."""
    account = account or newcomer()
    request = JoinRequest.make(account, organisation or make_account().organisation, now=NOW)
    for name, value in changes.items():
        setattr(request, name, value)
    db.session.commit()
    return request


def notices():
    rows = db.session.execute(sa.select(Notice.account_id, Notice.kind).order_by(Notice.id))
    return [tuple(row) for row in rows]


FACTS = {
    "organisation_name": "다른 가게",
    "region": "41",
    "industry": "56",
    "size": "micro",
}


@pytest.fixture(name="owner")
def _owner(app):
    return make_account(make_organisation())


@pytest.mark.parametrize("language", ["ko", "en"])
def test_an_owner_accepts(app, owner, language):
    request = asked(owner.organisation)
    browser = Browser(app).speak(language).sign_in(owner)
    page = browser.get("/organisation")
    assert request.account.email in page.text
    browser.post(f"/organisation/joins/{request.id}/accept")
    person = db.session.get(Account, request.account_id)
    assert person.organisation_id == owner.organisation_id and person.role is Role.MEMBER
    assert notices() == [(owner.id, "join_asked"), (person.id, "join_accepted")]
    assert request.account.email in browser.get("/organisation").text
    browser.post(f"/organisation/joins/{request.id}/decline", 409)
    assert "join_accepted" in db.session.scalars(sa.select(Event.act)).all()


def test_an_owner_declines_and_the_person_asks_the_ministry(app, owner):
    request = asked(owner.organisation)
    browser, person = Browser(app).sign_in(owner), Browser(app).sign_in(request.account)
    assert f"/waiting/{request.id}/escalate" not in person.get("/waiting").form_actions
    person.post(f"/waiting/{request.id}/escalate", 409)
    browser.post(f"/organisation/joins/{request.id}/decline")
    assert db.session.get(Account, request.account_id).organisation is None
    page = person.get("/waiting")
    assert "거절되었습니다" in page.text
    assert f"/waiting/{request.id}/escalate" in page.form_actions
    person.post(f"/waiting/{request.id}/escalate")
    assert db.session.scalars(JoinRequest.escalated()).all() == [request]
    assert db.session.scalars(JoinRequest.open_for(owner.organisation)).all() == []
    person.post(f"/waiting/{request.id}/escalate", 409)
    browser.post(f"/organisation/joins/{request.id}/accept", 404)  # no longer the owner's
    officer = make_account(kind="ministry")
    request.decide(False, by=officer, now=NOW)
    db.session.commit()
    assert db.session.scalars(JoinRequest.escalated()).all() == []
    page = person.get("/waiting")
    assert not [url for url in page.form_actions if "escalate" in url]


def test_after_a_week_of_silence_the_ministry_may_be_asked(app, owner):
    request = asked(owner.organisation, created_at=utcnow() - OWNER_HAS + timedelta(hours=1))
    person = Browser(app).sign_in(request.account)
    person.post(f"/waiting/{request.id}/escalate", 409)
    request.created_at -= timedelta(hours=1)
    db.session.commit()
    assert f"/waiting/{request.id}/escalate" in person.get("/waiting").form_actions
    person.post(f"/waiting/{request.id}/escalate")
    request.decide(True, by=make_account(kind="ministry"), now=NOW)
    db.session.commit()
    assert person.get("/waiting", 302).response.location == "/organisation"


def test_a_request_made_in_error_is_taken_back_and_the_own_organisation_registered(app, owner):
    request = asked(owner.organisation)
    person = Browser(app).sign_in(request.account)
    person.get("/waiting")
    person.post(f"/waiting/{request.id}/drop")
    assert db.session.scalars(sa.select(JoinRequest)).all() == []
    assert "/waiting/organisation/sme" in person.get("/waiting").links
    person.get("/waiting/organisation/sme")
    person.get("/waiting/organisation/ministry", 404)
    page = person.post("/waiting/organisation/sme", 422, **FACTS, business_number="1")
    assert page.all("p", id="business_number-e")
    assert {box["name"]: box.get("value") for box in page.all("input") if "name" in box}[
        "organisation_name"
    ] == "다른 가게"
    person.post("/waiting/organisation/sme", **FACTS, business_number=business_number())
    account = db.session.get(Account, request.account_id)
    assert account.organisation.name == "다른 가게" and account.is_owner
    assert account.organisation.approval is Approval.DRAFT
    assert person.get("/waiting", 302).response.location == "/organisation"
    assert person.get("/waiting/organisation/sme", 302).response.location == "/organisation"


def test_a_claim_of_a_known_number_asks_its_owner(app, owner):
    person = Browser(app).sign_in(newcomer())
    number = owner.organisation.business_number
    person.post("/waiting/organisation/sme", **FACTS, business_number=number)
    assert db.session.scalars(sa.select(JoinRequest)).one().organisation == owner.organisation
    assert notices() == [(owner.id, "join_asked")]
    person.post("/waiting/organisation/sme", 409, **FACTS, business_number=number)


def test_a_second_draft_of_a_number_asks_to_join_the_one_that_was_approved(app, owner):
    number = owner.organisation.business_number
    late = make_account(make_organisation(approval="draft", business_number=number))
    browser = Browser(app).sign_in(late)
    assert "/organisation/ask-to-join" in browser.get("/organisation").form_actions
    browser.post("/organisation/ask-to-join")
    page = browser.get("/organisation")
    assert "/organisation/ask-to-join" not in page.form_actions and "/waiting" in page.links
    browser.post("/organisation/ask-to-join", 409)
    browser.get("/waiting")
    request = db.session.scalars(sa.select(JoinRequest)).one()
    Browser(app).sign_in(owner).post(f"/organisation/joins/{request.id}/accept")
    assert db.session.get(Account, late.id).organisation_id == owner.organisation_id
    drafts = sa.select(Organisation).where(Organisation.approval == Approval.DRAFT)
    second = db.session.scalars(drafts).one()
    second.approval = Approval.SUBMITTED
    with pytest.raises(Refusal) as refusal:
        second.approve(by=owner, now=NOW)
    assert refusal.value.rule == "number_held"


def test_without_another_holder_there_is_nobody_to_ask(app):
    draft = make_account(make_organisation(approval="draft"))
    Browser(app).sign_in(draft).post("/organisation/ask-to-join", 404)
    Browser(app).sign_in(make_account()).post("/organisation/ask-to-join", 404)


def test_who_acts_for_an_approved_organisation_by_now_is_not_moved(app, owner):
    request = asked(owner.organisation)
    request.account.organisation = make_organisation()
    db.session.commit()
    browser = Browser(app).sign_in(owner)
    browser.post(f"/organisation/joins/{request.id}/accept", 409)
    browser.post(f"/organisation/joins/{request.id}/decline")


def test_only_the_owners_of_that_organisation_answer(app, owner):
    request = asked(owner.organisation)
    for account in (make_account(), make_account(kind="company")):
        Browser(app).sign_in(account).post(f"/organisation/joins/{request.id}/accept", 404)
    member = Browser(app).sign_in(make_account(owner.organisation, role=Role.MEMBER))
    assert request.account.email not in member.get("/organisation").text
    member.post(f"/organisation/joins/{request.id}/accept", 403)
    Browser(app).sign_in(owner).post(f"/organisation/joins/{request.id}/maybe", 404)
    stranger = Browser(app).sign_in(newcomer())
    stranger.post(f"/waiting/{request.id}/escalate", 404)
    stranger.post(f"/waiting/{request.id}/drop", 404)
    assert db.session.get(JoinRequest, request.id).is_open


def test_an_unconfirmed_address_is_not_shown_to_the_owner(app, owner):
    request = asked(owner.organisation, newcomer(confirmed_at=None))
    browser = Browser(app).sign_in(owner)
    assert request.account.email not in browser.get("/organisation").text
    browser.post(f"/organisation/joins/{request.id}/accept", 404)
    assert db.session.scalars(JoinRequest.open_for(owner.organisation)).all() == []
    request.account.prove_address(now=NOW)
    db.session.commit()
    assert db.session.scalars(JoinRequest.open_for(owner.organisation)).all() == [request]
    assert notices() == [(owner.id, "join_asked")]


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_person_without_organisation_and_request_is_told_what_to_do(app, language):
    page = Browser(app).speak(language).sign_in(newcomer()).get("/waiting")
    for kind in ("sme", "company", "association"):
        assert f"/waiting/organisation/{kind}" in page.links
