"""The jobs on the queue's clock: each leaves its row, and one that fails stops no other."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from huey import MemoryHuey, crontab

from matchmaker import schedule
from matchmaker.db import db, utcnow
from matchmaker.jobs import KEPT, JobRun

from .factories import NOW, stored


def runs():
    return db.session.scalars(sa.select(JobRun).order_by(JobRun.id)).all()


def test_every_job_is_on_the_clock_and_leaves_its_row(app):
    queue = MemoryHuey(immediate=True)
    schedule.register(queue, app)
    tasks = queue._registry.periodic_tasks
    assert len(tasks) == len(schedule.JOBS)
    for task in tasks:
        queue.execute(task)
    assert {run.name for run in runs()} == {job.name for job in schedule.JOBS}
    assert [run.error for run in runs()] == [None] * len(tasks)


def test_a_job_that_fails_says_so_without_the_row_that_a_database_quotes(app):
    def fail(_now):
        raise ValueError("duplicate key\nDETAIL: Key (email)=(secret@example.com) already exists.")

    job = schedule.Job("broken", fail, schedule.EVERY_MINUTE)
    schedule.in_context(app, job)()
    assert [run.error for run in runs()] == ["ValueError: duplicate key"]
    assert runs()[0].ended_at is not None


def idle(_now):
    return {"expired": 0, "left": 7}


def busy(_now):
    return {"expired": 2}


def run(work, name="expire"):
    db.session.commit()
    schedule.Job(name, work, schedule.EVERY_MINUTE).run()
    return runs()


def test_of_the_runs_that_did_nothing_only_the_latest_is_kept(app):
    run(idle)
    run(busy)
    run(idle, name="another")
    for _minute in range(5):
        found = run(idle)
    assert [(one.name, one.is_idle) for one in found] == [
        ("expire", False),
        ("another", True),
        ("expire", True),
    ]
    run(busy)
    assert [one.is_idle for one in runs()] == [False, True, False]


def test_runs_without_an_end_stay_for_officers_to_see_and_old_ones_go(app):
    stored(JobRun(name="expire", started_at=utcnow() - KEPT - timedelta(days=1), counts={"a": 1}))
    stopped = stored(JobRun(name="expire", started_at=utcnow() - timedelta(hours=1), counts={}))
    assert [one.id for one in run(idle)][:-1] == [stopped.id]
    assert stopped.is_stopped(utcnow()) and not runs()[-1].is_stopped(utcnow())


def test_the_last_run_of_each_job_says_when_the_next_one_is_due(app):
    run(busy)
    run(busy)
    (last,) = db.session.scalars(JobRun.latest()).all()
    assert last.id == 2
    assert not last.is_late(utcnow() + timedelta(minutes=10))
    assert last.is_late(utcnow() + timedelta(minutes=12))


@pytest.mark.parametrize(
    ("when", "waits"),
    [
        (schedule.EVERY_MINUTE, timedelta(minutes=1)),
        (schedule.EVERY_TEN_MINUTES, timedelta(minutes=10)),
        (crontab(minute="10"), timedelta(minutes=10)),
        (crontab(minute="0", hour="23"), timedelta(hours=22)),
        (crontab(minute="0", hour="23", day_of_week="0"), timedelta(days=5, hours=22)),
    ],
)
def test_the_next_time_is_counted_as_the_queue_counts_it(when, waits):
    job = schedule.Job("any", idle, when)
    assert job.next_time(NOW + timedelta(seconds=20)) == NOW + waits


def test_every_job_has_a_next_time():
    for job in schedule.JOBS:
        assert job.next_time(NOW) > NOW
