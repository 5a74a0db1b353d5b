"""Deleting a person: out of the organisation, then the account with all that hangs on it."""

import sqlalchemy as sa

from .. import audit
from ..db import db
from ..outbox import Mail
from .models import signals

account_erased = signals.signal("account-erased")  # (account, by=, now=), before the row goes


def erase(account, *, by, now):
    """Delete an account, letters to it, and what its person wrote to other firms.

    Audit events hold ids and stay. Raises Refusal for the last owner of an organisation: first
    make another one, or suspend the organisation.
    """
    if account.organisation is not None:
        account.leave(by=by or account, now=now)
    account_erased.send(account, by=by, now=now)
    db.session.execute(sa.delete(Mail).where(Mail.recipient == account.email))
    audit.record("account_erased", account, by=by, now=now)
    db.session.flush()
    db.session.delete(account)
    db.session.flush()
