"""Deadlines: one word before each of them, and no answer after it."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from matchmaker.db import db, utcnow
from matchmaker.errors import Refusal
from matchmaker.i18n import days_left
from matchmaker.outbox import Notice
from matchmaker.pairings import answering, jobs
from matchmaker.pairings.clock import REMINDED_BEFORE, day_of
from matchmaker.pairings.relations import RelationKind
from matchmaker.pairings.states import OPEN, TURN, Reason, Side, State

from .counting import statements
from .factories import AHEAD, NOW, make_offer, make_pairing
from .test_pairings_passing import asked_with, of_need

DUE = AHEAD
SOON = DUE - REMINDED_BEFORE
MOMENT = timedelta(microseconds=1)


def told(pairing, kind="answer_due"):
    """Return the sides that were told, one entry a notice."""
    sides = {pairing.sme.people[0].id: Side.SME, pairing.company.people[0].id: Side.COMPANY}
    notices = db.session.scalars(sa.select(Notice).where(Notice.kind == kind)).all()
    return [sides[n.account_id] for n in notices if n.facts.get("pairing_id") == pairing.id]


@pytest.mark.parametrize("state", OPEN)
def test_whose_turn_it_is_is_reminded_once(app, state):
    pairing = make_pairing(state)
    assert jobs.remind_of_deadlines(SOON - MOMENT) == {"reminded": 0}
    assert jobs.remind_of_deadlines(SOON) == {"reminded": 1}
    assert jobs.remind_of_deadlines(SOON + MOMENT) == {"reminded": 0}
    assert told(pairing) == list(TURN[state])
    assert pairing.reminded_at == SOON


def test_only_what_is_open_and_not_late_is_reminded_of(app):
    for state in State:
        if state not in OPEN:
            make_pairing(state, expires_at=DUE)
    make_pairing("asked", frozen_at=NOW)
    make_pairing("asked", expires_at=SOON)
    assert jobs.remind_of_deadlines(SOON) == {"reminded": 0}


def test_each_clock_has_a_reminder_of_its_own(app):
    pairing = make_pairing("proposed")
    jobs.remind_of_deadlines(SOON)
    answering.accept(
        pairing, by=pairing.sme.people[0], now=SOON, consent=True, relation=RelationKind.NONE
    )
    db.session.commit()
    assert pairing.reminded_at is None
    jobs.remind_of_deadlines(pairing.expires_at - REMINDED_BEFORE)
    assert told(pairing) == [Side.SME, Side.COMPANY, Side.COMPANY]


def test_a_reminder_that_fails_keeps_no_other_and_comes_later(app, monkeypatch):
    first, second = make_pairing("asked"), make_pairing("asked")
    whole = jobs.remind

    def breaks(pairing, *, now):
        done = whole(pairing, now=now)
        if pairing is first:
            raise RuntimeError("the machine stopped here")
        return done

    monkeypatch.setattr(jobs, "remind", breaks)
    assert jobs.remind_of_deadlines(SOON) == {"reminded": 1, "failed": 1}
    assert (told(first), told(second)) == ([], [Side.COMPANY])
    monkeypatch.undo()
    assert jobs.remind_of_deadlines(SOON) == {"reminded": 1}
    assert told(first) == [Side.COMPANY]


def test_looking_for_what_is_due_takes_the_same_statements_however_much_is_open(app):
    make_pairing("asked")
    one = statements(lambda: jobs.remind_of_deadlines(NOW))
    for _ in range(5):
        make_pairing("asked")
    assert statements(lambda: jobs.remind_of_deadlines(NOW)) == one


def answers(pairing):
    """Return every yes and no that the state knows, as acts of `now`."""
    firm, company = pairing.sme.people[0], pairing.company.people[0]
    yes = dict(consent=True)
    return {
        Side.SME: (
            lambda now: answering.accept(
                pairing, by=firm, now=now, relation=RelationKind.NONE, **yes
            ),
            lambda now: answering.decline(pairing, by=firm, now=now),
        ),
        Side.COMPANY: (
            lambda now: answering.accept(pairing, by=company, now=now, **yes),
            lambda now: answering.decline(pairing, by=company, now=now),
        ),
    }


@pytest.mark.parametrize("which", [0, 1], ids=["yes", "no"])
@pytest.mark.parametrize(("state", "side"), [(s, side) for s in OPEN for side in TURN[s]])
def test_an_answer_at_the_deadline_is_too_late_and_changes_nothing(app, state, side, which):
    pairing = make_pairing(state)
    with pytest.raises(Refusal) as refusal:
        answers(pairing)[side][which](DUE)
    assert refusal.value.rule == "timed_out"
    db.session.rollback()
    assert pairing.state is state
    assert jobs.expire_overdue(DUE)["expired"] == 1
    assert (pairing.state, pairing.reason) == (State.EXPIRED, Reason.TIMED_OUT)


@pytest.mark.parametrize(("state", "side"), [(s, side) for s in OPEN for side in TURN[s]])
def test_an_answer_a_moment_before_the_deadline_stands(app, state, side):
    pairing = make_pairing(state)
    assert jobs.expire_overdue(DUE - MOMENT)["expired"] == 0
    answers(pairing)[side][0](DUE - MOMENT)
    db.session.commit()
    assert pairing.state is not state
    assert jobs.expire_overdue(DUE)["expired"] == 0


def test_taking_back_is_free_also_in_that_minute(app):
    pairing = make_pairing("asked")
    answering.withdraw(pairing, by=pairing.sme.people[0], now=DUE)
    assert pairing.state is State.WITHDRAWN


def test_a_late_answer_is_refused_in_words_and_the_next_offer_is_asked(browser):
    second = make_offer()
    pairing = asked_with(second)
    pairing.expires_at = utcnow() - timedelta(seconds=1)
    db.session.commit()
    browser.speak("en").sign_in(pairing.company.people[0])
    page = browser.get(f"/pairings/{pairing.id}")
    assert "Time ran out without an answer" in page.text
    assert not [one for one in page.form_actions if "pairings" in one]
    for late in (
        browser.get(f"/pairings/{pairing.id}/accept", 409),
        browser.post(f"/pairings/{pairing.id}/accept", 409, consent="y"),
        browser.post(f"/pairings/{pairing.id}/decline", 409),
    ):
        assert "The time for an answer has run out." in late.text
    assert jobs.expire_overdue(utcnow())["expired"] == 1
    first, following = of_need(pairing)
    assert (first.state, following.state) == (State.EXPIRED, State.ASKED)
    assert following.offer_id == second.id


def test_what_ran_out_today_is_not_said_to_run_until_then(app):
    assert days_left(utcnow() - timedelta(seconds=1)) < 0
    assert days_left(utcnow() + timedelta(days=3)) == 3
    assert days_left(day_of(utcnow())) == 0
