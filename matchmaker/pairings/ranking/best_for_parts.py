"""Several needs in one text: the offer that fits each of them best."""

from typing import NamedTuple

from ...matching.parts import needs_in
from ...offers.models import Offer
from .own_lists import fitting_after_settings


class BestForPart(NamedTuple):
    """One of several needs in a text, and the offer that fits it best, or None."""

    text: str
    offer: Offer | None = None
    score: float = 0.0
    evidence: list = ()


def places_for_parts(card, ranker, fitting, wishes, need):
    """Return (text, place, score, evidence) for each of several needs in a card's text.

    `fitting` finds what fits a card and is open to it, best first, as (place, score,
    evidence); the settings of the parties apply. The place is None where nothing fits;
    nothing is returned for a single need. The order of the whole list does not change:
    what is best for a part is shown as such.
    """
    parts = needs_in(card, ranker.glossary)
    if len(parts) < 2:
        return []
    best = []
    for part in parts:
        found, _, _ = fitting_after_settings(wishes, need, ranker, fitting(part.card), [])
        best.append((part.text, *(found[0] if found else (None, 0.0, ()))))
    return best


def with_offers(found, ranker, rows):
    """Return what `places_for_parts` found with its offers, as the page shows it."""
    ids = [None if place is None else ranker.offers_[place].id for _, place, _, _ in found]
    return [
        BestForPart(text, rows[id_], score, evidence) if id_ in rows else BestForPart(text)
        for (text, _, score, evidence), id_ in zip(found, ids, strict=True)
    ]
