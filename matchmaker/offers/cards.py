"""Turns an offer into the card that matching reads."""

from datetime import timedelta

from ..listing.industry_words import industry_words
from ..matching.cards import OfferCard
from .models import Limit


def offer_card(offer):
    """Return the plain facts of an offer; its organisation must be loaded.

    Ids are strings, as in `OfferCard`. Both languages of the text take part.
    """
    allowed = offer.criteria
    return OfferCard(
        id=str(offer.id),
        title=offer.title or "",
        body=offer.text or "",
        extra=" ".join(filter(None, (offer.title_en, offer.text_en))),
        organisation=" ".join(filter(None, (offer.organisation.name, offer.organisation.name_en))),
        category=offer.category and offer.category.value,
        eligibility=offer.conditions or "",
        regions=_values(allowed, Limit.REGION),
        sizes=_values(allowed, Limit.SIZE),
        industries=_values(allowed, Limit.INDUSTRY),
        industry_text=industry_words(allowed.get(Limit.INDUSTRY, ())),
        traits=_values(allowed, Limit.TRAIT),
        relations=_values(allowed, Limit.RELATION),
        organisation_id=offer.organisation_id,
        places_left=offer.places_left,
        # ours is the last open day, the card's the first closed one
        closes_on=offer.closes_on and offer.closes_on + timedelta(days=1),
    )


def _values(allowed, limit):
    return frozenset(allowed.get(limit, ()))
