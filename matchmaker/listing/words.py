"""The words in which needs and offers are spoken of: provinces and the names of facts."""

from flask_babel import lazy_gettext as _l

from ..i18n import language
from ..matching.regions import BY_CODE, REGIONS
from .stages import LABELS as STAGES  # noqa: F401 the words that readers look up here

FACTS = {
    "title": _l("Title"),
    "text": _l("Text"),
    "title_en": _l("English title"),
    "text_en": _l("English text"),
    "category": _l("Field"),
    "region": _l("Region"),
    "amount_krw": _l("Amount"),
    "own_share_krw": _l("Own share"),
    "own_share_percent": _l("Own share"),
    "wanted_on": _l("Wanted by"),
    "urgency": _l("Urgency"),
    "only_asked": _l("Who may read it"),
    "opens_on": _l("First day"),
    "closes_on": _l("Last day"),
    "period_months": _l("How long it lasts"),
    "capacity": _l("Places"),
    "conditions": _l("Conditions"),
    "criteria": _l("Who may have it"),
}


def region_name(code, short=False):
    """Return a province's name in the page's language: 경기도, short 경기, Gyeonggi."""
    region = BY_CODE.get(code)
    if region is None:
        return code or ""
    if language() == "en":
        return region.en
    return region.ko_short if short else region.ko


def region_choices(short=False):
    """Return (code, name) of the 17 provinces for a form."""
    return [(region.code, region_name(region.code, short)) for region in REGIONS]


def in_a_row(words):
    """Return words as they stand behind others: "Small firm" is "small firm", MES stays MES."""
    return words[:1].lower() + words[1:] if words[1:2].islower() else words
