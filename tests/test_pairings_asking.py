"""Asking and inviting: what is written, and every rule that says no."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from matchmaker.accounts.models import Consent, ConsentKind
from matchmaker.audit import Event
from matchmaker.db import db
from matchmaker.errors import Refusal
from matchmaker.offers.models import Limit
from matchmaker.organisations.models import Approval
from matchmaker.outbox import Notice
from matchmaker.pairings.answering import accept
from matchmaker.pairings.asking import Further, ask, invite, may_ask_again
from matchmaker.pairings.models import Pairing
from matchmaker.pairings.next_offers import NextOffer
from matchmaker.pairings.relations import Relation, RelationKind
from matchmaker.pairings.rules import RULES, rule_text
from matchmaker.pairings.states import LIVE, Side, State

from .factories import NOW, make_account, make_need, make_offer, make_pairing, stored

NONE = RelationKind.NONE
LATER = NOW + timedelta(days=1)


def asks(need, offer, **changes):
    """Ask as the firm's first person does, without trade and with consent."""
    facts = dict(by=need.organisation.people[0], now=NOW, relation=NONE, consent=True, message=None)
    pairing = ask(need, offer, **facts | changes)
    db.session.commit()
    return pairing


def invites(offer, need, **changes):
    facts = dict(by=offer.organisation.people[0], now=NOW, consent=True)
    pairing = invite(offer, need, **facts | changes)
    db.session.commit()
    return pairing


def refused(act, *args, **changes):
    """Return the rule that refused, and check that nothing at all was left behind."""
    rows = [Pairing, Consent, NextOffer, Notice, Event]
    before = [db.session.scalar(sa.select(sa.func.count()).select_from(row)) for row in rows]
    with pytest.raises(Refusal) as refusal:
        act(*args, **changes)
    db.session.rollback()
    after = [db.session.scalar(sa.select(sa.func.count()).select_from(row)) for row in rows]
    assert after == before
    return refusal.value.rule


def kinds(organisation):
    select = sa.select(Notice.kind).where(
        Notice.account_id.in_([account.id for account in organisation.people])
    )
    return db.session.scalars(select.order_by(Notice.id)).all()


def test_an_ask_keeps_what_it_was_made_on(app):
    need, offer = make_need(), make_offer(region=["41"])
    pairing = asks(need, offer, message="  함께 보고 싶습니다. ")
    assert pairing.state is State.ASKED
    assert pairing.asked_at == NOW
    assert pairing.expires_at > NOW + timedelta(days=6)
    assert need.open_asks == 1
    assert offer.places_taken == 0
    assert 0 < pairing.score <= 1
    assert sum(item["share"] for item in pairing.evidence) == pytest.approx(pairing.score)
    assert pairing.criteria["region"] == {"status": "met", "wanted": ["41"]}
    assert pairing.terms["title"] == offer.title
    assert pairing.terms["criteria"] == {"region": ["41"]}
    assert len(pairing.ranker_version) == 16
    assert len(pairing.input_hash) == 64
    offer.change({"title": "전혀 다른 지원"}, by=None, now=LATER)
    db.session.commit()
    assert pairing.terms["title"] != offer.title


def test_an_ask_writes_consent_relation_notice_and_audit(app):
    need, offer = make_need(), make_offer()
    colleague = make_account(need.organisation)
    pairing = asks(need, offer, contact=colleague)
    consent = db.session.scalars(sa.select(Consent)).one()
    assert (consent.kind, consent.recipient_id, consent.contact_id, consent.need_id) == (
        ConsentKind.DISCLOSURE,
        offer.organisation_id,
        colleague.id,
        None,
    )
    assert consent.account_id == need.organisation.people[0].id
    assert (pairing.sme_contact, pairing.sme_consent_id) == (colleague, consent.id)
    relation = db.session.scalars(sa.select(Relation)).one()
    assert (relation.declared, relation.confirmed) == (NONE, None)
    assert kinds(offer.organisation) == ["asked"]
    assert kinds(need.organisation) == []
    assert [event.act for event in db.session.scalars(Event.about(pairing))] == ["ask"]


def test_people_who_left_are_not_told(app):
    need, offer = make_need(), make_offer()
    make_account(offer.organisation, active=False)
    asks(need, offer)
    assert kinds(offer.organisation) == ["asked"]


def test_notices_and_events_hold_no_name(app):
    need, offer = make_need(), make_offer()
    asks(need, offer, message="김하나 010-1234-5678")
    planted = [need.organisation.name, need.organisation.people[0].name, "010-1234-5678"]
    facts = [str(row.facts) for row in db.session.scalars(sa.select(Notice))]
    facts += [str(row.facts) for row in db.session.scalars(sa.select(Event))]
    pairing = db.session.scalars(sa.select(Pairing)).one()
    facts += [str(pairing.evidence), str(pairing.criteria), str(pairing.terms)]
    assert facts
    assert not [text for text in facts for name in planted if name in text]


def test_a_full_offer_is_waited_for_without_a_clock(app):
    need, offer = make_need(), make_offer(capacity=1)
    make_pairing("agreed", offer=offer)
    pairing = asks(need, offer)
    assert pairing.state is State.WAITING
    assert (pairing.expires_at, pairing.asked_at, pairing.waiting_since) == (None, None, NOW)
    assert need.open_asks == 1
    assert kinds(offer.organisation) == []  # it reads how many wait, not who


def test_further_offers_are_kept_in_order_with_relation_and_consent(app):
    need, offer = make_need(), make_offer()
    second, third = make_offer(), make_offer()
    named = [
        Further(second, RelationKind.SUPPLIER, True),
        Further(third, NONE, True, make_account(need.organisation)),
    ]
    pairing = asks(need, offer, further=named)
    rows = db.session.scalars(NextOffer.after(pairing)).all()
    assert [(row.position, row.offer, row.relation) for row in rows] == [
        (1, second, RelationKind.SUPPLIER),
        (2, third, NONE),
    ]
    assert [row.consent.recipient_id for row in rows] == [
        second.organisation_id,
        third.organisation_id,
    ]
    assert rows[1].contact_id == named[1].contact.id
    assert need.open_asks == 1  # a named offer counts when its turn comes


def test_further_offers_are_at_most_three_and_differ(app):
    need, offer = make_need(), make_offer()
    named = [Further(make_offer(), NONE, True) for _ in range(4)]
    assert refused(asks, need, offer, further=named) == "further"
    assert refused(asks, need, offer, further=[Further(offer, NONE, True)]) == "further"
    assert refused(asks, need, offer, further=[named[0], named[0]]) == "further"
    without = [Further(named[0].offer, NONE, False)]
    assert refused(asks, need, offer, further=without) == "consent"


def test_a_named_offer_can_be_dropped_once(app):
    need, offer = make_need(), make_offer()
    pairing = asks(need, offer, further=[Further(make_offer(), NONE, True)])
    row = db.session.scalars(NextOffer.left(pairing)).one()
    row.drop(by=need.organisation.people[0], now=LATER)
    db.session.commit()
    assert row.consent.withdrawn_at == LATER
    assert db.session.scalars(NextOffer.left(pairing)).all() == []
    assert refused(row.drop, by=None, now=LATER) == "state"


def test_without_consent_nothing_is_asked(app):
    assert refused(asks, make_need(), make_offer(), consent=False) == "consent"


def test_the_contact_must_be_of_the_own_organisation(app):
    assert refused(asks, make_need(), make_offer(), contact=make_account()) == "contact"


def test_only_the_firm_itself_asks(app):
    assert refused(asks, make_need(), make_offer(), by=make_account()) == "not_approved"


@pytest.mark.parametrize("approval", [a for a in Approval if a is not Approval.APPROVED])
def test_an_organisation_that_is_not_approved_does_not_ask(app, approval):
    need = make_need()
    need.organisation.approval = approval
    assert refused(asks, need, make_offer()) == "not_approved"


@pytest.mark.parametrize("stage", ["draft", "paused", "closed"])
def test_a_need_that_is_not_open_does_not_ask(app, stage):
    assert refused(asks, make_need(stage=stage), make_offer()) == "need_closed"


@pytest.mark.parametrize("stage", ["draft", "paused", "closed"])
def test_an_offer_that_is_not_open_is_not_asked(app, stage):
    assert refused(asks, make_need(), make_offer(stage=stage)) == "closed"


def test_an_offer_past_its_last_day_or_of_a_suspended_company_is_not_asked(app):
    past = make_offer(closes_on=NOW.date() - timedelta(days=1))
    assert refused(asks, make_need(), past) == "closed"
    offer = make_offer()
    offer.organisation.approval = Approval.SUSPENDED
    assert refused(asks, make_need(), offer) == "closed"


@pytest.mark.parametrize(
    ("limit", "value"),
    [("region", "11"), ("size", "mid"), ("industry", "56"), ("trait", "restaurant")],
)
def test_a_criterion_is_never_bought_by_a_score(app, limit, value):
    rule = {"trait": "traits"}.get(limit, limit)
    assert refused(asks, make_need(), make_offer(**{limit: [value]})) == rule


@pytest.mark.parametrize("relation", RelationKind)
def test_a_criterion_on_the_relation_is_held_when_asking(app, relation):
    offer = make_offer()
    offer.allow(Limit.RELATION, ["none"], now=NOW)
    stored(offer)
    if relation is NONE:
        pairing = asks(make_need(), offer, relation=relation)
        assert pairing.criteria["relation"] == {"status": "met", "wanted": ["none"]}
    else:
        assert refused(asks, make_need(), offer, relation=relation) == "relation"


@pytest.mark.parametrize("state", State)
def test_a_pair_that_met_comes_back_only_by_the_rule(app, state):
    old = make_pairing(state, closed_by=Side.COMPANY if state is State.WITHDRAWN else None)
    if state is State.EXPIRED:
        assert asks(old.need, old.offer).state is State.ASKED
    else:
        rule = "live" if state in LIVE else "met"
        assert refused(asks, old.need, old.offer) == rule


def test_a_firm_asks_once_more_after_its_own_withdrawal(app):
    old = make_pairing("withdrawn", closed_by=Side.SME)
    assert may_ask_again(old)
    again = asks(old.need, old.offer)
    assert not may_ask_again(old)
    again.state, again.closed_by = State.WITHDRAWN, Side.SME
    db.session.commit()
    assert not may_ask_again(again)
    assert refused(asks, old.need, old.offer) == "met"


def test_a_need_has_at_most_three_asks(app):
    need = make_need()
    make_pairing("waiting", need=need)
    for _ in range(2):
        asks(need, make_offer())
    make_pairing("invited", need=need)  # does not count
    assert refused(asks, need, make_offer()) == "ask_limit"
    assert need.open_asks == 3


def test_an_ask_is_possible_where_no_word_is_shared(app):
    need = make_need(title="돌고래", text="돌고래 관찰 선박의 소음", category="technology_rd")
    pairing = asks(need, make_offer())
    assert 0 <= pairing.score < 0.2


def test_an_invitation_names_the_need_and_not_the_firm(app):
    need, offer = make_need(), make_offer()
    pairing = invites(offer, need)
    assert pairing.state is State.INVITED
    assert pairing.invited_at == NOW
    assert need.open_asks == 0
    consent = db.session.scalars(sa.select(Consent)).one()
    assert (consent.need_id, consent.recipient_id) == (need.id, None)
    assert pairing.company_contact == offer.organisation.people[0]
    assert kinds(need.organisation) == ["invited"]
    assert db.session.scalar(sa.select(Relation)) is None  # the firm declares it when accepting


def test_an_invitation_does_not_tell_what_a_firm_said_of_its_trade_elsewhere(app):
    offer = make_offer()
    offer.allow(Limit.RELATION, ["none"], now=NOW)
    need = make_need()
    stored(
        Relation(
            sme_id=need.organisation_id,
            company_id=offer.organisation_id,
            declared=RelationKind.SUPPLIER,
            declared_at=NOW,
        )
    )
    invited = invites(offer, need)
    assert "relation" not in invited.criteria
    assert refused(accepts_as, RelationKind.SUPPLIER, invited) == "relation"


def accepts_as(relation, pairing):
    accept(pairing, by=pairing.sme.people[0], now=NOW, consent=True, relation=relation)


@pytest.mark.parametrize("state", [State.WAITING, State.WITHDRAWN])
def test_an_invitation_does_not_tell_who_waited_in_line(app, state):
    waited = make_pairing(state, waiting_since=NOW)
    assert refused(invites, waited.offer, waited.need) == "not_now"


@pytest.mark.parametrize("state", [state for state in State if state is not State.WAITING])
def test_a_pair_that_met_is_never_invited(app, state):
    old = make_pairing(state)
    assert refused(invites, old.offer, old.need) == ("live" if state in LIVE else "met")


def test_every_rule_of_an_invitation(app):
    need, offer = make_need(), make_offer()
    assert refused(invites, offer, need, consent=False) == "consent"
    assert refused(invites, offer, need, by=make_account(kind="company")) == "not_approved"
    assert refused(invites, make_offer(stage="paused"), need) == "closed"
    assert refused(invites, offer, make_need(only_asked=True)) == "setting"
    assert refused(invites, offer, make_need(stage="draft", published_at=None)) == "need_closed"
    full = make_offer(capacity=1)
    make_pairing("completed", offer=full)
    assert refused(invites, full, need) == "full"
    waiting = make_pairing("waiting", offer=full)
    assert refused(invites, full, waiting.need) == "full"  # not that it waits in line


def test_an_invitation_is_held_by_the_criteria(app):
    company = make_account(kind="company").organisation
    make_offer(organisation=company)  # through which the company may read the need
    narrow = make_offer(organisation=company, region=["11"])
    assert refused(invites, narrow, make_need()) == "region"


def test_a_suspended_company_does_not_invite(app):
    offer = make_offer()
    offer.organisation.approval = Approval.SUSPENDED
    assert refused(invites, offer, make_need()) == "not_approved"


def test_every_rule_has_a_sentence(app):
    assert all(str(rule_text(rule)) for rule in RULES)
