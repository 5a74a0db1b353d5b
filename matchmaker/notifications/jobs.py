"""From notices to letters: two jobs that may run twice, or be killed at any point."""

import sqlalchemy as sa

from ..accounts.models import Account
from ..db import begin_writing, db, hold
from ..outbox import Notice
from . import digest
from .letters import may_get_mail, write_gathered, write_one
from .settings import GATHERED_BEFORE, WANTED, How, unmailed

BATCH = 100  # notices a run


def write_letters(now):
    """Write a letter for each notice that its reader wants at once; return how many.

    Letter and mark are one transaction, and a notice has at most one letter (a unique
    column), so a run that is killed and started again writes none twice. A notice that is
    wanted by no mail is marked too, and never looked at again.
    """
    at_once = sa.and_(WANTED == How.AT_ONCE, sa.not_(sa.func.coalesce(GATHERED_BEFORE, False)))
    rows = db.session.execute(
        unmailed(Notice, Account, WANTED.label("how"))
        .where(sa.or_(at_once, WANTED == How.NEVER))
        .order_by(Notice.id)
        .limit(BATCH)
        .with_for_update(of=Notice, skip_locked=True)  # another worker's are written by it
    ).all()
    wanted = [row for row in rows if row.how == How.AT_ONCE and may_get_mail(row.Account)]
    for notice, _account, _how in rows:
        notice.mailed_at = now
    for notice, account, _how in wanted:
        write_one(notice, account, now=now)
    return {"letters": len(wanted)}


def write_digests(now):
    """Write the gathered letters that are due, one person a transaction; return how many."""
    counts = {"gathered": 0}
    ids = db.session.scalars(digest.due(now, Notice.account_id).distinct()).all()
    db.session.commit()
    for account_id in sorted(ids):
        begin_writing()
        counts["gathered"] += _gather(db.session.get(Account, account_id), now)
        db.session.commit()
    begin_writing()  # for the caller, who writes its run
    return counts


def _gather(account, now):
    """Write the gathered letter of one person; return whether there was one to write.

    What was read in the product meanwhile is left out, and nothing new means no letter.
    """
    if account is None:
        return False
    hold(account, "language")  # of two workers the second finds the letter written
    if digest.was_written(account, now):
        return False
    notices = db.session.scalars(digest.due(now, Notice).where(Account.id == account.id)).all()
    for notice in notices:
        notice.mailed_at = now
    unread = [notice for notice in notices if notice.seen_at is None]
    if not unread or not may_get_mail(account):
        return False
    digest.note(account, write_gathered(unread, account, now=now), now=now)
    return True
