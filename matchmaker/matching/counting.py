"""From cards to weighted term counts: which parts take part, and what each term counts."""

from dataclasses import dataclass

from .categories import BY_CODE, words_of
from .glossary_files import DICTIONARY_MARK
from .negation import given, wanted
from .text import (
    CATEGORY,
    CATEGORY_MARK,
    CONCEPT,
    CONCEPT_MARK,
    GRAM,
    WORD,
    analyse_all,
    is_hangul,
    kind_of,
)

# What a word of an imported dictionary counts beside a concept of the glossary.
_DICTIONARY = 0.5
_CHANNELS = (WORD, GRAM, CONCEPT, CATEGORY)


@dataclass(frozen=True, slots=True)
class Field:
    """One part of a card: its name, its text, what a word in it counts, and a category code."""

    name: str
    text: str
    weight: float
    code: str | None = None


def need_fields(weights, need):
    """Return the parts of a need that take part in the score; `weights` is the ranker.

    What a need declines, and an offer excludes, takes no part (`negation`).
    """
    return (
        Field("title", wanted(need.title), weights.title),
        Field("body", wanted(need.body), weights.body),
        Field("category", words_of(need.category), weights.category, need.category),
        Field("industry", need.industry_text, weights.industry),
    )


def offer_fields(weights, offer):
    """Return the parts of an offer that take part in the score; `weights` is the ranker."""
    return (
        Field("title", given(offer.title), weights.title),
        Field("body", given(offer.body), weights.body),
        Field("extra", given(offer.extra), weights.body),
        Field("category", words_of(offer.category), weights.category, offer.category),
        Field("eligibility", given(offer.eligibility), weights.eligibility),
        Field("industry", offer.industry_text, weights.industry),
        Field("organisation", offer.organisation, weights.organisation),
    )


def count(glossary, texts, vote):
    """Return the weighted term counts of each text.

    Parameters
    ----------
    glossary : Glossary
    texts : list of sequence of Field
    vote : float
        What a concept counts for the category that it belongs to.

    Returns
    -------
    list of dict of str to float
        Counts > 0 by term.
    """
    analyses = iter(analyse_all([field.text for fields in texts for field in fields]))
    counted = []
    for fields in texts:
        counts = {}
        for each in fields:
            for term, amount in _terms(glossary, each, next(analyses), vote):
                counts[term] = counts.get(term, 0.0) + amount
        counted.append(counts)
    return counted


def _terms(glossary, part, analysis, vote):
    """Yield (term, amount) for every term of one analysed part, as often as it stands there."""
    if not part.weight:
        return
    for token in analysis.words:
        yield token.term, part.weight
    for term, _, _ in analysis.grams():
        yield term, part.weight
    for found in glossary.find(analysis):
        yield CONCEPT_MARK + found.concept, part.weight
        if vote and (category := glossary.categories.get(found.concept)):
            yield CATEGORY_MARK + category, part.weight * vote
    if part.code in BY_CODE:
        yield CATEGORY_MARK + part.code, part.weight


def scale(weights, term):
    """Return what a term of this kind counts beside a typed word; `weights` is the ranker."""
    kind = kind_of(term)
    if kind == GRAM:
        return weights.grams if is_hangul(term) else weights.latin_grams
    if kind == CONCEPT:
        from_dictionary = term.startswith(CONCEPT_MARK + DICTIONARY_MARK)
        return weights.concepts * (_DICTIONARY if from_dictionary else 1)
    return 1.0


def channel_and_language(term):
    """Return the channel of a term and whether it is written in Hangul, as two numbers."""
    return _CHANNELS.index(kind_of(term)), int(is_hangul(term))
