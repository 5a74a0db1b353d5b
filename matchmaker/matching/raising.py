"""What would raise a score: the concepts that fitting texts share and this one lacks."""

from collections import Counter, defaultdict
from dataclasses import dataclass

from .counting import need_fields, offer_fields
from .explanation import places
from .text import CONCEPT_MARK

MOST = 3
LEAST_SHARING = 2  # what a single text says may be its own matter


@dataclass(frozen=True, slots=True)
class Missing:
    """One concept that is missing.

    Attributes
    ----------
    surfaces : tuple of str
        How the fitting texts write it, the commonest first.
    shared_by : int
        How many of them do.
    gain : float
        By how much their scores would rise in the mean if it were said once, > 0.
    """

    surfaces: tuple[str, ...]
    shared_by: int
    gain: float


def missing_from_need(ranker, need, offer_ids, *, most=MOST):
    """Return what a need could add, if it is true, to find its fitting offers more surely.

    Parameters
    ----------
    ranker : TfidfRanker
        Fitted.
    need : NeedCard
    offer_ids : sequence of str
        The fitted offers that fit it.
    most : int

    Returns
    -------
    list of Missing
        The largest gain first, equal gains by the first surface.

    Notes
    -----
    A term that is added also raises what the need could attain, for all offers alike; so the
    gain counts the offers that lack it too, with what they would lose.
    """
    numbers = [ranker.places_[id_] for id_ in offer_ids]
    weighed = ranker.weigh([need])
    own, attainable = set(weighed.terms.tolist()), float(weighed.attainable[0])
    found = defaultdict(dict)
    for number in numbers:
        for term, weight in _concepts(ranker, number):
            if term not in own:
                found[term][number] = weight
    shared = {term: held for term, held in found.items() if len(held) >= LEAST_SHARING}
    if not shared:
        return []
    scores = {n: float(ranker.segments_.score_one(weighed, n)[0]) for n in numbers}
    terms, weighting = sorted(shared), ranker.vectors_.weighting
    said_once = _once(terms, len(ranker.vectors_.vocabulary))
    weights = dict(zip(terms, weighting.need_weights(said_once).data.tolist(), strict=True))
    gains = {}
    for term in terms:
        most_possible = float(weighting.idf_[term] * weighting.scales_[term])
        whole = attainable + weights[term] * most_possible
        rises = [
            (scores[n] * attainable + weights[term] * shared[term].get(n, 0.0)) / whole - scores[n]
            for n in numbers
        ]
        gains[term] = sum(rises) / len(rises)
    surfaces = _written(ranker, numbers, shared)
    return _best(ranker, gains, {term: len(held) for term, held in shared.items()}, surfaces, most)


def missing_from_offer(ranker, offer_id, needs, *, most=MOST):
    """Return what an offer could add, if it is true, to answer the needs that fit it better.

    Parameters
    ----------
    ranker : TfidfRanker
        Fitted.
    offer_id : str
        A fitted offer.
    needs : sequence of NeedCard
        The needs that fit it.
    most : int

    Returns
    -------
    list of Missing
        The largest gain first. The gain is that of an offer of mean length.
    """
    vectors = ranker.vectors_
    weighed = ranker.weigh(needs)
    own = set(ranker.segments_.row(ranker.places_[offer_id])[0].tolist())
    weighting, held, gains = vectors.weighting, Counter(), Counter()
    for row in range(len(needs)):
        part = slice(int(weighed.starts[row]), int(weighed.starts[row + 1]))
        for term, weight in zip(
            weighed.terms[part].tolist(), weighed.weights[part].tolist(), strict=True
        ):
            if term not in own and _is_help(vectors, term):
                once = float(weighting.idf_[term] * weighting.scales_[term]) / (1 + weighting.k1)
                held[term] += 1
                gains[term] += weight * once / float(weighed.attainable[row]) / len(needs)
    shared = {term: n for term, n in held.items() if n >= LEAST_SHARING}
    surfaces = defaultdict(Counter)
    for need in needs:
        _note(surfaces, places_of_need(ranker, need), shared, vectors.vocabulary)
    return _best(ranker, gains, shared, surfaces, most)


def places_of_need(ranker, need):
    """Return where each term of a need stands (see `explanation.places`)."""
    vectors = ranker.vectors_
    return places(vectors.glossary, need_fields(vectors.settings, need), touching=False)


def _concepts(ranker, number):
    """Yield (term, weight) of each concept of an offer that belongs to a kind of help."""
    terms, values = ranker.segments_.row(number)
    for term, value in zip(terms.tolist(), values.tolist(), strict=True):
        if _is_help(ranker.vectors_, term):
            yield term, value


def _is_help(vectors, term):
    """Say whether a term is a concept that belongs to a kind of help; others advise nothing."""
    name = vectors.vocabulary[term]
    concept = name.removeprefix(CONCEPT_MARK)
    return name.startswith(CONCEPT_MARK) and bool(vectors.glossary.categories.get(concept))


def _once(terms, n_terms):
    """Return counts of a text in which each term stands once, CSR (1, n_terms)."""
    import numpy as np  # heavy: only what ranks pays for it, not each command and each start
    import scipy.sparse as sp

    return sp.csr_array(
        (np.ones(len(terms)), np.array(terms), np.array([0, len(terms)])), shape=(1, n_terms)
    )


def _written(ranker, numbers, terms):
    """Return how the offers write each term, by term."""
    vectors, surfaces = ranker.vectors_, defaultdict(Counter)
    for number in numbers:
        fields = offer_fields(vectors.settings, ranker.offers_[number])
        given = places(vectors.glossary, fields, touching=False)
        _note(surfaces, given, terms, vectors.vocabulary)
    return surfaces


def _note(surfaces, given, terms, vocabulary):
    for term in terms:
        for surface in {place.surface for place in given.get(vocabulary[term], ())} - {""}:
            surfaces[term][surface] += 1


def _best(ranker, gains, shared, surfaces, most):
    """Return the terms that raise the scores, those that are written the same made one."""
    found, seen = [], set()
    for term in sorted(shared, key=lambda term: (-gains[term], ranker.vectors_.vocabulary[term])):
        written = tuple(surface for surface, _ in surfaces[term].most_common())
        if gains[term] > 0 and written and not seen & set(written):
            seen.update(written)
            found.append(Missing(written, shared[term], gains[term]))
    return found[:most]
