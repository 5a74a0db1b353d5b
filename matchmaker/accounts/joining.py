"""Requests to act for an organisation that is here already: asked, answered, escalated."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .. import audit, outbox
from ..db import db, hold
from ..errors import Refusal
from ..organisations.models import Organisation
from .models import Account, Role

OWNER_HAS = timedelta(days=7)  # to answer, before the ministry may be asked


class JoinRequest(db.Model):  # type: ignore[name-defined]
    """A person's wish to act for an organisation that is here already."""

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(
        sa.ForeignKey("account.id", ondelete="CASCADE"), index=True
    )
    organisation_id: Mapped[int] = mapped_column(
        sa.ForeignKey("organisation.id", ondelete="CASCADE"), index=True
    )
    created_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    accepted: Mapped[bool | None]
    decided_by_id: Mapped[int | None]
    escalated_at: Mapped[datetime | None] = mapped_column(index=True)  # the ministry was asked

    account: Mapped[Account] = relationship(lazy="joined", back_populates="join_requests")
    organisation: Mapped[Organisation] = relationship(lazy="joined", back_populates="join_requests")

    @classmethod
    def make(cls, account, organisation, *, now):
        """Ask the organisation's owners to let a person in."""
        open_already = cls.of(account).where(cls.decided_at.is_(None))
        if account.id is not None and db.session.scalar(open_already):
            raise Refusal(_l("You have already asked; the answer is still to come."), "asked")
        request = cls(account=account, organisation=organisation, created_at=now)
        audit.record("join_asked", request, by=account, now=now)
        if account.confirmed_at is not None:
            request.tell_owners(now=now)
        return request

    def tell_owners(self, *, now):
        owners = [person for person in self.organisation.people if person.is_owner]
        outbox.notify(owners, "join_asked", now=now)

    @classmethod
    def of(cls, account):
        """Select a person's requests, the latest first."""
        return sa.select(cls).where(cls.account_id == account.id).order_by(cls.id.desc())

    @classmethod
    def open_for(cls, organisation):
        """Select the requests that this organisation's owner has not answered."""
        return (
            sa.select(cls)
            .join(cls.account)
            .where(
                cls.organisation_id == organisation.id,
                cls.decided_at.is_(None),
                cls.escalated_at.is_(None),
                Account.confirmed_at.is_not(None),
            )
            .order_by(cls.id)
        )

    @classmethod
    def escalated(cls):
        """Select the requests that wait for the ministry, the longest waiting first."""
        return (
            sa.select(cls)
            .where(cls.escalated_at.is_not(None), cls.decided_at.is_(None))
            .order_by(cls.escalated_at, cls.id)
        )

    @property
    def is_open(self):
        return self.decided_at is None

    @property
    def is_for_owner(self):
        return self.escalated_at is None and self.account.confirmed_at is not None

    @property
    def awaits_owner(self):
        return self.is_open and self.is_for_owner

    def may_escalate(self, now):
        """Say whether the person may ask the ministry: once, after a no or a week of silence."""
        if self.escalated_at is not None or self.accepted:
            return False
        return not self.is_open or now >= self.created_at + OWNER_HAS

    def escalate(self, *, by, now):
        """Ask the ministry to decide in the owner's place."""
        if not self.may_escalate(now):
            raise Refusal(_l("The ministry cannot be asked about this request now."), "state")
        self.escalated_at = now
        self.decided_at = self.accepted = self.decided_by_id = None
        audit.record("join_escalated", self, by=by, now=now)

    def decide(self, accepted, *, by, now):
        """Let the person in as a member, or say no; either is told to the person."""
        hold(self, "decided_at", "accepted")
        if not self.is_open:
            raise Refusal(_l("This request has already been answered."), "state")
        present = self.account.organisation
        if accepted and present is not None and present.holds_number:
            raise Refusal(_l("This person acts for another organisation by now."), "elsewhere")
        self.decided_at, self.accepted, self.decided_by_id = now, accepted, by.id
        if accepted:
            self.account.organisation = self.organisation
            self.account.role = Role.MEMBER
        audit.record("join_accepted" if accepted else "join_declined", self, by=by, now=now)
        outbox.notify([self.account], "join_accepted" if accepted else "join_declined", now=now)

    def drop(self, *, now):
        """Take the request back, because the person made it in error."""
        if not self.is_open:
            raise Refusal(_l("This request has already been answered."), "state")
        audit.record("join_dropped", self, by=self.account, now=now)
        db.session.delete(self)
