"""Who did what to which row, and when: appended in the transaction of the act, never changed."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from .db import db


class Event(db.Model):  # type: ignore[name-defined]
    """One act. It holds ids, never names, so that deleting a person leaves the chain whole."""

    __tablename__ = "audit_event"
    __table_args__ = (sa.Index("ix_audit_event_subject", "subject_kind", "subject_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    act: Mapped[str] = mapped_column(sa.String(40), index=True)
    subject_kind: Mapped[str] = mapped_column(sa.String(40))
    subject_id: Mapped[int]
    account_id: Mapped[int | None] = mapped_column(index=True)  # no foreign key: it outlives them
    facts: Mapped[dict] = mapped_column(sa.JSON, default=dict)

    @classmethod
    def about(cls, subject):
        """Select what happened to a row, the oldest first."""
        return (
            sa.select(cls)
            .where(cls.subject_kind == subject.__tablename__, cls.subject_id == subject.id)
            .order_by(cls.id)
        )


def record(act, subject, *, by, now, **facts):
    """Append that `by` (an account, or None for time and the system) did `act` to `subject`.

    `facts` are ids, states and numbers. The subject is flushed first, for its id.
    """
    if subject.id is None:
        db.session.add(subject)
        db.session.flush()  # gives a new row the id that the event names
    db.session.add(
        Event(
            at=now,
            act=str(act),
            subject_kind=subject.__tablename__,
            subject_id=subject.id,
            account_id=by.id if by is not None else None,
            facts=facts,
        )
    )
