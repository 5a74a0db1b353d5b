"""What became of an association's recommendations, as it may read it."""

from typing import NamedTuple

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from ...db import db
from .. import onlookers
from ..models import Pairing
from ..states import State
from .recommendations import Recommendation


class Standing(NamedTuple):
    """Where a recommendation stands: a picture, a word, the open deadline if there is one.

    `changes` says whether its word may still be changed.
    """

    glyph: str
    label: object
    due: object = None
    changes: bool = False


WAITS = Standing("proposed", _l("Waits for the member"), changes=True)
MET = Standing("proposed", _l("Waits for the member; the two have met already"))
UNWANTED = Standing("ended", _l("Member does not wish it"))
TAKEN_BACK = Standing("ended", _l("Taken back"))
READ = Standing("proposed", _l("The company can read it"))


def standings(recommendations):
    """Return {recommendation id: Standing} for one page, by one statement.

    Only pairings that began after the recommendation belong to it. Who ended one, and why,
    is not told.
    """
    pairings = _pairings(recommendations)
    return {row.id: _standing(row, pairings) for row in recommendations}


def _standing(row, pairings):
    if row.withdrawn_at:
        return TAKEN_BACK
    if row.declined_at:
        return UNWANTED
    pairing = pairings.get((row.need_id, row.offer_id))
    if not row.agreed_at:
        return MET if pairing else WAITS
    if pairing is None or pairing.created_at < row.written_at:
        return READ
    due = pairing.expires_at if pairing.state in (State.ASKED, State.INVITED) else None
    return Standing(onlookers.glyph(pairing.state), onlookers.label(pairing.state), due)


def _pairings(recommendations):
    """Return the latest pairing of each need and offer."""
    rows = db.session.scalars(
        sa.select(Pairing)
        .where(
            Pairing.need_id.in_({row.need_id for row in recommendations}),
            Pairing.offer_id.in_({row.offer_id for row in recommendations}),
        )
        .order_by(Pairing.id)
    )
    return {(row.need_id, row.offer_id): row for row in rows}


def counts_for(association, needs):
    """Return {need id: how often this association has recommended it} for one page."""
    rows = db.session.execute(
        sa.select(Recommendation.need_id, sa.func.count())
        .where(
            Recommendation.association_id == association.id,
            Recommendation.need_id.in_([need.id for need in needs]),
            Recommendation.withdrawn_at.is_(None),
        )
        .group_by(Recommendation.need_id)
    )
    return dict(rows.all())
