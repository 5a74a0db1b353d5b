"""The jobs on the queue's clock: each leaves its row, and one that fails stops no other."""

import sqlalchemy as sa
from huey import MemoryHuey

from matchmaker import schedule
from matchmaker.db import db
from matchmaker.jobs import JobRun


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
