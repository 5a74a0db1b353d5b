"""What time does to pairings by itself: jobs that may run twice, or be killed at any point."""

from collections import Counter

import sqlalchemy as sa
import structlog

from ..db import begin_writing, db
from ..errors import Refusal
from ..needs.models import Need
from ..offers.models import Offer
from .clock import day_of
from .models import Pairing
from .passing import close, expire
from .states import Reason, State
from .waiting import ask_whether_still_wanted, long_waiting, move_up

log = structlog.get_logger()


def expire_overdue(now):
    """Let overdue pairings expire, and close the lines of listings whose last day has passed."""
    counts = Counter(expired=0, past=0)
    for pairing_id in _ids(Pairing.overdue(now).with_only_columns(Pairing.id)):
        counts[_alone(_expire, pairing_id, now, "expired")] += 1
    for pairing_id in _ids(_waiting_for_the_past(day_of(now))):
        counts[_alone(_close_past, pairing_id, now, "past")] += 1
    begin_writing()
    return dict(counts)


def move_up_lines(now):
    """Give free places to those in line, and ask the long waiting whether they still want one."""
    counts = Counter(moved=0, asked_again=0)
    for pairing_id in _ids(long_waiting(now).with_only_columns(Pairing.id)):
        counts[_alone(_ask_again, pairing_id, now, "asked_again")] += 1
    lines = sa.select(Pairing.offer_id).where(Pairing.state == State.WAITING).distinct()
    for offer_id in _ids(lines.order_by(Pairing.offer_id)):
        counts[_alone(_move_up, offer_id, now, "moved")] += 1
    begin_writing()
    return dict(counts)


def _ids(select):
    """Read what is to be done, and let go of the database before doing it."""
    ids = db.session.scalars(select).all()
    db.session.commit()
    return ids


def _alone(work, row_id, now, name):
    """Do one piece of work in a transaction of its own; return what came of it.

    A row that somebody else was faster with is left, and one that fails does not stop the
    others: it is logged, and met again in the next run.
    """
    begin_writing()
    try:
        done = work(row_id, now)
        db.session.commit()
    except Refusal:
        db.session.rollback()
        return "overtaken"
    except Exception:
        db.session.rollback()
        log.exception("job_row_failed", job=name, row=row_id)
        return "failed"
    return name if done else "left"


def _expire(pairing_id, now):
    expire(db.session.get(Pairing, pairing_id), now=now)
    return True


def _close_past(pairing_id, now):
    close(db.session.get(Pairing, pairing_id), Reason.LISTING_CLOSED, by=None, now=now)
    return True


def _ask_again(pairing_id, now):
    return ask_whether_still_wanted(db.session.get(Pairing, pairing_id), now=now)


def _move_up(offer_id, now):
    return move_up(db.session.get(Offer, offer_id), now=now)


def _waiting_for_the_past(today):
    """Select the ids of those who wait where no place can come any more."""
    return (
        sa.select(Pairing.id)
        .join(Pairing.need)
        .join(Pairing.offer)
        .where(
            Pairing.state == State.WAITING,
            sa.or_(Need.closes_on < today, Offer.closes_on < today),
        )
        .order_by(Pairing.id)
    )
