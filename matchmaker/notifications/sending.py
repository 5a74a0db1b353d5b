"""From notice to mail and from outbox to the mail server: two jobs that can be killed any time."""

from datetime import timedelta

import sqlalchemy as sa
from flask import current_app
from flask_babel import force_locale
from flask_mailman import EmailMessage
from flask_mailman import Mail as MailServer

from .. import outbox
from ..accounts.models import Account
from ..db import begin_writing, db
from ..outbox import Mail, Notice
from .sentences import link, sentence

mail_server = MailServer()

BATCH = 100  # letters a run
PAUSES = [timedelta(minutes=m) for m in (2, 10, 60, 6 * 60, 24 * 60)]  # after each failed try


def init_app(app):
    mail_server.init_app(app)


def write_letters(now):
    """Turn notices that no letter was written for into letters; return how many.

    Letter and mark are one transaction, and a notice has at most one letter (a unique
    column), so a run that is killed and started again writes none twice.
    """
    notices = db.session.execute(
        sa.select(Notice, Account)
        .join(Account, Account.id == Notice.account_id)
        .where(Notice.mailed_at.is_(None))
        .order_by(Notice.id)
        .limit(BATCH)
    ).all()
    # Not by render_template: what it adds to pages is about a request, and a job has none.
    letter = current_app.jinja_env.get_template("notifications/mail.txt")
    for notice, account in notices:
        notice.mailed_at = now
        if account.active and account.confirmed_at:
            with force_locale(account.language):
                text = sentence(notice)
                body = letter.render(text=text, url=link(notice))
                outbox.post(account.email, text, body, now=now, notice=notice)
    return {"letters": len(notices)}


def send_letters(now):
    """Send what is due, one letter a transaction; return how many left and how many failed.

    The try is counted before the letter leaves: one that kills the process cannot be tried
    for ever. A letter keeps its Message-ID over all tries.
    """
    counts = {"sent": 0, "failed": 0}
    due = sa.select(Mail.id).where(Mail.next_try_at <= now).order_by(Mail.id).limit(BATCH)
    ids = db.session.scalars(due).all()
    db.session.commit()
    for mail_id in ids:
        message = _claim(mail_id, now)
        if message is not None:
            error = _send(message)
            _note(mail_id, error, now)
            counts["failed" if error else "sent"] += 1
    begin_writing()  # for the caller, who writes its run
    return counts


def _claim(mail_id, now):
    """Take one due letter for this run and return it; None where another run took it."""
    begin_writing()
    mail = db.session.get(Mail, mail_id)
    pause = PAUSES[min(mail.tries, len(PAUSES) - 1)]
    taken = db.session.execute(
        sa.update(Mail)
        .where(Mail.id == mail_id, Mail.next_try_at <= now)
        .values(tries=Mail.tries + 1, next_try_at=now + pause)
        .execution_options(synchronize_session=False)
    ).rowcount
    message = _message(mail)
    db.session.commit()
    return message if taken else None


def _message(mail):
    domain = current_app.config["MAIL_DEFAULT_SENDER"].rpartition("@")[2]
    return EmailMessage(
        subject=mail.subject,
        body=mail.body,
        to=[mail.recipient],
        headers={"Message-ID": f"<mail-{mail.id}@{domain}>", "Auto-Submitted": "auto-generated"},
    )


def _send(message):
    """Hand one letter to the mail server; return the name of what went wrong, or None."""
    try:
        message.send()
    except (OSError, ValueError) as fault:  # SMTPException is an OSError; a bad header a ValueError
        return type(fault).__name__
    return None


def _note(mail_id, error, now):
    """Keep how a try went; after the last pause the letter is given up, and says so."""
    begin_writing()
    mail = db.session.get(Mail, mail_id)
    mail.error = error
    if error is None:
        mail.sent_at, mail.next_try_at = now, None
    elif mail.tries > len(PAUSES):
        mail.given_up_at, mail.next_try_at = now, None
    db.session.commit()
