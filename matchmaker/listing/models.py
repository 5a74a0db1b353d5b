"""The part of a need or an offer that is the same in both."""

from datetime import date, datetime

import sqlalchemy as sa
from blinker import Namespace
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from .. import audit
from ..db import choice, db, hold
from ..errors import Refusal
from ..i18n import SEOUL, language
from ..organisations.models import Organisation
from . import categories, stages
from .categories import Category
from .disclosures import email_addresses, phone_numbers
from .stages import Stage

signals = Namespace()
listing_closed = signals.signal("listing-closed")  # (listing, by=, now=)
listing_changed = signals.signal("listing-changed")  # (listing): published, edited, paused, closed

SHORTEST_TEXT = 12  # characters; below this there is nothing to rank


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

    @classmethod
    def of(cls, listing):
        """Select the versions of a listing, the oldest first."""
        return (
            sa.select(cls)
            .where(cls.kind == listing.__tablename__, cls.listing_id == listing.id)
            .order_by(cls.id)
        )


class Listing:
    """Columns and verbs of needs and offers (a mixin: each has a table of its own)."""

    FACTS = ("title", "text", "title_en", "text_en", "category")  # what a version keeps
    TEXTS = ("title", "text", "title_en", "text_en")  # where contacts may have slipped in

    id: Mapped[int] = mapped_column(primary_key=True)
    stage: Mapped[Stage] = mapped_column(choice(Stage), default=Stage.DRAFT, index=True)
    title: Mapped[str | None] = mapped_column(sa.String(120))
    text: Mapped[str | None] = mapped_column(sa.Text)
    written_in: Mapped[str] = mapped_column(sa.String(2), default="ko")
    title_en: Mapped[str | None] = mapped_column(sa.String(200))
    text_en: Mapped[str | None] = mapped_column(sa.Text)
    category: Mapped[Category | None] = mapped_column(choice(Category), index=True)
    closes_on: Mapped[date | None]  # the last day on which it is open
    contacts_meant: Mapped[bool] = mapped_column(default=False)  # a number in the text is meant
    form_key: Mapped[str | None] = mapped_column(sa.String(32))  # one form makes one listing
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
    def stage_name(self):
        return stages.LABELS[self.stage]

    @property
    def stage_glyph(self):
        return stages.GLYPHS[self.stage]

    @property
    def category_name(self):
        return categories.label(self.category) if self.category else ""

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

    @classmethod
    def start(cls, organisation, *, by, now, form_key=None):
        """Return a new draft, or the listing that the same form has made before.

        So a form that is sent twice, or again after "back", makes one listing.
        """
        # makes two requests of one organisation take turns (on SQLite they do so anyway)
        db.session.execute(
            sa.select(Organisation.id).where(Organisation.id == organisation.id).with_for_update()
        )
        made = form_key and db.session.scalar(
            sa.select(cls).where(cls.organisation_id == organisation.id, cls.form_key == form_key)
        )
        if made:
            return made
        draft = cls(
            organisation=organisation,
            stage=Stage.DRAFT,
            created_by_id=by.id,
            created_at=now,
            changed_at=now,
            form_key=form_key,
        )
        audit.record("create", draft, by=by, now=now)
        return draft

    def obstacles(self, now):
        """Return (rule, message) for everything that keeps it from being published."""
        found = []
        if not self.organisation.is_approved:
            message = _l("You can publish once the ministry has approved your organisation.")
            found.append(("not_approved", message))
        if not self.title or len(self.text or "") < SHORTEST_TEXT:
            message = _l("Write a title and at least twelve characters of text first.")
            found.append(("incomplete", message))
        if self.closes_on and self.closes_on < now.astimezone(SEOUL).date():
            message = _l("The last day has passed. Choose a later one first.")
            found.append(("past", message))
        if not self.contacts_meant and any(self.contacts.values()):
            message = _l("Remove the phone number or e-mail address, or say that it is meant.")
            found.append(("contacts", message))
        return found

    @property
    def contacts(self):
        """The phone numbers and e-mail addresses that stand in each of its texts."""
        return {name: contacts_in(getattr(self, name)) for name in self.TEXTS}

    def publish(self, *, by, now):
        """Open the listing to matching. Raises Refusal where something is missing or past."""
        hold(self, "stage")
        if self.stage not in (Stage.DRAFT, Stage.PAUSED):
            raise Refusal(_l("This has already been published or closed."), "state")
        for rule, message in self.obstacles(now):
            raise Refusal(message, rule)
        self.stage = Stage.PUBLISHED
        self.published_at = self.published_at or now
        self.changed_at = now
        self._record("publish", by=by, now=now)

    def resume(self, *, by, now):
        """Open a paused listing again."""
        hold(self, "stage")
        if self.stage is not Stage.PAUSED:
            raise Refusal(_l("Only what is paused can be resumed."), "state")
        self.publish(by=by, now=now)

    def change(self, facts, *, by, now):
        """Write words and facts, {name: value}; only what differs is recorded, once.

        Raises Refusal once it is closed, and where a fact is refused.
        """
        hold(self, "stage")
        if self.stage is Stage.CLOSED:
            raise Refusal(_l("What is closed can no longer be changed."), "state")
        changed = [name for name, value in facts.items() if getattr(self, name) != value]
        for name in changed:
            self.write(name, facts[name], now=now)
        if changed:
            self.edited(by=by, now=now)

    def write(self, name, value, *, now):
        """Set one fact; needs and offers add what belongs to a change of it."""
        setattr(self, name, value)

    def edited(self, *, by, now):
        """Record that its words or facts have just been changed."""
        self.changed_at = now
        self._record("edit", by=by, now=now)

    def pause(self, *, by, now):
        """Stop new pairings; those that are open go on."""
        hold(self, "stage")
        if self.stage is not Stage.PUBLISHED:
            raise Refusal(_l("Only what is published can be paused."), "state")
        self.stage = Stage.PAUSED
        self.changed_at = now
        self._record("pause", by=by, now=now)

    def close(self, *, by, now):
        """End the listing for good; its open pairings are withdrawn with that reason."""
        hold(self, "stage")
        if self.stage is Stage.CLOSED:
            raise Refusal(_l("This has already been closed."), "state")
        self._shut("close", by=by, now=now)

    def _shut(self, act, *, by, now):
        self.stage = Stage.CLOSED
        self.closed_at = self.changed_at = now
        self._record(act, by=by, now=now)
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


def contacts_in(text):
    """Return the phone numbers and e-mail addresses in a text as typed."""
    return phone_numbers(text) + email_addresses(text)
