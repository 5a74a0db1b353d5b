"""Letters that have not left: how many, why, and trying the given-up ones again."""

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from .. import audit
from ..accounts.models import Account
from ..db import db, hold
from ..errors import Refusal
from ..outbox import Mail


def given_up():
    """Select the letters that were given up, the latest first."""
    return (
        sa.select(Mail)
        .where(Mail.given_up_at.is_not(None))
        .order_by(Mail.given_up_at.desc(), Mail.id.desc())
    )


def counts():
    """Return how many letters wait for their first try, wait for another one, or are given up."""
    open_letter = Mail.next_try_at.is_not(None)
    return db.session.execute(
        sa.select(
            _count(open_letter, Mail.tries == 0).label("fresh"),
            _count(open_letter, Mail.tries > 0).label("failed"),
            _count(Mail.given_up_at.is_not(None)).label("given_up"),
        ).where(sa.or_(open_letter, Mail.given_up_at.is_not(None)))
    ).one()


def _count(*conditions):
    return sa.func.count(sa.case((sa.and_(*conditions), 1)))


def readers(letters):
    """Return {address: account} of the letters of one page; some addresses have no account."""
    addresses = {letter.recipient for letter in letters}
    accounts = db.session.scalars(sa.select(Account).where(Account.email.in_(addresses)))
    return {account.email: account for account in accounts}


def masked(address):
    """Return an address as officers see it: enough to tell two apart, too little to write to."""
    name, _at, host = address.rpartition("@")
    return f"{name[:1]}***@{host[:1]}***.{host.rpartition('.')[2]}"


def try_again(mail, *, by, now):
    """Let a given-up letter be tried from the start, with all its pauses."""
    hold(mail, "given_up_at")
    if mail.given_up_at is None:
        raise Refusal(_l("This letter is on its way again already."), "given_up")
    _start_anew(Mail.id == mail.id, now)
    audit.record("letter_tried_again", mail, by=by, now=now)


def try_all_again(*, by, now):
    """Let every given-up letter be tried from the start, as after a fault of the mail server."""
    for mail in db.session.scalars(given_up()):
        audit.record("letter_tried_again", mail, by=by, now=now)
    _start_anew(Mail.given_up_at.is_not(None), now)


def _start_anew(condition, now):
    changes = {"given_up_at": None, "error": None, "tries": 0, "next_try_at": now}
    db.session.execute(sa.update(Mail).where(condition).values(changes))
