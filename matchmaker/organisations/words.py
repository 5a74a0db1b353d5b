"""The words for what is known of an organisation: its kind, state, facts and reviews."""

from typing import NamedTuple

from flask_babel import lazy_gettext as _l

from ..i18n import in_language, language
from ..matching.regions import BY_CODE, REGIONS
from . import business_number, industries
from .facts import HELP, label
from .models import Approval, Kind

KINDS = {
    Kind.SME: _l("Small firm or shop"),
    Kind.COMPANY: _l("Inclusive company"),
    Kind.ASSOCIATION: _l("Association"),
    Kind.MINISTRY: _l("Ministry"),
}
APPROVALS = {
    Approval.DRAFT: _l("Not submitted yet"),
    Approval.SUBMITTED: _l("With the ministry"),
    Approval.RETURNED: _l("Returned with a reason"),
    Approval.APPROVED: _l("Approved"),
    Approval.SUSPENDED: _l("Suspended"),
}
REVIEWS = {
    "submitted": _l("Submitted to the ministry"),
    "taken_back": _l("Taken back to correct it"),
    "approved": _l("Approved by the ministry"),
    "returned": _l("Returned by the ministry"),
    "suspended": _l("Suspended by the ministry"),
    "restored": _l("Suspension lifted by the ministry"),
}
FACTS = {
    "business_number": _l("Business number"),
    "region": _l("Region"),
    "industry": _l("Industry"),
    "size": _l("Size"),
    "traits": _l("What applies to it"),
    "name": _l("Name"),
    "name_en": _l("Name in English"),
    "introduction": _l("Introduction"),
}
SIZE_HELP = HELP  # which firms belong to a size class, by its value


class Fact(NamedTuple):
    """One fact as a page shows it; an empty value is a fact that is not known."""

    name: str
    label: object
    value: str


def region_name(code):
    """Return a province's name in the page's language; nothing for an unknown code."""
    region = BY_CODE.get(code)
    return in_language(region.ko, region.en) if region else ""


def region_choices():
    """Return (code, name) of all provinces for a form."""
    return [(region.code, in_language(region.ko, region.en)) for region in REGIONS]


def industry_name(code):
    """Return an industry's name in the page's language with its code."""
    return f"{industries.name(code, language())} ({code})" if code else ""


def fact_names(names):
    """Return the names of facts as a list in words."""
    return ", ".join(str(FACTS[name]) for name in names)


def checked_facts(organisation):
    """Return the facts that the ministry checks, in the order in which pages show them."""
    values = {
        "business_number": business_number.formatted(organisation.business_number or ""),
        "region": region_name(organisation.region),
        "industry": industry_name(organisation.industry),
        "size": str(label(organisation.size)) if organisation.size else "",
        "traits": ", ".join(str(label(trait)) for trait in sorted(organisation.traits)),
    }
    if organisation.kind is Kind.ASSOCIATION:
        del values["size"]
    return [Fact(name, FACTS[name], value) for name, value in values.items()]
