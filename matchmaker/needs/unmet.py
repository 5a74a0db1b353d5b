"""Needs that ended without a yes: why, and since when, until their firm opens them again."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..db import choice, db


class Unmet(StrEnum):
    """Why a need ended without a yes; no reason tells who said no, or that anybody did."""

    NOTHING_FITS = "nothing_fits"
    NOBODY_FREE = "nobody_free"
    NOT_ASKED = "not_asked"
    NO_YES = "no_yes"
    ENDED = "ended"


REASONS = {
    Unmet.NOTHING_FITS: _l("No open offer fits it"),
    Unmet.NOBODY_FREE: _l("Offers fit, but all their places were taken"),
    Unmet.NOT_ASKED: _l("Offers fit, but nobody asked or invited"),
    Unmet.NO_YES: _l("It met offers, and both sides never said yes"),
    Unmet.ENDED: _l("What was agreed came to an end early"),
}

# What the firm may do about it.
ADVICE = {
    Unmet.NOTHING_FITS: _l(
        "Write one or two more sentences on what is difficult, or ask your association whether "
        "other firms need the same. The ministry looks for companies that share it."
    ),
    Unmet.NOBODY_FREE: _l(
        "Open it again and wait in line: when a place frees, yours becomes an ask in its turn."
    ),
    Unmet.NOT_ASKED: _l("Open it again and ask up to three companies at once. A no costs nothing."),
    Unmet.NO_YES: _l(
        "Open it again and ask other companies, naming up to three that are asked next. Figures "
        "and dates in the text help them to decide."
    ),
    Unmet.ENDED: _l("Open it again and ask further companies."),
}


class UnmetNeed(db.Model):  # type: ignore[name-defined]
    """One ending of a need without a yes; it stands until the firm opens the need again."""

    id: Mapped[int] = mapped_column(primary_key=True)
    need_id: Mapped[int] = mapped_column(sa.ForeignKey("need.id", ondelete="CASCADE"), index=True)
    reason: Mapped[Unmet] = mapped_column(choice(Unmet))
    at: Mapped[datetime] = mapped_column(index=True)
    renewed_at: Mapped[datetime | None]

    need: Mapped["Need"] = relationship()  # noqa: F821

    @property
    def reason_name(self):
        return REASONS[self.reason]

    @property
    def advice(self):
        return ADVICE[self.reason]

    @classmethod
    def standing(cls):
        """Select the endings of needs that were not opened again."""
        return sa.select(cls).where(cls.renewed_at.is_(None))


def unmet_of(needs):
    """Return {need id: how it ended} of those needs that ended without a yes."""
    ids = [need.id for need in needs]
    found = db.session.scalars(UnmetNeed.standing().where(UnmetNeed.need_id.in_(ids)))
    return {row.need_id: row for row in found}
