"""Forms of recommending: the association's word, and the member's answer."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from ...listing.disclosures import resident_numbers
from ...listing.giveaways import giveaways
from ...listing.models import contacts_in
from ...web.forms import Form

LONGEST_WORD = 500


class WordForm(Form):
    """The word of recommendation: it must not tell who the member is."""

    word = TextAreaField(
        _l("Your word"),
        description=_l("Why you recommend this need, in a sentence or two. Leave names out."),
        validators=[
            DataRequired(_l("Write why you recommend this need.")),
            Length(max=LONGEST_WORD, message=_l("At most 500 characters.")),
        ],
    )
    contacts_meant = BooleanField(_l("This number is meant to stand here"))

    def __init__(self, *args, member, **kwargs):
        super().__init__(*args, **kwargs)
        self.member = member
        self.found = []

    @property
    def confirm_at(self):
        """The field under which the tick for a meant number belongs, or None."""
        return "word" if self.found else None

    def validate_word(self, field):
        if resident_numbers(field.data):
            self._refuse(
                _("Remove the resident registration number. It is not needed, and it is not kept.")
            )
        told = giveaways(self.member, field.data)
        if told:
            self._refuse(
                _(
                    "Remove what tells who the member is: %(found)s. Its name opens once both "
                    "sides have accepted.",
                    found=", ".join(told),
                )
            )
        self.found = contacts_in(field.data)
        if self.found and not self.contacts_meant.data:
            self._refuse(
                _(
                    "Remove the phone number or e-mail address: %(found)s. Contacts open by "
                    "themselves once both sides have accepted.",
                    found=", ".join(self.found),
                )
            )

    def _refuse(self, message):
        self.word.errors = [*self.word.errors, message]


class AgreementForm(Form):
    """The member's yes: how the association is shown, and the consent that names the company."""

    shown = RadioField(
        _l("How shall the company read who recommends you?"),
        validators=[InputRequired(_l("Choose how the association is shown."))],
        description=_l("Once both sides have accepted, the name is shown in any case."),
        invalid_choice_message=_l("Choose how the association is shown."),
    )
    consent = BooleanField(
        validators=[DataRequired(_l("Without your consent the company cannot read it."))]
    )

    def __init__(self, sentence, *, name, description, **kwargs):
        super().__init__(**kwargs)
        self.shown.choices = [("named", name), ("described", description)]
        self.consent.label.text = sentence
