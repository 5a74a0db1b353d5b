"""The jobs of rounds: computed once, published once a week, whole wherever a worker dies."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from matchmaker import create_app, schedule
from matchmaker.audit import Event
from matchmaker.config import Testing
from matchmaker.db import begin_writing, db
from matchmaker.outbox import Notice
from matchmaker.pairings.models import Pairing
from matchmaker.pairings.ranking import index
from matchmaker.pairings.rounds import rounds
from matchmaker.pairings.rounds.jobs import run_rounds, week_to_publish
from matchmaker.pairings.rounds.models import Round, RoundChoice, RoundPlan, RoundState
from matchmaker.pairings.rounds.settings import Settings

from .factories import NOW, make_account, make_need, make_offer

MONDAY = datetime(2026, 11, 30, 0, 0, tzinfo=UTC)  # 09:00 in Seoul
WEEK = timedelta(days=7)


@pytest.fixture
def officer(app):
    return make_account(kind="ministry")


@pytest.fixture
def market(app):
    needs, offer = [make_need() for _ in range(3)], make_offer(capacity=2)
    return needs, offer


def switch(officer, is_on=True, now=NOW):
    RoundPlan.set(is_on, Settings(least="partial"), by=officer, now=now)
    db.session.commit()


def run(now):
    db.session.commit()
    begin_writing()
    counts = run_rounds(now)
    db.session.commit()
    return counts


def all_rounds():
    db.session.expire_all()
    return db.session.scalars(sa.select(Round).order_by(Round.id)).all()


def proposals():
    return db.session.scalars(sa.select(Pairing).order_by(Pairing.id)).all()


def test_what_officers_asked_for_is_computed_and_they_are_told(officer, market):
    rounds.request(Settings(least="partial"), by=officer, now=NOW)
    db.session.commit()
    assert run(NOW) == {"computed": 1, "published": 0}
    assert [round_.state for round_ in all_rounds()] == [RoundState.PROVISIONAL]
    told = db.session.scalars(sa.select(Notice)).all()
    assert [(notice.kind, notice.account_id) for notice in told] == [("round_computed", officer.id)]
    assert run(NOW) == {"computed": 0, "published": 0}
    assert not proposals()


def test_nothing_happens_by_itself_unless_officers_switched_it_on(officer, market):
    assert run(MONDAY) == {"computed": 0, "published": 0}
    switch(officer)
    switch(officer, is_on=False)
    assert run(MONDAY) == {"computed": 0, "published": 0}
    assert not all_rounds()
    acts = db.session.scalars(sa.select(Event.act).where(Event.subject_kind == "round_plan"))
    assert acts.all() == ["weekly_on", "weekly_off"]


def test_a_round_is_published_each_monday_and_once(officer, market):
    switch(officer)
    assert run(MONDAY - timedelta(minutes=1)) == {"computed": 0, "published": 0}
    assert run(MONDAY) == {"computed": 1, "published": 1}
    (weekly,) = all_rounds()
    assert weekly.state is RoundState.PUBLISHED
    assert weekly.week == "2026-W49" and weekly.published_by_id is None
    assert len(proposals()) == 2
    for minutes in (1, 60, 6 * 24 * 60):
        assert run(MONDAY + timedelta(minutes=minutes)) == {"computed": 0, "published": 0}
    assert len(all_rounds()) == 1
    kinds = db.session.scalars(sa.select(Notice.kind).where(Notice.account_id == officer.id))
    assert kinds.all() == ["round_published"]
    run(MONDAY + WEEK)
    assert [round_.week for round_ in all_rounds()] == ["2026-W49", "2026-W50"]


def test_switched_on_in_the_middle_of_a_week_it_begins_the_next_monday(officer, market):
    switch(officer, now=MONDAY + timedelta(days=2))
    assert week_to_publish(MONDAY + timedelta(days=3)) is None
    assert week_to_publish(MONDAY + WEEK) == "2026-W50"


def test_a_worker_that_slept_over_monday_catches_up(officer, market):
    switch(officer)
    assert run(MONDAY + timedelta(days=2)) == {"computed": 1, "published": 1}


def test_a_weekly_round_that_officers_discarded_stays_so(officer, market):
    switch(officer)
    rounds.request(Settings(), by=None, now=MONDAY, week="2026-W49")
    db.session.commit()
    (weekly,) = all_rounds()
    rounds.discard(weekly, by=officer, now=MONDAY)
    db.session.commit()
    assert run(MONDAY) == {"computed": 0, "published": 0}
    assert [round_.state for round_ in all_rounds()] == [RoundState.DISCARDED]


class Killed(BaseException):
    """What ends a worker: no code of ours catches it."""


@pytest.fixture(scope="module")
def on_disk(tmp_path_factory):
    """An application on a file, which outlives the connection that was killed."""

    class OnDisk(Testing):
        SQLALCHEMY_DATABASE_URI = f"sqlite:///{tmp_path_factory.mktemp('rounds') / 'rounds.db'}"

    app = create_app(OnDisk())
    with app.app_context():
        db.create_all()
    return app


@pytest.fixture
def worker(on_disk):
    with on_disk.app_context():
        index.init_app(on_disk)
        for _ in range(3):
            make_need()
        make_offer(capacity=2)
        yield make_account(kind="ministry")
        db.session.remove()
        with db.engine.begin() as connection:
            for table in reversed(db.metadata.sorted_tables):
                connection.execute(table.delete())


@pytest.mark.parametrize("step", range(1, 33))
def test_a_worker_that_is_killed_anywhere_is_taken_up_and_nothing_is_doubled(worker, step):
    """The writing statement number `step` of a run kills it; the next one ends what was begun."""
    switch(worker)
    sent = []

    def kill(_connection, _cursor, statement, *_more):
        if statement.startswith(("INSERT", "UPDATE")):
            sent.append(statement)
            if len(sent) == step:
                raise Killed

    sa.event.listen(db.engine, "before_cursor_execute", kill)
    try:
        run(MONDAY)
        killed = False
    except Killed:
        killed = True
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", kill)
    db.session.rollback()
    half = [round_.state for round_ in all_rounds()]
    assert half in ([], ["requested"], ["provisional"], ["published"])
    assert len(proposals()) == (2 if half == ["published"] else 0)
    choices = db.session.scalar(sa.select(sa.func.count()).select_from(RoundChoice))
    assert bool(choices) == (half in (["provisional"], ["published"]))
    assert killed or half == ["published"]

    run(MONDAY + timedelta(minutes=1))
    (weekly,) = all_rounds()
    assert weekly.state is RoundState.PUBLISHED
    assert len(proposals()) == 2
    told = sa.select(sa.func.count()).select_from(Notice).where(Notice.kind == "proposed")
    assert db.session.scalar(told) == 4
    published = sa.select(Notice).where(Notice.kind == "round_published")
    assert len(db.session.scalars(published).all()) == 1


def test_the_job_stands_in_the_schedule(app, market):
    job = next(job for job in schedule.JOBS if job.name == "rounds")
    assert job.run() == {"computed": 0, "published": 0}
