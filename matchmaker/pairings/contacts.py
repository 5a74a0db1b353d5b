"""Consent to disclosure, the opening of contacts once both said yes, and who leaves meanwhile."""

from datetime import datetime

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .. import audit
from ..accounts.consent_texts import DISCLOSURE
from ..accounts.models import Account, Consent
from ..db import db
from ..errors import Refusal
from ..i18n import language
from .models import Pairing
from .rules import refuse
from .states import Side, State
from .telling import tell_other, tell_own

# Where a side has said yes, and its contact opens, or is open, to the other one.
SAID_YES = {
    Side.SME: (State.WAITING, State.ASKED, State.AGREED, State.ACTIVE),
    Side.COMPANY: (State.INVITED, State.AGREED, State.ACTIVE),
}


class Disclosure(db.Model):  # type: ignore[name-defined]
    """The log of personal data that opened: whose, to whom, in which pairing, on what consent."""

    id: Mapped[int] = mapped_column(primary_key=True)
    pairing_id: Mapped[int] = mapped_column(sa.ForeignKey("pairing.id"), index=True)
    account_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("account.id", ondelete="SET NULL"), index=True
    )
    recipient_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    consent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("consent.id", ondelete="SET NULL"))
    at: Mapped[datetime]

    pairing: Mapped[Pairing] = relationship()
    account: Mapped[Account | None] = relationship()

    @classmethod
    def of(cls, account):
        """Select to whom an account's contact was opened, the latest first."""
        return sa.select(cls).where(cls.account_id == account.id).order_by(cls.id.desc())


def consent_to_disclosure(given, *, by, now, contact, recipient=None, need=None):
    """Write the dated consent to open `contact` to a company, or to the firm behind a need.

    `given` is what stands in the box. Raises Refusal where it is empty, or where the contact
    is not a person of the organisation for which `by` acts.
    """
    if not given:
        refuse("consent")
    if not contact.is_of(by.organisation_id):
        raise Refusal(_l("Choose a person of your own organisation as contact."), "contact")
    consent = Consent(
        account_id=by.id,
        kind=DISCLOSURE.kind,
        text_version=DISCLOSURE.version,
        language=language(),
        given_at=now,
        recipient_id=recipient and recipient.id,
        need_id=need and need.id,
        contact_id=contact.id,
    )
    db.session.add(consent)
    db.session.flush()  # gives the consent the id that the pairing keeps
    return consent


def end_consents(pairing, *, now):
    """Let the consents to a pairing end with it, where nothing has opened."""
    if pairing.contacts_are_open:
        return
    ids = (pairing.sme_consent_id, pairing.company_consent_id)
    given = sa.select(Consent).where(Consent.id.in_(ids), Consent.withdrawn_at.is_(None))
    for consent in db.session.scalars(given):
        consent.withdrawn_at = now


def open_contacts(pairing, *, now):
    """Open both contacts to the other side, each with a row in the log."""
    for side in Side.SME, Side.COMPANY:
        _open(pairing, side, now=now)


def _open(pairing, side, *, now):
    """Log that one side's contact opens; where that person has left, nothing does."""
    account_id = getattr(pairing, f"{side}_contact_id")
    if account_id is None:
        return
    opened = Disclosure(
        pairing_id=pairing.id,
        account_id=account_id,
        recipient_id=pairing.company_id if side is Side.SME else pairing.sme_id,
        consent_id=getattr(pairing, f"{side}_consent_id"),
        at=now,
    )
    audit.record("disclose", opened, by=None, now=now, pairing=pairing.id)


def lacks_contact(pairing, side):
    """Say whether a side has said yes, and the person whose contact was to open has left."""
    return pairing.state in SAID_YES[side] and getattr(pairing, f"{side}_contact_id") is None


def name_contact(pairing, *, by, now, consent, contact):
    """Name another person, with a consent of its own, where the one named before has left."""
    side = pairing.side_of(by.organisation)
    if side is None or not lacks_contact(pairing, side):
        refuse("no_move")
    names = {"recipient": pairing.company} if side is Side.SME else {"need": pairing.need}
    given = consent_to_disclosure(consent, by=by, now=now, contact=contact, **names)
    setattr(pairing, f"{side}_contact_id", contact.id)
    setattr(pairing, f"{side}_consent_id", given.id)
    audit.record("name_contact", pairing, by=by, now=now, side=side)
    if pairing.contacts_are_open:
        _open(pairing, side, now=now)
        tell_other(pairing, side, "contact_named", now=now)


def let_go(account, organisation, *, by, now):
    """Take a person who left an organisation out of its pairings; it is told to name another.

    Nobody takes the place unasked: whose contact opens to whom needs a consent that says so.
    What had opened before stays in the log.
    """
    for side in Side.SME, Side.COMPANY:
        own = getattr(Pairing, f"{side}_contact_id") == account.id
        of_it = getattr(Pairing, f"{side}_id") == organisation.id
        for pairing in db.session.scalars(sa.select(Pairing).where(own, of_it)).all():
            _let_go(pairing, side, by=by, now=now)


def _let_go(pairing, side, *, by, now):
    consent = db.session.get(Consent, getattr(pairing, f"{side}_consent_id") or 0)
    if consent and not pairing.contacts_are_open:
        consent.withdrawn_at = now
    setattr(pairing, f"{side}_contact_id", None)
    audit.record("contact_left", pairing, by=by, now=now, side=side)
    if lacks_contact(pairing, side):
        tell_own(pairing, side, "contact_missing", now=now)
