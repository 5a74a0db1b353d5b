"""The fields of a person, with the checks that sign-in, registration and settings share."""

import re
import unicodedata

import email_validator
from flask_babel import lazy_gettext as _l
from wtforms import EmailField, PasswordField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from ..web.forms import tidy

LONGEST_PASSWORD = 128
SHORTEST_PASSWORD = 10
PHONE = re.compile(r"\+?\d[\d\s().-]{6,28}\d")

email_needed = DataRequired(_l("Write your e-mail address."))


def address(_form, field):
    """Check an e-mail address and write it in the one way in which it is stored and found."""
    try:
        found = email_validator.validate_email(
            field.data or "", check_deliverability=False, allow_smtputf8=False
        )
    except email_validator.EmailNotValidError as error:
        raise ValidationError(_l("Write an address like name@example.com.")) from error
    field.data = found.normalized.lower()
    if len(field.data) > 254:
        raise ValidationError(_l("Write an address like name@example.com."))


def hashable(_form, field):
    """Refuse a password with a character that no keyboard types and no hash takes."""
    if "\x00" in (field.data or ""):
        raise ValidationError(_l("A password cannot hold this character."))


def telephone(_form, field):
    """Check a phone number, of Korea or with its country code."""
    field.data = unicodedata.normalize("NFKC", field.data)
    if not PHONE.fullmatch(field.data):
        raise ValidationError(_l("Write a phone number like 010-1234-5678."))


def email_field():
    return EmailField(_l("E-mail address"), [email_needed, address], filters=[tidy])


def old_password_field(label=None):
    return PasswordField(
        label or _l("Password"),
        [
            InputRequired(_l("Write your password.")),
            Length(max=LONGEST_PASSWORD, message=_l("At most 128 characters.")),
            hashable,
        ],
    )


def new_password_field(label=None):
    return PasswordField(
        label or _l("Password"),
        [
            InputRequired(_l("Choose a password.")),
            Length(min=SHORTEST_PASSWORD, message=_l("At least ten characters.")),
            Length(max=LONGEST_PASSWORD, message=_l("At most 128 characters.")),
            hashable,
        ],
        description=_l("At least ten characters. A short sentence is easy to keep in mind."),
    )


def name_field():
    return StringField(
        _l("Your name"),
        [
            DataRequired(_l("Write your name.")),
            Length(max=60, message=_l("At most 60 characters.")),
        ],
    )


def phone_field():
    return StringField(
        _l("Phone"),
        [Optional(), Length(max=30, message=_l("At most 30 characters.")), telephone],
        description=_l("Opens to the other side only once both have accepted."),
    )
