"""Accounts, and the consents that people gave."""

from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from blinker import Namespace
from flask_babel import lazy_gettext as _l
from flask_security import UserMixin
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .. import audit, outbox
from ..db import choice, db, utcnow
from ..errors import Refusal
from ..organisations.models import Kind, Organisation

signals = Namespace()
member_removed = signals.signal("member-removed")  # (account, organisation=, by=, now=)

FAILURES_ALLOWED = 5  # wrong passwords in a row
LOCKED_FOR = timedelta(minutes=15)


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
    last_sign_in_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    organisation: Mapped[Organisation | None] = relationship(back_populates="people", lazy="joined")
    consents: Mapped[list["Consent"]] = relationship(
        foreign_keys="Consent.account_id", order_by="Consent.id", passive_deletes="all"
    )
    join_requests: Mapped[list["JoinRequest"]] = relationship(  # noqa: F821
        back_populates="account", order_by="JoinRequest.id", passive_deletes="all"
    )

    @property
    def is_owner(self):
        return self.role is Role.OWNER

    def is_of(self, organisation_id):
        """Say whether this person acts for the organisation of this id."""
        return organisation_id is not None and self.organisation_id == organisation_id

    def is_locked(self, form_error=None):
        """Say whether sign-in is closed for a while; Flask-Security asks after the password."""
        locked = self.locked_until is not None and self.locked_until > utcnow()
        if locked and form_error is not None:
            form_error.append(str(_l("Sign-in is closed for a while.")))
        return locked

    def fail_sign_in(self, *, now):
        """Count a wrong password; the fifth in a row closes sign-in for a quarter of an hour.

        What comes while it is closed does not count, so that it opens again in time.
        """
        audit.record("sign_in_failed", self, by=None, now=now)
        if self.locked_until is not None and self.locked_until > now:
            return
        own_row = sa.update(Account).where(Account.id == self.id)
        db.session.execute(own_row.values(failed_logins=Account.failed_logins + 1))
        db.session.refresh(self, ["failed_logins"])  # counted by the database, for those at once
        if self.failed_logins >= FAILURES_ALLOWED:
            self.failed_logins = 0
            self.locked_until = now + LOCKED_FOR
            audit.record("sign_in_closed", self, by=None, now=now)

    def sign_in(self, *, now):
        """Note that this person has signed in."""
        self.failed_logins, self.locked_until = 0, None
        self.last_sign_in_at = now
        audit.record("sign_in", self, by=self, now=now)

    def prove_address(self, *, now):
        """Take a link from a mail to this person as proof of the address."""
        self.failed_logins, self.locked_until = 0, None
        if self.confirmed_at is None:
            self.confirmed_at = now
            self.address_proved(now=now)

    def address_proved(self, *, now):
        """Record that the address is proved; only now owners hear of a request to join."""
        audit.record("email_confirmed", self, by=self, now=now)
        for request in self.join_requests:
            if request.awaits_owner:
                request.tell_owners(now=now)

    def change_own_data(self, *, name, phone, language, now):
        """Change what this person says of themselves."""
        self.name, self.phone, self.language = name, phone, language
        audit.record("account_changed", self, by=self, now=now)

    def consent_to(self, text, *, language, now):
        """Record a consent with the version and language of the text that was read."""
        consent = Consent(
            account_id=self.id,
            kind=text.kind,
            text_version=text.version,
            language=language,
            given_at=now,
        )
        self.consents.append(consent)
        audit.record("consent_given", consent, by=self, now=now, kind=text.kind)
        return consent

    def become(self, role, *, by, now):
        """Give this person another role in the organisation."""
        if role is self.role:
            raise Refusal(_l("This person has this role already."), "role")
        if role is not Role.OWNER:
            self._keep_an_owner()
        self.role = role
        audit.record("role_changed", self, by=by, now=now, role=role)
        outbox.notify([self], f"role_{role}", now=now)

    def leave(self, *, by, now):
        """Take this person out of the organisation; the listings stay with it."""
        self._keep_an_owner()
        organisation, self.organisation, self.role = self.organisation, None, Role.MEMBER
        audit.record("member_removed", self, by=by, now=now, organisation_id=organisation.id)
        if by.id != self.id:
            outbox.notify([self], "member_removed", now=now)
        member_removed.send(self, organisation=organisation, by=by, now=now)

    def _keep_an_owner(self):
        """Refuse to lose the last owner, also where two of them act at once."""
        owners = sa.select(Account.id).where(
            Account.organisation_id == self.organisation_id,
            Account.role == Role.OWNER,
            Account.active,
        )
        if self.is_owner and len(db.session.scalars(owners.with_for_update()).all()) < 2:
            raise Refusal(
                _l("An organisation needs an owner. Make somebody else an owner first."),
                "last_owner",
            )


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

    recipient: Mapped[Organisation | None] = relationship(lazy="joined")

    @property
    def is_in_force(self):
        return self.withdrawn_at is None

    @property
    def is_optional(self):
        """Say whether it can be withdrawn on the account's page, by itself."""
        return self.kind is ConsentKind.MAIL_NEWS

    def withdraw(self, *, by, now):
        """Take an optional consent back."""
        if not (self.is_optional and self.is_in_force):
            raise Refusal(_l("This consent cannot be withdrawn here."), "consent")
        self.withdrawn_at = now
        audit.record("consent_withdrawn", self, by=by, now=now, kind=self.kind)


def officers():
    """Select the accounts of the ministry."""
    return (
        sa.select(Account)
        .join(Organisation)
        .where(Organisation.kind == Kind.MINISTRY, Account.active)
        .order_by(Account.id)
    )
