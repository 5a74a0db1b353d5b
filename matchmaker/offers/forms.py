"""The forms of an offer: what, for whom, how much, at what cost, and who answers."""

import re

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectMultipleField, StringField, SubmitField, TextAreaField
from wtforms.validators import Optional

from ..i18n import language
from ..listing.forms import NOT_LISTED, ListingForm, Won, length, options, today
from ..listing.words import region_choices
from ..organisations import facts, industries
from ..web.forms import Day, Form, Whole
from .models import Limit
from .words import RELATIONS

MOST_PLACES = 1_000_000
MOST_MONTHS = 240
MOST_SUGGESTIONS = 8
CODE_AT_END = re.compile(r"\((\w{1,5})\)$")
SEATS = {"limited": _l("We set a number"), "unlimited": _l("No limit, everyone who may have it")}
OWN_SHARE = {"none": _l("Nothing"), "share": _l("A share"), "meet": _l("Settled when we meet")}


def _many(label, pairs=None, **more):
    return SelectMultipleField(
        label,
        [Optional()],
        choices=pairs and options(pairs),
        invalid_choice_message=NOT_LISTED,
        **more,
    )


def _one(label, pairs, default):
    return RadioField(
        label, choices=options(pairs), default=default, invalid_choice_message=NOT_LISTED
    )


def check_between(field, least, most):
    """Refuse a whole number outside; texts of its own, as several fields share them."""
    if field.data is not None and not least <= field.data <= most:
        message = _("Write a number from %(least)s to %(most)s.", least=least, most=f"{most:,}")
        field.errors = [*field.errors, message]


class OfferForm(ListingForm):
    """What a company gives; criteria that are not chosen are not asked for."""

    TEXTS = ("title", "text", "title_en", "text_en", "conditions")

    text = TextAreaField(_l("What do you give, and how?"), [length(4000)])
    title_en = StringField(_l("English title"), [Optional(), length(200)])
    text_en = TextAreaField(_l("English text"), [Optional(), length(4000)])
    regions = _many(_l("Region"))
    sizes = _many(_l("Size"), facts.choices(facts.Size))
    industries = _many(_l("Industry"), [(code, code) for code in industries.ENTRIES])
    industry = StringField(_l("Industry"), [Optional(), length(100)])
    add = SubmitField(_l("Add"))
    pick = StringField()
    drop = StringField()
    traits = _many(_l("Must be one of these"), facts.choices(facts.Trait))
    relation = _one(
        _l("Trade with you"), [(",".join(kinds), text) for kinds, text in RELATIONS.items()], ""
    )
    conditions = TextAreaField(_l("Further conditions in words"), [Optional(), length(1000)])
    seats = _one(_l("Places"), SEATS.items(), "limited")
    places = Whole(_l("Number of places"), [Optional()])
    opens_on = Day(_l("First day"), [Optional()])
    closes_on = Day(_l("Last day"), [Optional()])
    period_months = Whole(_l("How long does it last, once begun?"), [Optional()])
    own = _one(_l("What the small firm pays"), OWN_SHARE.items(), "meet")
    own_share_percent = Whole(_l("Share of the cost"), [Optional()])
    amount_krw = Won(_l("What one firm gets at most"), [Optional()])
    contact_id = RadioField(
        _l("Whose contact opens once both accept?"), invalid_choice_message=NOT_LISTED
    )

    def __init__(self, *args, listing=None, account, **kwargs):
        super().__init__(
            *args, listing=listing, **_given(listing) | {"contact_id": account.id} | kwargs
        )
        people = [one for one in account.organisation.people if one.active]
        self.contact_id.choices = options((one.id, f"{one.name}, {one.email}") for one in people)
        self.regions.choices = options(region_choices(short=True))
        self.suggestions = []
        self.was_rearranged = False

    def rearrange(self):
        """Add or drop an industry as the button says; False if another button was pressed."""
        chosen = self.industries.data or []
        self.was_rearranged = bool(self.drop.data or self.pick.data or self.industry.data)
        if self.drop.data:
            self.industries.data = [code for code in chosen if code != self.drop.data]
        elif self.pick.data in industries.ENTRIES:
            self._take(self.pick.data)
        elif self.add.data:
            self._read_industry()
        else:
            return False
        return True

    def _read_industry(self):
        """Turn what was typed into a code, or say at the field why that cannot be done."""
        if not self.industry.data:
            return
        codes = find_industries(self.industry.data)
        if len(codes) == 1:
            self._take(codes[0])
            return
        self.suggestions = codes[:MOST_SUGGESTIONS]
        self._refuse(
            self.industry,
            _("Several businesses are called so. Choose one below, or write more of the name.")
            if codes
            else _("No business is called so. Write another word, or its code."),
        )

    def _take(self, code):
        self.industries.data = list(dict.fromkeys([*(self.industries.data or []), code]))
        self.industry.data, self.industry.raw_data = None, None

    def validate(self, extra_validators=None):
        super().validate(extra_validators)
        self._read_industry()
        check_between(self.places, 1, MOST_PLACES)
        check_between(self.period_months, 1, MOST_MONTHS)
        check_between(self.own_share_percent, 0, 100)
        if not self.as_draft:
            self._check_numbers()
            self._check_days()
        return not self.errors

    def _check_numbers(self):
        if self.seats.data == "limited" and self.places.data is None and not self.places.errors:
            self._refuse(self.places, _("Write how many firms, or choose that there is no limit."))
        share = self.own_share_percent
        if self.own.data == "share" and share.data is None and not share.errors:
            self._refuse(share, _("Write how much of the cost the firm pays."))

    def _check_days(self):
        first, last = self.opens_on.data, self.closes_on.data
        if last and last < today():
            self._refuse(
                self.closes_on, _("This day has passed. Choose a later one, or leave it empty.")
            )
        if first and last and last < first:
            self._refuse(self.closes_on, _("The last day comes before the first."))

    @property
    def criteria(self):
        """The chosen criteria as in `Offer.criteria`."""
        chosen = {
            Limit.REGION: self.regions.data,
            Limit.SIZE: self.sizes.data,
            Limit.INDUSTRY: self.industries.data,
            Limit.TRAIT: self.traits.data,
            Limit.RELATION: [kind for kind in (self.relation.data or "").split(",") if kind],
        }
        return {limit.value: sorted(set(values)) for limit, values in chosen.items() if values}

    @property
    def capacity(self):
        return self.places.data if self.seats.data == "limited" else None

    @property
    def share(self):
        """The firm's share in hundredths, or None where it is settled in a meeting."""
        return {"none": 0, "share": self.own_share_percent.data}.get(self.own.data)

    def facts(self):
        """Return what was typed, for `Offer.change`."""
        return self.words() | {
            "title_en": self.title_en.data,
            "text_en": self.text_en.data,
            "conditions": self.conditions.data,
            "opens_on": self.opens_on.data,
            "closes_on": self.closes_on.data,
            "period_months": self.period_months.data,
            "own_share_percent": self.share,
            "amount_krw": self.amount_krw.data,
            "contact_id": int(self.contact_id.data),
            "criteria": self.criteria,
            "capacity": self.capacity,
        }


def _given(offer):
    """Return how an offer's facts stand in the fields that are not named like them."""
    if offer is None:
        return {}
    allowed = offer.criteria
    share = offer.own_share_percent
    return {
        "regions": allowed.get(Limit.REGION, []),
        "sizes": allowed.get(Limit.SIZE, []),
        "industries": allowed.get(Limit.INDUSTRY, []),
        "traits": allowed.get(Limit.TRAIT, []),
        "relation": ",".join(allowed.get(Limit.RELATION, [])),
        "seats": "unlimited" if offer.capacity is None and offer.published_at else "limited",
        "places": offer.capacity,
        "own": "meet" if share is None else "share" if share else "none",
    }


def find_industries(text):
    """Return the codes that a typed code, label or part of a name may mean, sections first."""
    code = CODE_AT_END.search(text)
    for exact in (text.upper(), code and code[1].upper()):
        if exact in industries.ENTRIES:
            return [exact]
    words = text.casefold()
    names = {one.code: getattr(one, language()).casefold() for one in industries.industries()}
    same = [code for code, name in names.items() if name in (words, f"{words} 제조업")]
    return same[:1] or [code for code, name in names.items() if words in name]


class CapacityForm(Form):
    """How many firms may have the offer; empty means that there is no limit."""

    places = Whole(_l("Number of places"), [Optional()])

    def validate_places(self, field):
        check_between(field, 1, MOST_PLACES)
