"""A message that one side reports, and what an officer decides on it: of the thread, only this."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ... import audit, outbox
from ...accounts.models import officers
from ...db import choice, db, hold
from ...errors import Refusal
from ..states import Side
from ..telling import tell_both, tell_own
from .conversation import Message


class Wrong(StrEnum):
    """What is wrong with a message."""

    SALES = "sales"
    BROKER = "broker"
    FRAUD = "fraud"
    ABUSE = "abuse"
    PERSONAL_DATA = "personal_data"
    OTHER = "other"


LABELS = {
    Wrong.SALES: _l("It tries to sell goods or services"),
    Wrong.BROKER: _l("A broker has stepped in"),
    Wrong.FRAUD: _l("It looks like fraud"),
    Wrong.ABUSE: _l("It is abusive"),
    Wrong.PERSONAL_DATA: _l("It gives away personal data"),
    Wrong.OTHER: _l("Something else"),
}


class Report(db.Model):  # type: ignore[name-defined]
    """One side's report of one message of the other side; an officer handles it."""

    __table_args__ = (sa.UniqueConstraint("message_id", "side"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(sa.ForeignKey("message.id"))
    side: Mapped[Side] = mapped_column(choice(Side))
    account_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("account.id", ondelete="SET NULL"), index=True
    )
    reason: Mapped[Wrong] = mapped_column(choice(Wrong))
    comment: Mapped[str | None] = mapped_column(sa.Text)
    at: Mapped[datetime]
    handled_at: Mapped[datetime | None] = mapped_column(index=True)
    handled_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("account.id", ondelete="SET NULL")
    )
    note: Mapped[str | None] = mapped_column(sa.Text)  # of the officer, read by officers

    message: Mapped[Message] = relationship()

    @property
    def reason_label(self):
        return LABELS[self.reason]

    @classmethod
    def queue(cls):
        """Select all reports: those that wait first, the longest waiting on top."""
        waits = sa.case((cls.handled_at.is_(None), 0), else_=1)
        return sa.select(cls).order_by(waits, cls.handled_at.desc(), cls.id)


def waiting_count():
    """Select how many reports wait for an officer."""
    return sa.select(sa.func.count(Report.id)).where(Report.handled_at.is_(None))


def report(message, reason, *, by, now, comment=None):
    """Report a message of the other side to the ministry, which then reads this one message."""
    side = message.pairing.side_of(by.organisation)
    if side is message.side or not message.is_readable:
        raise Refusal(_l("This message cannot be reported."), "report")
    found = Report(
        message_id=message.id,
        side=side,
        account_id=by.id,
        reason=reason,
        comment=comment,
        at=now,
    )
    try:
        with db.session.begin_nested():
            db.session.add(found)
    except IntegrityError:
        raise Refusal(_l("Your side has reported this message already."), "reported") from None
    audit.record("message_reported", found, by=by, now=now, message=message.id, reason=reason)
    outbox.notify(db.session.scalars(officers()), "message_reported", now=now)
    return found


def reports_of(messages, side):
    """Return {message id: report} of what a side has reported."""
    ids = [message.id for message in messages]
    select = sa.select(Report).where(Report.message_id.in_(ids), Report.side == side)
    return {found.message_id: found for found in db.session.scalars(select)}


def handle(found, *, hide, note, by, now):
    """Close a report: leave the message as it is, or hide it from both sides."""
    hold(found, "handled_at")
    if found.handled_at is not None:
        raise Refusal(_l("Another officer has handled this report already."), "handled")
    found.handled_at, found.handled_by_id, found.note = now, by.id, note
    message, pairing = found.message, found.message.pairing
    audit.record("report_handled", found, by=by, now=now, message=message.id, hidden=bool(hide))
    tell_own(pairing, found.side, "report_handled", now=now)
    if hide and message.hidden_at is None:
        message.hidden_at, message.hidden_because = now, found.reason
        audit.record("message_hidden", message, by=by, now=now, reason=found.reason)
        tell_both(pairing, "message_hidden", now=now)


def show_again(found, *, by, now):
    """Let a hidden message be read again, where hiding it was a mistake."""
    message = found.message
    if message.hidden_at is None:
        raise Refusal(_l("This message is not hidden."), "hidden")
    message.hidden_at = message.hidden_because = None
    audit.record("message_shown", message, by=by, now=now)


def forget(account):
    """Let the words of a person's reports go with the account."""
    db.session.execute(
        sa.update(Report).where(Report.account_id == account.id).values(comment=None)
    )
