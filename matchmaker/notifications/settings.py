"""How each person wants to be told by mail: at once, gathered or not at all, group by group."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, mapped_column

from .. import audit
from ..accounts.models import Account
from ..db import choice, db, hold
from ..organisations.models import Kind
from ..outbox import Notice
from .sentences import KINDS, Group


class How(StrEnum):
    AT_ONCE = "at_once"
    DAILY = "daily"
    WEEKLY = "weekly"
    NEVER = "never"  # by mail; the product itself always tells


# What somebody waits for comes at once; what a round brings by the dozen comes in one letter.
DEFAULTS = dict.fromkeys(Group, How.AT_ONCE) | {Group.PROPOSALS: How.DAILY}

OF_PARTIES = (Group.ANSWERS, Group.DEADLINES, Group.PROPOSALS, Group.MESSAGES, Group.PEOPLE)
GROUPS = {
    Kind.SME: OF_PARTIES,
    Kind.COMPANY: OF_PARTIES,
    Kind.ASSOCIATION: (Group.PROPOSALS, Group.PEOPLE),
    Kind.MINISTRY: (Group.MINISTRY, Group.PEOPLE),
}
LABELS = {
    Group.ANSWERS: _l("Asks, invitations and answers"),
    Group.DEADLINES: _l("Deadlines and reminders"),
    Group.PROPOSALS: _l("Proposals and recommendations"),
    Group.MESSAGES: _l("Messages"),
    Group.PEOPLE: _l("Organisation and people"),
    Group.MINISTRY: _l("The work of the ministry"),
}
RHYTHMS = {
    How.AT_ONCE: _l("At once, one letter each"),
    How.DAILY: _l("Once a day, at eight in the morning"),
    How.WEEKLY: _l("Once a week, on Monday at eight"),
    How.NEVER: _l("Not by mail"),
}


class NoticeSetting(db.Model):  # type: ignore[name-defined]
    """What one person chose for one group; `before` is what a stop by link can be undone to."""

    __table_args__ = (sa.UniqueConstraint("account_id", "group"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id", ondelete="CASCADE"))
    group: Mapped[str] = mapped_column(sa.String(20))
    how: Mapped[How] = mapped_column(choice(How))
    before: Mapped[How | None] = mapped_column(choice(How, name="before_known"))
    changed_at: Mapped[datetime]


def groups_for(account):
    """Return the groups whose notices somebody of this kind of organisation can get."""
    kind = account.organisation and account.organisation.kind
    return GROUPS.get(kind, (Group.PEOPLE,))


def chosen(account):
    """Return {group: how} for every group, what was not chosen by its default."""
    rows = db.session.scalars(sa.select(NoticeSetting).filter_by(account_id=account.id))
    return DEFAULTS | {Group(row.group): row.how for row in rows if row.group in list(Group)}


def choose(account, wanted, *, by, now):
    """Let {group: how} hold for an account from now on; only what differs is written."""
    hold(account, "language")  # of two windows at once the second finds what the first wrote
    present = {
        row.group: row
        for row in db.session.scalars(sa.select(NoticeSetting).filter_by(account_id=account.id))
    }
    for group, how in wanted.items():
        row = present.get(group)
        before = row.how if row else DEFAULTS[group]
        if how == before:
            continue
        if row is None:
            row = NoticeSetting(account_id=account.id, group=group)
            db.session.add(row)
        row.how, row.before, row.changed_at = how, before, now
        audit.record("notices_chosen", account, by=by, now=now, group=group, how=how)


def stop(account, groups, *, now):
    """Send no more mails of these groups; whoever holds the link of a letter may say so."""
    choose(account, dict.fromkeys(groups, How.NEVER), by=account, now=now)


def resume(account, groups, *, now):
    """Undo a stop: each group goes on as it was before."""
    stopped = db.session.scalars(
        sa.select(NoticeSetting).where(
            NoticeSetting.account_id == account.id,
            NoticeSetting.group.in_(groups),
            NoticeSetting.how == How.NEVER,
        )
    ).all()
    wanted = {Group(row.group): row.before or DEFAULTS[row.group] for row in stopped}
    choose(account, wanted, by=account, now=now)


def _by_kind(value):
    """Return a column of what `value` says of the group of each notice's kind."""
    known = {kind: str(value(told.group)) for kind, told in KINDS.items()}
    return sa.case(known, value=Notice.kind)


# How the reader of each notice wants it, as the settings stand now.
WANTED = sa.func.coalesce(NoticeSetting.how, _by_kind(DEFAULTS.get))
# What was gathered before somebody chose "at once" still comes gathered, not as thirty letters.
GATHERED_BEFORE = sa.and_(WANTED == How.AT_ONCE, Notice.created_at < NoticeSetting.changed_at)


def unmailed(*columns):
    """Select columns of the notices that no mail has dealt with, with account and setting."""
    return (
        sa.select(*columns)
        .select_from(Notice)
        .join(Account, Account.id == Notice.account_id)
        .outerjoin(
            NoticeSetting,
            sa.and_(
                NoticeSetting.account_id == Notice.account_id,
                NoticeSetting.group == _by_kind(str),
            ),
        )
        .where(Notice.mailed_at.is_(None))
    )
