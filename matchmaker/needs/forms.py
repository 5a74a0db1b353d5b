"""The form of a need: twelve fields, of which a title and a text are enough."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectField
from wtforms.validators import Optional

from ..listing.forms import NOT_LISTED, ListingForm, Won, chosen, options, today
from ..listing.words import region_choices, region_name
from ..web.forms import Day
from .models import URGENCIES, Urgency


class NeedForm(ListingForm):
    """What a small firm needs, in its own words."""

    region = SelectField(_l("Where it is needed"), [Optional()], invalid_choice_message=NOT_LISTED)
    wanted_on = Day(_l("By when do you need it?"), [Optional()])
    urgency = RadioField(
        _l("How urgent is it?"),
        choices=options(URGENCIES.items()),
        default=Urgency.NORMAL.value,
        invalid_choice_message=NOT_LISTED,
    )
    amount_krw = Won(_l("What it may cost in all"), [Optional()])
    own_share_krw = Won(
        _l("What you can pay yourselves"),
        [Optional()],
        description=_l("Leave it empty if unsure. Your rank does not suffer."),
    )
    closes_on = Day(_l("Keep it open until"), [Optional()])
    only_asked = BooleanField(_l("Only companies that we ask may read it"))

    def __init__(self, *args, organisation, **kwargs):
        super().__init__(*args, **kwargs)
        self.organisation = organisation
        own = organisation.region
        first = _("As our firm: %(region)s", region=region_name(own)) if own else _("Not said")
        others = [(code, name) for code, name in region_choices() if code != own]
        self.region.choices = options(others, first)

    def validate_wanted_on(self, field):
        self._check_day(field)

    def validate_closes_on(self, field):
        self._check_day(field)

    def _check_day(self, field):
        if not self.as_draft and field.data and field.data < today():
            self._refuse(field, _("This day has passed. Choose a later one, or leave it empty."))

    def facts(self):
        """Return what was typed, for `Need.change`."""
        return self.words() | {
            "region": chosen(self.region),
            "wanted_on": self.wanted_on.data,
            "urgency": Urgency(self.urgency.data),
            "amount_krw": self.amount_krw.data,
            "own_share_krw": self.own_share_krw.data,
            "closes_on": self.closes_on.data,
            "only_asked": self.only_asked.data,
        }
