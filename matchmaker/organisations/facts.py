"""Closed lists of an organisation's facts, size and traits, with their words in both languages."""

from enum import StrEnum

from flask_babel import lazy_gettext as _l


class Size(StrEnum):
    """The size class by law, from the smallest up."""

    MICRO = "micro"
    SMALL = "small"
    MEDIUM = "medium"
    MID = "mid"
    LARGE = "large"


# Criteria that name no size mean these; mid-sized and large firms are let in only by name.
SME_SIZES = (Size.MICRO, Size.SMALL, Size.MEDIUM)


class Trait(StrEnum):
    """What an organisation is besides region, industry and size; offers may ask for it."""

    WOMEN_LED = "women_led"
    DISABLED_LED = "disabled_led"
    YOUTH_LED = "youth_led"
    SOCIAL_ENTERPRISE = "social_enterprise"
    PRE_FOUNDER = "pre_founder"
    STARTUP = "startup"
    VENTURE = "venture"
    INNOBIZ = "innobiz"
    MAINBIZ = "mainbiz"
    EXPORTER = "exporter"
    RURAL = "rural"
    RESTAURANT = "restaurant"
    MARKET_STALL = "market_stall"
    RETAIL_SHOP = "retail_shop"
    CENTURY_SHOP = "century_shop"
    PARTS_MAKER = "parts_maker"
    MASK_MAKER = "mask_maker"


LABELS = {
    Size.MICRO: _l("Micro-enterprise"),
    Size.SMALL: _l("Small firm"),
    Size.MEDIUM: _l("Medium firm"),
    Size.MID: _l("Mid-sized firm"),
    Size.LARGE: _l("Large firm"),
    Trait.WOMEN_LED: _l("Women-led"),
    Trait.DISABLED_LED: _l("Led by a person with a disability"),
    Trait.YOUTH_LED: _l("Youth-led"),
    Trait.SOCIAL_ENTERPRISE: _l("Social enterprise"),
    Trait.PRE_FOUNDER: _l("About to found a firm"),
    Trait.STARTUP: _l("Start-up (up to seven years)"),
    Trait.VENTURE: _l("Venture firm"),
    Trait.INNOBIZ: _l("Innobiz (technology certificate)"),
    Trait.MAINBIZ: _l("Mainbiz (management certificate)"),
    Trait.EXPORTER: _l("Exporter"),
    Trait.RURAL: _l("In a farming or fishing area"),
    Trait.RESTAURANT: _l("Restaurant"),
    Trait.MARKET_STALL: _l("Traditional market"),
    Trait.RETAIL_SHOP: _l("Neighbourhood shop"),
    Trait.CENTURY_SHOP: _l("Century shop"),
    Trait.PARTS_MAKER: _l("Maker of parts"),
    Trait.MASK_MAKER: _l("Maker of masks"),
}

HELP = {
    Size.MICRO: _l(
        "Fewer than five people; in manufacturing, building or transport fewer than ten."
    ),
    Size.SMALL: _l(
        "Larger than a micro-enterprise; yearly sales up to 1.5 to 14 billion won, by industry."
    ),
    Size.MEDIUM: _l("Above a small firm; yearly sales up to 40 to 180 billion won, by industry."),
    Size.MID: _l("No longer an SME, and not in a large business group."),
    Size.LARGE: _l("In a large business group as designated by the Fair Trade Commission."),
}


def label(fact):
    """Return the word for a size or a trait, given as member or as its value."""
    return LABELS[fact]


def help_of(size):
    """Return the line that tells which firms belong to a size class."""
    return HELP[size]


def choices(facts):
    """Return (value, label) for a form, of `Size`, `Trait` or some members of them."""
    return [(fact.value, LABELS[fact]) for fact in facts]
