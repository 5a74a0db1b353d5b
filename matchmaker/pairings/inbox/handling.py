"""How a company deals with what came in: notes among its own people, and who takes care."""

from datetime import datetime

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ... import audit, outbox
from ...accounts.models import Account
from ...db import db
from ...errors import Refusal
from ..models import Pairing

LONGEST_NOTE = 2000


class Note(db.Model):  # type: ignore[name-defined]
    """What an organisation notes on a need; nobody else reads it, nor that there is one."""

    __tablename__ = "private_note"
    __table_args__ = (sa.UniqueConstraint("organisation_id", "need_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(
        sa.ForeignKey("organisation.id", ondelete="CASCADE")
    )
    need_id: Mapped[int] = mapped_column(sa.ForeignKey("need.id", ondelete="CASCADE"), index=True)
    text: Mapped[str] = mapped_column(sa.Text, default="")
    version: Mapped[int] = mapped_column(default=0)  # one more with each change
    changed_at: Mapped[datetime]
    changed_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("account.id", ondelete="SET NULL")
    )

    changed_by: Mapped[Account | None] = relationship()

    @classmethod
    def of(cls, organisation, need_ids):
        """Select an organisation's notes on some needs."""
        return (
            sa.select(cls)
            .where(cls.organisation_id == organisation.id, cls.need_id.in_(need_ids))
            .execution_options(populate_existing=True)
        )


class Assignment(db.Model):  # type: ignore[name-defined]
    """Which of the company's people takes care of a pairing."""

    id: Mapped[int] = mapped_column(primary_key=True)
    pairing_id: Mapped[int] = mapped_column(
        sa.ForeignKey("pairing.id", ondelete="CASCADE"), unique=True
    )
    account_id: Mapped[int] = mapped_column(
        sa.ForeignKey("account.id", ondelete="CASCADE"), index=True
    )
    assigned_at: Mapped[datetime]

    account: Mapped[Account] = relationship()

    @classmethod
    def of(cls, organisation):
        """Select an organisation's assignments; whoever has left it takes care of nothing."""
        return (
            sa.select(cls)
            .join(cls.account)
            .join(Pairing, Pairing.id == cls.pairing_id)
            .where(
                Pairing.company_id == organisation.id,
                Account.organisation_id == organisation.id,
                Account.active,
            )
        )


def write_note(organisation, need, text, *, version, by, now):
    """Keep a note on a need; an empty text takes it away.

    `version` is the one that the writer had read. Raises Refusal where a colleague has
    changed it since, so that nobody's words are lost.
    """
    note = db.session.scalar(Note.of(organisation, [need.id])) or _first(organisation, need, now)
    written = db.session.execute(
        sa.update(Note)
        .where(Note.id == note.id, Note.version == version)
        .values(text=text or "", version=version + 1, changed_at=now, changed_by_id=by.id)
        .execution_options(synchronize_session=False)
    ).rowcount
    if not written:
        raise Refusal(_l("A colleague has changed this note in the meantime."), "overtaken")
    db.session.expire(note)
    audit.record("write_note", note, by=by, now=now, length=len(text or ""))


def assign(pairing, account, *, by, now):
    """Give a pairing to one of the company's people, or to nobody; tell them, but not oneself."""
    company = pairing.company
    if account is not None and (not account.is_of(company.id) or not account.active):
        raise Refusal(_l("This person does not act for your organisation."), "not_ours")
    before = db.session.scalar(sa.select(Assignment).where(Assignment.pairing_id == pairing.id))
    if (before and before.account_id) == (account and account.id):
        return
    if account is None:
        db.session.delete(before)
    else:
        _give(before, pairing, account, now)
    audit.record("assign", pairing, by=by, now=now, to=account and account.id)
    if account is not None and account.id != by.id:
        outbox.notify([account], "assigned", now=now, pairing_id=pairing.id)


def _give(assignment, pairing, account, now):
    """Store who takes care; of two who assign at one moment the later one counts."""
    if assignment is None:
        assignment = Assignment(pairing_id=pairing.id, account_id=account.id, assigned_at=now)
        try:
            with db.session.begin_nested():
                db.session.add(assignment)
        except IntegrityError:
            stored = sa.select(Assignment).where(Assignment.pairing_id == pairing.id)
            assignment = db.session.scalars(stored).one()
    assignment.account_id, assignment.assigned_at = account.id, now


def _first(organisation, need, now):
    note = Note(
        organisation_id=organisation.id, need_id=need.id, text="", version=0, changed_at=now
    )
    try:
        with db.session.begin_nested():
            db.session.add(note)
    except IntegrityError:  # a colleague began one at the same moment
        return db.session.scalars(Note.of(organisation, [need.id])).one()
    return note
