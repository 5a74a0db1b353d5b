"""How a need ends by itself: past its last day it was met, or it is unmet for a reason."""

from datetime import timedelta

import sqlalchemy as sa

from .. import audit, outbox
from ..db import db, hold
from ..listing.models import Stage
from ..needs.models import IDLE_DAYS, Need
from ..needs.unmet import Unmet
from ..organisations.models import Approval, Organisation
from .clock import day_of
from .models import Pairing
from .ranking.ranked import ranked_offers
from .states import LIVE, OPEN, PLACED, State

WARNED_BEFORE = timedelta(days=7)
NUDGED_AFTER = timedelta(days=7)


def over(now):
    """Select the needs whose time is over and for which no answer is due any more.

    Time is over after the last day; where none was named, after 90 days without any
    movement, unless an agreement stands.
    """
    return _of_approved(Need.stage.in_((Stage.PUBLISHED, Stage.PAUSED)), ~_met(OPEN), _is_past(now))


def run_out(need, *, now):
    """End a need whose time is over; tell its firm where it ends without a yes.

    Says whether it was done: an ask or a longer last day may have come a moment before.
    """
    hold(need, "stage", "closes_on", "changed_at")  # an ask that comes now waits its turn
    if db.session.scalar(over(now).where(Need.id == need.id)) is None:
        return False
    reason = _reason(need, now)
    need.run_out(reason, now=now)
    if reason:
        _tell(need, "need_unmet", now=now)
    return True


def ending_soon(now):
    """Select the open needs that end within a week, of which their firm was not told yet."""
    return _of_approved(
        Need.stage == Stage.PUBLISHED,
        Need.warned_at.is_(None),
        ~_met((*LIVE, State.COMPLETED)),
        _is_past(now + WARNED_BEFORE),
        ~_is_past(now),
    )


def warn(need, *, now):
    """Tell a firm, once, that its need ends soon and how it stays open."""
    hold(need, "stage", "closes_on", "warned_at")  # it may have been met a moment before
    if db.session.scalar(ending_soon(now).where(Need.id == need.id)) is None:
        return False
    need.warned_at = now
    audit.record("warn", need, by=None, now=now)
    _tell(need, "need_ends_soon", now=now)
    return True


def unasked(now):
    """Select the open needs that have met nobody a week after they were published."""
    last = day_of(now)
    return _of_approved(
        *(Need.stage == Stage.PUBLISHED, Need.nudged_at.is_(None)),
        sa.or_(Need.closes_on.is_(None), Need.closes_on >= last),
        Need.published_at <= now - NUDGED_AFTER,
        Need.changed_at <= now - NUDGED_AFTER,
        ~sa.exists().where(Pairing.need_id == Need.id),
    )


def nudge(need, *, now):
    """Tell a firm, once, that offers fit and none was asked, or that nothing fits."""
    hold(need, "stage", "changed_at", "nudged_at")  # it may have asked a moment before
    if db.session.scalar(unasked(now).where(Need.id == need.id)) is None:
        return False
    need.nudged_at = now
    audit.record("nudge", need, by=None, now=now)
    fits = ranked_offers(need, today=day_of(now), top=1).fitting
    _tell(need, "need_unasked" if fits else "need_nothing_fits", now=now)
    return True


def _of_approved(*conditions):
    return (
        sa.select(Need)
        .join(Need.organisation)
        .where(Organisation.approval == Approval.APPROVED, *conditions)
        .order_by(Need.id)
    )


def _met(states):
    return sa.exists().where(Pairing.need_id == Need.id, Pairing.state.in_(states))


def _is_past(moment):
    idle_since = moment - timedelta(days=IDLE_DAYS)
    moved = sa.exists().where(Pairing.need_id == Need.id, Pairing.changed_at > idle_since)
    return sa.or_(
        sa.and_(Need.closes_on.is_not(None), Need.closes_on < day_of(moment)),
        sa.and_(
            *(Need.closes_on.is_(None), Need.changed_at <= idle_since),
            *(~moved, ~_met(PLACED)),
        ),
    )


def _reason(need, now):
    """Return why a need ends without a yes, or None where what was agreed stands."""
    met = db.session.scalars(sa.select(Pairing).where(Pairing.need_id == need.id)).all()
    if any(pairing.state in PLACED for pairing in met):
        return None
    if any(pairing.agreed_at for pairing in met):
        return Unmet.ENDED
    if any(not pairing.only_waited for pairing in met):
        return Unmet.NO_YES
    if met:
        return Unmet.NOBODY_FREE
    fitting = ranked_offers(need, today=day_of(now)).fitting
    if not fitting:
        return Unmet.NOTHING_FITS
    return Unmet.NOBODY_FREE if all(each.full for each in fitting) else Unmet.NOT_ASKED


def _tell(need, kind, *, now):
    people = [account for account in need.organisation.people if account.active]
    outbox.notify(people, kind, now=now, need_id=need.id)
