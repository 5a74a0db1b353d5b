"""Flask-Security as this product uses it: its settings, its letters, what we note of sign-ins."""

from datetime import timedelta

from flask import current_app, session
from flask_babel import force_locale
from flask_babel import lazy_gettext as _l
from flask_security import (
    MailUtil,
    Security,
    SQLAlchemyUserDatastore,
    password_changed,
    password_reset,
    user_authenticated,
    user_confirmed,
    user_failed_authn,
)
from flask_security.confirmable import generate_confirmation_link
from flask_security.recoverable import generate_reset_link

from .. import audit, outbox
from ..config import ROOT
from ..db import db, utcnow
from .models import Account
from .sign_in import FORMS

LINK_DAYS = 2  # how long a link from a letter holds


class Datastore(SQLAlchemyUserDatastore):
    """Flask-Security's way to the accounts; the pages commit, in `security_views`."""

    def commit(self):
        """Leave it to the end of the page, so that an act and its audit event are one commit."""


datastore = Datastore(db, Account, None)

SETTINGS = {
    "SECURITY_URL_PREFIX": None,
    "SECURITY_STATIC_FOLDER": None,
    "SECURITY_CLI_USERS_NAME": None,  # accounts are made by registration and by `create-officer`
    "SECURITY_CLI_ROLES_NAME": None,
    "SECURITY_I18N_DIRNAME": ["builtin", str(ROOT / "matchmaker" / "translations" / "security")],
    "SECURITY_DATETIME_FACTORY": utcnow,
    "SECURITY_JOIN_USER_ROLES": False,
    "SECURITY_REGISTERABLE": False,  # registration is ours: it makes an organisation too
    "SECURITY_CONFIRMABLE": True,
    "SECURITY_RECOVERABLE": True,
    "SECURITY_CHANGEABLE": True,
    "SECURITY_POST_LOGIN_VIEW": "/desk",
    "SECURITY_POST_LOGOUT_VIEW": "/",
    "SECURITY_POST_CHANGE_VIEW": "/account",
    "SECURITY_CONFIRM_EMAIL_WITHIN": timedelta(days=LINK_DAYS),
    "SECURITY_RESET_PASSWORD_WITHIN": timedelta(days=LINK_DAYS),
    # What a link holds of address or password only has to change with them: it is signed, and a
    # slow hash would tell by its time that an account was found.
    "SECURITY_HASHING_SCHEMES": ["hex_sha256"],
    "SECURITY_API_ENABLED_METHODS": ["session"],
    "SECURITY_EMAIL_PLAINTEXT": False,  # letters are written by OutboxMail, in their language
    "SECURITY_EMAIL_HTML": False,
    "SECURITY_PASSWORD_LENGTH_MIN": 10,
    "SECURITY_RETURN_GENERIC_RESPONSES": True,
    "SECURITY_MSG_PASSWORD_RESET_REQUEST": (
        (
            "If that email address is in our system, "
            "you will receive an email describing how to reset your password."
        ),
        "info",
    ),
}

SUBJECTS = {
    "security/email/confirmation_instructions": _l("Confirm your e-mail address"),
    "security/email/reset_instructions": _l("Set a new password"),
    "security/email/reset_notice": _l("Your password was changed"),
    "security/email/change_notice": _l("Your password was changed"),
    "security/email/already_registered": _l("You have an account already"),
    "security/email/officer_invitation": _l("Your account at the ministry"),
}


class OutboxMail(MailUtil):
    """Writes Flask-Security's letters to the outbox, in the transaction of the request."""

    def send_mail(self, template, subject, recipient, sender, body, html, **kwargs):
        write(template, kwargs["user"], **kwargs)


def write(template, account, **context):
    """Write a letter to an account, in its language."""
    context |= {"user": account, "days": LINK_DAYS}
    # Without the context of pages, so that commands write letters too.
    letter = current_app.jinja_env.get_template(f"{template}.txt")
    with force_locale(account.language):
        body = letter.render(**context)
        outbox.post(account.email, str(SUBJECTS[template]), body, now=utcnow())


def write_confirmation(account):
    """Write the letter whose link confirms the address."""
    link, _token = generate_confirmation_link(account)
    write("security/email/confirmation_instructions", account, confirmation_link=link)


def write_already_registered(account):
    """Tell the owner of an address that somebody, perhaps they, tried to register it again."""
    link, _token = generate_reset_link(account)
    write("security/email/already_registered", account, reset_link=link)


def write_officer_invitation(account):
    """Write the letter by which an officer sets a first password."""
    link, _token = generate_reset_link(account)
    write("security/email/officer_invitation", account, reset_link=link)


def init_app(app):
    for name, value in SETTINGS.items():
        app.config.setdefault(name, value)
    security = Security(app, datastore, mail_util_cls=OutboxMail, **FORMS)
    security.want_json(lambda _request: False)  # people sign in by pages only
    user_authenticated.connect(_signed_in, app)
    user_failed_authn.connect(_failed, app)
    user_confirmed.connect(_confirmed, app)
    password_reset.connect(_reset, app)
    password_changed.connect(_changed, app)


def _signed_in(_app, user, authn_via=None, **_more):
    if authn_via == ["change"]:  # the same person goes on with a new password
        return
    session.permanent = True  # ends after hours without a request, not with the browser
    session.pop("csrf_token", None)  # whoever knew the visitor's token knows no more
    user.sign_in(now=utcnow())


def _failed(_app, user, **_more):
    user.fail_sign_in(now=utcnow())


def _confirmed(_app, user, **_more):
    user.address_proved(now=utcnow())


def _reset(_app, user, **_more):
    user.prove_address(now=utcnow())
    audit.record("password_changed", user, by=user, now=utcnow(), by_mail=True)


def _changed(_app, user, **_more):
    audit.record("password_changed", user, by=user, now=utcnow())
