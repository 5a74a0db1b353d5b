"""Membership of a small firm in an association: invited, then accepted by the firm itself."""

from datetime import datetime

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .. import audit, outbox
from ..db import db, hold
from ..errors import Refusal
from ..organisations.models import Kind, Organisation

LIVE = "declined_at IS NULL AND left_at IS NULL"


class Membership(db.Model):  # type: ignore[name-defined]
    """An association's invitation to a small firm, and the firm's answer.

    The association types a business number and how it calls the firm. Whether anybody holds
    the number is not told: `member` is set when the firm accepts, and not before.
    """

    __table_args__ = (
        sa.Index(
            "uq_membership_invited",
            "association_id",
            "business_number",
            unique=True,
            sqlite_where=sa.text(LIVE),
            postgresql_where=sa.text(LIVE),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    association_id: Mapped[int] = mapped_column(
        sa.ForeignKey("organisation.id", ondelete="CASCADE"), index=True
    )
    business_number: Mapped[str] = mapped_column(sa.String(10), index=True)
    label: Mapped[str] = mapped_column(sa.String(100))  # how the association calls the firm
    member_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("organisation.id", ondelete="CASCADE"), index=True
    )
    invited_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    declined_at: Mapped[datetime | None]
    left_at: Mapped[datetime | None]
    shows_needs: Mapped[bool] = mapped_column(default=False)  # may the association read its needs

    association: Mapped[Organisation] = relationship(foreign_keys=[association_id], lazy="joined")
    member: Mapped[Organisation | None] = relationship(foreign_keys=[member_id], lazy="joined")

    @property
    def is_accepted(self):
        return self.accepted_at is not None and self.left_at is None

    @property
    def name(self):
        """The member's own name once it accepted, until then what the association calls it."""
        return self.member.display_name if self.is_accepted else self.label

    @classmethod
    def of(cls, association, standing=""):
        """Select an association's memberships, the latest first; all live ones by default.

        `standing` is one of `STANDINGS`.
        """
        return (
            sa.select(cls)
            .where(cls.association_id == association.id, STANDINGS.get(standing, sa.text(LIVE)))
            .order_by(cls.id.desc())
        )

    @classmethod
    def counts_of(cls, association):
        """Select how many memberships of an association have each of the `STANDINGS`."""
        counts = (
            sa.func.count(sa.case((condition, 1))).label(name)
            for name, condition in STANDINGS.items()
        )
        return sa.select(*counts).where(cls.association_id == association.id)

    @classmethod
    def accepted_by(cls, member):
        """Select the memberships that a firm accepted and has not left."""
        return sa.select(cls).where(
            cls.member_id == member.id, cls.accepted_at.is_not(None), cls.left_at.is_(None)
        )

    @classmethod
    def invitations_to(cls, organisation):
        """Select what this firm has not answered yet, found by its approved number."""
        return sa.select(cls).where(
            cls.business_number == organisation.business_number,
            cls.accepted_at.is_(None),
            sa.text(LIVE),
        )

    @classmethod
    def answerable_by(cls, organisation):
        """Select the open invitations of a firm that may answer: none before its approval.

        A number that was only typed proves nothing, so it shows no invitations either.
        """
        if not organisation.is_approved or not organisation.business_number:
            return cls.invitations_to(organisation).where(sa.false())
        return cls.invitations_to(organisation).order_by(cls.id)

    def accept(self, member, *, shows_needs, by, now):
        """Let the firm become a member, and say whether its needs may be read."""
        self._still_open()
        if not member.is_approved or member.business_number != self.business_number:
            raise Refusal(_l("This invitation is for another firm."), "other")
        self.member, self.accepted_at, self.shows_needs = member, now, shows_needs
        audit.record("membership_accepted", self, by=by, now=now, shows_needs=shows_needs)
        outbox.notify(self.association.people, "membership_accepted", now=now, id=self.id)

    def decline(self, *, by, now):
        """Say no to the invitation; the association reads only that it was not accepted."""
        self._still_open()
        self.declined_at = now
        audit.record("membership_declined", self, by=by, now=now)

    def leave(self, *, by, now):
        """End the membership, or take the invitation back; either side may."""
        self._hold()
        if self.left_at or self.declined_at:
            raise Refusal(_l("This membership has already ended."), "state")
        self.left_at, self.shows_needs = now, False
        audit.record("membership_ended", self, by=by, now=now)

    def let_read(self, shows_needs, *, by, now):
        """Change whether the association may read the member's needs."""
        if not self.is_accepted:
            raise Refusal(_l("This membership has already ended."), "state")
        self.shows_needs = shows_needs
        audit.record("membership_needs", self, by=by, now=now, shows_needs=shows_needs)

    def _still_open(self):
        self._hold()
        if self.accepted_at or self.declined_at or self.left_at:
            raise Refusal(_l("This invitation has already been answered."), "state")

    def _hold(self):
        hold(self, "accepted_at", "declined_at", "left_at")


STANDINGS = {
    "members": sa.and_(Membership.accepted_at.is_not(None), Membership.left_at.is_(None)),
    "invited": sa.and_(Membership.accepted_at.is_(None), sa.text(LIVE)),
    "ended": sa.or_(Membership.declined_at.is_not(None), Membership.left_at.is_not(None)),
}


def invite(association, business_number, label, *, by, now):
    """Invite whoever holds a business number; the answer is the same if nobody does.

    An approved small firm that holds it is told at once; any other finds the invitation once
    it is approved.
    """
    live = Membership.of(association).where(Membership.business_number == business_number)
    if db.session.scalar(live):
        raise Refusal(_l("You have already invited this number."), "invited")
    row = Membership(
        association_id=association.id,
        business_number=business_number,
        label=label,
        invited_at=now,
    )
    db.session.add(row)
    try:
        db.session.flush()  # a second click that was faster shows in the database only
    except IntegrityError:
        raise Refusal(_l("You have already invited this number."), "overtaken") from None
    audit.record("membership_invited", row, by=by, now=now)
    holder = db.session.scalar(Organisation.holder_of(business_number))
    if holder and holder.kind is Kind.SME and holder.is_approved:
        outbox.notify(holder.people, "membership_invited", now=now, id=row.id)
    return row
