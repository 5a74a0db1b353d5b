"""The need of a small firm."""

from datetime import date
from enum import StrEnum

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, mapped_column

from ..db import choice, db
from ..errors import Refusal
from ..i18n import SEOUL
from ..listing.models import Listing
from ..listing.words import region_name

OPEN_ASKS = 3  # `asked` and `waiting` together


class Urgency(StrEnum):
    NORMAL = "normal"
    URGENT = "urgent"


URGENCIES = {Urgency.NORMAL: _l("There is time"), Urgency.URGENT: _l("It is urgent")}


class Need(Listing, db.Model):  # type: ignore[name-defined]
    """One need. Industry, size and traits are its organisation's; the region may differ."""

    FACTS = (
        *Listing.FACTS,
        *("region", "amount_krw", "own_share_krw", "wanted_on", "urgency", "closes_on"),
        "only_asked",
    )

    __table_args__ = (
        sa.UniqueConstraint("organisation_id", "form_key"),
        sa.CheckConstraint("open_asks >= 0", name="open_asks_not_negative"),
        sa.CheckConstraint("amount_krw >= 0", name="amount_not_negative"),
    )

    region: Mapped[str | None] = mapped_column(sa.String(2), index=True)
    amount_krw: Mapped[int | None] = mapped_column(sa.BigInteger)
    own_share_krw: Mapped[int | None] = mapped_column(sa.BigInteger)  # what the firm can pay itself
    wanted_on: Mapped[date | None]
    urgency: Mapped[Urgency] = mapped_column(choice(Urgency), default=Urgency.NORMAL)
    only_asked: Mapped[bool] = mapped_column(default=False)  # seen only by those that it asks
    open_asks: Mapped[int] = mapped_column(default=0)

    @property
    def place(self):
        """The province where the need is: its own, else the firm's."""
        return self.region or self.organisation.region

    @property
    def place_name(self):
        return region_name(self.place)

    @property
    def urgency_name(self):
        return URGENCIES[self.urgency]

    def obstacles(self, now):
        found = super().obstacles(now)
        if self.wanted_on and self.wanted_on < now.astimezone(SEOUL).date():
            message = _l("The day by which you need it has passed. Change or remove it first.")
            found.append(("past", message))
        return found

    def write(self, name, value, *, now):
        super().write(name, value, now=now)
        if name in ("title", "text"):  # a translation of words that no longer stand would mislead
            self.title_en = self.text_en = None

    def take_ask(self):
        """Count one more ask or place in line, in the database. Raises Refusal at the limit."""
        taken = db.session.execute(
            sa.update(Need)
            .where(Need.id == self.id, Need.open_asks < OPEN_ASKS)
            .values(open_asks=Need.open_asks + 1)
            .execution_options(synchronize_session=False)
        ).rowcount
        if not taken:
            raise Refusal(
                _l("Three asks are open already. Withdraw one of them to ask here."), "ask_limit"
            )
        db.session.expire(self, ["open_asks"])

    def count_ask(self, change):
        """Add to the number of open asks without the limit (accepting is always allowed)."""
        db.session.execute(
            sa.update(Need)
            .where(Need.id == self.id)
            .values(open_asks=Need.open_asks + change)
            .execution_options(synchronize_session=False)
        )
        db.session.expire(self, ["open_asks"])
