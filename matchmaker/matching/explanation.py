"""From the shares of terms to evidence in the words that people typed."""

from bisect import bisect_left
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from .categories import words_of
from .evidence import Evidence
from .text import (
    CATEGORY,
    CATEGORY_MARK,
    CONCEPT,
    CONCEPT_MARK,
    GRAM,
    WORD,
    analyse,
    grams_of,
    kind_of,
)

# Parts of a need that the product fills in: what they say is not the firm's own word.
_GIVEN = ("category", "industry")


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a term stands: the part of the card, the letters to show, the words it touches."""

    part: str
    surface: str
    words: tuple[str, ...] = ()


@dataclass(slots=True)
class _Item:
    """Evidence that is still being collected; surfaces count the terms that rest on them."""

    share: float = 0.0
    need: Counter = field(default_factory=Counter)
    offer: Counter = field(default_factory=Counter)
    is_typed: bool = False


def explain(wanted, given, shares, category):
    """Return the evidence of one pair.

    Parameters
    ----------
    wanted, given : dict of str to list
        Where each term of the need and of the offer stands, from `places`.
    shares : dict of str to float
        Every shared term and its share of the score.
    category : str or None
        The category that the need has chosen.

    Returns
    -------
    list of Evidence
        Heaviest first, equal shares by term; shares add up to those given.

    Notes
    -----
    A fragment belongs to the shared words that it overlaps in the need, and so
    does a concept all of whose words are shared words anyway. What only the chosen
    category says is listed as the category, together with what concepts say
    for it. Words of which only a letter at the edge agrees are listed together.
    """
    items = defaultdict(_Item)
    for term in sorted(shares):
        for key, part in _homes(term, wanted[term], shares, category):
            items[key].share += shares[term] * part
            if key[0] != WORD or kind_of(term) == WORD:
                items[key].is_typed |= any(place.part not in _GIVEN for place in wanted[term])
                _note(items[key].need, wanted[term], key)
                _note(items[key].offer, given[term], None)
    return _joined(_together(items))


def places(glossary, fields, *, touching):
    """Return where each term of a card stands; the same letters in one part count once.

    Parameters
    ----------
    glossary : Glossary
    fields : iterable of counting.Field
    touching : bool
        Whether to note the words that each term touches, which only a need's side uses.

    Returns
    -------
    dict of str to list of _Place
        In the order of the fields.
    """
    found = defaultdict(dict)
    for part in fields:
        if not part.text or not part.weight:
            continue
        analysis = analyse(part.text)
        words = analysis.words
        starts = [token.start for token in words]
        for term, start, end, surface in _spans(glossary, part, analysis):
            if (part.name, surface) not in found[term]:
                touched = _touched(words, starts, start, end) if touching else ()
                found[term][part.name, surface] = _Place(part.name, surface, touched)
    return {term: list(each.values()) for term, each in found.items()}


def _spans(glossary, part, analysis):
    """Yield (term, start, end, surface) of each term; of fragments, the surface is their word."""
    text = analysis.text
    for token in analysis.words:
        yield token.term, token.start, token.end, text[token.start : token.end]
    for found in glossary.find(analysis):
        category = glossary.categories.get(found.concept, "")
        for term in (CONCEPT_MARK + found.concept, CATEGORY_MARK + category):
            yield term, found.start, found.end, text[found.start : found.end]
    if part.code:
        yield CATEGORY_MARK + part.code, 0, 0, ""
    seen = set()
    for start, end in analysis.pieces:
        word = text[start:end]
        if word not in seen:
            seen.add(word)
            for term, left, right in grams_of(word.casefold()):
                yield term, start + left, start + right, word


def _touched(words, starts, start, end):
    """Return the terms of the words that touch a span."""
    first = max(bisect_left(starts, start) - 2, 0)  # an earlier word may reach into it
    last = bisect_left(starts, end)
    return tuple(dict.fromkeys(word.term for word in words[first:last] if word.end > start))


def _homes(term, wanted, shares, category):
    """Return the items that a term's share goes to, as (key, part); the parts add up to 1."""
    kind = kind_of(term)
    if kind == CATEGORY:
        return [((CATEGORY, term.removeprefix(CATEGORY_MARK)), 1.0)]
    if all(place.part == "category" for place in wanted):
        return [((CATEGORY, category), 1.0)]
    is_covered = all(word in shares for word in wanted[0].words)
    if kind == WORD or (kind == CONCEPT and not is_covered):
        return [((kind, term), 1.0)]
    typed = [place for place in wanted if place.part != "category"]
    homes = defaultdict(float)
    for place in typed:
        words = [(WORD, word) for word in place.words if word in shares]
        alone = (kind, term if kind == CONCEPT else place.surface.casefold())
        for key in words or [alone]:
            homes[key] += 1 / len(typed) / max(len(words), 1)
    return homes.items()


def _note(surfaces, places, key):
    """Count how a term is written; of a fragment of the need only the word that it is for."""
    for place in places:
        is_other = key and key[0] == GRAM and place.surface.casefold() != key[1]
        if place.part != "category" and not is_other:
            surfaces[place.surface] += 1


def _together(items):
    """Return the items with those that rest on a letter at a word's edge made one."""
    edges = {
        key: item
        for key, item in items.items()
        if key[0] == GRAM and max(item.offer.values(), default=0) < 2 and len(items) > 1
    }
    if len(edges) > 1:
        rest = _Item(sum(item.share for item in edges.values()))
        rest.is_typed = any(item.is_typed for item in edges.values())
        items = {key: item for key, item in items.items() if key not in edges}
        items[GRAM, " · ".join(key[1] for key in edges)] = rest
    return items


def _joined(items):
    """Return the items as evidence, those that read the same made one."""
    joined = {}
    for (kind, name), item in items.items():
        need, offer = (
            tuple(surface for surface, _ in surfaces.most_common())
            for surfaces in (item.need, item.offer)
        )
        if kind == GRAM:
            offer = offer[:1]  # the word that shares most with it
        term = _readable(kind, name, need, offer)
        share, is_typed = item.share, item.is_typed
        if before := joined.get(term):
            share += before.share
            is_typed |= before.is_typed
            kind = before.kind
            need = tuple(dict.fromkeys(before.need_surfaces + need))
            offer = tuple(dict.fromkeys(before.offer_surfaces + offer))
        joined[term] = Evidence(term, share, kind, need, offer, is_typed)
    return sorted(joined.values(), key=lambda each: (-each.share, each.term))


def _readable(kind, name, need, offer):
    """Return how a person reads a term: a Korean verb in its dictionary form."""
    if kind == CATEGORY:
        return words_of(name)
    if not need or not offer:
        return need[0] if need else name
    if kind == WORD:
        return name if name.endswith("다") and not need[0].endswith("다") else need[0]
    same = need[0].casefold() == offer[0].casefold()
    return need[0] if same else f"{need[0]} ↔ {offer[0]}"
