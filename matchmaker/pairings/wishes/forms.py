"""The form of the settings that an organisation makes for itself."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectMultipleField
from wtforms.validators import Optional

from ...listing import categories
from ...listing.words import region_choices
from ...web.forms import Form, Whole
from .preferences import MOST_OPEN

NOT_LISTED = _l("Choose from the list.")


class PreferenceForm(Form):
    """Rounds on or off, how much at once, and only these kinds and regions."""

    automatic = BooleanField(_l("Propose matches to us by themselves"))
    most_open = Whole(_l("How many at once?"), [Optional()])
    categories = SelectMultipleField(_l("Only these fields"), [Optional()], validate_choice=True)
    regions = SelectMultipleField(_l("Only these regions"), [Optional()], validate_choice=True)

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.categories.choices = [
            (category.value, categories.label(category)) for category in categories.Category
        ]
        self.regions.choices = region_choices(short=True)
        for field in (self.categories, self.regions):
            field.invalid_choice_message = NOT_LISTED

    def validate(self, extra_validators=None):
        super().validate(extra_validators)
        number = self.most_open
        if number.data is not None and not 1 <= number.data <= MOST_OPEN:
            number.errors = [
                *number.errors,
                _("Write a number from %(least)s to %(most)s.", least=1, most=MOST_OPEN),
            ]
        return not self.errors

    @property
    def chosen(self):
        """Return what the verb takes."""
        return {
            "automatic": self.automatic.data,
            "most_open": self.most_open.data,
            "categories": self.categories.data or [],
            "regions": self.regions.data or [],
        }
