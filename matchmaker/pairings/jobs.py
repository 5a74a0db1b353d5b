"""What time does to pairings by itself: jobs that may run twice, or be killed at any point."""

from collections import Counter
from functools import partial

import sqlalchemy as sa
import structlog

from ..db import begin_writing, db, hold
from ..errors import Refusal
from ..needs.models import Need
from ..offers.models import Offer
from ..organisations.models import Organisation
from . import endings
from .clock import day_of
from .models import Pairing
from .passing import close, expire
from .reminding import due_soon, remind
from .responsiveness import SLOW_OVER, SlowSpell, responsiveness
from .states import Reason, State
from .waiting import ask_whether_still_wanted, long_waiting, move_up

log = structlog.get_logger()

MOST_NEEDS = 500  # of each kind a run: each may be ranked, and the next run goes on


def expire_overdue(now):
    """Let overdue pairings expire, and close the lines of listings whose last day has passed."""
    counts = Counter(expired=0, past=0)
    for pairing_id in _ids(Pairing.overdue(now).with_only_columns(Pairing.id)):
        counts[_alone(_expire, pairing_id, now, "expired")] += 1
    for pairing_id in _ids(_waiting_for_the_past(day_of(now))):
        counts[_alone(_close_past, pairing_id, now, "past")] += 1
    begin_writing()
    return dict(counts)


def remind_of_deadlines(now):
    """Tell those whose turn it is, once for each clock, that the deadline is near."""
    counts = Counter(reminded=0)
    for pairing_id in _ids(due_soon(now).with_only_columns(Pairing.id)):
        counts[_alone(_remind, pairing_id, now, "reminded")] += 1
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


def watch_needs(now):
    """End needs whose time is over; tell their firms before, and where nobody was asked."""
    counts = Counter(unmet=0, warned=0, nudged=0)
    for name, select, act in (
        ("unmet", endings.over, endings.run_out),
        ("warned", endings.ending_soon, endings.warn),
        ("nudged", endings.unasked, endings.nudge),
    ):
        for need_id in _ids(select(now).with_only_columns(Need.id).limit(MOST_NEEDS)):
            counts[_alone(partial(_with_need, act), need_id, now, name)] += 1
    begin_writing()
    return dict(counts)


def watch_responsiveness(now):
    """Let the thirty days of half the proposals begin for companies that answer too little."""
    counts = Counter(slow=0)
    already = SlowSpell.running(now).with_only_columns(SlowSpell.company_id)
    silent = (
        sa.select(Pairing.company_id)
        .where(Pairing.state == State.EXPIRED, Pairing.closed_at > now - SLOW_OVER)
        .where(Pairing.company_id.not_in(already))
        .distinct()
    )
    found = responsiveness(_ids(silent.order_by(Pairing.company_id)), now=now)
    db.session.commit()
    for company_id, answers in found.items():
        if answers.is_slow:
            counts[_alone(_begin_slow, company_id, now, "slow")] += 1
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


def _remind(pairing_id, now):
    return remind(db.session.get(Pairing, pairing_id), now=now)


def _close_past(pairing_id, now):
    close(db.session.get(Pairing, pairing_id), Reason.LISTING_CLOSED, by=None, now=now)
    return True


def _ask_again(pairing_id, now):
    return ask_whether_still_wanted(db.session.get(Pairing, pairing_id), now=now)


def _with_need(act, need_id, now):
    return act(db.session.get(Need, need_id), now=now)


def _begin_slow(company_id, now):
    company = db.session.get(Organisation, company_id)
    hold(company, "approval")  # of two runs at once the second finds what the first began
    running = SlowSpell.running(now).where(SlowSpell.company_id == company_id)
    found = responsiveness([company_id], now=now)[company_id]
    if db.session.scalar(sa.select(running.exists())) or not found.is_slow:
        return False
    SlowSpell.begin(company, found, now=now)
    return True


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
