"""The ranker: TF-IDF over words, word-safe fragments and concepts, exact and explained."""

import hashlib
import json
from dataclasses import asdict
from math import fsum

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.feature_extraction import DictVectorizer
from sklearn.utils.validation import check_is_fitted

from .counting import channel_and_language, count, need_fields, offer_fields, scale
from .evidence import Match
from .explanation import explain, places
from .glossary import load_glossary
from .text import analyser_version
from .weighting import SaturatedTfidf, damped

# Raised whenever terms or weights change in a way that the parameters do not show.
FORMULA = 3
_KEPT_OFFERS = 2_000  # some 100 KB each
_CHUNK = 256  # needs scored at once: 256 x 100,000 offers are 200 MB


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
    offer_ids_ : list of str
        The fitted offers, in the order of `fit`.
    weights_ : CSR matrix of float64, shape (n_terms, n_offers)
        The offers' weights by term, ready for the product; `columns_` are the
        same by offer.

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
        self.offer_ids_ = [offer.id for offer in offers]
        self.places_ = {id_: place for place, id_ in enumerate(self.offer_ids_)}
        if len(self.places_) < len(self.offer_ids_):
            raise ValueError("two offers have the same id")
        self.glossary_ = load_glossary() if self.glossary is None else self.glossary
        # Position of each id in alphabetical order: what decides between equal scores.
        self.order_ = np.argsort(np.argsort(np.array(self.offer_ids_, dtype=object), kind="stable"))
        self.offers_ = list(offers)
        counted = count(
            self.glossary_, [offer_fields(self, offer) for offer in offers], self.category
        )
        self.vectorizer_ = DictVectorizer(dtype=np.float64).fit(counted or [{}])
        names = self.vectorizer_.feature_names_
        self.weighting_ = SaturatedTfidf(self.k1, self.b, self.idf_power)
        counts = self.vectorizer_.transform(counted or [{}])[: len(counted)]
        self.weighting_.fit(
            counts,
            parts=np.array([channel_and_language(name) for name in names], dtype=np.int64).reshape(
                -1, 2
            ),
            scales=np.array([scale(self, name) for name in names]),
        )
        weights = self.weighting_.transform(counts)
        self.columns_ = weights.T.tocsc()
        self.weights_ = self.columns_.tocsr()
        self._kept = {}
        return self

    def __getstate__(self):
        return super().__getstate__() | {"_kept": {}}

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
        if not needs or not self.offer_ids_:
            return np.zeros((len(needs), len(self.offer_ids_)))
        weights, attainable = self.need_weights(needs)
        product = (weights @ self.weights_).toarray()
        return product / np.where(attainable > 0, attainable, 1)[:, None]

    def rank(self, needs, *, top=10, eligible=None):
        """Return the best offers for each need.

        Parameters
        ----------
        needs : sequence of NeedCard
        top : int or None
            How many offers at most; None is all.
        eligible : ndarray of bool, shape (len(needs), n_offers), optional
            False keeps a pair out, however high its score.

        Returns
        -------
        list of list of Match
            One list a need, best first, equal scores by offer id; only scores
            above 0.
        """
        check_is_fitted(self)
        ranked = []
        for start in range(0, len(needs), _CHUNK):
            scores = self.score(needs[start : start + _CHUNK])
            if eligible is not None:
                scores[~eligible[start : start + _CHUNK]] = 0
            ranked += [self._best(row, self.order_, self.offer_ids_, top) for row in scores]
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
        place = self.places_[offer_id]
        if not needs:
            return []
        parts = range(0, len(needs), _CHUNK)
        scores = np.concatenate([self.score(needs[s : s + _CHUNK])[:, place] for s in parts])
        if eligible is not None:
            scores = np.where(eligible, scores, 0)
        ids = [need.id for need in needs]
        order = np.argsort(np.argsort(np.array(ids, dtype=object), kind="stable"))
        return self._best(scores, order, ids, top)

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
        weights, attainable = self.need_weights([need])
        names = self.vectorizer_.feature_names_
        pairs = list(zip(weights.indices.tolist(), weights.data.tolist(), strict=True))
        wanted = places(self.glossary_, need_fields(self, need), touching=True)
        maximum = float(attainable[0])
        explained = []
        for number in numbers:
            column, given = self.offer_terms(number)
            shares = {
                names[term]: weight * column[term] / maximum
                for term, weight in pairs
                if column.get(term, 0.0) > 0
            }
            explained.append(explain(wanted, given, shares, need.category))
        return explained

    def offer_terms(self, number):
        """Return the weights of a fitted offer by term position, and where each term stands.

        Both are kept for the offers that were looked up last.
        """
        found = self._kept.get(number)
        if found is None:
            if len(self._kept) >= _KEPT_OFFERS:
                self._kept.clear()
            start, end = self.columns_.indptr[number : number + 2]
            terms = self.columns_.indices[start:end].tolist()
            column = dict(zip(terms, self.columns_.data[start:end].tolist(), strict=True))
            fields = offer_fields(self, self.offers_[number])
            given = places(self.glossary_, fields, touching=False)
            found = self._kept[number] = column, given
        return found

    def need_weights(self, needs):
        """Return the weights of the needs' known terms and each need's attainable maximum.

        Parameters
        ----------
        needs : sequence of NeedCard

        Returns
        -------
        CSR matrix of float64, shape (len(needs), n_terms)
        ndarray of float64, shape (len(needs),)
        """
        counted = count(self.glossary_, [need_fields(self, need) for need in needs], self.category)
        weights = self.weighting_.need_weights(self.vectorizer_.transform(counted))
        known = weights @ (self.weighting_.idf_ * self.weighting_.scales_)
        vocabulary = self.vectorizer_.vocabulary_
        rarest = self.weighting_.unknown_idf_ ** (1 + self.idf_power)
        unknown = [
            fsum(
                float(damped(count)) * scale(self, term)
                for term, count in sorted(terms.items())
                if term not in vocabulary
            )
            for terms in counted
        ]
        return weights, known + np.array(unknown) * rarest

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

    @staticmethod
    def _best(scores, order, ids, top):
        places = np.flatnonzero(scores > 0)
        if top is not None and top < len(places):
            least = np.partition(scores[places], len(places) - top)[len(places) - top]
            places = places[scores[places] >= least]  # all that tie for the last place
        places = places[np.lexsort((order[places], -scores[places]))][:top]
        return [Match(ids[i], float(scores[i])) for i in places.tolist()]


def _plain(value):
    return sorted(value) if isinstance(value, frozenset) else str(value)
