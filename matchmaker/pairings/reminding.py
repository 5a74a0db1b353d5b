"""One word before a deadline, to those whose turn it is."""

import sqlalchemy as sa

from .. import audit
from ..db import db
from .clock import REMINDED_BEFORE
from .models import Pairing
from .states import OPEN, TURN
from .telling import tell_own


def due_soon(now):
    """Select the open pairings whose deadline is near and of which nobody was reminded yet."""
    return sa.select(Pairing).where(_is_due_soon(now)).order_by(Pairing.expires_at, Pairing.id)


def remind(pairing, *, now):
    """Remind the side whose turn it is, both of a proposal, and say whether it was done.

    Once for each clock: whoever answered, or reminded, a moment before leaves nothing to do.
    """
    taken = db.session.execute(
        sa.update(Pairing)
        .where(Pairing.id == pairing.id, Pairing.state == pairing.state, _is_due_soon(now))
        .values(reminded_at=now)
        .execution_options(synchronize_session=False)
    ).rowcount
    if not taken:
        return False
    db.session.expire(pairing, ["reminded_at"])
    audit.record("remind", pairing, by=None, now=now)
    for side in TURN[pairing.state]:
        tell_own(pairing, side, "answer_due", now=now)
    return True


def _is_due_soon(now):
    return sa.and_(
        Pairing.state.in_(OPEN),
        Pairing.frozen_at.is_(None),
        Pairing.reminded_at.is_(None),
        Pairing.expires_at > now,
        Pairing.expires_at <= now + REMINDED_BEFORE,
    )
