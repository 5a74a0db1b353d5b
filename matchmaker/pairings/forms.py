"""The forms of asking, inviting and answering."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    FieldList,
    FormField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    TextAreaField,
)
from wtforms import Form as Part
from wtforms.validators import DataRequired, Length, Optional
from wtforms.widgets import HiddenInput

from ..listing.disclosures import email_addresses, phone_numbers, resident_numbers
from ..listing.giveaways import giveaways
from ..web.forms import Form
from .asking import Further
from .criteria_words import relation_choices, told_choices
from .inbox.handling import LONGEST_NOTE
from .relations import RelationKind
from .states import CHOSEN_REASONS, Reason
from .words import reason_label

LONGEST_MESSAGE = 1000
LONGEST_COMMENT = 500
MOST_FURTHER = 3

CHOOSE_RELATION = _l("Say what you have to do with each other.")
TICK_TO_OPEN = _l("Tick this box to go on. Contacts open only with your consent.")


class RelationPart:
    """The question what the firm has to do with the company, never answered beforehand."""

    relation = RadioField(_l("Relation"), [DataRequired(message=CHOOSE_RELATION)])

    def offer_relations(self):
        self.relation.choices = relation_choices()

    @property
    def chosen_relation(self):
        return RelationKind(self.relation.data)


class ContactForm(Form):
    """Whose contact opens once both sides have accepted, and the consent to it."""

    contact = SelectField(_l("Whose contact data open?"), coerce=int)
    consent = BooleanField(_l("Consent"), [DataRequired(message=TICK_TO_OPEN)])

    def __init__(self, *, people, contact, **kwargs):
        super().__init__(contact=contact.id if contact in people else None, **kwargs)
        self.contact.choices = [(one.id, one.name) for one in people]
        self.people = people

    @property
    def chosen_contact(self):
        return next(one for one in self.people if one.id == self.contact.data)


class AcceptAsCompanyForm(ContactForm):
    """The company's yes."""

    chosen_relation = None


class AcceptAsFirmForm(RelationPart, ContactForm):
    """The small firm's yes, with what it has to do with the company."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.offer_relations()


class FurtherForm(Part):
    """One further offer that may be asked next; only a ticked one is looked at."""

    offer = HiddenField()
    chosen = BooleanField()
    relation = SelectField(validate_choice=False)
    consent = BooleanField()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.relation.choices = [("", _("Choose")), *relation_choices()]

    def validate(self, extra_validators=None):
        super().validate(extra_validators)
        if self.chosen.data:
            if self.relation.data not in list(RelationKind):
                self.relation.errors = [CHOOSE_RELATION]
            if not self.consent.data:
                self.consent.errors = [TICK_TO_OPEN]
        return not self.errors


class AskForm(RelationPart, ContactForm):
    """An ask: relation, first words, consent, and what is to be asked next.

    `suggested` are the ranked offers that may be named as further ones. `waits` says whether
    the page that was sent spoke of a place in line, so that nobody waits unawares.
    """

    waits = HiddenField()
    message = TextAreaField(
        _l("First words"),
        [Optional(), Length(max=LONGEST_MESSAGE, message=_l("Write at most %(max)d characters."))],
        description=_l("A draft from what you wrote. Change it, or delete it."),
    )
    contacts_meant = BooleanField(_l("This is meant to stand here"))
    further = FieldList(FormField(FurtherForm), max_entries=MOST_FURTHER)

    def __init__(self, *, full, suggested=(), **kwargs):
        self.suggested = {str(one.offer.id): one for one in suggested}
        further = [{"offer": offer_id} for offer_id in self.suggested]
        super().__init__(waits="yes" if full else "", further=further, **kwargs)
        self.offer_relations()
        self.found = []
        self.lost = self._drop_unknown()
        for entry in self.further:
            name = self.suggested[entry.offer.data].offer.organisation.display_name
            entry.relation.label.text = _("What you have to do with: %(company)s", company=name)
            entry.consent.label.text = name

    def _drop_unknown(self):
        """Leave out offers that can no longer be named; say whether one of them was ticked."""
        known = [entry for entry in self.further if entry.offer.data in self.suggested]
        lost = any(entry.chosen.data for entry in self.further if entry not in known)
        self.further.entries = known
        return lost

    def move_up(self, place):
        """Exchange a further offer (counted from 1) with the one before it."""
        entries = self.further.entries
        if place is None or not 1 < place <= len(entries):
            return
        for first, second in zip(entries[place - 2].form, entries[place - 1].form, strict=True):
            first.data, second.data = second.data, first.data
            first.label.text, second.label.text = second.label.text, first.label.text

    def validate(self, extra_validators=None):
        super().validate(extra_validators)
        self._check_message()
        if self.lost:
            self.form_errors = [
                _("An offer that you named can no longer be asked. Look at the others again.")
            ]
        return not self.errors

    def _check_message(self):
        text = self.message.data or ""
        if resident_numbers(text):
            self._refuse(_("Remove the resident registration number. Nobody needs it here."))
        firm = self.people[0].organisation
        told = [*phone_numbers(text), *email_addresses(text), *giveaways(firm, text)]
        self.found = list(dict.fromkeys(told))
        if self.found and not self.contacts_meant.data:
            self._refuse(
                _("Remove what gives you away: %(found)s.", found=", ".join(self.found)),
                _("Name and contacts open by themselves once both sides have accepted."),
            )

    def _refuse(self, *messages):
        self.message.errors = [*self.message.errors, *messages]

    def chosen_further(self):
        """Return the ticked further offers, in order."""
        return [
            Further(
                offer=self.suggested[entry.offer.data].offer,
                relation=RelationKind(entry.relation.data),
                consent=entry.consent.data,
                contact=self.chosen_contact,
            )
            for entry in self.further
            if entry.chosen.data
        ]


class ReasonForm(Form):
    """Why something is declined or ended: a reason from the list, and words for oneself.

    `at` keeps the ids apart where a page has several of them.
    """

    reason = RadioField(_l("Why?"), [Optional()])
    comment = TextAreaField(
        _l("Note for yourselves"),
        [Optional(), Length(max=LONGEST_COMMENT, message=_l("Write at most %(max)d characters."))],
        description=_l("Only your own organisation reads it."),
    )

    def __init__(self, *, at, **kwargs):
        super().__init__(**kwargs)
        self.reason.choices = [
            (reason.value, reason_label(reason))
            for reason in CHOSEN_REASONS
            if reason is not Reason.NONE_GIVEN
        ]
        for field in (self.reason, self.comment):
            field.id = f"{field.id}-{at}"

    @property
    def chosen(self):
        """Return what the verbs take."""
        reason = Reason(self.reason.data) if self.reason.data else None
        return {"reason": reason, "comment": self.comment.data}


class RelationForm(Form):
    """What the company says of its trade with the firm."""

    kind = RadioField(_l("How is it, as you see it?"), [DataRequired(message=CHOOSE_RELATION)])

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.kind.choices = told_choices()


class NoteForm(Form):
    """A note among the people of one organisation, with the version that was read."""

    version = IntegerField(widget=HiddenInput(), default=0)
    text = TextAreaField(
        _l("Note for yourselves"),
        [Optional(), Length(max=LONGEST_NOTE, message=_l("Write at most %(max)d characters."))],
        description=_l("Only your own organisation reads it. An empty note is taken away."),
    )
