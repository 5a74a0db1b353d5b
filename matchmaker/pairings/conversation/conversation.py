"""What the two sides of a pairing say to each other once both have accepted."""

from collections import Counter
from datetime import datetime

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ... import audit, outbox
from ...accounts.models import Account
from ...db import choice, db, hold
from ...errors import Refusal
from ...organisations.models import Kind
from ...outbox import Notice
from ..models import Pairing
from ..states import Side, State
from . import confidentiality
from .attachments import Attachment, attach

LONGEST = 10_000  # characters of a message
WRITABLE = (State.AGREED, State.ACTIVE)


class Message(db.Model):  # type: ignore[name-defined]
    """One thing that one side said; it stays with the pairing, also after its end.

    The text, the files and the name of who wrote it leave with that person's account: then
    `gone_at` says that something stood here.
    """

    __table_args__ = (sa.Index("ix_message_pairing_side", "pairing_id", "side", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    pairing_id: Mapped[int] = mapped_column(sa.ForeignKey("pairing.id"))
    side: Mapped[Side] = mapped_column(choice(Side))
    author_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("account.id", ondelete="SET NULL"), index=True
    )
    text: Mapped[str | None] = mapped_column(sa.Text)
    technical: Mapped[bool] = mapped_column(default=False)  # its files hold technical material
    written_at: Mapped[datetime]
    read_at: Mapped[datetime | None]  # when somebody of the other side first opened it
    hidden_at: Mapped[datetime | None]  # by an officer, after a report; see reports.py
    hidden_because: Mapped[str | None] = mapped_column(sa.String(30))
    gone_at: Mapped[datetime | None]

    pairing: Mapped[Pairing] = relationship()
    author: Mapped[Account | None] = relationship()
    attachments: Mapped[list[Attachment]] = relationship(order_by=Attachment.id, viewonly=True)

    @property
    def organisation(self):
        return self.pairing.sme if self.side is Side.SME else self.pairing.company

    @property
    def author_name(self):
        """Who wrote it, as long as that person acts for the organisation; else None."""
        author = self.author
        return author.name if author and author.is_of(self.organisation.id) else None

    @property
    def is_readable(self):
        return self.hidden_at is None and self.gone_at is None

    def opens_files_to(self, side, words):
        """Say whether a side may open the files; `words` are those of confidentiality.py."""
        if not self.is_readable:
            return False
        return not self.technical or side is self.side or side in words

    @classmethod
    def of(cls, pairing):
        """Select what was said in a pairing, the oldest first."""
        return sa.select(cls).where(cls.pairing_id == pairing.id).order_by(cls.id)


class Reading(db.Model):  # type: ignore[name-defined]
    """How far one person has read one conversation."""

    __table_args__ = (sa.UniqueConstraint("pairing_id", "account_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    pairing_id: Mapped[int] = mapped_column(sa.ForeignKey("pairing.id"))
    account_id: Mapped[int] = mapped_column(
        sa.ForeignKey("account.id", ondelete="CASCADE"), index=True
    )
    message_id: Mapped[int] = mapped_column(sa.ForeignKey("message.id"))
    at: Mapped[datetime]


class Draft(db.Model):  # type: ignore[name-defined]
    """What one person began to write and goes on with later; only that person reads it."""

    __table_args__ = (sa.UniqueConstraint("pairing_id", "account_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    pairing_id: Mapped[int] = mapped_column(sa.ForeignKey("pairing.id"))
    account_id: Mapped[int] = mapped_column(
        sa.ForeignKey("account.id", ondelete="CASCADE"), index=True
    )
    text: Mapped[str] = mapped_column(sa.Text)
    at: Mapped[datetime]


def may_write(pairing):
    """Say whether the two may write: from both yeses until the end; reading goes on for good."""
    return pairing.state in WRITABLE and pairing.frozen_at is None


def write(pairing, *, by, now, text, uploads=(), store=None, technical=False, nda=False):
    """Say something to the other side, with files; return the message.

    `technical` marks files with technical material, which need this side's word that a
    non-disclosure agreement stands (`nda`, or given before). Raises Refusal.
    """
    hold(pairing, "state", "frozen_at")  # nothing is said after an end that comes now
    side = pairing.side_of(by.organisation)
    if not may_write(pairing):
        raise Refusal(_l("This conversation can be read, but no longer be continued."), "closed")
    if not text and not uploads:
        raise Refusal(_l("Write something, or choose a file."), "nothing")
    if text and len(text) > LONGEST:
        raise Refusal(_l("Write at most %(max)s characters.", max=f"{LONGEST:,}"), "long")
    technical = bool(technical and uploads)
    if technical or nda:
        confidentiality.confirm(pairing, given=nda, by=by, now=now)
    message = Message(
        pairing_id=pairing.id,
        side=side,
        author_id=by.id,
        text=text or None,
        technical=technical,
        written_at=now,
    )
    audit.record("message_written", message, by=by, now=now, pairing=pairing.id, side=side)
    attach(message, uploads, store, now=now)
    db.session.execute(_own(Draft, sa.delete(Draft), pairing, by))
    _tell(pairing, side, now=now)
    return message


def _tell(pairing, side, *, now):
    """Tell the people of the other side, but whoever has such a notice unread already."""
    other = pairing.company if side is Side.SME else pairing.sme
    people = [account for account in other.people if account.active]
    told = {notice.account_id for notice in _notices(pairing, people)}
    new = [account for account in people if account.id not in told]
    outbox.notify(new, "message", now=now, pairing_id=pairing.id)


def _notices(pairing, people):
    """Return the unread notices of messages in a pairing to these people."""
    unread = sa.select(Notice).where(
        Notice.account_id.in_([account.id for account in people]),
        Notice.kind == "message",
        Notice.seen_at.is_(None),
    )
    return [one for one in db.session.scalars(unread) if one.facts["pairing_id"] == pairing.id]


def keep_draft(pairing, text, *, by, now):
    """Keep what a person has begun to write; nothing deletes what was kept before."""
    if not text:
        db.session.execute(_own(Draft, sa.delete(Draft), pairing, by))
    else:
        _put(Draft, pairing, by, text=text, at=now)


def draft_of(pairing, account):
    """Return the text that a person has begun to write, or None."""
    return db.session.scalar(_own(Draft, sa.select(Draft.text), pairing, account))


def read(pairing, last, *, by, now):
    """Note that a person has read up to the message `last`, and their notices of it with it."""
    if last is None:
        return
    side = pairing.side_of(by.organisation)
    db.session.execute(
        sa.update(Message)
        .where(
            *(Message.pairing_id == pairing.id, Message.side != side),
            *(Message.id <= last.id, Message.read_at.is_(None)),
        )
        .values(read_at=now)
        .execution_options(synchronize_session=False)
    )
    if last.id > read_until(pairing, by):
        _put(Reading, pairing, by, message_id=last.id, at=now)
    for notice in _notices(pairing, [by]):
        notice.seen_at = now


def read_until(pairing, account):
    """Return the id of the last message that a person has read; 0 for none."""
    return db.session.scalar(_own(Reading, sa.select(Reading.message_id), pairing, account)) or 0


def _own(model, statement, pairing, account):
    return statement.where(model.pairing_id == pairing.id, model.account_id == account.id)


def _put(model, pairing, account, **values):
    """Write a person's one row of a pairing, whether it is there already or not."""
    change = _own(model, sa.update(model), pairing, account).values(**values)
    if db.session.execute(change).rowcount:
        return
    try:
        with db.session.begin_nested():
            db.session.add(model(pairing_id=pairing.id, account_id=account.id, **values))
    except IntegrityError:  # a second window, at the same moment
        db.session.execute(change)


def unread(account):
    """Select the messages that a person has not read, in all pairings of the organisation."""
    organisation = account.organisation
    is_firm = organisation.kind is Kind.SME
    own = Pairing.sme_id if is_firm else Pairing.company_id
    behind = sa.and_(Reading.pairing_id == Message.pairing_id, Reading.account_id == account.id)
    return (
        sa.select(Message.pairing_id)
        .join(Pairing, Pairing.id == Message.pairing_id)
        .outerjoin(Reading, behind)
        .where(
            *(own == organisation.id, Message.side == (Side.COMPANY if is_firm else Side.SME)),
            *(Message.id > sa.func.coalesce(Reading.message_id, 0), Message.hidden_at.is_(None)),
        )
    )


def unread_conversations(account):
    """Select in how many conversations there is something new for a person."""
    return unread(account).with_only_columns(sa.func.count(Message.pairing_id.distinct()))


def unread_in(pairings, account):
    """Return {pairing id: number of messages that are new to a person}, by one query."""
    ids = [pairing.id for pairing in pairings if pairing.contacts_are_open]
    if not ids:
        return Counter()
    return Counter(db.session.scalars(unread(account).where(Message.pairing_id.in_(ids))).all())


def forget(account, *, by, now):
    """Let what a person wrote go with the account: texts and files; that it stood here stays."""
    own = db.session.scalars(sa.select(Message).where(Message.author_id == account.id)).all()
    ids = [message.id for message in own]
    db.session.execute(sa.delete(Attachment).where(Attachment.message_id.in_(ids)))
    for message in own:
        message.text, message.gone_at, message.author_id = None, now, None
        audit.record("message_gone", message, by=by, now=now, pairing=message.pairing_id)
