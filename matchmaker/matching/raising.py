"""What would raise a score: the concepts that fitting texts share and this one lacks."""

from collections import Counter, defaultdict
from dataclasses import dataclass

from .text import CONCEPT_MARK, is_hangul

MOST = 3
LEAST_SHARING = 2  # what a single text says may be its own matter


@dataclass(frozen=True, slots=True)
class Missing:
    """One concept that is missing.

    Attributes
    ----------
    labels : tuple of str
        What the glossary calls it in Korean and in English, where it has both.
    shared_by : int
        How many of them do.
    gain : float
        By how much their scores would rise in the mean if it were said once, > 0.
    """

    labels: tuple[str, ...]
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
        The largest gain first, equal gains by concept.

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
    return _best(ranker, gains, {term: len(held) for term, held in shared.items()}, most)


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
    return _best(ranker, gains, shared, most)


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


def _best(ranker, gains, shared, most):
    """Return the terms that raise the scores most."""
    vectors = ranker.vectors_
    raising = [term for term in shared if gains[term] > 0]
    raising.sort(key=lambda term: (-gains[term], vectors.vocabulary[term]))
    return [Missing(_labels(vectors, term), shared[term], gains[term]) for term in raising[:most]]


def _labels(vectors, term):
    """Return the first Korean and the first English term of a concept, which are preferred."""
    terms = vectors.glossary.concepts[vectors.vocabulary[term].removeprefix(CONCEPT_MARK)]
    korean, english = (
        next((each for each in terms if is_hangul(each) == wanted), None)
        for wanted in (True, False)
    )
    return tuple(filter(None, (korean, english)))
