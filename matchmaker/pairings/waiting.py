"""The line of those who wait for a place: who is where, and who moves up when one frees."""

from datetime import timedelta

import sqlalchemy as sa

from .. import audit
from ..db import db
from ..errors import Refusal
from ..listing.models import Stage
from .clock import WAITING_DAYS
from .models import Pairing
from .states import Act, State
from .telling import tell_company, tell_firm

MANY = 10**9  # places of an offer without a limit


def move_up(offer, *, now):
    """Give each free place to the first in line; return how many moved up.

    A place that freed belongs to the line: asks that came from it and are not answered yet
    hold theirs against the line, not against others. Who waits for more than 30 days moves
    only after saying that it still wants the place; it is asked once, and passed over
    without losing its turn until it has answered.
    """
    moved, free = 0, _free_for_line(offer)
    if not free or offer.stage is Stage.CLOSED or not offer.organisation.is_approved:
        return moved
    for pairing in db.session.scalars(in_line(offer)).all():
        if not _still_wants(pairing, now):
            ask_whether_still_wanted(pairing, now=now)
            continue
        if pairing.firms > free:
            break  # a group waits for its places, and nobody overtakes it
        try:
            pairing.apply(Act.PLACE_FREES, by=None, now=now)
        except Refusal:  # moved or withdrawn at the same moment; the job looks again
            break
        tell_firm(pairing, "place_free", now=now)
        tell_company(pairing, "asked", now=now)
        free -= pairing.firms
        moved += 1
        if not free:
            break
    return moved


def in_line(offer):
    """Select who waits for a place of an offer, in order of waiting."""
    return (
        sa.select(Pairing)
        .where(Pairing.offer_id == offer.id, Pairing.state == State.WAITING)
        .order_by(Pairing.waiting_since, Pairing.id)
    )


def ask_whether_still_wanted(pairing, *, now):
    """Ask by a notice, once each time that 30 days have passed; say whether it was asked."""
    since = pairing.still_wanted_at or pairing.waiting_since
    if pairing.still_wanted_asked_at and pairing.still_wanted_asked_at > since:
        return False
    pairing.still_wanted_asked_at = now
    audit.record("ask_still_wanted", pairing, by=None, now=now)
    tell_firm(pairing, "still_wanted", now=now)
    return True


def long_waiting(now):
    """Select those who wait for more than 30 days and have not been asked about it yet."""
    since = sa.func.coalesce(Pairing.still_wanted_at, Pairing.waiting_since)
    return (
        sa.select(Pairing)
        .where(
            Pairing.state == State.WAITING,
            since < now - timedelta(days=WAITING_DAYS),
            sa.or_(Pairing.still_wanted_asked_at.is_(None), Pairing.still_wanted_asked_at <= since),
        )
        .order_by(Pairing.id)
    )


def _free_for_line(offer):
    """Return the places that nobody holds; asks that moved up from the line hold theirs."""
    held = db.session.scalar(
        sa.select(sa.func.coalesce(sa.func.sum(Pairing.firms), 0)).where(
            Pairing.offer_id == offer.id,
            Pairing.state == State.ASKED,
            Pairing.waiting_since.is_not(None),
        )
    )
    return MANY if offer.capacity is None else max(offer.places_left - held, 0)


def _still_wants(pairing, now):
    since = max(filter(None, (pairing.waiting_since, pairing.still_wanted_at)))
    return now - since <= timedelta(days=WAITING_DAYS)
