"""The forms for an organisation's facts: the same fields when registering and when editing."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from ..i18n import language
from ..web.forms import Form
from . import industries
from .business_number import formatted, is_valid, normalise
from .facts import LABELS, SME_SIZES, Size, Trait
from .models import Kind
from .words import industry_name, region_choices

# Of an association it is told what its members are, not what it is itself.
ASSOCIATION_TRAITS = (Trait.MARKET_STALL, Trait.RETAIL_SHOP, Trait.RESTAURANT, Trait.PARTS_MAKER)


def _listed(pairs):
    return [SelectChoice(value=value, label=label) for value, label in pairs]


def _industries():
    empty = [SelectChoice(value="", label=_("Choose an industry"))]
    return empty + [
        SelectChoice(value=code, label=label, optgroup=section)
        for section, code, label in industries.choices(language())
    ]


class FactsForm(Form):
    """What is known of an organisation of one kind; fields that its kind lacks are left out."""

    business_number = StringField(
        _l("Business number"),
        [DataRequired(_l("Write the business number."))],
        description=_l(
            "Ten digits. If the number is here already, we ask its owner to let you join."
        ),
    )
    organisation_name = StringField(
        _l("Name of the organisation"),
        [
            DataRequired(_l("Write the name of the organisation.")),
            Length(max=100, message=_l("At most 100 characters.")),
        ],
    )
    name_en = StringField(
        _l("Name in English"), [Optional(), Length(max=100, message=_l("At most 100 characters."))]
    )
    region = SelectField(
        _l("Region"),
        [InputRequired(_l("Choose a region."))],
        invalid_choice_message=_l("Choose a region from the list."),
    )
    industry = SelectField(
        _l("Industry"),
        [InputRequired(_l("Choose an industry."))],
        description=_l("As in the business registration. The nearest one is enough."),
        invalid_choice_message=_l("Choose an industry from the list."),
    )
    size = RadioField(
        _l("Size"),
        [InputRequired(_l("Choose a size."))],
        description=_l("By law it depends on industry, people and yearly sales."),
        invalid_choice_message=_l("Choose a size from the list."),
    )
    traits = SelectMultipleField(
        _l("What applies to it"),
        [Optional()],
        invalid_choice_message=_l("Choose from the list only."),
    )

    def __init__(self, *args, kind, **kwargs):
        super().__init__(*args, **kwargs)
        self.kind = kind
        self.region.choices = _listed([("", _("Choose a region")), *region_choices()])
        self.industry.choices = _industries()
        sizes = SME_SIZES if kind is Kind.SME else tuple(Size)
        self.size.choices = _listed((size.value, LABELS[size]) for size in sizes)
        traits = ASSOCIATION_TRAITS if kind is Kind.ASSOCIATION else tuple(Trait)
        self.traits.choices = _listed((trait.value, LABELS[trait]) for trait in traits)
        if kind is Kind.ASSOCIATION:
            del self.size
            self.industry.validators = [Optional()]
            self.industry.flags.required, self.industry.flags.optional = False, True
            self.traits.label.text = _l("What its members are")
            self.organisation_name.label.text = _l("Name of the association")
        elif kind is Kind.COMPANY:
            del self.traits

    def validate_business_number(self, field):
        if not is_valid(field.data):
            raise ValidationError(
                _l("This is not a business number: a digit is wrong or missing. Compare it.")
            )

    def facts(self):
        """Return the facts as an organisation keeps them."""
        found = {
            "name": self.organisation_name.data,
            "name_en": self.name_en.data,
            "region": self.region.data,
            "industry": self.industry.data or None,
        }
        if "business_number" in self:
            found["business_number"] = normalise(self.business_number.data)
        if "size" in self:
            found["size"] = Size(self.size.data)
        if "traits" in self:
            found["traits"] = frozenset(Trait(trait) for trait in self.traits.data or ())
        return found


class EditForm(FactsForm):
    """The facts of an organisation that is here already, and what it says of itself."""

    introduction = TextAreaField(
        _l("Introduction"),
        [Optional(), Length(max=2000, message=_l("At most 2,000 characters."))],
        description=_l("Whatever helps the ministry to decide, for example what you make."),
    )

    def __init__(self, organisation):
        super().__init__(
            kind=organisation.kind,
            data={
                "business_number": formatted(organisation.business_number or ""),
                "organisation_name": organisation.name,
                "name_en": organisation.name_en,
                "region": organisation.region,
                "industry": organisation.industry,
                "size": organisation.size,
                "traits": [trait.value for trait in organisation.traits],
                "introduction": organisation.introduction,
            },
        )
        if organisation.holds_number:
            del self.business_number
        self._keep_choice(organisation.industry)

    def _keep_choice(self, code):
        """Offer a finer code than the list has, too, where the organisation has one already."""
        if code and code not in {choice.value for choice in self.industry.choices}:
            self.industry.choices.insert(1, SelectChoice(value=code, label=industry_name(code)))

    def facts(self):
        return super().facts() | {"introduction": self.introduction.data}


class AnswerForm(Form):
    """The answer to the ministry's reason, when the facts are submitted again."""

    answer = TextAreaField(
        _l("Your answer"),
        [
            DataRequired(_l("Say in a sentence what you changed.")),
            Length(max=2000, message=_l("At most 2,000 characters.")),
        ],
        description=_l("Say in a sentence what you changed, or why it is right as it stands."),
    )
