"""Flask-Security as this product uses it: its settings, its mails through our outbox."""

from flask_security import MailUtil, Security, SQLAlchemyUserDatastore

from .. import outbox
from ..db import db, utcnow
from .models import Account

datastore = SQLAlchemyUserDatastore(db, Account, None)

SETTINGS = {
    "SECURITY_URL_PREFIX": None,
    "SECURITY_JOIN_USER_ROLES": False,
    "SECURITY_REGISTERABLE": False,  # registration is ours: it makes an organisation too
    "SECURITY_CONFIRMABLE": True,
    "SECURITY_RECOVERABLE": True,
    "SECURITY_CHANGEABLE": True,
    "SECURITY_POST_LOGIN_VIEW": "/desk",
    "SECURITY_POST_LOGOUT_VIEW": "/",
    "SECURITY_POST_CONFIRM_VIEW": "/desk",
    "SECURITY_EMAIL_VALIDATOR_ARGS": {"check_deliverability": False},
    "SECURITY_PASSWORD_LENGTH_MIN": 10,
    "SECURITY_RETURN_GENERIC_RESPONSES": True,
}


class OutboxMail(MailUtil):
    """Writes Flask-Security's mails to the outbox, in the transaction of the request."""

    def send_mail(self, template, subject, recipient, sender, body, html, **kwargs):
        outbox.post(str(recipient), str(subject), body, now=utcnow())


def init_app(app):
    for name, value in SETTINGS.items():
        app.config.setdefault(name, value)
    Security(app, datastore, mail_util_cls=OutboxMail)
