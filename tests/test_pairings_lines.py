"""The line for a full offer: order, places that free, and those who have waited for long."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from matchmaker.db import db
from matchmaker.outbox import Notice
from matchmaker.pairings import answering, jobs
from matchmaker.pairings.clock import deadline
from matchmaker.pairings.lists import places_in_line
from matchmaker.pairings.states import State
from matchmaker.pairings.waiting import move_up

from .factories import NOW, make_offer, make_pairing

LATER = NOW + timedelta(hours=1)
AFTER_31_DAYS = NOW + timedelta(days=31)


def line(offer, length, **changes):
    """Let so many firms wait, one second after the other."""
    return [
        make_pairing(
            "waiting", offer=offer, waiting_since=NOW + timedelta(seconds=place), **changes
        )
        for place in range(length)
    ]


def full_offer(capacity=1):
    offer = make_offer(capacity=capacity)
    return offer, [make_pairing("agreed", offer=offer) for _ in range(capacity)]


def states(pairings):
    return [pairing.state for pairing in pairings]


def kinds(organisation):
    ids = [account.id for account in organisation.people]
    select = sa.select(Notice.kind).where(Notice.account_id.in_(ids)).order_by(Notice.id)
    return db.session.scalars(select).all()


def test_a_place_that_frees_goes_to_the_first_in_line(app):
    offer, (agreed,) = full_offer()
    first, second = line(offer, 2)
    assert places_in_line([first, second, agreed]) == {first.id: 1, second.id: 2}
    answering.end(agreed, by=agreed.sme.people[0], now=LATER)
    db.session.commit()
    assert states([first, second]) == [State.ASKED, State.WAITING]
    assert first.expires_at == deadline(LATER)
    assert first.asked_at == LATER
    assert places_in_line([second]) == {second.id: 1}
    assert kinds(first.sme) == ["place_free"]
    assert kinds(offer.organisation)[-1] == "asked"
    assert offer.places_taken == 0


@pytest.mark.parametrize("how", ["declined", "withdrawn", "expired"])
def test_a_place_that_the_first_does_not_get_goes_to_the_next(app, how):
    offer, (agreed,) = full_offer()
    first, second = line(offer, 2)
    answering.end(agreed, by=agreed.sme.people[0], now=LATER)
    db.session.commit()
    if how == "declined":
        answering.decline(first, by=offer.organisation.people[0], now=LATER)
        db.session.commit()
    elif how == "withdrawn":
        answering.withdraw(first, by=first.sme.people[0], now=LATER)
        db.session.commit()
    else:
        assert jobs.expire_overdue(first.expires_at)["expired"] == 1
    assert states([first, second]) == [State(how), State.ASKED]


def test_one_place_is_given_to_one_firm_at_a_time(app):
    offer, (agreed, _) = full_offer(2)
    first, second, third = line(offer, 3)
    answering.end(agreed, by=agreed.sme.people[0], now=LATER)
    move_up(offer, now=LATER)
    move_up(offer, now=LATER)
    db.session.commit()
    assert states([first, second, third]) == [State.ASKED, State.WAITING, State.WAITING]
    answering.accept(first, by=offer.organisation.people[0], now=LATER, consent=True)
    db.session.commit()
    assert offer.is_full
    assert jobs.move_up_lines(LATER)["moved"] == 0


def test_more_capacity_moves_as_many_as_there_are_new_places(app):
    offer, _ = full_offer()
    waiting = line(offer, 3)
    offer.change({"capacity": 3}, by=None, now=LATER)
    db.session.commit()
    assert states(waiting) == [State.ASKED, State.ASKED, State.WAITING]
    offer.change({"capacity": None}, by=None, now=LATER)
    db.session.commit()
    assert waiting[2].state is State.ASKED


def test_a_need_that_changes_moves_nobody(app):
    offer, _ = full_offer()
    (waiting,) = line(offer, 1)
    waiting.need.change({"title": "새 제목입니다"}, by=None, now=LATER)
    assert waiting.state is State.WAITING


def test_a_firm_that_waited_long_moves_only_after_it_said_that_it_still_wants(app):
    offer, (agreed,) = full_offer()
    first, second = line(offer, 2)
    second.waiting_since = AFTER_31_DAYS - timedelta(days=1)
    db.session.commit()
    answering.end(agreed, by=agreed.sme.people[0], now=AFTER_31_DAYS)
    db.session.commit()
    assert states([first, second]) == [State.WAITING, State.ASKED]
    assert kinds(first.sme) == ["still_wanted"]
    answering.decline(second, by=offer.organisation.people[0], now=AFTER_31_DAYS)
    db.session.commit()
    assert first.state is State.WAITING
    assert kinds(first.sme) == ["still_wanted"]  # asked once
    answering.still_wanted(first, by=first.sme.people[0], now=AFTER_31_DAYS)
    db.session.commit()
    assert first.state is State.ASKED


def test_the_long_waiting_are_asked_once_in_thirty_days(app):
    offer, _ = full_offer()
    (pairing,) = line(offer, 1)
    assert jobs.move_up_lines(NOW + timedelta(days=30))["asked_again"] == 0
    assert jobs.move_up_lines(AFTER_31_DAYS)["asked_again"] == 1
    assert jobs.move_up_lines(AFTER_31_DAYS)["asked_again"] == 0
    answering.still_wanted(pairing, by=pairing.sme.people[0], now=AFTER_31_DAYS)
    db.session.commit()
    assert jobs.move_up_lines(AFTER_31_DAYS + timedelta(days=30))["asked_again"] == 0
    assert jobs.move_up_lines(AFTER_31_DAYS + timedelta(days=31))["asked_again"] == 1
    assert kinds(pairing.sme) == ["still_wanted", "still_wanted"]


def test_a_group_waits_for_its_places_and_is_not_overtaken(app):
    offer, (agreed, other) = full_offer(2)
    group, single = line(offer, 2)
    group.firms = 2
    db.session.commit()
    answering.end(agreed, by=agreed.sme.people[0], now=LATER)
    db.session.commit()
    assert states([group, single]) == [State.WAITING, State.WAITING]
    answering.end(other, by=other.sme.people[0], now=LATER)
    db.session.commit()
    assert states([group, single]) == [State.ASKED, State.WAITING]


def test_a_line_that_cannot_move_does_not_undo_what_freed_the_place(app):
    offer, (agreed,) = full_offer()
    first, second = line(offer, 2)
    first.frozen_at = NOW  # stands for what another transaction did between two statements
    db.session.commit()
    answering.end(agreed, by=agreed.sme.people[0], now=LATER)
    db.session.commit()
    assert states([agreed, first, second]) == [State.ENDED, State.WAITING, State.WAITING]
    first.frozen_at = None
    db.session.commit()
    assert jobs.move_up_lines(LATER)["moved"] == 1
    assert states([first, second]) == [State.ASKED, State.WAITING]


def test_a_closed_offer_moves_nobody_up(app):
    offer, _ = full_offer()
    line(offer, 1)
    offer.stage = "closed"
    offer.capacity = 5
    db.session.commit()
    assert move_up(offer, now=LATER) == 0


def test_the_line_of_a_listing_whose_last_day_has_passed_closes(app):
    offer, _ = full_offer()
    own, others = line(offer, 2)
    own.need.closes_on = NOW.date()
    db.session.commit()
    assert jobs.expire_overdue(LATER)["past"] == 0
    tomorrow = NOW + timedelta(days=1)
    assert jobs.expire_overdue(tomorrow)["past"] == 1
    assert states([own, others]) == [State.WITHDRAWN, State.WAITING]
    offer.closes_on = NOW.date()
    db.session.commit()
    assert jobs.expire_overdue(tomorrow)["past"] == 1
    assert kinds(others.sme) == ["closed_choose"]
    assert others.need.open_asks == 0


def test_who_asks_while_others_wait_and_a_place_is_free_does_not_lose_it(app):
    offer = make_offer(capacity=2)
    make_pairing("agreed", offer=offer)
    (waiting,) = line(offer, 1)
    assert jobs.move_up_lines(LATER)["moved"] == 1
    assert waiting.state is State.ASKED
