"""The forms of Flask-Security in our words: what is wrong with a field is said at the field.

Whether an address is known is never said: a wrong address, a wrong password and too many tries
have one answer. Flask-Security empties the errors of its fields to that end; `faults` keeps
those that say nothing about accounts, and `security_views` puts them back.
"""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_security import forms as library
from flask_security import hash_password
from flask_security.utils import validate_redirect_url
from wtforms import Form, PasswordField
from wtforms.validators import EqualTo, InputRequired

from ..db import db
from .fields import email_field, new_password_field, old_password_field
from .registration import account_of


class Faults:
    """Remembers the errors of fields that were not filled in as they must be."""

    faults = {}

    def filled_in(self, extra_validators=None):
        """Check the fields by themselves; what is wrong also stands among the form's errors."""
        if Form.validate(self, extra_validators):
            return True
        self.faults = {field.name: list(field.errors) for field in self if field.errors}
        self.form_errors.append(_("Something in the form is not right yet"))
        return False

    def restore(self):
        """Put the errors back to their fields."""
        if self.faults:
            self.form_errors = []
            for name, errors in self.faults.items():
                self[name].errors = errors


class SignInForm(Faults, library.LoginForm):
    email = email_field()
    password = old_password_field()
    remember = None  # a session ends by itself; machines in shops are shared

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.password.description = ""  # the page has its own link for a forgotten password

    def validate(self, **kwargs):
        if not self.filled_in():
            return False
        if super().validate(**kwargs):
            return True
        self.form_errors = []
        return False

    def validate_next(self, field):
        """Drop an address to return to that is not ours, instead of refusing to sign in."""
        if field.data and not validate_redirect_url(field.data):
            field.data = ""

    def restore(self):
        super().restore()
        if self.faults or not (self.form_errors or self.errors):
            return
        if self.requires_confirmation and not self.user.is_locked():
            self.form_errors = [_("Confirm your e-mail address first, by the link in our mail.")]
        else:
            self.form_errors = [
                _(
                    "The address or the password is not right, or there were too many tries. "
                    "After five wrong passwords sign-in is closed for 15 minutes."
                )
            ]


class _ForAnAddress(Faults):
    """A form that takes an address and finds its account without saying whether there is one."""

    def validate(self, **kwargs):
        if not self.filled_in():
            return False
        self.user = db.session.scalar(account_of(self.email.data))
        return self.user is not None and self.user.is_active and self.suits(self.user)


class ForgottenForm(_ForAnAddress, library.ForgotPasswordForm):
    """Asks for a link to set a new password, also where the address is not confirmed yet.

    The link proves the address as well as a confirmation does, and opens a closed sign-in.
    """

    email = email_field()

    def suits(self, account):
        hash_password("")  # the library does so for an unknown address: both take as long
        return True


class ResendForm(_ForAnAddress, library.SendConfirmationForm):
    email = email_field()

    def suits(self, account):
        return account.confirmed_at is None


class NewPasswordForm(library.ResetPasswordForm):
    password = new_password_field(_l("New password"))
    password_confirm = PasswordField(
        _l("New password again"),
        [
            InputRequired(_l("Type the new password again.")),
            EqualTo("password", _l("The two passwords differ.")),
        ],
    )


class ChangeForm(library.ChangePasswordForm):
    password = old_password_field(_l("Present password"))
    new_password = new_password_field(_l("New password"))
    new_password_confirm = PasswordField(
        _l("New password again"),
        [
            InputRequired(_l("Type the new password again.")),
            EqualTo("new_password", _l("The two passwords differ.")),
        ],
    )


class AgainForm(library.VerifyForm):
    """Asks for the password once more before something grave."""

    password = old_password_field()


FORMS = {
    "login_form": SignInForm,
    "forgot_password_form": ForgottenForm,
    "send_confirmation_form": ResendForm,
    "reset_password_form": NewPasswordForm,
    "change_password_form": ChangeForm,
    "verify_form": AgainForm,
}
