"""The offer of a company, its criteria and its places."""

from collections import defaultdict
from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..db import choice, db
from ..errors import Refusal
from ..listing.models import Listing


class Limit(StrEnum):
    """What a criterion speaks of."""

    REGION = "region"
    SIZE = "size"
    INDUSTRY = "industry"
    TRAIT = "trait"
    RELATION = "relation"


class Criterion(db.Model):  # type: ignore[name-defined]
    """One value that an offer allows; no row of a kind means that all are allowed."""

    __tablename__ = "offer_criterion"
    __table_args__ = (sa.Index("ix_offer_criterion_value", "limit", "value"),)

    offer_id: Mapped[int] = mapped_column(
        sa.ForeignKey("offer.id", ondelete="CASCADE"), primary_key=True
    )
    limit: Mapped[Limit] = mapped_column(choice(Limit), primary_key=True)
    value: Mapped[str] = mapped_column(sa.String(30), primary_key=True)


class Offer(Listing, db.Model):  # type: ignore[name-defined]
    """One offer. Its places are counted in firms; no capacity means that there is no limit."""

    FACTS = (
        *Listing.FACTS,
        *("capacity", "opens_on", "closes_on", "period_months", "own_share_percent"),
        *("amount_krw", "conditions", "criteria"),
    )
    TEXTS = (*Listing.TEXTS, "conditions")

    __table_args__ = (
        sa.UniqueConstraint("organisation_id", "form_key"),
        sa.CheckConstraint(
            "places_taken >= 0 AND (capacity IS NULL OR places_taken <= capacity)",
            name="places_within_capacity",
        ),
        sa.CheckConstraint("capacity >= 1", name="capacity_positive"),
        sa.CheckConstraint("own_share_percent BETWEEN 0 AND 100", name="own_share_is_share"),
        sa.CheckConstraint("amount_krw >= 0", name="amount_not_negative"),
    )

    capacity: Mapped[int | None]
    places_taken: Mapped[int] = mapped_column(default=0)
    opens_on: Mapped[date | None]
    period_months: Mapped[int | None]  # how long the help lasts, once begun
    own_share_percent: Mapped[int | None]  # 자부담: what the small firm pays of the cost
    amount_krw: Mapped[int | None] = mapped_column(sa.BigInteger)
    conditions: Mapped[str | None] = mapped_column(sa.Text)  # further criteria in words
    criteria_published_at: Mapped[datetime | None]
    contact_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id", ondelete="SET NULL"))

    criterion_rows: Mapped[list[Criterion]] = relationship(
        cascade="all, delete-orphan", lazy="selectin"
    )
    contact: Mapped["Account | None"] = relationship(foreign_keys=[contact_id])  # noqa: F821

    @property
    def criteria(self):
        """The allowed values of each kind as sorted lists; a kind without any is left out."""
        allowed = defaultdict(list)
        for row in self.criterion_rows:
            allowed[row.limit.value].append(row.value)
        return {limit: sorted(values) for limit, values in sorted(allowed.items())}

    def allow(self, limit, values, *, now):
        """Set the values of one kind of criterion; a change after publication is dated anew."""
        wanted = {str(value) for value in values}
        have = {row.value for row in self.criterion_rows if row.limit is limit}
        if wanted == have:
            return
        self.criterion_rows = [
            row for row in self.criterion_rows if row.limit is not limit or row.value in wanted
        ] + [Criterion(limit=limit, value=value) for value in sorted(wanted - have)]
        self._date_criteria(now)

    def publish(self, *, by, now):
        """Open the offer; its criteria are published with it, before anybody asks."""
        super().publish(by=by, now=now)
        self.criteria_published_at = self.criteria_published_at or now

    def _date_criteria(self, now):
        if self.published_at:
            self.criteria_published_at = now

    def write(self, name, value, *, now):
        if name == "criteria":
            for limit in Limit:
                self.allow(limit, value.get(limit, ()), now=now)
        elif name == "capacity":
            self.set_capacity(value)
        else:
            super().write(name, value, now=now)
            if name == "conditions":  # criteria in words
                self._date_criteria(now)

    def copy(self, *, by, now, form_key=None):
        """Return a draft with the same words, facts and criteria, without places taken."""
        draft = Offer.start(self.organisation, by=by, now=now, form_key=form_key)
        if draft.title is None:  # else the same click has come twice
            names = (*self.FACTS, "written_in", "contacts_meant", "contact_id")
            draft.change({name: getattr(self, name) for name in names}, by=by, now=now)
        return draft

    def is_open_on(self, day):
        return super().is_open_on(day) and (self.opens_on is None or self.opens_on <= day)

    @classmethod
    def listed_on(cls, day):
        """Select what visitors find on this day, with what opens only later."""
        return super().open_on(day)

    @classmethod
    def open_on(cls, day):
        return cls.listed_on(day).where(sa.or_(cls.opens_on.is_(None), cls.opens_on <= day))

    @property
    def places_left(self):
        """Places that are free, or None where there is no limit."""
        return None if self.capacity is None else self.capacity - self.places_taken

    @property
    def is_full(self):
        return self.capacity is not None and self.places_taken >= self.capacity

    def set_capacity(self, capacity):
        """Change the number of places. Raises Refusal below what is taken already.

        One conditional UPDATE, so that a yes that comes in between is not overrun.
        """
        changed = db.session.execute(
            sa.update(Offer)
            .where(
                Offer.id == self.id,
                sa.true() if capacity is None else Offer.places_taken <= capacity,
            )
            .values(capacity=capacity)
            .execution_options(synchronize_session=False)
        ).rowcount
        if not changed:
            raise Refusal(
                _l("More places than that are taken already, so it cannot be set so low."),
                "capacity",
            )
        db.session.expire(self, ["capacity"])

    def take_places(self, firms=1):
        """Take places, in the database. Raises Refusal where they are gone."""
        taken = db.session.execute(
            sa.update(Offer)
            .where(
                Offer.id == self.id,
                sa.or_(Offer.capacity.is_(None), Offer.places_taken + firms <= Offer.capacity),
            )
            .values(places_taken=Offer.places_taken + firms)
            .execution_options(synchronize_session=False)
        ).rowcount
        if not taken:
            raise Refusal(_l("The last place has just gone."), "full")
        db.session.expire(self, ["places_taken"])

    def free_places(self, firms=1):
        """Give places back, in the database."""
        db.session.execute(
            sa.update(Offer)
            .where(Offer.id == self.id)
            .values(places_taken=Offer.places_taken - firms)
            .execution_options(synchronize_session=False)
        )
        db.session.expire(self, ["places_taken"])
