"""From the shares of terms to evidence in the words that people typed."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from .categories import words_of
from .evidence import Evidence
from .text import CONCEPT, CONCEPT_MARK, GRAM, WORD, analyse, kind_of

_CATEGORY = ("category", "")


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a term stands: the field, the span in its text, and the word that holds it."""

    field: str
    start: int
    end: int
    surface: str


@dataclass(slots=True)
class _Item:
    """Evidence that is still being collected; surfaces are counted, first come first."""

    term: str
    share: float = 0.0
    need: Counter = field(default_factory=Counter)
    offer: Counter = field(default_factory=Counter)


def explain(ranker, need, offer, shares):
    """Return the evidence of one pair.

    Parameters
    ----------
    ranker : TfidfRanker
    need : NeedCard
    offer : OfferCard
    shares : dict of str to float
        Every shared term and its share of the score.

    Returns
    -------
    list of Evidence
        Heaviest first, equal shares by term; shares add up to those given.
    """
    wanted = _places(ranker, ranker.need_fields(need), shares)
    given = _places(ranker, ranker.offer_fields(offer), shares)
    items = {}
    for kind in (WORD, CONCEPT, GRAM):  # a word has to be there before its parts join it
        for term in sorted(term for term in shares if kind_of(term) == kind):
            homes = _homes(kind, term, wanted, given)
            for key, part in homes:
                item = items.setdefault(key, _Item(term))
                item.share += shares[term] * part
                if key[0] in (kind, "category"):
                    item.need.update(place.surface for place in wanted[term])
                    item.offer.update(place.surface for place in given[term])
    return _finished(items, words_of(need.category))


def _places(ranker, fields, shares):
    """Return where each shared term stands."""
    places = defaultdict(list)
    for name, text, weight in fields:
        if not text or not weight:
            continue
        analysis = analyse(text)
        spans = [(token.term, token.start, token.end) for token in analysis.words]
        for found in ranker.glossary_.find(analysis):
            spans.append((CONCEPT_MARK + found.concept, found.start, found.end))
        for term, start, end in spans:
            if term in shares:
                places[term].append(_Place(name, start, end, analysis.text[start:end]))
        for term, span, piece in analysis.grams():
            if term in shares:
                places[term].append(_Place(name, *span, analysis.text[slice(*piece)]))
    return places


def _homes(kind, term, wanted, given):
    """Return the items that a term's share goes to, as (key, part), the parts adding up to 1.

    A fragment belongs to the shared words that it overlaps in the need. So
    does a concept for which both sides write the same. What only the need's
    category says is listed as the category.
    """
    places = wanted[term]
    if kind == WORD or (kind == CONCEPT and not _same(places, given[term])):
        return [(_key(kind, term, places), 1.0)]
    homes = defaultdict(float)
    for place in places:
        words = _overlapping(place, wanted)
        alone = term if kind == CONCEPT else place.surface.casefold()
        keys = words or [_key(kind, alone, [place])]
        for key in keys:
            homes[key] += 1 / len(places) / len(keys)
    return sorted(homes.items())


def _key(kind, name, places):
    in_category = all(place.field == "category" for place in places)
    return _CATEGORY if in_category else (kind, name)


def _same(places, others):
    return places[0].surface.casefold() in {other.surface.casefold() for other in others}


def _overlapping(place, wanted):
    """Return the keys of the shared words that a place in the need overlaps."""
    return [
        _key(WORD, term, others)
        for term, others in wanted.items()
        if kind_of(term) == WORD
        and any(
            place.field == other.field and place.start < other.end and other.start < place.end
            for other in others
        )
    ]


def _finished(items, category):
    """Return the items as evidence, those that read the same joined."""
    joined = {}
    for (kind, _), item in items.items():
        need, offer = (_by_frequency(surfaces) for surfaces in (item.need, item.offer))
        if kind == GRAM:
            offer = offer[:1]  # the word that shares most with it
        term = category if kind == "category" else _readable(kind, item.term, need, offer)
        before = joined.get(term)
        share = item.share + (before.share if before else 0.0)
        if before:
            kind = before.kind
            need = tuple(dict.fromkeys(before.need_surfaces + need))
            offer = tuple(dict.fromkeys(before.offer_surfaces + offer))
        joined[term] = Evidence(term, share, kind, need, offer)
    return sorted(joined.values(), key=lambda each: (-each.share, each.term))


def _by_frequency(surfaces):
    return tuple(dict.fromkeys(surface for surface, _ in surfaces.most_common()))


def _readable(kind, term, need, offer):
    """Return how a person reads the term: a Korean verb in its dictionary form."""
    if kind == WORD:
        return term if term.endswith("다") and not need[0].endswith("다") else need[0]
    if need[0].casefold() == offer[0].casefold():
        return need[0]
    return f"{need[0]} ↔ {offer[0]}"
