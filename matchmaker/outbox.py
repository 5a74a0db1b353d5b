"""What is to be told and to whom: rows written with the act and sent after the commit."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from .db import db

# Few of many: what the jobs look for each minute, and what the head of each page counts.
_UNMAILED, _UNSEEN = sa.text("mailed_at IS NULL"), sa.text("seen_at IS NULL")


class Notice(db.Model):  # type: ignore[name-defined]
    """One thing that one person should know; it holds ids, and its words are made when read."""

    __table_args__ = (
        sa.Index(
            "ix_notice_unmailed", "account_id", sqlite_where=_UNMAILED, postgresql_where=_UNMAILED
        ),
        sa.Index("ix_notice_unseen", "account_id", sqlite_where=_UNSEEN, postgresql_where=_UNSEEN),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(
        sa.ForeignKey("account.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[str] = mapped_column(sa.String(40))
    facts: Mapped[dict] = mapped_column(sa.JSON, default=dict)
    created_at: Mapped[datetime] = mapped_column(index=True)
    seen_at: Mapped[datetime | None]
    mailed_at: Mapped[datetime | None]  # when a letter took it up, or was found unwanted

    @classmethod
    def of(cls, account):
        """Select an account's notices, the latest first."""
        own = sa.select(cls).where(cls.account_id == account.id)
        return own.order_by(cls.created_at.desc(), cls.id.desc())


class Mail(db.Model):  # type: ignore[name-defined]
    """One letter, written whole; a job sends it, tries again with growing pauses, then gives up."""

    id: Mapped[int] = mapped_column(primary_key=True)
    notice_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("notice.id", ondelete="SET NULL"), unique=True
    )
    recipient: Mapped[str] = mapped_column(sa.String(320), index=True)
    subject: Mapped[str] = mapped_column(sa.String(300))
    body: Mapped[str] = mapped_column(sa.Text)
    created_at: Mapped[datetime]
    next_try_at: Mapped[datetime | None] = mapped_column(index=True)
    tries: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]
    given_up_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(sa.Text)
    stop_url: Mapped[str | None] = mapped_column(sa.Text)  # what letters about safety lack


def notify(accounts, kind, *, now, **facts):
    """Write a notice to each account, in the transaction of the act.

    `kind` names the sentence (see `notifications/sentences.py`); `facts` are ids and plain
    values that the sentence needs, never a name or a contact.
    """
    db.session.add_all(
        Notice(account_id=account.id, kind=kind, facts=facts, created_at=now)
        for account in accounts
    )


def post(recipient, subject, body, *, now, notice=None):
    """Write a letter, in the transaction of the act; it leaves after the commit."""
    mail = Mail(
        recipient=recipient,
        subject=subject,
        body=body,
        created_at=now,
        next_try_at=now,
        notice_id=notice and notice.id,
    )
    db.session.add(mail)
    return mail
