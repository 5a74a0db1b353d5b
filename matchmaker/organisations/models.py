"""Organisations, what is known of them, and the ministry's word on each."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from blinker import Namespace
from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .. import audit, outbox
from ..db import choice, db, hold
from ..errors import Refusal
from ..i18n import in_language
from .facts import Size, Trait

signals = Namespace()
organisation_suspended = signals.signal("organisation-suspended")  # (organisation, by=, now=)
organisation_restored = signals.signal("organisation-restored")  # (organisation, by=, now=)


class Kind(StrEnum):
    SME = "sme"
    COMPANY = "company"
    ASSOCIATION = "association"
    MINISTRY = "ministry"


class Approval(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"
    SUSPENDED = "suspended"


# The states in which a business number belongs to this organisation and to no other.
HOLDING = (Approval.APPROVED, Approval.SUSPENDED)
HOLDS_NUMBER = "approval IN ('approved', 'suspended')"


class OrganisationTrait(db.Model):  # type: ignore[name-defined]
    """One trait that an organisation says it has."""

    organisation_id: Mapped[int] = mapped_column(
        sa.ForeignKey("organisation.id", ondelete="CASCADE"), primary_key=True
    )
    trait: Mapped[Trait] = mapped_column(choice(Trait), primary_key=True)


class Organisation(db.Model):  # type: ignore[name-defined]
    """A legal person: a small firm, a company, an association or the ministry."""

    __table_args__ = (
        sa.Index(
            "uq_organisation_business_number_held",
            "business_number",
            unique=True,
            sqlite_where=sa.text(HOLDS_NUMBER),
            postgresql_where=sa.text(HOLDS_NUMBER),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[Kind] = mapped_column(choice(Kind), index=True)
    approval: Mapped[Approval] = mapped_column(choice(Approval), default=Approval.DRAFT, index=True)
    name: Mapped[str] = mapped_column(sa.String(100))
    name_en: Mapped[str | None] = mapped_column(sa.String(100))
    business_number: Mapped[str | None] = mapped_column(sa.String(10), index=True)
    region: Mapped[str | None] = mapped_column(sa.String(2), index=True)  # matching/regions.py
    industry: Mapped[str | None] = mapped_column(sa.String(5), index=True)  # KSIC, industries.py
    size: Mapped[Size | None] = mapped_column(choice(Size), index=True)
    introduction: Mapped[str | None] = mapped_column(sa.Text)
    # Demonstration listings of real companies: the company does not use this site.
    reconstructed: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None] = mapped_column(index=True)
    approved_at: Mapped[datetime | None]

    trait_rows: Mapped[list[OrganisationTrait]] = relationship(
        cascade="all, delete-orphan", lazy="selectin"
    )
    people: Mapped[list["Account"]] = relationship(  # noqa: F821
        back_populates="organisation", order_by="Account.id"
    )
    reviews: Mapped[list["Review"]] = relationship(
        back_populates="organisation", order_by="Review.id"
    )
    join_requests: Mapped[list["JoinRequest"]] = relationship(  # noqa: F821
        back_populates="organisation", order_by="JoinRequest.id", passive_deletes="all"
    )

    @property
    def traits(self):
        """The traits as a set of `Trait`."""
        return frozenset(row.trait for row in self.trait_rows)

    @traits.setter
    def traits(self, wanted):
        wanted = {Trait(trait) for trait in wanted}
        self.trait_rows = [row for row in self.trait_rows if row.trait in wanted] + [
            OrganisationTrait(trait=trait) for trait in sorted(wanted - self.traits)
        ]

    @property
    def display_name(self):
        """The name in the page's language, where it has one in that language."""
        return in_language(self.name, self.name_en)

    @property
    def is_approved(self):
        return self.approval is Approval.APPROVED

    @property
    def holds_number(self):
        """Say whether the business number is this organisation's own, and no other's."""
        return self.approval in HOLDING

    @property
    def may_be_submitted(self):
        return self.approval in (Approval.DRAFT, Approval.RETURNED)

    @property
    def needs_answer(self):
        """Say whether the ministry's reason is still to be answered."""
        return self.approval is Approval.RETURNED

    @property
    def may_be_edited(self):
        """Say whether facts may change: not while the ministry looks at them, nor suspended."""
        return self.may_be_submitted or self.is_approved

    @property
    def missing_facts(self):
        """Name the facts without which the ministry cannot decide."""
        needed = ["business_number", "region"]
        if self.kind is not Kind.ASSOCIATION:
            needed += ["industry", "size"]
        return [fact for fact in needed if not getattr(self, fact)]

    @property
    def last_word(self):
        """The latest review, or None: the reason of a return or suspension stands in it."""
        return self.reviews[-1] if self.reviews else None

    def submit(self, *, by, now, answer=None):
        """Hand the facts to the ministry, first or again with an answer to its reason."""
        hold(self, "approval")
        if not self.may_be_submitted:
            raise Refusal(_l("This organisation has already been submitted."), "state")
        if self.missing_facts:
            raise Refusal(_l("Complete the facts first, then submit."), "facts")
        self.approval = Approval.SUBMITTED
        self.submitted_at = now
        self._review("submitted", answer, by=by, now=now)

    def take_back(self, *, by, now):
        """Take the facts back from the ministry, to correct them."""
        hold(self, "approval")
        if self.approval is not Approval.SUBMITTED:
            raise Refusal(_l("This organisation is not with the ministry."), "state")
        self.approval = Approval.DRAFT
        self._review("taken_back", None, by=by, now=now)

    def change_facts(self, facts, *, by, now):
        """Set the facts of a {name: value}; what changed is recorded by name, not by value.

        The business number of an approved organisation was checked and stays.
        """
        hold(self, "approval")
        if not self.may_be_edited:
            raise Refusal(_l("The facts cannot be changed now."), "state")
        changed = sorted(name for name, value in facts.items() if getattr(self, name) != value)
        if "business_number" in changed and self.holds_number:
            raise Refusal(_l("The business number of an approved organisation stays."), "number")
        for name in changed:
            setattr(self, name, facts[name])
        if changed:
            audit.record("facts_changed", self, by=by, now=now, changed=changed)

    def approve(self, *, by, now):
        """Let the organisation in. Its business number is its own from here on."""
        hold(self, "approval")
        if self.approval is not Approval.SUBMITTED:
            raise Refusal(_l("Only a submitted organisation can be approved."), "state")
        try:
            with db.session.begin_nested():
                self.approval, self.approved_at = Approval.APPROVED, now
        except IntegrityError:  # the database keeps a number for one
            message = _l("Another approved organisation holds this number.")
            raise Refusal(message, "number_held") from None
        self._review("approved", None, by=by, now=now)
        outbox.notify(self.people, "organisation_approved", now=now)

    def send_back(self, *, by, now, reason):
        """Return the organisation with a reason that its people read and answer."""
        hold(self, "approval")
        if self.approval is not Approval.SUBMITTED:
            raise Refusal(_l("Only a submitted organisation can be returned."), "state")
        self.approval = Approval.RETURNED
        self._review("returned", reason, by=by, now=now)
        outbox.notify(self.people, "organisation_returned", now=now)

    def suspend(self, *, by, now, reason):
        """Close the market to an approved organisation; what it has open is withdrawn."""
        hold(self, "approval")
        if self.approval is not Approval.APPROVED:
            raise Refusal(_l("Only an approved organisation can be suspended."), "state")
        self.approval = Approval.SUSPENDED
        self._review("suspended", reason, by=by, now=now)
        outbox.notify(self.people, "organisation_suspended", now=now)
        organisation_suspended.send(self, by=by, now=now)

    def restore(self, *, by, now):
        """Lift a suspension."""
        hold(self, "approval")
        if self.approval is not Approval.SUSPENDED:
            raise Refusal(_l("This organisation is not suspended."), "state")
        self.approval = Approval.APPROVED
        self._review("restored", None, by=by, now=now)
        outbox.notify(self.people, "organisation_approved", now=now)
        organisation_restored.send(self, by=by, now=now)

    def _review(self, act, text, *, by, now):
        self.reviews.append(Review(act=act, text=text, at=now, account_id=by.id if by else None))
        audit.record(act, self, by=by, now=now)

    @classmethod
    def holder_of(cls, business_number):
        """Select the organisation that a business number belongs to, if any."""
        return sa.select(cls).where(cls.business_number == business_number, sa.text(HOLDS_NUMBER))

    @classmethod
    def waiting(cls):
        """Select the organisations that wait for the ministry, the longest waiting first."""
        return (
            sa.select(cls)
            .where(cls.approval == Approval.SUBMITTED)
            .order_by(cls.submitted_at, cls.id)
        )


class Review(db.Model):  # type: ignore[name-defined]
    """One step of an organisation's approval, with the reason or the answer."""

    __tablename__ = "organisation_review"

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(
        sa.ForeignKey("organisation.id", ondelete="CASCADE"), index=True
    )
    act: Mapped[str] = mapped_column(sa.String(20))
    text: Mapped[str | None] = mapped_column(sa.Text)
    at: Mapped[datetime]
    account_id: Mapped[int | None]

    organisation: Mapped[Organisation] = relationship(back_populates="reviews")
