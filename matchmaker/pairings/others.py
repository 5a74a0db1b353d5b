"""After one yes: what else is open for the same need, and taking it all back at once."""

import sqlalchemy as sa

from ..db import db
from .answering import decline, withdraw
from .models import Pairing
from .rules import refuse
from .states import UNDECIDED, Act, Side, State

AGREED = (State.AGREED, State.ACTIVE)


def others(pairing):
    """Return what else is open for the same need, once this one is agreed."""
    if pairing.state not in AGREED:
        return []
    return db.session.scalars(
        sa.select(Pairing)
        .where(Pairing.need_id == pairing.need_id, Pairing.state.in_(UNDECIDED))
        .order_by(Pairing.id)
    ).all()


def withdraw_others(pairing, *, by, now):
    """Take back, or decline, for the firm all that is open beside what was agreed; return how many.

    Places in line go first, so that none of them moves up by another one's end.
    """
    if by.organisation is None or pairing.side_of(by.organisation) is not Side.SME:
        refuse("no_move")
    many = 0
    for other in sorted(others(pairing), key=lambda other: other.state is not State.WAITING):
        if other.can(Act.SME_WITHDRAWS):
            withdraw(other, by=by, now=now)
        elif not other.is_overdue(now):
            decline(other, by=by, now=now)
        else:  # time has closed it already; the job is about to say so
            continue
        many += 1
    return many
