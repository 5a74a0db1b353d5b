"""Which job runs when; the one place that says so."""

from collections.abc import Callable
from dataclasses import dataclass

import structlog
from huey import crontab

from .db import db, utcnow
from .jobs import tracked
from .notifications.sending import send_letters, write_letters
from .pairings.jobs import (
    expire_overdue,
    move_up_lines,
    remind_of_deadlines,
    watch_responsiveness,
)
from .pairings.leftovers import remove_leftovers

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Job:
    """A plain function of `now` that returns its counts, and the times at which it runs."""

    name: str
    work: Callable
    when: Callable

    def run(self):
        """Run once, leaving a JobRun row."""
        with tracked(self.name) as run:
            run.counts = self.work(utcnow())
        return run.counts


EVERY_MINUTE = crontab(minute="*")
EVERY_HOUR = crontab(minute="10")
JOBS = (
    Job("expire", expire_overdue, EVERY_MINUTE),
    Job("remind", remind_of_deadlines, EVERY_MINUTE),
    Job("move-up-lines", move_up_lines, EVERY_MINUTE),
    Job("watch-responsiveness", watch_responsiveness, EVERY_HOUR),
    Job("write-letters", write_letters, EVERY_MINUTE),
    Job("send-letters", send_letters, EVERY_MINUTE),
    Job("remove-leftovers", remove_leftovers, crontab(minute="40")),
)


def register(queue, app):
    """Put every job on the queue's clock, each run in an application context of its own."""
    for job in JOBS:
        queue.periodic_task(job.when, name=job.name)(in_context(app, job))


def in_context(app, job):
    """Return a job as the queue calls it; a failure is kept in its row and in our own log."""

    def task():
        with app.app_context():
            try:
                job.run()
            except Exception:  # logged by us: the queue would quote what a database says of rows
                log.exception("job_failed", job=job.name)
            finally:
                db.session.remove()

    return task
