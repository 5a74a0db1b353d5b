"""The words for an offer's criteria, cost and places, on every page that shows them."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from ..i18n import day, language
from ..listing.words import in_a_row, region_name
from ..organisations import facts, industries
from .models import Limit

LABELS = {
    Limit.REGION: _l("Region"),
    Limit.SIZE: _l("Size"),
    Limit.INDUSTRY: _l("Industry"),
    Limit.TRAIT: _l("Must be"),
    Limit.RELATION: _l("Trade"),
}

RELATIONS = {
    (): _l("Makes no difference"),
    ("none",): _l("Only firms that do not trade with the company"),
    ("none", "supplier"): _l("No trade yet, or suppliers; not the same group"),
    ("supplier",): _l("Only suppliers of the company"),
}


def criteria_words(offer):
    """Return (label, text) of who may have the offer; region and size always stand."""
    allowed = offer.criteria
    return [
        criterion_words(limit, allowed.get(limit, ()))
        for limit in Limit
        if limit in allowed or limit in (Limit.REGION, Limit.SIZE)
    ]


def criterion_words(limit, values):
    """Return (label, text) of one criterion.

    `limit` is a `Limit` or a rule's name of matching (`traits` for `trait`); no values: all.
    """
    limit = Limit("trait" if limit == "traits" else limit)
    return LABELS[limit], TEXTS[limit](sorted(values))


def _regions(codes):
    if not codes:
        return _("Anywhere in Korea")
    names = [region_name(code, short=True) for code in codes]
    return ("·" if language() == "ko" else ", ").join(names)


def _sizes(sizes):
    if set(sizes) in (set(), set(facts.SME_SIZES)):
        return _("Micro-enterprises, small and medium firms")
    return _listed(str(facts.label(size)) for size in facts.Size if size in sizes)


def _industries(codes):
    if not codes:
        return _("Any business")
    return _listed(industries.short_name(code, language()) for code in codes)


def _traits(traits):
    if not traits:
        return _("Makes no difference")
    words = _listed(str(facts.label(trait)) for trait in facts.Trait if trait in traits)
    return words if len(traits) == 1 else _("One of these: %(traits)s", traits=words)


def _relation(kinds):
    return str(RELATIONS.get(tuple(kinds), ", ".join(kinds)))


TEXTS = {
    Limit.REGION: _regions,
    Limit.SIZE: _sizes,
    Limit.INDUSTRY: _industries,
    Limit.TRAIT: _traits,
    Limit.RELATION: _relation,
}


def _listed(words):
    if language() == "ko":
        return "·".join(words)
    first, *others = words
    return ", ".join([first, *map(in_a_row, others)])


def who_may(criteria):
    """Return in one line who may have an offer, the region apart, from its criteria."""
    limits = [limit for limit in (Limit.INDUSTRY, Limit.TRAIT) if limit in criteria]
    words = [criterion_words(limit, criteria[limit])[1] for limit in limits]
    first, *others = [*words, criterion_words(Limit.SIZE, criteria.get(Limit.SIZE, ()))[1]]
    return ", ".join([first, *map(in_a_row, others)])


def own_share_words(percent, reconstructed=False):
    """Return what the small firm pays (자부담)."""
    if percent is None:
        return _("Not told in the reports") if reconstructed else _("Settled when you meet")
    if percent == 0:
        return _("Nothing to pay")
    return _("%(share)s of the cost", share=f"{percent}%")


def places_words(capacity, taken=0):
    """Return how many places there are, and how many are left."""
    if capacity is None:
        return _("No limit")
    if not taken:
        return ngettext("%(num)d place", "%(num)d places", capacity)
    if taken >= capacity:
        return _("All places are taken; you may wait in line")
    return ngettext(
        "%(left)d of %(num)d place left",
        "%(left)d of %(num)d places left",
        capacity,
        left=capacity - taken,
    )


def lasts_words(months):
    """Return how long the help lasts, once begun."""
    return ngettext("%(num)d month", "%(num)d months", months) if months else ""


def window_words(opens_on, closes_on):
    """Return from when and until when one can ask."""
    if opens_on and closes_on:
        return _("%(first)s to %(last)s", first=day(opens_on), last=day(closes_on))
    if closes_on:
        return _("until %(day)s", day=day(closes_on))
    if opens_on:
        return _("from %(day)s", day=day(opens_on))
    return _("At any time")


def row_facts(offer):
    """Return (label, text) pairs for a row of a list."""
    return [
        (_("Open to"), who_may(offer.criteria)),
        criterion_words(Limit.REGION, offer.criteria.get(Limit.REGION, ())),
        (
            _("Own share"),
            own_share_words(offer.own_share_percent, offer.organisation.reconstructed),
        ),
        (_("Places"), places_words(offer.capacity, offer.places_taken)),
        (_("Asking"), window_words(offer.opens_on, offer.closes_on)),
    ]


REACH = {
    None: _l("Published needs"),
    Limit.REGION: _l("also of the region"),
    Limit.SIZE: _l("also of the size"),
    Limit.INDUSTRY: _l("also of the industry"),
    Limit.TRAIT: _l("also with the mark"),
}


def reach_label(limit):
    """Return the words beside one count of `reach`."""
    return REACH[limit]
