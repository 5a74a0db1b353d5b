"""Officers of the ministry: they cannot register; a command or another officer makes them."""

from secrets import token_hex

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from .. import audit
from ..db import db
from ..errors import Refusal
from ..organisations.models import Approval, Kind, Organisation
from .models import Account, Role
from .registration import account_of
from .security import write_officer_invitation


def ministry(*, now):
    """Return the ministry's organisation, which the first officer brings about."""
    found = db.session.scalar(sa.select(Organisation).where(Organisation.kind == Kind.MINISTRY))
    if found is not None:
        return found
    made = Organisation(
        kind=Kind.MINISTRY,
        approval=Approval.APPROVED,
        name="중소벤처기업부",
        name_en="Ministry of SMEs and Startups",
        created_at=now,
        approved_at=now,
    )
    audit.record("organisation_registered", made, by=None, now=now, kind=Kind.MINISTRY)
    return made


def make_officer(ministry, name, email, *, by, now, password=None):
    """Give an officer an account; a hashed password makes it usable at once."""
    if db.session.scalar(account_of(email)):
        raise Refusal(_l("Somebody has an account with this address already."), "email")
    officer = Account(
        organisation=ministry,
        role=Role.MEMBER,
        name=name,
        email=email.lower(),
        language="ko",
        password=password,
        confirmed_at=now if password else None,
        fs_uniquifier=token_hex(16),
        created_at=now,
    )
    audit.record("officer_made", officer, by=by, now=now)
    return officer


def invite_officer(ministry, name, email, *, by, now):
    """Give an officer an account and send the letter by which they set their password."""
    officer = make_officer(ministry, name, email, by=by, now=now)
    write_officer_invitation(officer)
    return officer


def dismiss_officer(officer, *, by, now):
    """Close an officer's account: signed out everywhere, and no way in."""
    if officer.id == by.id:
        raise Refusal(_l("You cannot close your own account here."), "self")
    if not officer.active:
        raise Refusal(_l("This account is closed already."), "state")
    officer.active = False
    officer.fs_uniquifier = token_hex(16)
    audit.record("officer_dismissed", officer, by=by, now=now)
