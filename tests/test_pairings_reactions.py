"""What pairings do when a listing closes or an organisation is suspended."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from matchmaker.db import db
from matchmaker.errors import Refusal
from matchmaker.outbox import Notice
from matchmaker.pairings import answering
from matchmaker.pairings.states import UNDECIDED, Act, Reason, Side, State

from .factories import NOW, make_account, make_need, make_offer, make_pairing

LATER = NOW + timedelta(hours=1)


def kinds(organisation):
    ids = [account.id for account in organisation.people]
    select = sa.select(Notice.kind).where(Notice.account_id.in_(ids)).order_by(Notice.id)
    return [kind for kind in db.session.scalars(select) if not kind.startswith("organisation_")]


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("which", ["need", "offer"])
def test_closing_a_listing_withdraws_what_is_undecided_and_nothing_else(app, state, which):
    pairing = make_pairing(state)
    listing = getattr(pairing, which)
    listing.close(by=listing.organisation.people[0], now=LATER)
    db.session.commit()
    if state in UNDECIDED:
        assert pairing.state is State.WITHDRAWN
        assert (pairing.reason, pairing.closed_by) == (Reason.LISTING_CLOSED, Side.SYSTEM)
        assert pairing.need.open_asks == 0
    else:
        assert pairing.state is state
        assert pairing.frozen_at is None


@pytest.mark.parametrize("which", ["need", "offer"])
@pytest.mark.parametrize("state", UNDECIDED)
def test_pausing_a_listing_leaves_what_is_open(app, state, which):
    offer = make_offer(capacity=1)
    make_pairing("agreed", offer=offer)
    pairing = make_pairing(state, offer=offer)
    getattr(pairing, which).pause(by=None, now=LATER)
    assert pairing.state is state


def test_a_closing_is_told_to_those_whom_it_concerns(app):
    offer = make_offer()
    waiting = make_pairing("waiting", offer=offer)
    invited = make_pairing("invited", offer=offer)
    offer.close(by=None, now=LATER)
    db.session.commit()
    assert kinds(waiting.sme) == ["closed_choose"]
    assert kinds(invited.sme) == ["closed"]
    need = make_need()
    line = make_pairing("waiting", need=need)
    asked = make_pairing("asked", need=need)
    need.close(by=None, now=LATER)
    db.session.commit()
    assert kinds(line.company) == []  # it never knew who waited
    assert kinds(asked.company) == ["closed"]


def test_a_need_that_closes_gives_its_turn_to_the_next_in_line(app):
    offer = make_offer(capacity=1)
    first = make_pairing("asked", offer=offer, waiting_since=NOW, asked_at=NOW)
    second = make_pairing("waiting", offer=offer)
    first.need.close(by=None, now=LATER)
    db.session.commit()
    assert second.state is State.ASKED


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("which", ["sme", "company"])
def test_a_suspension_withdraws_what_is_open_and_freezes_what_both_agreed(app, state, which):
    pairing, elsewhere = make_pairing(state), make_pairing("asked")
    officer = make_account(kind="ministry")
    getattr(pairing, which).suspend(by=officer, now=LATER, reason="확인이 필요합니다.")
    db.session.commit()
    if state in UNDECIDED:
        assert (pairing.state, pairing.reason) == (State.WITHDRAWN, Reason.SUSPENDED)
    else:
        assert pairing.state is state
    rests = state in (State.AGREED, State.ACTIVE)
    assert pairing.frozen_at == (LATER if rests else None)
    assert elsewhere.state is State.ASKED


def test_what_rests_cannot_be_changed_and_goes_on_after_both_are_back(app):
    pairing = make_pairing("agreed")
    officer = make_account(kind="ministry")
    for organisation in (pairing.sme, pairing.company):
        organisation.suspend(by=officer, now=LATER, reason="확인")
    db.session.commit()
    with pytest.raises(Refusal) as refusal:
        answering.end(pairing, by=pairing.sme.people[0], now=LATER)
    assert refusal.value.rule == "frozen"
    db.session.rollback()
    pairing.sme.restore(by=officer, now=LATER)
    db.session.commit()
    assert pairing.frozen_at is not None
    pairing.company.restore(by=officer, now=LATER)
    db.session.commit()
    assert pairing.frozen_at is None
    assert pairing.can(Act.SME_ENDS)


def test_a_suspended_company_leaves_its_askers_free_to_go_on(app):
    pairing = make_pairing("asked")
    pairing.company.suspend(by=make_account(kind="ministry"), now=LATER, reason="확인")
    db.session.commit()
    assert kinds(pairing.sme) == ["closed_choose"]
    assert pairing.need.open_asks == 0


@pytest.mark.parametrize("who", ["company", "sme"])
def test_nobody_moves_up_to_a_place_that_a_suspension_takes_away(app, who):
    offer, firm = make_offer(capacity=1), make_account().organisation
    asked = make_pairing(
        offer=offer, need=make_need(organisation=firm), waiting_since=NOW, asked_at=NOW
    )
    second = make_need(organisation=firm) if who == "sme" else make_need()
    waiting = make_pairing("waiting", offer=offer, need=second)
    getattr(asked, who).suspend(by=make_account(kind="ministry"), now=LATER, reason="확인")
    db.session.commit()
    assert (asked.state, waiting.state) == (State.WITHDRAWN, State.WITHDRAWN)
    assert "place_free" not in kinds(waiting.sme)
    assert "asked" not in kinds(offer.organisation)


def test_a_suspended_firm_is_no_longer_waited_for(app):
    pairing = make_pairing("asked")
    pairing.sme.suspend(by=make_account(kind="ministry"), now=LATER, reason="확인")
    db.session.commit()
    assert kinds(pairing.company) == ["closed"]
    assert kinds(pairing.sme) == []
