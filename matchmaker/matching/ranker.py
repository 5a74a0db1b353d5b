"""The ranker: TF-IDF over words, word-safe fragments and concepts, exact and explained."""

import hashlib
import json
from copy import copy
from dataclasses import asdict
from types import SimpleNamespace

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from .engine import best_of
from .evidence import Match
from .explainer import Explainer
from .glossary_files import load_glossary
from .masks import shut
from .segments import Segments, alphabetical
from .text import analyser_version
from .vectors import Vectors

# Raised whenever terms or weights change in a way that the parameters do not show.
FORMULA = 3
_CHUNK = 256  # needs weighed at once; all scores of 256 needs and 100,000 offers are 200 MB


class TfidfRanker(BaseEstimator):
    """Rank offers for needs, and needs for an offer.

    Parameters
    ----------
    glossary : Glossary, optional
        Without one, the glossary that ships with the product.
    title, body, category, industry, eligibility, organisation : float
        What a word counts in each field; `category` is also what each concept
        adds to the kind of help that it belongs to.
    grams, latin_grams, concepts : float
        What a Korean fragment, a Latin one and a concept count beside a typed word.
    k1, b, idf_power : float
        See `weighting.SaturatedTfidf`.

    Attributes
    ----------
    vectors_ : Vectors
        The vocabulary and the weighting.
    segments_ : Segments
        The offers: ids, cards, rules and weights (float32) as posting lists.

    Notes
    -----
    The score of a pair is ``sum(need weight * offer weight)`` over shared
    terms, divided by what the need could attain at most: the same sum with
    the largest weight that any offer could give each term, terms that no offer
    knows included. It reads "share of what the need says that this offer
    answers", lies in [0, 1), and does not depend on the other needs.
    """

    def __init__(
        self,
        glossary=None,
        *,
        title=2.0,
        body=1.0,
        category=0.5,
        industry=0.5,
        eligibility=1.0,
        organisation=0.5,
        grams=0.2,
        latin_grams=0.1,
        concepts=0.8,
        k1=1.2,
        b=0.75,
        idf_power=0.5,
    ):
        self.glossary = glossary
        self.title = title
        self.body = body
        self.category = category
        self.industry = industry
        self.eligibility = eligibility
        self.organisation = organisation
        self.grams = grams
        self.latin_grams = latin_grams
        self.concepts = concepts
        self.k1 = k1
        self.b = b
        self.idf_power = idf_power

    def fit(self, offers):
        """Learn the offers.

        Parameters
        ----------
        offers : sequence of OfferCard
            With distinct ids; may be empty.

        Returns
        -------
        TfidfRanker
            The ranker itself.

        Raises
        ------
        ValueError
            If two offers have the same id.
        """
        glossary = load_glossary() if self.glossary is None else self.glossary
        settings = SimpleNamespace(**self.get_params(deep=False) | {"glossary": None})
        self.vectors_, weights = Vectors.fit(settings, glossary, offers)
        self.segments_ = Segments.of(offers, weights)
        self._explainer = Explainer(self.vectors_, self.segments_)
        return self

    def update(self, added=(), removed=()):
        """Return a ranker that also knows new offers and new texts of known ones, at once.

        Parameters
        ----------
        added : sequence of OfferCard
            With distinct ids. One that is known takes the place of its earlier text.
        removed : iterable of str
            Ids of offers that are found no more.

        Returns
        -------
        TfidfRanker
            Another one that shares what has not changed. This one stays as it is, so
            whoever is ranking with it is not disturbed.

        Raises
        ------
        KeyError
            If an id in `removed` is not known.
        ValueError
            If two of `added` have the same id.

        Notes
        -----
        Rarity and mean lengths stay as `fit` learned them, and a term that is new is as
        rare as one that no offer holds; scores are those of a ranker that was fitted with
        these statistics. Stale rarity is harmless (docs/ranking.md); the next `fit` learns
        anew. Updates are fast while they are few: `merge` when `segments_.n_gone` or the
        second of `segments_.parts` has grown.
        """
        check_is_fitted(self)
        new, added = copy(self), list(added)
        new.vectors_, weights = self.vectors_.extended(added)
        new.segments_ = self.segments_.updated(added, weights, removed)
        new._explainer = Explainer(new.vectors_, new.segments_)
        return new

    def merge(self):
        """Return a ranker with the same offers and scores, without the traces of updates."""
        check_is_fitted(self)
        new = copy(self)
        new.segments_ = self.segments_.merged()
        new._explainer = Explainer(new.vectors_, new.segments_)
        return new

    @property
    def offer_ids_(self):
        """The fitted offers' ids by place, in the order of `fit`."""
        return self.segments_.ids

    @property
    def offers_(self):
        """The fitted offers' cards by place."""
        return self.segments_.offers

    @property
    def places_(self):
        """The place of each offer by id."""
        return self.segments_.places

    @property
    def order_(self):
        """The alphabetical position of each id: what decides between equal scores."""
        return self.segments_.order

    def score(self, needs):
        """Return how well each offer answers each need.

        Parameters
        ----------
        needs : sequence of NeedCard

        Returns
        -------
        ndarray of float64, shape (len(needs), n_offers)
            In [0, 1); 0 where nothing is shared. Columns in the order of `fit`.

        Raises
        ------
        sklearn.exceptions.NotFittedError
            If `fit` has not been called.
        """
        check_is_fitted(self)
        return self.segments_.score(self.vectors_.of_needs(needs))

    def allowed(self, need):
        """Return which offers a need may take by their criteria, bool of shape (n_offers,)."""
        check_is_fitted(self)
        table, _ = self.segments_.kinds.table([need])
        return table[0, self.segments_.kind_of].astype(bool)

    def weigh(self, needs):
        """Return many needs as `score_for` takes them; worth keeping, since texts are read."""
        check_is_fitted(self)
        return self.vectors_.of_needs(needs)

    def score_for(self, offer_id, weighed):
        """Return how well one offer answers needs that `weigh` returned, float64 (n_needs,).

        Raises
        ------
        KeyError
            If the offer was not fitted.
        """
        return self.segments_.score_one(weighed, self.places_[offer_id])

    def rank(self, needs, *, top=10, eligible=None, by_rules=False, without=None, n_jobs=1):
        """Return the best offers for each need.

        Parameters
        ----------
        needs : sequence of NeedCard
        top : int or None
            How many offers at most; None is all.
        eligible : ndarray of bool, shape (len(needs), n_offers) or (n_offers,), optional
            False keeps a pair, or an offer, out, however high its score.
        by_rules : bool
            Whether offers whose criteria a need does not meet (`eligibility`) are kept
            out; the same as `eligible=mask(needs, offers)` without that memory.
        without : sequence of collection of str, optional
            For each need the ids of offers that are kept out, such as those already met.
        n_jobs : int
            Threads of the engine. The result is the same for every number.

        Returns
        -------
        list of list of Match
            One list a need, best first, equal scores by offer id; only scores
            above 0.
        """
        check_is_fitted(self)
        segments, ranked = self.segments_, []
        kinds = segments.kinds
        for start in range(0, len(needs), _CHUNK):
            part = slice(start, start + _CHUNK)
            weights = self.vectors_.of_needs(needs[part])
            out = shut(segments, eligible, without, range(len(needs))[part])
            table = (kinds.table if by_rules else kinds.open_to)(needs[part])
            for places, scores in segments.search(weights, top, table, out, n_jobs=n_jobs):
                ids = [segments.ids[place] for place in places]
                ranked.append(list(map(Match, ids, scores)))
        return ranked

    def rank_needs(self, needs, offer_id, *, top=None, eligible=None):
        """Return the needs that one offer answers best.

        Parameters
        ----------
        needs : sequence of NeedCard
        offer_id : str
        top : int or None
            How many needs at most; None is all.
        eligible : ndarray of bool, shape (len(needs),), optional

        Returns
        -------
        list of Match
            Best first, equal scores by need id; only scores above 0.

        Raises
        ------
        KeyError
            If the offer was not fitted.
        """
        check_is_fitted(self)
        parts = [
            self.score_for(offer_id, self.weigh(needs[start : start + _CHUNK]))
            for start in range(0, len(needs), _CHUNK)
        ]
        scores = np.concatenate([*parts, np.zeros(0)])
        if eligible is not None:
            scores = np.where(eligible, scores, 0)
        ids = [need.id for need in needs]
        places, scores = best_of(scores, alphabetical(ids), top)
        return [Match(ids[place], score) for place, score in zip(places, scores, strict=True)]

    def explain(self, need, offer):
        """Return the terms that make up the score of one pair, the heaviest first.

        Parameters
        ----------
        need : NeedCard
        offer : OfferCard or str
            A fitted offer or its id; always the fitted text is explained.

        Returns
        -------
        list of Evidence
            Shares add up to the score (to 1e-12). Fragments and concepts that
            say no more than a shared word are part of that word.

        Raises
        ------
        KeyError
            If the offer was not fitted.
        """
        return self.explain_all(need, [offer])[0]

    def explain_all(self, need, offers):
        """Return what `explain` returns for each of several offers; the need is weighed once."""
        check_is_fitted(self)
        numbers = [self.places_[each if isinstance(each, str) else each.id] for each in offers]
        return self._explainer.explain(need, numbers)

    @property
    def version(self):
        """A hash of everything that decides a score besides the texts themselves."""
        glossary = load_glossary() if self.glossary is None else self.glossary
        parameters = {k: v for k, v in self.get_params(deep=False).items() if k != "glossary"}
        parts = [FORMULA, parameters, glossary.version, analyser_version()]
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]

    def input_hash(self, need, offer):
        """Return a hash of the version and of all facts of both cards."""
        parts = [self.version, asdict(need), asdict(offer)]
        text = json.dumps(parts, sort_keys=True, ensure_ascii=True, default=_plain)
        return hashlib.sha256(text.encode()).hexdigest()


def _plain(value):
    return sorted(value) if isinstance(value, frozenset) else str(value)
