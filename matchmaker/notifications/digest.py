"""Which notices are gathered into one letter, and when: at eight in the morning in Seoul."""

from datetime import date, datetime, time, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ..db import db
from ..i18n import SEOUL, seoul
from ..outbox import Notice
from .settings import GATHERED_BEFORE, WANTED, How, unmailed

EIGHT = time(8, tzinfo=SEOUL)


class Digest(db.Model):  # type: ignore[name-defined]
    """That one person got the gathered letter of one day; there can be no second one."""

    __table_args__ = (sa.UniqueConstraint("account_id", "day_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id", ondelete="CASCADE"))
    mail_id: Mapped[int | None] = mapped_column(sa.ForeignKey("mail.id", ondelete="SET NULL"))
    day_on: Mapped[date]
    written_at: Mapped[datetime]


def last_morning(now):
    """Return the last eight o'clock in Seoul; a worker that was down catches up after it."""
    today = datetime.combine(seoul(now).date(), EIGHT)
    return today if today <= now else today - timedelta(days=1)


def last_monday(now):
    """Return the last Monday's eight o'clock in Seoul."""
    morning = last_morning(now)
    return morning - timedelta(days=morning.weekday())


def due(now, *columns):
    """Select columns of the notices that the gathered letter of this morning is about."""
    daily = sa.or_(WANTED == How.DAILY, GATHERED_BEFORE)
    return unmailed(*columns).where(
        sa.or_(
            sa.and_(daily, Notice.created_at < last_morning(now)),
            sa.and_(WANTED == How.WEEKLY, Notice.created_at < last_monday(now)),
        )
    )


def was_written(account, now):
    """Say whether the letter of this morning is written already."""
    day_on = last_morning(now).date()
    same = sa.select(Digest.id).filter_by(account_id=account.id, day_on=day_on)
    return db.session.scalar(same) is not None


def note(account, mail, *, now):
    """Keep that the letter of this morning is written."""
    db.session.flush()  # gives the letter its id
    db.session.add(
        Digest(
            account_id=account.id, mail_id=mail.id, day_on=last_morning(now).date(), written_at=now
        )
    )
