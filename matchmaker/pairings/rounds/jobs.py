"""The jobs of rounds: what officers asked for is computed, and the weekly one is published."""

from collections import Counter
from datetime import datetime, time, timedelta

import sqlalchemy as sa
import structlog
from sqlalchemy.exc import IntegrityError

from ... import outbox
from ...accounts.models import officers
from ...db import begin_writing, db
from ...errors import Refusal
from ...i18n import SEOUL
from . import rounds
from .models import Round, RoundPlan, RoundState
from .publishing import publish

log = structlog.get_logger()

PUBLISHED_AT = time(9)  # on Mondays, in Seoul


def run_rounds(now):
    """Compute what was asked for; on Mondays, where officers switched it on, also publish.

    Each step is a transaction of its own and looks at what is there, so a run that is killed
    is taken up by the next one: asked for, computed, published.
    """
    counts = Counter(computed=0, published=0)
    db.session.commit()  # computing must not keep others from writing
    week = week_to_publish(now)
    if week and not db.session.scalar(sa.select(Round.id).where(Round.week == week)):
        _request_weekly(week, now)
    for round_id in db.session.scalars(Round.waiting()).all():
        counts[_alone(compute_one, round_id, now, "computed")] += 1
    if week and (weekly := db.session.scalar(_weekly_to_publish(week))):
        counts[_alone(_publish, weekly, now, "published")] += 1
    db.session.commit()
    begin_writing()  # for the caller, who writes its run
    return dict(counts)


def week_to_publish(now):
    """Return the week whose Monday morning has come since officers switched it on, or None."""
    plan, today = RoundPlan.current(), now.astimezone(SEOUL).date()
    monday = today - timedelta(days=today.weekday())
    since = datetime.combine(monday, PUBLISHED_AT, SEOUL)
    if plan is None or not plan.is_on or now < since or plan.changed_at > since:
        return None
    return "{}-W{:02}".format(*monday.isocalendar()[:2])


def _request_weekly(week, now):
    """Ask for the round of a week, once: the week is unique."""
    settings = RoundPlan.current().settings
    db.session.commit()
    begin_writing()
    try:
        rounds.request(settings, by=None, now=now, week=week)
        db.session.commit()
    except IntegrityError:  # another worker, at the same moment
        db.session.rollback()


def _weekly_to_publish(week):
    return sa.select(Round.id).where(Round.week == week, Round.state == RoundState.PROVISIONAL)


def _alone(work, round_id, now, name):
    """Do one step whole or not at all; return what came of it."""
    db.session.commit()
    try:
        work(round_id, now)
    except Refusal:
        db.session.rollback()
        return "overtaken"
    except Exception:
        db.session.rollback()
        log.exception("job_row_failed", job=name, row=round_id)
        return "failed"
    return name


def compute_one(round_id, now):
    """Compute a round and commit it: first read, then write, so that nobody waits meanwhile."""
    result = rounds.work_out(db.session.get(Round, round_id), now=now)
    db.session.commit()
    begin_writing()
    round_ = db.session.get(Round, round_id)
    rounds.keep(round_, result, now=now)
    if round_.requested_by and round_.requested_by.active:
        outbox.notify([round_.requested_by], "round_computed", now=now, round_id=round_id)
    db.session.commit()


def _publish(round_id, now):
    """Publish the weekly round, and tell the officers."""
    begin_writing()
    publish(db.session.get(Round, round_id), by=None, now=now)
    everybody = db.session.scalars(officers()).all()
    outbox.notify(everybody, "round_published", now=now, round_id=round_id)
    db.session.commit()
