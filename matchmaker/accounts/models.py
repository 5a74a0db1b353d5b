"""Accounts, requests to join an organisation, and the consents that people gave."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from flask_security import UserMixin
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .. import audit, outbox
from ..db import choice, db
from ..errors import Refusal
from ..organisations.models import Kind, Organisation


class Role(StrEnum):
    OWNER = "owner"  # also people and the organisation's facts
    MEMBER = "member"  # listings and pairings


class Account(db.Model, UserMixin):  # type: ignore[name-defined]
    """One person, one login; a member of one organisation, or waiting to join one."""

    roles = ()  # Flask-Security's roles are not used: the kind of organisation and `role` decide

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("organisation.id"), index=True
    )
    role: Mapped[Role] = mapped_column(choice(Role), default=Role.MEMBER)
    name: Mapped[str] = mapped_column(sa.String(60))
    email: Mapped[str] = mapped_column(sa.String(254), unique=True)
    phone: Mapped[str | None] = mapped_column(sa.String(30))
    language: Mapped[str] = mapped_column(sa.String(2), default="ko")
    password: Mapped[str | None] = mapped_column(sa.String(255))
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(sa.String(64), unique=True)
    confirmed_at: Mapped[datetime | None]
    failed_logins: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    created_at: Mapped[datetime]

    organisation: Mapped[Organisation | None] = relationship(back_populates="people", lazy="joined")

    @property
    def is_owner(self):
        return self.role is Role.OWNER

    def is_of(self, organisation_id):
        """Say whether this person acts for the organisation of this id."""
        return organisation_id is not None and self.organisation_id == organisation_id


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

    account: Mapped[Account] = relationship(lazy="joined")
    organisation: Mapped[Organisation] = relationship(lazy="joined")

    @classmethod
    def open_for(cls, organisation):
        """Select the requests that this organisation's owner has not answered."""
        return (
            sa.select(cls)
            .where(cls.organisation_id == organisation.id, cls.decided_at.is_(None))
            .order_by(cls.id)
        )

    def decide(self, accepted, *, by, now):
        """Let the person in as a member, or say no; either is told to the person."""
        if self.decided_at is not None:
            raise Refusal(_l("This request has already been answered."), "state")
        self.decided_at, self.accepted, self.decided_by_id = now, accepted, by.id
        if accepted:
            self.account.organisation = self.organisation
            self.account.role = Role.MEMBER
        audit.record("join_accepted" if accepted else "join_declined", self, by=by, now=now)
        outbox.notify([self.account], "join_accepted" if accepted else "join_declined", now=now)


class ConsentKind(StrEnum):
    TERMS = "terms"
    PRIVACY = "privacy"
    MAIL_NEWS = "mail_news"
    DISCLOSURE = "disclosure"
    RECOMMENDATION = "recommendation"


class Consent(db.Model):  # type: ignore[name-defined]
    """One dated consent of one person, with the version of the text that was read.

    A consent to disclosure names the counterpart, an organisation or (an unnamed small
    firm) its need, and the account whose contact will open.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(
        sa.ForeignKey("account.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[ConsentKind] = mapped_column(choice(ConsentKind))
    text_version: Mapped[str] = mapped_column(sa.String(20))
    language: Mapped[str] = mapped_column(sa.String(2))
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    recipient_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"))
    need_id: Mapped[int | None] = mapped_column(sa.ForeignKey("need.id"))
    contact_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id", ondelete="SET NULL"))


def officers():
    """Select the accounts of the ministry."""
    return (
        sa.select(Account)
        .join(Organisation)
        .where(Organisation.kind == Kind.MINISTRY, Account.active)
        .order_by(Account.id)
    )
