"""What a fitted ranker answers: scores, ranked lists in both directions, and why."""

import numpy as np
from sklearn.utils.validation import check_is_fitted

from .engine import best_of
from .evidence import Match
from .masks import shut
from .segments import alphabetical

_CHUNK = 256  # needs weighed at once; all scores of 256 needs and 100,000 offers are 200 MB


class Answers:
    """The questions; `vectors_`, `segments_` and `_explainer` are what `fit` has made."""

    # The offers by place, in the order of `fit`; `places_` says where each living one is, and
    # `order_` its alphabetical position, which decides between equal scores.
    offer_ids_ = property(lambda self: self.segments_.ids)
    offers_ = property(lambda self: self.segments_.offers)
    places_ = property(lambda self: self.segments_.places)
    order_ = property(lambda self: self.segments_.order)

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

    def weigh(self, needs, counts=None):
        """Return many needs as `score_for` takes them; worth keeping, since texts are read.

        `counts` is what `count_needs` gave for them, if it is known.
        """
        check_is_fitted(self)
        return self.vectors_.of_needs(needs, counts)

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
            bits = (kinds.bits if by_rules else kinds.open_bits)(needs[part])
            for places, scores in segments.search(weights, top, bits, out, n_jobs=n_jobs):
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
