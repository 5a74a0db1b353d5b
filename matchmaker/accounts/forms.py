"""The forms of registration and of one's own account."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired

from ..organisations.forms import FactsForm
from ..web.forms import Form
from .consent_texts import AT_REGISTRATION, MAIL_NEWS, PRIVACY, TERMS
from .fields import email_field, name_field, new_password_field, phone_field

PERSON = ("name", "email", "password", "phone")
LANGUAGES = (("ko", "한국어"), ("en", "English"))


def consent_field(text):
    """Return the box of one consent; it is never ticked beforehand."""
    needed = [DataRequired(_l("Without this consent no account can be opened."))]
    return BooleanField(text.tick, needed if text.required else [])


class RegistrationForm(FactsForm):
    """A person, the organisation they act for, and each consent in a box of its own."""

    name = name_field()
    email = email_field()
    password = new_password_field()
    phone = phone_field()
    terms = consent_field(TERMS)
    privacy = consent_field(PRIVACY)
    mail_news = consent_field(MAIL_NEWS)

    def __iter__(self):
        """Go through the fields in the order of the page, the person's own before the firm's."""
        return iter(sorted(self._fields.values(), key=lambda field: field.name not in PERSON))

    def consents(self):
        """Return each consent's text with its box."""
        return [(text, self[text.kind.value]) for text in AT_REGISTRATION]

    def given(self):
        """Return the texts that were consented to."""
        return [text for text, box in self.consents() if box.data]


class AccountForm(Form):
    """What a person says of themselves."""

    name = name_field()
    phone = phone_field()
    language = RadioField(
        _l("Language"),
        [InputRequired(_l("Choose a language."))],
        choices=[SelectChoice(value=code, label=label) for code, label in LANGUAGES],
        description=_l("The language of our mails."),
        invalid_choice_message=_l("Choose a language."),
    )
