"""How needs end by themselves: when, why, told once, and never while an answer is due."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from matchmaker.audit import Event
from matchmaker.db import db
from matchmaker.errors import Refusal
from matchmaker.listing.models import Stage, Version
from matchmaker.needs.models import IDLE_DAYS, RENEWED_DAYS
from matchmaker.needs.unmet import Unmet, UnmetNeed
from matchmaker.organisations.models import Approval
from matchmaker.outbox import Notice
from matchmaker.pairings import endings, jobs
from matchmaker.pairings.clock import day_of
from matchmaker.pairings.states import OPEN, PLACED, State

from .counting import statements
from .factories import NOW, make_need, make_offer, make_pairing

DAY = timedelta(days=1)
TODAY = day_of(NOW)
NOTHING = {"unmet": 0, "warned": 0, "nudged": 0}


def past_need(**changes):
    return make_need(**{"closes_on": TODAY - DAY} | changes)


def told(kind):
    select = sa.select(Notice.facts).where(Notice.kind == kind).order_by(Notice.id)
    return [facts["need_id"] for facts in db.session.scalars(select)]


def ended(need):
    """Run the job; return the reason for which the need ended, or None where it goes on."""
    jobs.watch_needs(NOW)
    ending = db.session.scalar(sa.select(UnmetNeed).where(UnmetNeed.need_id == need.id))
    return ending and ending.reason


def test_the_last_day_belongs_to_the_need(app):
    today, yesterday = past_need(closes_on=TODAY), past_need()
    assert jobs.watch_needs(NOW)["unmet"] == 1
    assert (today.stage, yesterday.stage) == (Stage.PUBLISHED, Stage.CLOSED)
    assert yesterday.closed_at == NOW
    assert told("need_unmet") == [yesterday.id]
    assert jobs.watch_needs(NOW + timedelta(hours=1))["unmet"] == 0


def test_nothing_fits_is_said_where_nothing_fits(app):
    assert ended(past_need()) is Unmet.NOTHING_FITS


def test_nobody_was_free_where_all_that_fits_is_full(app):
    offer = make_offer(capacity=1)
    make_pairing("agreed", offer=offer)
    assert ended(past_need()) is Unmet.NOBODY_FREE


def test_nobody_was_asked_where_something_fits(app):
    make_offer()
    assert ended(past_need()) is Unmet.NOT_ASKED


def test_who_only_stood_in_line_met_nobody_that_was_free(app):
    offer = make_offer(capacity=1)
    make_pairing("agreed", offer=offer)
    need = past_need()
    waiting = make_pairing("waiting", need=need, offer=offer)
    assert ended(need) is Unmet.NOBODY_FREE
    assert (waiting.state, need.open_asks) == (State.WITHDRAWN, 0)


@pytest.mark.parametrize("state", ["declined", "expired", "withdrawn"])
def test_every_no_and_every_silence_has_the_same_reason(app, state):
    need = past_need()
    make_pairing(state, need=need, closed_at=NOW)
    assert ended(need) is Unmet.NO_YES


def test_an_agreement_that_ended_is_a_reason_of_its_own(app):
    need = past_need()
    make_pairing("ended", need=need, agreed_at=NOW, closed_at=NOW)
    assert ended(need) is Unmet.ENDED


@pytest.mark.parametrize("state", PLACED)
def test_a_need_with_an_agreement_closes_as_met(app, state):
    need = past_need()
    pairing = make_pairing(state, need=need)
    assert ended(need) is None
    assert (need.stage, pairing.state) == (Stage.CLOSED, state)
    assert told("need_unmet") == []


@pytest.mark.parametrize("state", OPEN)
def test_nothing_ends_while_an_answer_is_due(app, state):
    need = past_need()
    make_pairing(state, need=need)
    assert ended(need) is None
    assert need.stage is Stage.PUBLISHED


def test_a_paused_need_ends_as_well_and_a_draft_or_a_suspended_firm_waits(app):
    paused = past_need(stage="paused")
    draft = past_need(stage="draft", published_at=None)
    suspended = past_need()
    suspended.organisation.approval = Approval.SUSPENDED
    db.session.commit()
    assert jobs.watch_needs(NOW)["unmet"] == 1
    assert (paused.stage, draft.stage) == (Stage.CLOSED, Stage.DRAFT)
    assert suspended.stage is Stage.PUBLISHED


def test_without_a_last_day_a_need_ends_after_ninety_days_without_movement(app):
    idle = NOW - IDLE_DAYS * DAY
    quiet, moved, edited, agreed = (make_need(changed_at=idle) for _ in range(4))
    make_pairing("declined", need=quiet, changed_at=idle, closed_at=idle)
    make_pairing("declined", need=moved, changed_at=idle + DAY, closed_at=idle + DAY)
    edited.changed_at = idle + DAY
    make_pairing("active", need=agreed, changed_at=idle)
    db.session.commit()
    assert jobs.watch_needs(NOW)["unmet"] == 1
    assert [each.stage for each in (quiet, moved, edited, agreed)] == [
        Stage.CLOSED,
        *[Stage.PUBLISHED] * 3,
    ]
    assert jobs.watch_needs(NOW + DAY)["unmet"] == 2
    assert jobs.watch_needs(NOW + 400 * DAY)["unmet"] == 0


def test_the_firm_hears_of_the_end_a_week_before_and_once(app):
    soon, later, met = (make_need(closes_on=TODAY + days * DAY) for days in (6, 7, 3))
    idle = make_need(changed_at=NOW - (IDLE_DAYS - 7) * DAY, nudged_at=NOW)
    make_pairing("asked", need=met)
    assert jobs.watch_needs(NOW) == NOTHING | {"warned": 2}
    assert jobs.watch_needs(NOW) == NOTHING
    assert told("need_ends_soon") == [soon.id, idle.id]
    assert later.warned_at is None
    soon.change({"closes_on": TODAY + 5 * DAY}, by=soon.organisation.people[0], now=NOW)
    db.session.commit()
    assert jobs.watch_needs(NOW)["warned"] == 1  # another last day, another word


def test_who_asked_nobody_hears_once_what_fits_or_that_nothing_does(app):
    need = make_need(published_at=NOW - 8 * DAY, changed_at=NOW - 8 * DAY)
    make_need()  # published today
    asked = make_need(published_at=NOW - 8 * DAY, changed_at=NOW - 8 * DAY)
    make_pairing("expired", need=asked, offer=make_offer(stage="closed"), changed_at=NOW)
    assert jobs.watch_needs(NOW) == NOTHING | {"nudged": 1}
    assert told("need_nothing_fits") == [need.id]
    make_offer()
    assert jobs.watch_needs(NOW + DAY) == NOTHING
    fitting = make_need(published_at=NOW - 8 * DAY, changed_at=NOW - 8 * DAY)
    assert jobs.watch_needs(NOW) == NOTHING | {"nudged": 1}
    assert told("need_unasked") == [fitting.id]


def test_a_need_is_opened_again_for_as_long_as_before_within_limits(app):
    least, most = RENEWED_DAYS
    for meant, days in ((3, least), (45, 45), (400, most)):
        need = past_need(published_at=NOW - (meant + 1) * DAY, nudged_at=NOW, warned_at=NOW)
        ended(need)
        need.renew(by=need.organisation.people[0], now=NOW)
        db.session.commit()
        assert need.closes_on == TODAY + days * DAY
        assert (need.nudged_at, need.warned_at, need.closed_at) == (None, None, None)


def test_only_what_ended_without_a_yes_is_opened_again(app):
    need = past_need()
    make_pairing("agreed", need=need)
    jobs.watch_needs(NOW)
    with pytest.raises(Refusal):
        need.renew(by=need.organisation.people[0], now=NOW)


def test_a_longer_last_day_that_came_a_moment_before_keeps_it_open(app, monkeypatch):
    need = past_need()
    select = endings.over(NOW)  # what the job read before
    need.closes_on = TODAY
    db.session.commit()
    assert endings.run_out(need, now=NOW) is False
    assert need.stage is Stage.PUBLISHED
    assert db.session.scalars(select).all() == []


def test_what_came_a_moment_before_spares_the_firm_a_word(app):
    soon = make_need(closes_on=TODAY + DAY)
    soon.closes_on = TODAY + 30 * DAY  # both read by the job, then changed by the firm
    quiet = make_need(published_at=NOW - 8 * DAY, changed_at=NOW - 8 * DAY)
    make_pairing("asked", need=quiet)
    assert endings.warn(soon, now=NOW) is False
    assert endings.nudge(quiet, now=NOW) is False
    assert told("need_ends_soon") == told("need_nothing_fits") == []


def test_an_ending_leaves_its_event_and_its_version(app):
    need = past_need()
    jobs.watch_needs(NOW)
    events = db.session.scalars(Event.about(need)).all()
    assert (events[-1].act, events[-1].account_id) == ("run_out", None)
    assert db.session.scalars(Version.of(need)).all()[-1].at == NOW


def test_looking_takes_the_same_statements_however_many_needs_are_open(app):
    make_need(closes_on=TODAY + 60 * DAY)
    one = statements(lambda: jobs.watch_needs(NOW))
    for _ in range(5):
        make_need(closes_on=TODAY + 60 * DAY)
    assert statements(lambda: jobs.watch_needs(NOW)) == one
