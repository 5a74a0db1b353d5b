"""Consent to disclosure, and the opening of contacts once both sides said yes."""

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


def open_contacts(pairing, *, now):
    """Open both contacts to the other side, each with a row in the log."""
    for account_id, recipient_id, consent_id in (
        (pairing.sme_contact_id, pairing.company_id, pairing.sme_consent_id),
        (pairing.company_contact_id, pairing.sme_id, pairing.company_consent_id),
    ):
        opened = Disclosure(
            pairing_id=pairing.id,
            account_id=account_id,
            recipient_id=recipient_id,
            consent_id=consent_id,
            at=now,
        )
        audit.record("disclose", opened, by=None, now=now, pairing=pairing.id)
