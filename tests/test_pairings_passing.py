"""Passing on: an ask that brings no yes goes to the next offer that the firm named."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from matchmaker.accounts.models import Consent
from matchmaker.db import db
from matchmaker.listing.models import Stage
from matchmaker.offers.models import Limit
from matchmaker.organisations.models import Approval
from matchmaker.outbox import Notice
from matchmaker.pairings import answering, jobs
from matchmaker.pairings.asking import Further, ask
from matchmaker.pairings.models import Pairing
from matchmaker.pairings.next_offers import NextOffer
from matchmaker.pairings.relations import Relation, RelationKind
from matchmaker.pairings.states import LIVE, State

from .factories import NOW, make_need, make_offer, make_pairing

NONE = RelationKind.NONE


def asked_with(*further, need=None, now=NOW, message=None):
    """Ask a first offer, naming further ones; a pair gives the relation as well."""
    need = need or make_need()
    named = [
        Further(*(each if isinstance(each, tuple) else (each, NONE)), True) for each in further
    ]
    pairing = ask(
        need,
        make_offer(),
        by=need.organisation.people[0],
        now=now,
        relation=NONE,
        consent=True,
        message=message,
        further=named,
    )
    db.session.commit()
    return pairing


def declined(pairing, now=NOW):
    answering.decline(pairing, by=pairing.company.people[0], now=now)
    db.session.commit()


def of_need(pairing):
    select = sa.select(Pairing).where(Pairing.need_id == pairing.need_id).order_by(Pairing.id)
    return db.session.scalars(select).all()


def kinds(organisation):
    ids = [account.id for account in organisation.people]
    select = sa.select(Notice).where(Notice.account_id.in_(ids)).order_by(Notice.id)
    return [(row.kind, row.facts["pairing_id"]) for row in db.session.scalars(select)]


def test_a_decline_asks_the_next_at_once_with_its_own_relation_and_consent(app):
    second = make_offer()
    pairing = asked_with((second, RelationKind.SUPPLIER), message="다온전자께")
    declined(pairing, now=NOW + timedelta(days=2))
    first, following = of_need(pairing)
    assert (first.state, following.state) == (State.DECLINED, State.ASKED)
    assert following.offer is second
    assert following.asked_at == NOW + timedelta(days=2)
    assert following.expires_at > first.asked_at + timedelta(days=8)
    assert following.message is None  # the words were written to another company
    consent = db.session.get(Consent, following.sme_consent_id)
    assert consent.recipient_id == second.organisation_id
    relation = db.session.scalar(Relation.between(pairing.sme_id, second.organisation_id))
    assert relation.declared is RelationKind.SUPPLIER
    assert pairing.need.open_asks == 1
    assert kinds(pairing.sme) == [("declined_passed_on", following.id)]
    assert kinds(second.organisation) == [("asked", following.id)]


def test_an_expiry_goes_on_along_the_whole_chain(app):
    offers = [make_offer() for _ in range(3)]
    pairing = asked_with(*offers)
    now = NOW
    for _ in range(4):
        now = of_need(pairing)[-1].expires_at
        assert jobs.expire_overdue(now)["expired"] == 1
        assert jobs.expire_overdue(now)["expired"] == 0
    chain = of_need(pairing)
    assert [each.state for each in chain] == [State.EXPIRED] * 4
    assert [each.offer for each in chain[1:]] == offers
    assert pairing.need.open_asks == 0
    assert [kind for kind, _ in kinds(pairing.sme)] == ["expired_passed_on"] * 3 + [
        "expired_choose"
    ]
    assert kinds(pairing.company) == [("asked", pairing.id), ("expired", pairing.id)]
    for each in chain:
        assert (
            db.session.scalars(NextOffer.after(each)).all()
            == db.session.scalars(NextOffer.after(pairing)).all()
        )


def test_a_withdrawal_passes_nothing_on(app):
    pairing = asked_with(make_offer())
    answering.withdraw(pairing, by=pairing.sme.people[0], now=NOW)
    db.session.commit()
    assert len(of_need(pairing)) == 1
    assert len(db.session.scalars(NextOffer.left(pairing)).all()) == 1


def test_without_a_named_offer_the_firm_is_told_and_chooses(app):
    pairing = asked_with()
    declined(pairing)
    assert kinds(pairing.sme) == [("declined_choose", pairing.id)]


def pause(offer, _pairing):
    offer.stage = Stage.PAUSED


def fill(offer, _pairing):
    offer.capacity = 1
    make_pairing("agreed", offer=offer)


def exclude(offer, _pairing):
    offer.allow(Limit.REGION, ["11"], now=NOW)


def exclude_relation(offer, _pairing):
    offer.allow(Limit.RELATION, ["supplier"], now=NOW)


def meet(offer, pairing):
    make_pairing("expired", offer=offer, need=pairing.need)


def invite(offer, pairing):
    make_pairing("invited", offer=offer, need=pairing.need)


def suspend(_offer, pairing):
    pairing.sme.approval = Approval.SUSPENDED


def pause_need(_offer, pairing):
    pairing.need.stage = Stage.PAUSED


def take_consent_back(offer, pairing):
    row = db.session.scalars(NextOffer.left(pairing).where(NextOffer.offer_id == offer.id)).one()
    row.consent.withdrawn_at = NOW


def fill_the_asks(_offer, pairing):
    for _ in range(3):
        make_pairing("asked", need=pairing.need)


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (pause, "closed"),
        (fill, "full"),
        (exclude, "region"),
        (exclude_relation, "relation"),
        (meet, "met"),
        (invite, "met"),
        (suspend, "suspended"),
        (pause_need, "need_closed"),
        (take_consent_back, "consent"),
        (fill_the_asks, "ask_limit"),
    ],
)
def test_an_offer_that_may_not_be_asked_is_passed_over_with_its_reason(app, change, rule):
    second, third = make_offer(), make_offer()
    pairing = asked_with(second, third)
    change(second, pairing)
    db.session.commit()
    declined(pairing)
    rows = db.session.scalars(NextOffer.after(pairing)).all()
    assert rows[0].skipped_because == rule
    assert rows[0].asked_pairing_id is None
    about_the_need = {"suspended", "need_closed", "ask_limit"}
    if rule in about_the_need:
        assert rows[1].skipped_because == rule
        assert kinds(pairing.sme)[-1] == ("declined_choose", pairing.id)
    else:
        assert rows[1].asked_pairing.offer is third
        assert rows[1].asked_pairing.state is State.ASKED
    live = sum(each.state in (State.ASKED, State.WAITING) for each in of_need(pairing))
    assert pairing.need.open_asks == live


def test_an_offer_that_closes_passes_the_ask_on(app):
    second = make_offer()
    pairing = asked_with(second)
    pairing.offer.close(by=pairing.company.people[0], now=NOW)
    db.session.commit()
    first, following = of_need(pairing)
    assert (first.state, following.state) == (State.WITHDRAWN, State.ASKED)
    assert kinds(pairing.sme) == [("closed_passed_on", following.id)]


def test_a_need_that_closes_passes_nothing_on(app):
    pairing = asked_with(make_offer())
    pairing.need.close(by=pairing.sme.people[0], now=NOW)
    db.session.commit()
    assert [each.state for each in of_need(pairing)] == [State.WITHDRAWN]
    assert kinds(pairing.sme) == []
    assert kinds(pairing.company)[-1] == ("closed", pairing.id)


def test_no_need_hangs_when_nobody_ever_answers(app):
    """Time alone brings every need to an end that its firm has been told."""
    need = make_need()
    for _ in range(3):
        asked_with(make_offer(), make_offer(), need=need)
    full = make_offer(capacity=1)
    make_pairing("agreed", offer=full)
    now = NOW
    for _ in range(60):
        now += timedelta(days=1)
        jobs.expire_overdue(now)
        jobs.move_up_lines(now)
    states = db.session.scalars(sa.select(Pairing.state).where(Pairing.need_id == need.id)).all()
    assert len(states) == 9
    assert not set(states) & set(LIVE)
    assert need.open_asks == 0
    told = [kind for kind, _ in kinds(need.organisation)]
    assert told.count("expired_choose") == 3
