"""Answers: yes of both sides and what it opens, no, taking back, confirming and ending."""

from datetime import timedelta
from itertools import product

import pytest
import sqlalchemy as sa

from matchmaker.accounts.models import Consent
from matchmaker.db import db
from matchmaker.errors import Refusal
from matchmaker.organisations.models import Approval
from matchmaker.outbox import Notice
from matchmaker.pairings import answering
from matchmaker.pairings.contacts import Disclosure
from matchmaker.pairings.models import Pairing
from matchmaker.pairings.relations import Relation, RelationKind
from matchmaker.pairings.states import CHOSEN_REASONS, LIVE, Reason, Side, State

from .factories import NOW, make_account, make_need, make_offer, make_pairing

LATER = NOW + timedelta(hours=1)
NONE = RelationKind.NONE


def firm(pairing):
    return pairing.sme.people[0]


def company(pairing):
    return pairing.company.people[0]


def accepts(pairing, by, **changes):
    facts = dict(by=by, now=LATER, consent=True)
    if by.organisation_id == pairing.sme_id:
        facts["relation"] = NONE
    answering.accept(pairing, **facts | changes)
    db.session.commit()


def does(act, pairing, by, **facts):
    act(pairing, by=by, now=LATER, **facts)
    db.session.commit()


def refused(act, pairing, *args, **facts):
    state = pairing.state
    with pytest.raises(Refusal) as refusal:
        act(pairing, *args, **facts)
    db.session.rollback()
    assert pairing.state is state
    assert db.session.scalars(sa.select(Disclosure)).all() == []
    return refusal.value.rule


def kinds(organisation):
    ids = [account.id for account in organisation.people]
    select = sa.select(Notice.kind).where(Notice.account_id.in_(ids)).order_by(Notice.id)
    return db.session.scalars(select).all()


def test_the_yes_of_the_company_opens_both_contacts(app):
    pairing = make_pairing("asked")
    accepts(pairing, company(pairing))
    assert pairing.state is State.AGREED
    assert pairing.agreed_at == LATER
    assert pairing.offer.places_taken == 1
    assert pairing.need.open_asks == 0
    rows = db.session.scalars(sa.select(Disclosure).order_by(Disclosure.id)).all()
    assert [(row.account_id, row.recipient_id) for row in rows] == [
        (firm(pairing).id, pairing.company_id),
        (company(pairing).id, pairing.sme_id),
    ]
    consent = db.session.get(Consent, rows[1].consent_id)
    assert (consent.need_id, consent.recipient_id) == (pairing.need_id, None)
    assert kinds(pairing.sme) == ["agreed"]
    assert kinds(pairing.company) == ["agreed"]
    assert db.session.scalars(Disclosure.of(firm(pairing))).one() is rows[0]


def test_the_yes_of_the_firm_to_an_invitation_names_the_company(app):
    pairing = make_pairing("invited")
    colleague = make_account(pairing.sme)
    accepts(pairing, firm(pairing), contact=colleague, relation=RelationKind.SUPPLIER)
    assert pairing.state is State.AGREED
    assert pairing.sme_contact is colleague
    consent = db.session.get(Consent, pairing.sme_consent_id)
    assert consent.recipient_id == pairing.company_id
    relation = db.session.scalar(Relation.between(pairing.sme_id, pairing.company_id))
    assert relation.declared is RelationKind.SUPPLIER


@pytest.mark.parametrize(
    ("side", "after", "told"),
    [(firm, State.ASKED, "asked"), (company, State.INVITED, "invited")],
)
def test_the_first_yes_to_a_proposal_asks_the_other_side(app, side, after, told):
    pairing = make_pairing("proposed")
    other = pairing.company if side is firm else pairing.sme
    accepts(pairing, side(pairing))
    assert pairing.state is after
    assert kinds(other) == [told]
    assert db.session.scalars(sa.select(Disclosure)).all() == []


def test_accepting_is_allowed_beyond_three_asks(app):
    need = make_need()
    for _ in range(3):
        make_pairing("asked", need=need)
    pairing = make_pairing("proposed", need=need)
    accepts(pairing, firm(pairing))
    assert need.open_asks == 4


def test_the_last_place_closes_the_proposals_that_hoped_for_it(app):
    offer = make_offer(capacity=1)
    proposal = make_pairing("proposed", offer=offer)
    elsewhere = make_pairing("proposed")
    pairing = make_pairing("asked", offer=offer)
    accepts(pairing, company(pairing))
    assert (proposal.state, proposal.reason, proposal.closed_by) == (
        State.WITHDRAWN,
        Reason.PLACE_TAKEN,
        Side.SYSTEM,
    )
    assert kinds(proposal.sme) == ["place_taken"]
    assert elsewhere.state is State.PROPOSED


def test_while_places_are_left_proposals_stay(app):
    offer = make_offer(capacity=2)
    proposal = make_pairing("proposed", offer=offer)
    pairing = make_pairing("asked", offer=offer)
    accepts(pairing, company(pairing))
    assert proposal.state is State.PROPOSED


def test_after_a_yes_the_firm_is_asked_about_its_other_asks(app):
    need = make_need()
    make_pairing("waiting", need=need)
    pairing = make_pairing("asked", need=need)
    accepts(pairing, company(pairing))
    assert kinds(pairing.sme) == ["agreed", "others_open"]


def test_a_full_offer_is_not_accepted_and_nothing_changes(app):
    offer = make_offer(capacity=1)
    make_pairing("active", offer=offer)
    pairing = make_pairing("asked", offer=offer)
    by = company(pairing)
    assert refused(accepts, pairing, by) == "full"
    assert db.session.scalars(sa.select(Consent)).all() == []
    assert kinds(pairing.sme) == []


def test_a_yes_needs_consent_and_the_relation(app):
    pairing = make_pairing("invited")
    by = firm(pairing)
    assert refused(accepts, pairing, by, consent=False) == "consent"
    assert refused(accepts, pairing, by, relation=None) == "relation"
    assert refused(accepts, pairing, by, contact=company(pairing)) == "contact"


def test_a_relation_that_the_criteria_exclude_cannot_accept(app):
    pairing = make_pairing("invited", terms={"criteria": {"relation": ["none", "unknown"]}})
    by = firm(pairing)
    assert refused(accepts, pairing, by, relation=RelationKind.AFFILIATE) == "relation"
    accepts(pairing, by, relation=NONE)
    assert pairing.state is State.AGREED


def test_nobody_says_yes_for_another(app):
    pairing = make_pairing("asked")
    assert refused(accepts, pairing, firm(pairing)) == "no_move"
    assert refused(accepts, pairing, make_account(kind="ministry")) == "no_move"
    assert refused(accepts, pairing, make_account(kind="company")) == "no_move"
    nobody = make_account()
    nobody.organisation = None
    db.session.commit()
    assert refused(accepts, pairing, nobody) == "no_move"


def test_an_organisation_that_is_suspended_does_not_accept(app):
    pairing = make_pairing("asked")
    pairing.company.approval = Approval.SUSPENDED
    db.session.commit()
    assert refused(accepts, pairing, company(pairing)) == "not_approved"


def test_a_second_click_is_told_and_opens_nothing_twice(app):
    pairing = make_pairing("asked")
    accepts(pairing, company(pairing))
    with pytest.raises(Refusal) as refusal:
        accepts(pairing, company(pairing))
    db.session.rollback()
    assert refusal.value.rule == "no_move"
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Disclosure)) == 2


@pytest.mark.parametrize("reason", [None, *CHOSEN_REASONS])
def test_declining_takes_one_act_and_an_optional_reason(app, reason):
    pairing = make_pairing("asked")
    does(answering.decline, pairing, company(pairing), reason=reason, comment="")
    assert pairing.state is State.DECLINED
    assert (pairing.reason, pairing.closed_by) == (reason or Reason.NONE_GIVEN, Side.COMPANY)
    assert pairing.comment is None
    assert kinds(pairing.sme) == ["declined_choose"]
    assert kinds(pairing.company) == []


def test_a_reason_of_the_system_is_not_chosen_by_people(app):
    pairing = make_pairing("asked")
    with pytest.raises(ValueError, match="timed_out"):
        does(answering.decline, pairing, company(pairing), reason=Reason.TIMED_OUT)


@pytest.mark.parametrize("state", ["invited", "proposed"])
def test_a_firm_declines_and_the_company_learns_it(app, state):
    pairing = make_pairing(state)
    does(answering.decline, pairing, firm(pairing), comment="다음에 뵙겠습니다.")
    assert (pairing.state, pairing.comment) == (State.DECLINED, "다음에 뵙겠습니다.")
    assert kinds(pairing.company) == ["declined"]


def test_a_company_declines_a_proposal_and_the_firm_learns_it(app):
    pairing = make_pairing("proposed")
    does(answering.decline, pairing, company(pairing))
    assert kinds(pairing.sme) == ["declined"]


@pytest.mark.parametrize(
    ("state", "side", "told"), [("asked", firm, 1), ("waiting", firm, 0), ("invited", company, 1)]
)
def test_either_side_takes_back_what_it_began(app, state, side, told):
    pairing = make_pairing(state)
    other = pairing.company if side is firm else pairing.sme
    does(answering.withdraw, pairing, side(pairing))
    assert pairing.state is State.WITHDRAWN
    assert kinds(other) == ["withdrawn"] * told
    assert pairing.need.open_asks == 0


@pytest.mark.parametrize("state", ["agreed", "active"])
@pytest.mark.parametrize("side", [firm, company])
def test_either_side_ends_what_both_agreed_and_the_place_frees(app, state, side):
    pairing = make_pairing(state)
    does(answering.end, pairing, side(pairing), reason=Reason.TERMS_DIFFER)
    assert (pairing.state, pairing.reason) == (State.ENDED, Reason.TERMS_DIFFER)
    assert pairing.offer.places_taken == 0
    assert kinds(pairing.company if side is firm else pairing.sme) == ["ended"]
    assert pairing.contacts_are_open


WAYS_OUT = {
    answering.decline: {(State.ASKED, company), (State.INVITED, firm)}
    | {(State.PROPOSED, side) for side in (firm, company)},
    answering.withdraw: {(State.ASKED, firm), (State.WAITING, firm), (State.INVITED, company)},
    answering.end: {(s, side) for s in (State.AGREED, State.ACTIVE) for side in (firm, company)},
}


@pytest.mark.parametrize(("state", "act", "side"), [*product(State, WAYS_OUT, (firm, company))])
def test_each_way_out_exists_exactly_where_the_life_table_has_it(app, state, act, side):
    pairing = make_pairing(state)
    if (state, side) in WAYS_OUT[act]:
        does(act, pairing, side(pairing))
        assert pairing.state not in LIVE
    else:
        assert refused(act, pairing, by=side(pairing), now=LATER) == "no_move"


def test_both_confirm_and_complete(app):
    pairing = make_pairing("agreed")
    does(answering.confirm_agreement, pairing, company(pairing))
    assert pairing.state is State.AGREED
    assert kinds(pairing.sme) == ["agreement_confirmed"]
    assert refused(does_completion, pairing) == "no_move"
    does(answering.confirm_agreement, pairing, firm(pairing))
    assert pairing.state is State.ACTIVE
    does(answering.confirm_completion, pairing, firm(pairing))
    does(answering.confirm_completion, pairing, company(pairing))
    assert pairing.state is State.COMPLETED
    assert pairing.offer.places_taken == 1
    assert kinds(pairing.sme) == ["agreement_confirmed", "completion_confirmed"]


def does_completion(pairing):
    does(answering.confirm_completion, pairing, firm(pairing))


def test_the_company_confirms_or_corrects_the_relation_once_contacts_are_open(app):
    pairing = make_pairing("agreed")
    answering.confirm_relation(pairing, RelationKind.SUPPLIER, by=company(pairing), now=LATER)
    db.session.commit()
    relation = db.session.scalar(Relation.between(pairing.sme_id, pairing.company_id))
    assert (relation.declared, relation.confirmed) == (NONE, RelationKind.SUPPLIER)
    assert not relation.counts


@pytest.mark.parametrize(("state", "side"), [("asked", company), ("agreed", firm)])
def test_nobody_else_confirms_the_relation(app, state, side):
    pairing = make_pairing(state)
    with pytest.raises(Refusal):
        answering.confirm_relation(pairing, NONE, by=side(pairing), now=LATER)


def test_only_who_waits_says_that_it_still_wants_the_place(app):
    pairing = make_pairing("asked")
    assert refused(does_still_want, pairing, firm) == "no_move"
    waiting = make_pairing("waiting", offer=make_offer(capacity=1))
    assert refused(does_still_want, waiting, company) == "no_move"
    make_pairing("agreed", offer=waiting.offer)
    does_still_want(waiting, firm)
    assert waiting.still_wanted_at == LATER
    assert db.session.get(Pairing, waiting.id).state is State.WAITING


def does_still_want(pairing, side):
    does(answering.still_wanted, pairing, side(pairing))
