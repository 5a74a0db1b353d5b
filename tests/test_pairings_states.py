"""The life of a pairing: every state with every act, places, asks, clocks and confirmations."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
import sqlalchemy as sa

from matchmaker.audit import Event
from matchmaker.db import db
from matchmaker.errors import Refusal
from matchmaker.i18n import SEOUL
from matchmaker.pairings.clock import day_of, deadline
from matchmaker.pairings.models import Pairing
from matchmaker.pairings.relations import Relation, RelationKind, confirm, declare
from matchmaker.pairings.states import (
    CHOSEN_REASONS,
    COUNTS_AS_ASK,
    LIVE,
    NEXT,
    OPEN,
    PLACED,
    Act,
    Reason,
    Side,
    State,
)
from matchmaker.pairings.words import ADVICE, REASONS, advice, reason_label, state_label

from .factories import NOW, make_account, make_need, make_offer, make_pairing

LATER = NOW + timedelta(hours=1)


@pytest.mark.parametrize(("state", "act"), [*product(State, Act)])
def test_only_the_moves_in_the_table_exist(app, state, act):
    pairing = make_pairing(state)
    places, asks = pairing.offer.places_taken, pairing.need.open_asks
    if (state, act) not in NEXT:
        with pytest.raises(Refusal) as refusal:
            pairing.apply(act, by=None, now=LATER)
        assert refusal.value.rule == "no_move"
        assert pairing.state is state
        assert (pairing.offer.places_taken, pairing.need.open_asks) == (places, asks)
        return
    after = NEXT[state, act]
    pairing.apply(act, by=None, now=LATER, reason=Reason.OTHER, side=Side.SME)
    db.session.commit()
    assert pairing.state is after
    assert pairing.changed_at == LATER
    assert pairing.expires_at == (deadline(LATER) if after in OPEN else None)
    assert pairing.offer.places_taken == int(after in PLACED)
    assert pairing.need.open_asks == int(after in COUNTS_AS_ASK)
    closed = after not in LIVE and after is not State.COMPLETED
    assert (pairing.closed_at, pairing.closed_by, pairing.reason) == (
        (LATER, Side.SME, Reason.OTHER) if closed else (None, None, None)
    )
    event = db.session.scalars(Event.about(pairing)).one()
    assert (event.act, event.facts) == (act, {"before": state, "after": after})


def test_nothing_becomes_agreed_without_a_yes_of_both_sides():
    into = {key for key, after in NEXT.items() if after is State.AGREED}
    assert into == {
        (State.ASKED, Act.COMPANY_ACCEPTS),
        (State.INVITED, Act.SME_ACCEPTS),
    }


def test_the_end_of_a_life_is_the_end():
    ends = {State.DECLINED, State.WITHDRAWN, State.EXPIRED, State.ENDED, State.COMPLETED}
    assert {state for state, _ in NEXT}.isdisjoint(ends)


def test_the_last_place_that_has_gone_undoes_the_move(app):
    offer = make_offer(capacity=1)
    make_pairing("agreed", offer=offer)
    pairing = make_pairing("asked", offer=offer)
    with pytest.raises(Refusal) as refusal:
        pairing.apply(Act.COMPANY_ACCEPTS, by=None, now=LATER)
    assert refusal.value.rule == "full"
    assert pairing.state is State.ASKED
    assert offer.places_taken == 1
    db.session.commit()
    assert db.session.get(Pairing, pairing.id).state is State.ASKED


def test_of_two_that_come_at_once_one_is_told(app):
    pairing = make_pairing("asked")
    assert pairing.state is State.ASKED  # loaded, as a page has loaded it
    db.session.execute(
        sa.update(Pairing).values(state=State.DECLINED).execution_options(synchronize_session=False)
    )
    with pytest.raises(Refusal) as refusal:
        pairing.apply(Act.COMPANY_ACCEPTS, by=None, now=LATER)
    assert refusal.value.rule == "overtaken"


@pytest.mark.parametrize("act", Act)
def test_what_rests_does_not_move(app, act):
    pairing = make_pairing("agreed", frozen_at=NOW)
    with pytest.raises(Refusal) as refusal:
        pairing.apply(act, by=None, now=LATER)
    assert refusal.value.rule == "frozen"
    assert pairing.awaits(Side.SME) is None
    assert not pairing.can(act)


def test_two_live_pairings_of_one_pair_cannot_be_stored(app):
    pairing = make_pairing("asked")
    with pytest.raises(sa.exc.IntegrityError):
        make_pairing("invited", need=pairing.need, offer=pairing.offer)


def test_a_closed_pair_may_be_stored_again(app):
    pairing = make_pairing("expired")
    make_pairing("asked", need=pairing.need, offer=pairing.offer)


@pytest.mark.parametrize(
    ("state", "before", "after"),
    [("agreed", "agreement", State.ACTIVE), ("active", "completion", State.COMPLETED)],
)
def test_the_second_confirmation_moves_the_state(app, state, before, after):
    pairing = make_pairing(state)
    firm, company = pairing.sme.people[0], pairing.company.people[0]
    assert pairing.awaits(Side.SME) == pairing.awaits(Side.COMPANY) == before
    pairing.confirm(Side.SME, by=firm, now=LATER)
    assert pairing.state is State(state)
    assert pairing.awaits(Side.SME) is None
    with pytest.raises(Refusal) as refusal:
        pairing.confirm(Side.SME, by=firm, now=LATER)
    assert refusal.value.rule == "no_move"
    pairing.confirm(Side.COMPANY, by=company, now=LATER)
    assert pairing.state is after


def test_a_confirmation_that_comes_twice_at_once_is_told(app):
    pairing = make_pairing("agreed")
    assert pairing.sme_confirmed_at is None
    db.session.execute(
        sa.update(Pairing).values(sme_confirmed_at=NOW).execution_options(synchronize_session=False)
    )
    with pytest.raises(Refusal) as refusal:
        pairing.confirm(Side.SME, by=None, now=LATER)
    assert refusal.value.rule == "overtaken"


@pytest.mark.parametrize("state", [s for s in State if s not in (State.AGREED, State.ACTIVE)])
def test_only_what_both_agreed_is_confirmed(app, state):
    with pytest.raises(Refusal):
        make_pairing(state).confirm(Side.SME, by=None, now=LATER)


def test_a_stranger_has_no_side(app):
    pairing = make_pairing()
    assert pairing.side_of(pairing.sme) is Side.SME
    assert pairing.side_of(pairing.company) is Side.COMPANY
    assert pairing.side_of(make_account().organisation) is None


@pytest.mark.parametrize("state", State)
def test_contacts_are_open_only_after_both_said_yes(app, state):
    pairing = make_pairing(state)
    assert pairing.contacts_are_open == (state in PLACED)
    assert pairing.is_live == (state in LIVE)


def test_a_company_does_not_read_who_only_waited(app):
    offer = make_offer()
    waiting = make_pairing("waiting", offer=offer)
    left = make_pairing("withdrawn", offer=offer, waiting_since=NOW)
    moved = make_pairing("asked", offer=offer, waiting_since=NOW, asked_at=NOW)
    assert waiting.only_waited and left.only_waited and not moved.only_waited
    assert db.session.scalars(Pairing.of(offer.organisation)).all() == [moved]
    assert db.session.scalars(Pairing.of(waiting.sme)).all() == [waiting]


def test_an_inbox_holds_what_waits_for_this_side_by_deadline(app):
    offer = make_offer()
    late = make_pairing("asked", offer=offer, expires_at=NOW + timedelta(days=5))
    soon = make_pairing("proposed", offer=offer, expires_at=NOW + timedelta(days=1))
    make_pairing("invited", offer=offer)
    make_pairing("agreed", offer=offer)
    assert db.session.scalars(Pairing.inbox(offer.organisation)).all() == [soon, late]
    assert db.session.scalars(Pairing.inbox(soon.sme)).all() == [soon]
    assert db.session.scalars(Pairing.inbox(late.sme)).all() == []


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2026-11-24 10:00", "2026-12-01 18:00"),  # Tuesday to Tuesday
        ("2026-11-21 10:00", "2026-11-30 18:00"),  # Saturday: the Monday after
        ("2026-11-22 23:59", "2026-11-30 18:00"),  # Sunday: the Monday after
        ("2026-11-24 00:00", "2026-12-01 18:00"),  # the day counts in Seoul, not in UTC
    ],
)
def test_an_answer_is_due_at_six_on_the_seventh_day(start, end):
    def seoul(text):
        return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=SEOUL)

    assert deadline(seoul(start).astimezone(UTC)) == seoul(end)
    assert day_of(seoul(start)) == seoul(start).date()


def test_every_reason_and_state_has_its_words():
    assert set(REASONS) == set(ADVICE) == set(Reason)
    assert all(reason_label(reason) and advice(reason) for reason in Reason)
    assert all(state_label(state, side) for state in State for side in (Side.SME, Side.COMPANY))
    assert Reason.TIMED_OUT not in CHOSEN_REASONS


def test_a_relation_counts_unless_the_company_contradicts(app):
    need, offer = make_need(), make_offer()
    row = declare(need.organisation_id, offer.organisation_id, RelationKind.NONE, by=None, now=NOW)
    assert row.counts
    again = declare(
        need.organisation_id, offer.organisation_id, RelationKind.SUPPLIER, by=None, now=LATER
    )
    assert again is row
    assert not row.counts
    declare(need.organisation_id, offer.organisation_id, RelationKind.NONE, by=None, now=LATER)
    confirm(row, RelationKind.AFFILIATE, by=None, now=LATER)
    assert (row.declared, row.confirmed) == (RelationKind.NONE, RelationKind.AFFILIATE)
    assert not row.counts
    db.session.commit()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Relation)) == 1
