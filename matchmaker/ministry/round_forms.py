"""The form of a round's settings."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from wtforms import BooleanField, RadioField, SelectField, SelectMultipleField

from ..listing import categories
from ..listing.words import region_choices
from ..pairings.rounds.settings import LIST_LENGTHS, MOST_PROPOSALS, SHARES, Mode, Settings
from ..web.forms import Form
from . import round_words


class RoundForm(Form):
    least = SelectField(_l("Propose from this fit on"))
    proposals = SelectField(_l("Proposals for a need at most"), coerce=int)
    place_share = SelectField(_l("Free places that the round may use"), coerce=int)
    mode = RadioField(_l("What the round is for"))
    list_length = SelectField(_l("Needs on the list of an offer"), coerce=int)
    floor = BooleanField(_l("Show every firm at least once on the lists"))
    halve_slow = BooleanField(_l("Only half to companies that answer late"))
    categories = SelectMultipleField(_l("Only needs of these fields"))
    regions = SelectMultipleField(_l("Only needs of these provinces"))

    def __init__(self, settings=None, **kwargs):
        super().__init__(data=(settings or Settings()).as_data(), **kwargs)
        self.least.choices = round_words.least_choices()
        self.proposals.choices = [
            (many, ngettext("one", "up to %(num)d", many)) for many in MOST_PROPOSALS
        ]
        self.place_share.choices = [
            (share, _("all") if share == 100 else _("%(share)s%%", share=share)) for share in SHARES
        ]
        self.mode.choices = [(mode.value, round_words.MODES[mode]) for mode in Mode]
        self.list_length.choices = [(length, str(length)) for length in LIST_LENGTHS]
        self.categories.choices = categories.choices()
        self.regions.choices = region_choices(short=True)

    @property
    def settings(self):
        """The settings as they were chosen."""
        return Settings.of({name: self[name].data for name in Settings().as_data()})
