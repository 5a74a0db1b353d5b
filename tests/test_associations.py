"""Membership: an association invites, the firm decides, and either may end it."""

import pytest
import sqlalchemy as sa

from matchmaker.associations.models import Membership, invite
from matchmaker.db import db
from matchmaker.errors import Refusal
from matchmaker.outbox import Mail, Notice

from .counting import statements
from .factories import NOW, business_number, make_account, make_organisation, stored


@pytest.fixture
def association(app):
    return make_account(kind="association")


@pytest.fixture
def firm(app):
    return make_account()


def invited(association, firm, **changes):
    facts = dict(
        association_id=association.organisation_id,
        business_number=firm.organisation.business_number,
        label="해돋이네",
        invited_at=NOW,
    )
    return stored(Membership(**facts | changes))


def member(association, firm, **changes):
    facts = dict(member=firm.organisation, accepted_at=NOW, shows_needs=True)
    return invited(association, firm, **facts | changes)


def notices(kind):
    return db.session.scalars(sa.select(Notice.account_id).where(Notice.kind == kind)).all()


def test_inviting_a_known_number_tells_the_firm(browser, association, firm):
    browser.sign_in(association).post(
        "/members/invite",
        business_number=firm.organisation.business_number,
        label="해돋이네",
    )
    assert notices("membership_invited") == [firm.id]
    assert db.session.scalar(sa.select(Membership.member_id)) is None, "known only once accepted"


def test_the_answer_is_the_same_for_a_number_that_nobody_holds(browser, association, firm):
    browser.sign_in(association)
    answers = []
    for number in (firm.organisation.business_number, business_number()):
        answer = browser.post("/members/invite", business_number=number, label="같은 이름")
        page = browser.get("/members?standing=invited")
        answers.append((answer.response.location, page.text.count("같은 이름")))
        assert firm.organisation.name not in page.text
    assert answers[0][0] == answers[1][0]


def test_an_address_gets_a_letter_that_names_the_association(browser, association):
    browser.sign_in(association).post(
        "/members/invite",
        business_number=business_number(),
        label="해돋이네",
        email="a@example.com",
    )
    letter = db.session.scalar(sa.select(Mail))
    assert letter.recipient == "a@example.com"
    assert association.organisation.name in letter.subject
    assert "http://localhost/memberships" in letter.body
    assert "해돋이네" not in letter.subject + letter.body, (
        "what the association calls it is its own"
    )


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"business_number": ""}, "business_number"),
        ({"business_number": "124-81-00999"}, "business_number"),
        ({"business_number": "숫자가 아님" * 9000}, "business_number"),
        ({"label": "  "}, "label"),
        ({"label": "🏮" * 101}, "label"),
        ({"email": "not an address"}, "email"),
    ],
)
def test_a_faulty_invitation_comes_back_with_what_was_typed(browser, association, fields, wrong):
    typed = {"business_number": "124-81-00998", "label": "해돋이네", "email": "a@example.com"}
    page = browser.sign_in(association).post("/members/invite", status=422, **typed | fields)
    assert page.all("input", id=wrong, aria_invalid="true")
    assert db.session.scalar(sa.select(Membership)) is None


def test_a_number_is_invited_once(browser, association, firm):
    invited(association, firm)
    page = browser.sign_in(association).post(
        "/members/invite",
        status=422,
        business_number=firm.organisation.business_number,
        label="다시",
    )
    assert page.all("input", id="business_number", aria_invalid="true")
    with pytest.raises(Refusal):
        invite(
            association.organisation,
            firm.organisation.business_number,
            "다시",
            by=association,
            now=NOW,
        )


def test_the_tick_to_show_needs_is_empty_and_a_firm_may_accept_without_it(
    browser, association, firm
):
    row = invited(association, firm)
    browser.sign_in(firm)
    boxes = browser.get("/memberships").all("input", type="checkbox")
    assert len(boxes) == 1 and "checked" not in boxes[0]
    browser.post(f"/memberships/{row.id}/accept")
    db.session.refresh(row)
    assert (row.member_id, row.shows_needs) == (firm.organisation_id, False)
    assert notices("membership_accepted") == [association.id]


def test_a_member_changes_the_tick_and_leaves(browser, association, firm):
    row = member(association, firm, shows_needs=False)
    browser.sign_in(firm)
    browser.post(f"/memberships/{row.id}/needs", shows_needs="y")
    assert db.session.get(Membership, row.id).shows_needs
    browser.post(f"/memberships/{row.id}/needs")
    assert not db.session.get(Membership, row.id).shows_needs
    browser.post(f"/memberships/{row.id}/needs", shows_needs="y")
    browser.post(f"/memberships/{row.id}/leave")
    left = db.session.get(Membership, row.id)
    assert left.left_at and not left.shows_needs
    browser.post(f"/memberships/{row.id}/leave", status=409)
    browser.post(f"/memberships/{row.id}/needs", status=409, shows_needs="y")


@pytest.mark.parametrize("act", ["accept", "decline"])
def test_an_invitation_is_answered_once(browser, association, firm, act):
    row = invited(association, firm)
    browser.sign_in(firm).post(f"/memberships/{row.id}/{act}")
    for again in ("accept", "decline"):
        browser.post(f"/memberships/{row.id}/{again}", status=409)


def test_a_declined_invitation_reads_only_as_not_accepted(browser, association, firm):
    row = invited(association, firm)
    browser.sign_in(firm).post(f"/memberships/{row.id}/decline")
    page = browser.sign_in(association).get("/members?standing=ended")
    assert "받아들이지 않음" in page.text and firm.organisation.name not in page.text
    assert notices("membership_accepted") == []


def test_another_firm_does_not_find_the_invitation(browser, association, firm):
    invitation, membership = invited(association, firm), member(association, make_account())
    browser.sign_in(make_account())
    assert association.organisation.name not in browser.get("/memberships").text
    for url in (
        f"/memberships/{invitation.id}/accept",
        f"/memberships/{invitation.id}/decline",
        f"/memberships/{membership.id}/leave",
        f"/memberships/{membership.id}/needs",
    ):
        browser.post(url, status=404)


def test_a_typed_number_shows_no_invitation_before_the_approval(browser, association, firm):
    invited(association, firm)
    number = firm.organisation.business_number
    other = make_account(
        organisation=make_organisation(approval="submitted", business_number=number)
    )
    page = browser.sign_in(other).get("/memberships")
    assert association.organisation.name not in page.text
    row = db.session.scalar(sa.select(Membership))
    browser.post(f"/memberships/{row.id}/accept", status=403)


def test_an_association_takes_back_and_removes_its_own_only(browser, association, firm):
    row = member(association, firm)
    browser.sign_in(make_account(kind="association")).post(f"/members/{row.id}/remove", status=404)
    browser.sign_in(association).post(f"/members/{row.id}/remove")
    assert db.session.get(Membership, row.id).left_at
    browser.post(f"/members/{row.id}/remove", status=409)
    assert "회원 0곳" in browser.get("/members").text


def test_after_leaving_a_firm_can_be_invited_again(browser, association, firm):
    row = member(association, firm)
    row.leave(by=firm, now=NOW)
    db.session.commit()
    browser.sign_in(association).post(
        "/members/invite",
        business_number=firm.organisation.business_number,
        label="해돋이네",
    )
    assert "해돋이네" in browser.get("/members?standing=invited").text


def test_an_association_that_is_not_approved_has_no_members(browser):
    account = make_account(organisation=make_organisation("association", approval="submitted"))
    browser.sign_in(account).get("/members", status=403)
    browser.post("/members/invite", status=403, business_number="124-81-00998", label="x")


def test_the_list_takes_as_many_statements_for_many_members_as_for_few(browser, association):
    browser.sign_in(association)
    for _ in range(3):
        member(association, make_account())
    few = statements(lambda: browser.get("/members"))
    for _ in range(12):
        member(association, make_account())
    assert statements(lambda: browser.get("/members")) == few
