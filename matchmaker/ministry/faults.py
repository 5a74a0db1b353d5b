"""What went wrong with a letter or a job, in words that say what to do."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

# By the beginning of what was kept of the fault; the first that fits counts.
MAIL_FAULTS = (
    ("SMTPRecipientsRefused 5", _l("The address does not exist or takes no mail.")),
    ("SMTPRecipientsRefused", _l("The reader’s mail server did not take it, again and again.")),
    ("SMTPDataError", _l("The mail server refused the letter itself.")),
    ("SMTPAuthenticationError", _l("The mail server does not know our password.")),
    ("SMTPSenderRefused", _l("The mail server does not take mail from our address.")),
    ("ConnectionRefusedError", _l("The mail server could not be reached.")),
    ("gaierror", _l("The name of the mail server is unknown.")),
    ("Timeout", _l("The mail server did not answer in time.")),
    ("SMTPServerDisconnected", _l("The mail server broke off.")),
    ("BadHeaderError", _l("Its subject or address cannot stand in a letter.")),
)
JOB_FAULTS = (
    (
        "OperationalError: (sqlite3.OperationalError) database is locked",
        _l("The database was busy."),
    ),
    ("OperationalError", _l("The database could not be reached, or did not answer.")),
    ("Timeout", _l("Something did not answer in time.")),
    ("FileNotFoundError", _l("A file is missing.")),
    ("PermissionError", _l("A file may not be read or written.")),
    ("MemoryError", _l("The memory was too small.")),
)


def mail_fault(error):
    """Return why a letter was given up."""
    return _of(MAIL_FAULTS, error or "") or _("Each try was stopped half-way.")


def job_fault(error):
    """Return why a run failed; its row keeps the technical words too."""
    return _of(JOB_FAULTS, error) or _("It met a fault, undid its work and is tried again.")


def _of(faults, error):
    return next((words for beginning, words in faults if error.startswith(beginning)), None)


def ago(at, now):
    """Return how long ago something was: 3 minutes ago, 2 hours ago."""
    minutes = max(int((now - at).total_seconds() // 60), 0)
    if minutes < 1:
        return _("just now")
    if minutes < 60:
        return ngettext("%(num)d minute ago", "%(num)d minutes ago", minutes)
    if minutes < 48 * 60:
        return ngettext("%(num)d hour ago", "%(num)d hours ago", minutes // 60)
    return ngettext("%(num)d day ago", "%(num)d days ago", minutes // (24 * 60))
