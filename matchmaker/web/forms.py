"""What every form does before and after its own fields are checked."""

import unicodedata

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField, TextAreaField
from wtforms.fields import DateField, IntegerField


def tidy(value):
    """Return typed text as it is stored: composed, without NUL and without outer spaces."""
    if not isinstance(value, str):
        return value
    text = unicodedata.normalize("NFC", value).replace("\x00", "")
    return text.replace("\r\n", "\n").strip() or None


def in_one_line(value):
    """Return tidy text without line breaks, as it may stand in the subject of a letter."""
    text = tidy(value)
    return " ".join(text.splitlines()) if isinstance(text, str) else text


class Form(FlaskForm):
    """A form whose texts are tidy and whose refusal keeps everything typed."""

    class Meta(FlaskForm.Meta):
        def bind_field(self, form, unbound_field, options):
            field_class = unbound_field.field_class
            if issubclass(field_class, StringField) and not issubclass(field_class, PasswordField):
                clean = tidy if issubclass(field_class, TextAreaField) else in_one_line
                options = {**options, "filters": [*options.get("filters", ()), clean]}
            return super().bind_field(form, unbound_field, options)

    def accepted(self):
        """Say whether the form was sent and holds; `validate` fills the errors if not."""
        return self.validate_on_submit()

    @property
    def status(self):
        """Return 422 for a form that comes back with errors, 200 for one that was opened."""
        return 422 if self.errors else 200


class Whole(IntegerField):
    """A whole number as people type it: 3,000 and １２ too; else a clear message.

    The largest value is what every database keeps (64 bits, signed).
    """

    LARGEST = 2**63 - 1

    def process_formdata(self, valuelist):
        text = unicodedata.normalize("NFKC", (valuelist or [""])[0]).replace(",", "").strip()
        if not text:
            self.data = None
            return
        if not text.removeprefix("-").isdecimal() or len(text) > 19 or int(text) > self.LARGEST:
            self.data = None
            raise ValueError(_l("Write a whole number, digits only."))
        self.data = int(text)


class Day(DateField):
    """A day from the date picker, or typed as 2026-11-24."""

    def process_formdata(self, valuelist):
        try:
            super().process_formdata([value for value in valuelist or [] if value])
        except ValueError:
            self.data = None
            raise ValueError(_l("Write the day like this: 2026-11-24.")) from None
