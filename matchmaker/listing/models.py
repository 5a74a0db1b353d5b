"""The part of a need or an offer that is the same in both."""

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from blinker import Namespace
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from .. import audit
from ..db import choice, db
from ..errors import Refusal
from ..i18n import SEOUL, language
from ..organisations.models import Organisation
from .categories import Category

signals = Namespace()
listing_closed = signals.signal("listing-closed")  # (listing, by=, now=)
listing_changed = signals.signal("listing-changed")  # (listing): published, edited, paused, closed

SHORTEST_TEXT = 12  # characters; below this there is nothing to rank


class Stage(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    PAUSED = "paused"
    CLOSED = "closed"


class Version(db.Model):  # type: ignore[name-defined]
    """What a published listing said from a moment on."""

    __tablename__ = "listing_version"
    __table_args__ = (sa.Index("ix_listing_version_listing", "kind", "listing_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(10))
    listing_id: Mapped[int]
    at: Mapped[datetime]
    account_id: Mapped[int | None]
    facts: Mapped[dict] = mapped_column(sa.JSON)


class Listing:
    """Columns and verbs of needs and offers (a mixin: each has a table of its own)."""

    FACTS = ("title", "text", "title_en", "text_en", "category")  # what a version keeps

    id: Mapped[int] = mapped_column(primary_key=True)
    stage: Mapped[Stage] = mapped_column(choice(Stage), default=Stage.DRAFT, index=True)
    title: Mapped[str | None] = mapped_column(sa.String(120))
    text: Mapped[str | None] = mapped_column(sa.Text)
    written_in: Mapped[str] = mapped_column(sa.String(2), default="ko")
    title_en: Mapped[str | None] = mapped_column(sa.String(200))
    text_en: Mapped[str | None] = mapped_column(sa.Text)
    category: Mapped[Category | None] = mapped_column(choice(Category), index=True)
    closes_on: Mapped[date | None]  # the last day on which it is open
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    published_at: Mapped[datetime | None] = mapped_column(index=True)
    closed_at: Mapped[datetime | None]

    @declared_attr
    def organisation_id(cls) -> Mapped[int]:
        return mapped_column(sa.ForeignKey("organisation.id", ondelete="CASCADE"), index=True)

    @declared_attr
    def created_by_id(cls) -> Mapped[int | None]:
        return mapped_column(sa.ForeignKey("account.id", ondelete="SET NULL"))

    @declared_attr
    def organisation(cls) -> Mapped[Organisation]:
        return relationship(lazy="joined")

    @property
    def display_title(self):
        """The title in the page's language where there is one, else as it was written."""
        return self._shown(self.title, self.title_en) or _l("Untitled")

    @property
    def display_text(self):
        return self._shown(self.text, self.text_en)

    @property
    def shown_in(self):
        """The language in which the title and text are shown on this page."""
        if language() == "en" and self.title_en and self.text_en:
            return "en"
        return self.written_in

    def _shown(self, original, english):
        return english if self.shown_in == "en" and english else original

    def is_open_on(self, day):
        """Say whether it may be matched on this day (the organisation's approval apart)."""
        return self.stage is Stage.PUBLISHED and (self.closes_on is None or self.closes_on >= day)

    def publish(self, *, by, now):
        """Open the listing to matching. Raises Refusal where something is missing or past."""
        if self.stage not in (Stage.DRAFT, Stage.PAUSED):
            raise Refusal(_l("This has already been published or closed."), "state")
        if not self.organisation.is_approved:
            raise Refusal(
                _l("You can publish once the ministry has approved your organisation."),
                "not_approved",
            )
        if not self.title or len(self.text or "") < SHORTEST_TEXT:
            raise Refusal(
                _l("Write a title and at least twelve characters of text first."), "incomplete"
            )
        if self.closes_on and self.closes_on < now.astimezone(SEOUL).date():
            raise Refusal(_l("The last day has passed. Choose a later one first."), "past")
        self.stage = Stage.PUBLISHED
        self.published_at = self.published_at or now
        self.changed_at = now
        self._record("publish", by=by, now=now)

    def edited(self, *, by, now):
        """Record that its words or facts have just been changed."""
        self.changed_at = now
        self._record("edit", by=by, now=now)

    def pause(self, *, by, now):
        """Stop new pairings; those that are open go on."""
        if self.stage is not Stage.PUBLISHED:
            raise Refusal(_l("Only what is published can be paused."), "state")
        self.stage = Stage.PAUSED
        self.changed_at = now
        self._record("pause", by=by, now=now)

    def close(self, *, by, now):
        """End the listing for good; its open pairings are withdrawn with that reason."""
        if self.stage is Stage.CLOSED:
            raise Refusal(_l("This has already been closed."), "state")
        self.stage = Stage.CLOSED
        self.closed_at = self.changed_at = now
        self._record("close", by=by, now=now)
        listing_closed.send(self, by=by, now=now)

    def _record(self, act, *, by, now):
        audit.record(act, self, by=by, now=now)
        if self.published_at:
            db.session.add(
                Version(
                    kind=self.__tablename__,
                    listing_id=self.id,
                    at=now,
                    account_id=by.id if by else None,
                    facts={name: self.fact(name) for name in self.FACTS},
                )
            )
        listing_changed.send(self)

    def fact(self, name):
        """Return one fact as plain data, for a version."""
        value = getattr(self, name)
        return value.isoformat() if isinstance(value, date) else value

    @classmethod
    def open_on(cls, day):
        """Select what may be matched on this day: published, not past, its firm approved."""
        return (
            sa.select(cls)
            .join(cls.organisation)
            .where(
                cls.stage == Stage.PUBLISHED,
                sa.or_(cls.closes_on.is_(None), cls.closes_on >= day),
                Organisation.approval == "approved",
            )
            .order_by(cls.id)
        )

    @classmethod
    def of(cls, organisation):
        """Select an organisation's own listings, the latest change first."""
        return (
            sa.select(cls)
            .where(cls.organisation_id == organisation.id)
            .order_by(cls.changed_at.desc(), cls.id.desc())
        )
