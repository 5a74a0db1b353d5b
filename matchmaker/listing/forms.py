"""What the forms of needs and offers share: their texts, and what must not stand in them."""

import re
import secrets
import unicodedata
from datetime import datetime
from decimal import Decimal

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, SelectField, StringField, SubmitField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Optional

from ..i18n import SEOUL, written_in
from ..web.forms import Form, Whole
from . import categories
from .disclosures import email_addresses, phone_numbers, resident_numbers
from .models import SHORTEST_TEXT, Stage

LONGEST_TITLE = 120
LONGEST_TEXT = 4000
KEY = re.compile("[0-9a-f]{32}")
NOT_LISTED = _l("Choose one of the list.")


class Won(Whole):
    """An amount in won, typed in units of 10,000 as prices are spoken: 3,000 is 3,000만 원."""

    UNIT = 10_000
    TYPED = re.compile(r"\d{1,11}(?:\.\d{1,4})?")

    def process_formdata(self, valuelist):
        text = unicodedata.normalize("NFKC", (valuelist or [""])[0]).replace(",", "").strip()
        self.data = None
        if not text:
            return
        if not self.TYPED.fullmatch(text) or not text.isascii():
            raise ValueError(_l("Write the amount in digits, such as 3,000."))
        self.data = int(Decimal(text) * self.UNIT)

    def _value(self):
        if self.raw_data:
            return self.raw_data[0]
        if self.data is None:
            return ""
        text = f"{Decimal(self.data) / self.UNIT:,f}"
        return text.rstrip("0").rstrip(".") if "." in text else text


def options(pairs, first=None):
    """Return the choices of a field from (value, label) pairs; `first` names an empty one."""
    empty = [] if first is None else [SelectChoice(value="", label=first)]
    return empty + [SelectChoice(value=str(value), label=label) for value, label in pairs]


def chosen(field):
    """Return what was chosen of a list, or None for nothing (blanks count as nothing)."""
    listed = {choice.value for choice in field.choices}
    return field.data if field.data and field.data in listed else None


def length(most):
    """Return the validator for the longest text of a field, with its own words."""
    return Length(max=most, message=_l("Write at most %(max)d characters."))


class ListingForm(Form):
    """Title, text and field; a draft may be incomplete, what is published may not.

    Contacts are pointed out until they are said to be meant; those that were said so before
    (`listing.contacts_meant`) stay. Resident numbers are refused, also in a draft.
    """

    TEXTS = ("title", "text")

    form_key = HiddenField()
    title = StringField(_l("In one line"), [length(LONGEST_TITLE)])
    category = SelectField(_l("Field"), [Optional()], invalid_choice_message=NOT_LISTED)
    text = TextAreaField(_l("Details"), [length(LONGEST_TEXT)])
    contacts_meant = BooleanField(_l("This number is meant to stand here"))
    draft = SubmitField(_l("Continue later"))

    def __init__(self, *args, listing=None, **kwargs):
        kwargs.setdefault("form_key", secrets.token_hex(16))
        super().__init__(*args, obj=listing, **kwargs)
        self.listing = listing
        self.found = {}
        self.category.choices = options(categories.choices(), _("Choose a field"))
        if self.contacts_meant.raw_data is None:
            self.contacts_meant.data = False  # each new number is confirmed on its own

    @property
    def key(self):
        """The key that this form was opened with, or None for anything else that was sent."""
        return self.form_key.data if KEY.fullmatch(self.form_key.data or "") else None

    @property
    def as_draft(self):
        """Whether the person only wants to keep what was typed; never so once it is published."""
        return self.draft.data and (self.listing is None or self.listing.stage is Stage.DRAFT)

    def validate(self, extra_validators=None):
        super().validate(extra_validators)
        self._check_complete()
        for name in self.TEXTS:
            self._check_text(self[name])
        return not self.errors

    def _check_complete(self):
        if self.as_draft:
            return
        if not self.title.data:
            self._refuse(self.title, _("Write in one line what it is about."))
        if len(self.text.data or "") < SHORTEST_TEXT:
            self._refuse(self.text, _("Write at least twelve characters."))

    def _check_text(self, field):
        if len(field.data or "") > LONGEST_TEXT:
            return  # refused already, and too long to be read through
        if resident_numbers(field.data):
            self._refuse(
                field,
                _("Remove the resident registration number. It is not needed, and it is not kept."),
            )
        phones, mails = phone_numbers(field.data), email_addresses(field.data)
        known = self._confirmed()
        new = [each for each in phones + mails if each not in known]
        if not new:
            return
        self.found[field.name] = new
        if self.as_draft or self.contacts_meant.data:
            return
        texts = {"found": ", ".join(new)}
        self._refuse(
            field,
            _("Remove what looks like a phone number: %(found)s.", **texts)
            if new[0] in phones
            else _("Remove the e-mail address: %(found)s.", **texts),
            _("Contacts open by themselves once both sides have accepted."),
        )

    def _confirmed(self):
        if self.listing is None or not self.listing.contacts_meant:
            return set()
        return {each for found in self.listing.contacts.values() for each in found}

    def _refuse(self, field, *messages):
        field.errors = [*field.errors, *messages]

    @property
    def confirm_at(self):
        """The name of the field under which the tick for a meant number belongs, or None."""
        return next(iter(self.found), None)

    def words(self):
        """Return the shared facts for `Listing.change`."""
        texts = [self[name].data for name in self.TEXTS]
        category = chosen(self.category)
        contacts = any(phone_numbers(text) or email_addresses(text) for text in texts)
        return {
            "title": self.title.data,
            "text": self.text.data,
            "category": category and categories.Category(category),
            "written_in": written_in(self.title.data, self.text.data),
            "contacts_meant": contacts and (not self.found or self.contacts_meant.data),
        }


def today():
    """Return the day in Seoul."""
    return datetime.now(SEOUL).date()
