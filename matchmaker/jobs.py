"""The queue, and the row that every run of a job leaves behind."""

from contextlib import contextmanager
from datetime import datetime

import sqlalchemy as sa
from huey import PostgresHuey, SqliteHuey
from sqlalchemy.orm import Mapped, mapped_column

from .db import begin_writing, db, utcnow
from .errors import in_a_line


class JobRun(db.Model):  # type: ignore[name-defined]
    """One run of a job: when, what it did in numbers, or why it failed."""

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(60), index=True)
    started_at: Mapped[datetime] = mapped_column(index=True)
    ended_at: Mapped[datetime | None]
    counts: Mapped[dict] = mapped_column(sa.JSON, default=dict)
    error: Mapped[str | None] = mapped_column(sa.Text)


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
def tracked(name):
    """Commit the block's work whole, or undo it and keep the error.

    Yields the run, whose `counts` the block may set. The run itself is committed first, so
    that a job that is killed leaves a row without an end.
    """
    begin_writing()
    run = JobRun(name=name, started_at=utcnow(), counts={})
    db.session.add(run)
    db.session.flush()  # gives the run its id while its transaction lasts
    run_id = run.id
    db.session.commit()
    begin_writing()
    try:
        yield run
        run.ended_at = utcnow()
        db.session.commit()
    except Exception as error:
        db.session.rollback()
        begin_writing()
        run = db.session.get(JobRun, run_id)
        run.error = in_a_line(error)
        run.ended_at = utcnow()
        db.session.commit()
        raise
