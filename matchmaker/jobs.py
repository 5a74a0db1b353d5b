"""The queue, and the row that every run of a job leaves behind."""

from contextlib import contextmanager
from datetime import datetime, timedelta

import sqlalchemy as sa
from huey import PostgresHuey, SqliteHuey
from sqlalchemy.orm import Mapped, mapped_column

from .db import begin_writing, db, utcnow
from .errors import in_a_line

LONGEST = timedelta(minutes=30)  # a run without an end after this was stopped half-way
KEPT = timedelta(days=90)
NOTHING = {"left"}  # what a run counts without having done anything


class JobRun(db.Model):  # type: ignore[name-defined]
    """One run of a job: when, what it did in numbers, or why it failed.

    Of the runs that did nothing only the latest of each job is kept, as the sign of life.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(60), index=True)
    started_at: Mapped[datetime] = mapped_column(index=True)
    ended_at: Mapped[datetime | None]
    counts: Mapped[dict] = mapped_column(sa.JSON, default=dict)
    error: Mapped[str | None] = mapped_column(sa.Text)
    is_idle: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    expected_by: Mapped[datetime | None]  # when the next run should have begun

    @classmethod
    def latest(cls):
        """Select the last run of each job that began, by the job's name."""
        last = sa.select(sa.func.max(cls.id)).group_by(cls.name)
        return sa.select(cls).where(cls.id.in_(last)).order_by(cls.name)

    def is_late(self, now):
        """Say, of a last run, whether the next one should have begun long ago."""
        return self.expected_by is not None and self.expected_by < now

    def is_stopped(self, now):
        """Say whether it was stopped half-way: it has no end, and began long ago."""
        return self.ended_at is None and self.started_at < now - LONGEST


def make_queue(app):
    """Return the queue of this installation: in PostgreSQL itself, or in a file of its own.

    It opens the database, so only the worker calls it.
    """
    uri = sa.make_url(app.config["SQLALCHEMY_DATABASE_URI"])
    if uri.get_backend_name() == "postgresql":
        dsn = uri.set(drivername="postgresql").render_as_string(hide_password=False)
        return PostgresHuey("matchmaker", dsn=dsn)
    return SqliteHuey("matchmaker", filename=app.config["QUEUE_FILE"])


@contextmanager
def tracked(name, expected_by=None):
    """Commit the block's work whole, or undo it and keep the error.

    Yields the run, whose `counts` the block may set. The run itself is committed first, so
    that a job that is killed leaves a row without an end.
    """
    begin_writing()
    run = JobRun(name=name, started_at=utcnow(), counts={}, expected_by=expected_by)
    db.session.add(run)
    db.session.flush()  # gives the run its id while its transaction lasts
    run_id = run.id
    db.session.commit()
    begin_writing()
    try:
        yield run
        run.ended_at = utcnow()
        run.is_idle = not any(many for what, many in run.counts.items() if what not in NOTHING)
        _sweep(run)
        db.session.commit()
    except Exception as error:
        db.session.rollback()
        begin_writing()
        run = db.session.get(JobRun, run_id)
        run.error = in_a_line(error)
        run.ended_at = utcnow()
        db.session.commit()
        raise


def _sweep(run):
    """Delete the job's earlier idle runs, and what is too old to be looked at."""
    too_old = JobRun.started_at < run.ended_at - KEPT
    earlier = sa.delete(JobRun).where(JobRun.name == run.name, JobRun.id < run.id)
    db.session.execute(
        earlier.where(sa.or_(JobRun.is_idle, too_old)),
        execution_options={"synchronize_session": False},
    )
