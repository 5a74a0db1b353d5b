"""That a non-disclosure agreement stands: each side's dated word, before technical documents open.

The agreement itself is the two firms' own. What is kept here is that a person of each side
said it stands, and when, as 상생협력법 (the act on win-win cooperation), article 21-2, asks for
one before technical data are handed over.
"""

from datetime import datetime

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ... import audit
from ...accounts.models import Account
from ...db import choice, db
from ...errors import Refusal
from ..states import Side


class Confidentiality(db.Model):  # type: ignore[name-defined]
    """One side's word that a non-disclosure agreement between the two stands."""

    __table_args__ = (sa.UniqueConstraint("pairing_id", "side"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    pairing_id: Mapped[int] = mapped_column(sa.ForeignKey("pairing.id"))
    side: Mapped[Side] = mapped_column(choice(Side))
    account_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("account.id", ondelete="SET NULL"), index=True
    )
    at: Mapped[datetime]

    account: Mapped[Account | None] = relationship()


def words_of(pairing):
    """Return {side: its word} of a pairing."""
    select = sa.select(Confidentiality).where(Confidentiality.pairing_id == pairing.id)
    return {word.side: word for word in db.session.scalars(select)}


def confirm(pairing, *, given, by, now):
    """Keep a side's word that the agreement stands; the pairing must be held.

    Said once more it changes nothing. Raises Refusal where the box was not ticked.
    """
    side = pairing.side_of(by.organisation)
    if side in words_of(pairing):
        return
    if not given:
        raise Refusal(
            _l("Conclude a non-disclosure agreement first, then tick that it stands."), "nda"
        )
    db.session.add(Confidentiality(pairing_id=pairing.id, side=side, account_id=by.id, at=now))
    audit.record("nda_confirmed", pairing, by=by, now=now, side=side)
