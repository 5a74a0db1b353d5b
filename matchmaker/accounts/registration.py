"""Registration: a person, their consents, and either a new organisation or a request to join.

Nobody learns here whether an address or a business number is known: the answer is the same
page and one mail, and what is in the mail only its reader sees.
"""

from dataclasses import dataclass
from secrets import token_hex

import sqlalchemy as sa

from .. import audit
from ..db import db
from ..organisations.models import Organisation
from .joining import JoinRequest
from .models import Account, Role


@dataclass(frozen=True)
class Person:
    """Who registers; the password comes hashed."""

    name: str
    email: str
    password: str
    phone: str | None
    language: str


def account_of(email):
    """Select the account of an address, whatever its capitals."""
    return sa.select(Account).where(sa.func.lower(Account.email) == email.lower())


def register(person, kind, facts, consents, *, now):
    """Open an account that still has to confirm its address; None where the address is taken.

    Of two who register one address at once, the database lets one in.
    """
    if db.session.scalar(account_of(person.email)):
        return None
    account = Account(**vars(person), fs_uniquifier=token_hex(16), created_at=now)
    try:
        with db.session.begin_nested():
            db.session.add(account)
    except sa.exc.IntegrityError:
        return None
    audit.record("registered", account, by=account, now=now)
    for text in consents:
        account.consent_to(text, language=person.language, now=now)
    act_for(account, kind, facts, now=now)
    return account


def act_for(account, kind, facts, *, now):
    """Make a person the owner of a new organisation, or ask the one that holds the number.

    Returns the organisation, or the request to join.
    """
    holder = db.session.scalar(Organisation.holder_of(facts["business_number"]))
    if holder is not None:
        return JoinRequest.make(account, holder, now=now)
    traits = facts.get("traits", ())
    organisation = Organisation(
        kind=kind,
        created_at=now,
        **{name: value for name, value in facts.items() if name != "traits"},
    )
    organisation.traits = traits
    account.organisation, account.role = organisation, Role.OWNER
    audit.record("organisation_registered", organisation, by=account, now=now, kind=kind)
    return organisation
