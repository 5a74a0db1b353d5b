"""Which job runs when; the one place that says so."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import structlog
from huey import crontab

from .db import db, utcnow
from .jobs import tracked
from .notifications.jobs import write_digests, write_letters
from .notifications.sending import send_letters
from .pairings.conversation.leftovers import remove_leftovers
from .pairings.jobs import (
    expire_overdue,
    move_up_lines,
    remind_of_deadlines,
    watch_needs,
    watch_responsiveness,
)
from .pairings.ranking.kept_counts_jobs import keep_counts
from .pairings.ranking.refit_jobs import refit
from .pairings.rounds.jobs import run_rounds

log = structlog.get_logger()

MINUTE = timedelta(minutes=1)
GRACE = timedelta(minutes=10)  # a job that is later than this is shown as late
LONGEST_PAUSE = timedelta(days=32)


@dataclass(frozen=True, slots=True)
class Job:
    """A plain function of `now` that returns its counts, and the times at which it runs."""

    name: str
    work: Callable
    when: Callable

    def run(self):
        """Run once, leaving a JobRun row."""
        now = utcnow()
        with tracked(self.name, expected_by=self.next_time(now) + GRACE) as run:
            run.counts = self.work(now)
        return run.counts

    def next_time(self, now):
        """Return the minute at which it runs next; the queue's clock is UTC."""
        minute = now.replace(second=0, microsecond=0)
        for _minute in range(LONGEST_PAUSE // MINUTE):
            minute += MINUTE
            if self.when(minute):
                return minute
        raise ValueError(f"{self.name} never runs")


EVERY_MINUTE = crontab(minute="*")
EVERY_TEN_MINUTES = crontab(minute="*/10")  # the first letters of the day leave at eight
EVERY_HOUR = crontab(minute="10")
JOBS = (
    Job("expire", expire_overdue, EVERY_MINUTE),
    Job("remind", remind_of_deadlines, EVERY_MINUTE),
    Job("move-up-lines", move_up_lines, EVERY_MINUTE),
    Job("rounds", run_rounds, EVERY_MINUTE),
    Job("watch-needs", watch_needs, EVERY_HOUR),
    Job("watch-responsiveness", watch_responsiveness, EVERY_HOUR),
    Job("write-letters", write_letters, EVERY_MINUTE),
    Job("write-digests", write_digests, EVERY_TEN_MINUTES),
    Job("send-letters", send_letters, EVERY_MINUTE),
    Job("keep-counts", keep_counts, EVERY_MINUTE),
    Job("refit", refit, EVERY_TEN_MINUTES),
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
