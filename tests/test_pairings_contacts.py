"""Who leaves an organisation: the contact closes, and nobody takes the place without consent."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from matchmaker.accounts.consent_texts import RECOMMENDATION
from matchmaker.accounts.models import Consent, Role
from matchmaker.db import db
from matchmaker.outbox import Notice
from matchmaker.pairings import answering
from matchmaker.pairings.asking import Further, ask
from matchmaker.pairings.contacts import Disclosure, let_go, name_contact
from matchmaker.pairings.next_offers import NextOffer
from matchmaker.pairings.passing import expire
from matchmaker.pairings.recommending.recommendations import Recommendation
from matchmaker.pairings.relations import RelationKind
from matchmaker.pairings.states import Side, State

from .factories import NOW, make_account, make_need, make_offer, make_pairing, stored

NONE = RelationKind.NONE
LATER = NOW + timedelta(hours=1)
YES = [
    *(("sme", state) for state in ("waiting", "asked", "agreed", "active")),
    *(("company", state) for state in ("invited", "agreed", "active")),
]


def leaves(pairing, side):
    """Let the person of one side be removed by an owner who remains; return both."""
    organisation = getattr(pairing, side)
    person, owner = organisation.people[0], make_account(organisation)
    person.leave(by=owner, now=NOW)
    db.session.commit()
    return person, owner


def told(account, kind):
    select = sa.select(Notice).where(Notice.account_id == account.id, Notice.kind == kind)
    return len(db.session.scalars(select).all())


@pytest.mark.parametrize(("side", "state"), YES)
def test_who_leaves_is_no_contact_any_more_and_the_owner_is_told(app, side, state):
    pairing = make_pairing(state)
    person, owner = leaves(pairing, side)
    assert getattr(pairing, f"{side}_contact_id") is None
    assert (told(owner, "contact_missing"), told(person, "contact_missing")) == (1, 0)


@pytest.mark.parametrize("state", ["declined", "withdrawn", "expired", "ended", "completed"])
def test_nobody_is_asked_to_name_a_contact_for_what_is_over(app, state):
    pairing = make_pairing(state)
    _person, owner = leaves(pairing, "sme")
    assert pairing.sme_contact_id is None
    assert told(owner, "contact_missing") == 0


def test_a_consent_to_what_has_not_opened_ends_with_the_person(app):
    need, offer = make_need(), make_offer()
    asked = ask(need, offer, by=need.organisation.people[0], now=NOW, relation=NONE, consent=True)
    db.session.commit()
    leaves(asked, "sme")
    assert db.session.get(Consent, asked.sme_consent_id).withdrawn_at == NOW


@pytest.mark.parametrize(
    "act",
    [
        lambda asked, firm, company: answering.withdraw(asked, by=firm, now=LATER),
        lambda asked, firm, company: answering.accept(asked, by=company, now=LATER, consent=True),
        lambda asked, firm, company: asked.need.close(by=firm, now=LATER),
    ],
)
def test_consents_to_what_is_asked_no_more_end(app, act):
    need, offer, following = make_need(), make_offer(), make_offer()
    firm, company = need.organisation.people[0], offer.organisation.people[0]
    further = [Further(following, NONE, consent=True)]
    asked = ask(need, offer, by=firm, now=NOW, relation=NONE, consent=True, further=further)
    db.session.commit()
    act(asked, firm, company)
    db.session.commit()
    given = db.session.get(Consent, asked.sme_consent_id)
    assert given.withdrawn_at == (None if asked.contacts_are_open else LATER)
    assert db.session.scalars(sa.select(NextOffer)).one().consent.withdrawn_at == LATER


@pytest.mark.parametrize("side", ["company", "time"])
def test_a_consent_ends_with_an_ask_that_brings_no_yes_and_the_next_keeps_its_own(app, side):
    need, offer, following = make_need(), make_offer(), make_offer()
    firm, further = need.organisation.people[0], [Further(following, NONE, consent=True)]
    asked = ask(need, offer, by=firm, now=NOW, relation=NONE, consent=True, further=further)
    db.session.commit()
    if side == "time":
        expire(asked, now=LATER)
    else:
        answering.decline(asked, by=offer.organisation.people[0], now=LATER)
    db.session.commit()
    passed_on = db.session.scalars(sa.select(NextOffer)).one().asked_pairing
    assert db.session.get(Consent, asked.sme_consent_id).withdrawn_at == LATER
    assert db.session.get(Consent, passed_on.sme_consent_id).withdrawn_at is None


def test_both_accept_and_only_who_consented_opens(browser):
    pairing = make_pairing("asked")
    person, owner = leaves(pairing, "sme")
    company = pairing.company.people[0]
    answering.accept(pairing, by=company, now=NOW, consent=True)
    db.session.commit()
    rows = db.session.scalars(sa.select(Disclosure)).all()
    assert [(row.account_id, row.recipient_id) for row in rows] == [(company.id, pairing.sme_id)]
    html = browser.sign_in(company).get(f"/pairings/{pairing.id}").html
    for hidden in (person.name, person.email, owner.name, owner.email):
        assert hidden not in html


@pytest.mark.parametrize("side", ["sme", "company"])
def test_another_person_is_named_with_a_consent_of_its_own(browser, side):
    pairing = make_pairing("agreed")
    _person, owner = leaves(pairing, side)
    url = f"/pairings/{pairing.id}/contact"
    browser.speak("en").sign_in(owner)
    assert url in browser.get(f"/pairings/{pairing.id}").links
    browser.post(url, status=422, contact=owner.id)
    browser.post(url, contact=owner.id, consent="y")
    browser.post(url, status=409, contact=owner.id, consent="y")
    opened = db.session.scalars(sa.select(Disclosure)).one()
    consent = db.session.get(Consent, opened.consent_id)
    assert (opened.account_id, consent.contact_id) == (owner.id, owner.id)
    other = (pairing.company if side == "sme" else pairing.sme).people[0]
    assert told(other, "contact_named") == 1
    assert owner.email in browser.sign_in(other).get(f"/pairings/{pairing.id}").html


def test_what_is_named_before_both_accept_stays_closed_until_then(app):
    pairing = make_pairing("asked")
    _person, owner = leaves(pairing, "sme")
    name_contact(pairing, by=owner, now=NOW, consent=True, contact=owner)
    db.session.commit()
    assert db.session.scalar(sa.select(Disclosure)) is None
    assert told(pairing.company.people[0], "contact_named") == 0
    answering.accept(pairing, by=pairing.company.people[0], now=NOW, consent=True)
    accounts = db.session.scalars(sa.select(Disclosure.account_id)).all()
    assert owner.id in accounts


def test_only_the_two_sides_name_a_contact(browser):
    pairing = make_pairing("agreed")
    url = f"/pairings/{pairing.id}/contact"
    browser.sign_in(make_account()).get(url, status=404)
    browser.sign_in(make_account(kind="ministry")).get(url, status=403)
    browser.sign_in(pairing.sme.people[0]).get(url, status=409)


def test_a_further_offer_is_not_asked_with_the_contact_of_who_left(browser):
    need, offer, following = make_need(), make_offer(), make_offer()
    asked = ask(
        need,
        offer,
        by=need.organisation.people[0],
        now=NOW,
        relation=NONE,
        consent=True,
        further=[Further(following, NONE, consent=True)],
    )
    db.session.commit()
    _person, owner = leaves(asked, "sme")
    row = db.session.scalars(sa.select(NextOffer)).one()
    assert (row.contact_id, row.skipped_because) == (None, "contact_left")
    assert row.consent.withdrawn_at == NOW
    expire(asked, now=NOW)
    db.session.commit()
    assert asked.state is State.EXPIRED
    assert told(owner, "expired_choose") == 1
    page = browser.speak("en").sign_in(owner).get(f"/pairings/{asked.id}")
    assert "no longer acts for you" in page.text


def test_an_offer_suggests_who_removed_its_contact_or_an_owner_who_remains(app):
    removed, left = make_offer(), make_offer()
    closed = make_offer(organisation=left.organisation, stage="closed")
    first, second = removed.organisation.people[0], make_account(removed.organisation)
    first.leave(by=second, now=NOW)
    alone = left.organisation.people[0]
    member = make_account(left.organisation, role=Role.MEMBER)
    owner = make_account(left.organisation)
    alone.leave(by=alone, now=NOW)
    db.session.commit()
    assert removed.contact is second
    assert left.contact is owner
    assert closed.contact is alone
    assert member.organisation is left.organisation


def test_a_closed_account_takes_its_consents_along_and_leaves_the_log(app):
    pairing = make_pairing("asked")
    answering.accept(pairing, by=pairing.company.people[0], now=NOW, consent=True)
    person = pairing.sme.people[0]
    consent = person.consent_to(RECOMMENDATION, language="ko", now=NOW)
    association = make_account(kind="association").organisation
    row = Recommendation(
        association=association, need=pairing.need, offer=pairing.offer, word="좋은 공장입니다."
    )
    row.written_at, row.consent = NOW, consent
    stored(row)
    make_account(pairing.sme)
    person.leave(by=person, now=NOW)
    db.session.delete(person)
    db.session.commit()
    opened = db.session.scalars(sa.select(Disclosure).order_by(Disclosure.id)).all()
    assert [each.account_id for each in opened] == [None, pairing.company_contact_id]
    assert db.session.scalars(sa.select(Consent.account_id)).all() == [pairing.company_contact_id]
    assert row.consent_id is None


def test_letting_go_of_a_person_touches_no_other_organisation(app):
    pairing, elsewhere = make_pairing("agreed"), make_pairing("agreed")
    person = pairing.sme.people[0]
    let_go(person, elsewhere.sme, by=person, now=NOW)
    assert pairing.sme_contact is person
    assert elsewhere.sme_contact is not None
    assert pairing.side_of(pairing.sme) is Side.SME
