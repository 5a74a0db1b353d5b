"""The need of a small firm."""

from datetime import date, datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, mapped_column

from ..db import choice, db, hold
from ..errors import Refusal
from ..i18n import SEOUL
from ..listing.models import Listing, Stage
from ..listing.words import region_name
from .unmet import UnmetNeed, unmet_of

OPEN_ASKS = 3  # `asked` and `waiting` together
IDLE_DAYS = 90  # a need without a last day ends after so long without any movement
RENEWED_DAYS = (30, 180)  # for how long at least and at most a need is opened again


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
    nudged_at: Mapped[datetime | None]  # when the firm was told that it asked nobody yet
    warned_at: Mapped[datetime | None]  # and that the need ends soon

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
        elif name == "closes_on":
            self.warned_at = None

    def run_out(self, reason, *, now):
        """End it after its last day: without a yes for a reason, or with one for None."""
        if self.stage not in (Stage.PUBLISHED, Stage.PAUSED):
            raise Refusal(_l("This has already been closed."), "state")
        if reason:
            db.session.add(UnmetNeed(need_id=self.id, reason=reason, at=now))
        self._shut("run_out", by=None, now=now)

    def renew(self, *, by, now):
        """Open it again after it ended without a yes, for as long as it was open before."""
        hold(self, "stage", "closes_on")
        ending = unmet_of([self]).get(self.id)
        if ending is None or self.stage is not Stage.CLOSED:
            raise Refusal(_l("Only what ended without a yes can be opened again."), "state")
        today = now.astimezone(SEOUL).date()
        if self.closes_on:
            self.closes_on = today + self.renewed_for
        if self.wanted_on and self.wanted_on < today:
            self.wanted_on = None
        for rule, message in self.obstacles(now):
            raise Refusal(message, rule)
        self.stage, self.closed_at, ending.renewed_at = Stage.PUBLISHED, None, now
        self.nudged_at = self.warned_at = None
        self.changed_at = now
        self._record("renew", by=by, now=now)

    @property
    def renewed_for(self):
        """How long it is opened for anew: as long as it was meant to be open, within limits."""
        least, most = RENEWED_DAYS
        meant = (self.closes_on - self.published_at.astimezone(SEOUL).date()).days
        return timedelta(days=min(max(meant, least), most))

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
