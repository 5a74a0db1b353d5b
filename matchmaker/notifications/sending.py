"""From the outbox to the mail server: a job that can be killed at any point."""

from contextlib import suppress
from datetime import timedelta
from email.charset import Charset
from email.utils import parseaddr
from smtplib import SMTPDataError, SMTPRecipientsRefused
from time import monotonic
from typing import NamedTuple

import sqlalchemy as sa
from flask import current_app
from flask_mailman import EmailMessage
from flask_mailman import Mail as MailServer

from ..db import begin_writing, db
from ..outbox import Mail

mail_server = MailServer()

BATCH = 100  # letters a run
RUN_LASTS = 60  # seconds; the jobs behind this one wait for it
LEASE = timedelta(minutes=10)  # a run that was killed holds its letter for so long
PAUSES = [timedelta(minutes=m) for m in (2, 10, 60, 6 * 60, 24 * 60)]  # after each failed try


class Letter(EmailMessage):
    """A letter in plain ASCII on its way, so that no old server on it can spoil its Korean."""

    def message(self):
        made = super().message()
        del made["Content-Transfer-Encoding"]
        made.set_payload(self.body, Charset("utf-8"))
        return made


class Fault(NamedTuple):
    """Why a letter did not leave: for ever or for now, it alone or every letter."""

    name: str
    for_ever: bool
    for_all: bool


def init_app(app):
    mail_server.init_app(app)


def send_letters(now):
    """Send what is due, one letter a transaction; return how many left and how many failed.

    The try is counted before the letter leaves: one that kills the process cannot be tried
    for ever. A letter keeps its Message-ID over all tries. A server that cannot be reached
    ends the run, for it would fail every letter.
    """
    counts = {"sent": 0, "failed": 0}
    due = sa.select(Mail.id).where(Mail.next_try_at <= now).order_by(Mail.id).limit(BATCH)
    ids = db.session.scalars(due).all()
    db.session.commit()
    connection, ends = current_app.extensions["mailman"].get_connection(), monotonic() + RUN_LASTS
    for mail_id in ids:
        message = _claim(mail_id, now)
        if message is None:
            continue
        fault = _send(message, connection)
        _note(mail_id, fault, now)
        counts["failed" if fault else "sent"] += 1
        if monotonic() > ends or (fault and fault.for_all):
            break
    _hang_up(connection)
    begin_writing()  # for the caller, who writes its run
    return counts


def _claim(mail_id, now):
    """Take one due letter for this run and return it; None where another run took it."""
    begin_writing()
    taken = db.session.execute(
        sa.update(Mail)
        .where(Mail.id == mail_id, Mail.next_try_at <= now)
        .values(tries=Mail.tries + 1, next_try_at=now + LEASE)
        .execution_options(synchronize_session=False)
    ).rowcount
    mail = db.session.get(Mail, mail_id, populate_existing=True)
    if taken and mail.tries > len(PAUSES) + 1:  # each try was killed half-way
        _give_up(mail, now)
        taken = False
    message = _message(mail) if taken else None
    db.session.commit()
    return message


def _message(mail):
    domain = parseaddr(current_app.config["MAIL_DEFAULT_SENDER"])[1].rpartition("@")[2]
    headers = {
        # With the moment: a database that was set up anew counts its letters from one again.
        "Message-ID": f"<mail-{mail.id}-{mail.created_at:%Y%m%d%H%M%S%f}@{domain}>",
        "Auto-Submitted": "auto-generated",
    }
    if mail.stop_url:  # RFC 8058: the reader's program shows a button that posts to it
        headers["List-Unsubscribe"] = f"<{mail.stop_url}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return Letter(subject=mail.subject, body=mail.body, to=[mail.recipient], headers=headers)


def _send(message, connection):
    """Hand one letter to the mail server; return what went wrong, or None."""
    message.connection = connection
    try:
        connection.open()  # at the first letter of a run, and after a fault
        message.send()
    except (OSError, ValueError) as error:  # SMTPException is an OSError; a bad header a ValueError
        _hang_up(connection)
        return fault_of(error)
    return None


def _hang_up(connection):
    """Close the connection; a server that is gone cannot be told so."""
    with suppress(OSError):
        connection.close()


def fault_of(error):
    """Say what an error means; its text is left out, for it may quote the address."""
    name = type(error).__name__
    if isinstance(error, ValueError):
        return Fault(name, for_ever=True, for_all=False)
    if isinstance(error, SMTPRecipientsRefused):
        code = min(code for code, _text in error.recipients.values())
        return Fault(f"{name} {code}", for_ever=code >= 500, for_all=False)
    code = getattr(error, "smtp_code", None)
    name = f"{name} {code}" if code else name
    if isinstance(error, SMTPDataError):
        return Fault(name, for_ever=code >= 500, for_all=False)
    return Fault(name, for_ever=False, for_all=True)


def _note(mail_id, fault, now):
    """Keep how a try went; after the last pause the letter is given up, and says so."""
    begin_writing()
    mail = db.session.get(Mail, mail_id)
    mail.error = fault and fault.name
    if fault is None:
        mail.sent_at, mail.next_try_at = now, None
    elif fault.for_ever or mail.tries > len(PAUSES):
        _give_up(mail, now)
    else:
        mail.next_try_at = now + PAUSES[mail.tries - 1]
    db.session.commit()


def _give_up(mail, now):
    mail.given_up_at, mail.next_try_at = now, None
