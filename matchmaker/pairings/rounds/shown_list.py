"""The list of needs that the last published round made for an offer, as its company reads it."""

from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from ...db import db
from ...needs.models import Need
from ..models import Pairing
from ..ranking import index
from ..states import LIVE
from ..visible import eligible_needs
from ..wishes.preferences import wishes_of
from .models import ChoiceKind, Round, RoundChoice


class RoundList(NamedTuple):
    """What still stands of a list; `entries` are choices with their needs, in their order."""

    published_at: datetime
    entries: list

    @property
    def by_floor(self):
        """How many stand there so that their firm is seen at least once."""
        return sum(choice.by_floor for choice in self.entries)


def list_of(offer, *, today):
    """Return the list of an offer, or None where the last published round made none.

    What the company may no longer read, has met and ended, or does not wish to see is left
    out; the same number of statements for any list.
    """
    rows = db.session.execute(
        sa.select(RoundChoice, Round.published_at)
        .join(Round, Round.id == RoundChoice.round_id)
        .where(
            RoundChoice.round_id == Round.last_published().scalar_subquery(),
            RoundChoice.kind == ChoiceKind.LISTED,
            RoundChoice.offer_id == offer.id,
        )
        .options(joinedload(RoundChoice.need).joinedload(Need.organisation))
        .order_by(RoundChoice.place)
    ).all()
    if not rows:
        return None
    listed = {choice.need_id: choice for choice, _ in rows}
    needs = [need for need in index.open_needs(today) if need.id in listed]
    wishes = wishes_of(needs, [offer])
    ended = sa.select(Pairing.need_id).where(
        Pairing.offer_id == offer.id, Pairing.state.not_in(LIVE)
    )
    gone = set(db.session.scalars(ended))
    shown = {
        need.id
        for need in eligible_needs(offer, needs)
        if need.id not in gone and not wishes.hides_from_company(need, offer)
    }
    return RoundList(rows[0].published_at, [c for id_, c in listed.items() if id_ in shown])
