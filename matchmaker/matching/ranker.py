"""The ranker: TF-IDF over words, word-safe fragments and concepts, exact and explained."""

import hashlib
import json
from copy import copy
from dataclasses import asdict
from types import SimpleNamespace

from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from . import store
from .answers import Answers
from .explainer import Explainer
from .glossary_files import load_glossary
from .segments import Segments
from .text import analyser_version
from .vectors import Vectors, count_needs, count_offers

# Raised whenever terms or weights change in a way that the parameters do not show.
FORMULA = 4
_COUNTING = ("title", "body", "category", "industry", "eligibility", "organisation")


class TfidfRanker(Answers, BaseEstimator):
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
    unknown : float
        What a word of a need that no offer knows adds to what could be attained,
        beside one that an offer knows; in [0, 1].

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
    knows included at a part of it. It reads "share of what the need says that this offer
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
        grams=0.15,
        latin_grams=0.1,
        concepts=0.9,
        k1=1.2,
        b=0.5,
        idf_power=0.5,
        unknown=0.35,
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
        self.unknown = unknown

    def fit(self, offers, counts=None):
        """Learn the offers.

        Parameters
        ----------
        offers : sequence of OfferCard
            With distinct ids; may be empty.
        counts : iterable of dict of str to float, optional
            What `count_offers` gave for them, perhaps long ago; no text is read then, and
            the ranker is the same to the last bit.

        Returns
        -------
        TfidfRanker
            The ranker itself.

        Raises
        ------
        ValueError
            If two offers have the same id.
        """
        vectors, weights = Vectors.fit(self._settings(), self._glossary(), offers, counts)
        return self._with(vectors, Segments.of(offers, weights))

    def count_offers(self, offers):
        """Yield each offer's term counts; worth keeping, since reading texts takes the time.

        They hold as long as `counting_version` does. The ranker need not be fitted.
        """
        return count_offers(self._settings(), self._glossary(), offers)

    def count_needs(self, needs):
        """Yield each need's term counts, as `count_offers` does."""
        return count_needs(self._settings(), self._glossary(), needs)

    def _settings(self):
        return SimpleNamespace(**self.get_params(deep=False) | {"glossary": None})

    def _glossary(self):
        return load_glossary() if self.glossary is None else self.glossary

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
        rare as one that no offer holds. A new term that no offer holds any more is unknown
        again, so only the offers there are now decide, not what they said in between.
        Scores are those of a ranker that was fitted with these statistics. Stale rarity is
        harmless (docs/ranking.md); the next `fit` learns anew. Updates are fast while they
        are few: `merge` when thousands have come together.
        """
        check_is_fitted(self)
        added = list(added)
        vectors, weights = self.vectors_.extended(added)
        segments = self.segments_.updated(added, weights, removed)
        return copy(self)._with(vectors.knowing(segments.held(vectors.n_learned)), segments)

    def merge(self):
        """Return a ranker with the same offers and scores, without the traces of updates."""
        check_is_fitted(self)
        return copy(self)._with(self.vectors_, self.segments_.merged())

    def save(self, path, note=None):
        """Keep the fitted ranker in a file, which appears whole or stays as it was.

        `note`, of the kinds that JSON has, is kept with it; it is `note_` after loading.
        """
        check_is_fitted(self)
        whole = self.merge() if self.segments_.is_changed else self
        parameters = self.get_params(deep=False) | {"glossary": None}
        store.save(path, self.version, parameters, whole.vectors_, whole.segments_, note)

    @classmethod
    def load(cls, path, glossary=None):
        """Return a ranker that was kept; its arrays are mapped, so processes share them.

        Raises
        ------
        store.UnusableIndex
            If the file is missing, damaged or of another version, glossaries included.
        """
        whole = load_glossary() if glossary is None else glossary

        def version_of(parameters):
            return cls(**parameters | {"glossary": whole}).version

        parameters, vectors, segments, note = store.load(path, version_of, whole)
        ranker = cls(**parameters | {"glossary": glossary})._with(vectors, segments)
        ranker.note_ = note
        return ranker

    def _with(self, vectors, segments):
        self.vectors_, self.segments_ = vectors, segments
        self._explainer = Explainer(vectors, segments)
        return self

    @property
    def version(self):
        """A hash of everything that decides a score besides the texts themselves."""
        parameters = {k: v for k, v in self.get_params(deep=False).items() if k != "glossary"}
        return self._version(parameters)

    @property
    def counting_version(self):
        """A hash of everything that decides term counts besides the texts themselves."""
        return self._version({name: getattr(self, name) for name in _COUNTING})

    def _version(self, parameters):
        parts = [FORMULA, parameters, self._glossary().version, analyser_version()]
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]

    def input_hash(self, need, offer):
        """Return a hash of the version and of all facts of both cards."""
        parts = [self.version, asdict(need), asdict(offer)]
        text = json.dumps(parts, sort_keys=True, ensure_ascii=True, default=_plain)
        return hashlib.sha256(text.encode()).hexdigest()


def _plain(value):
    return sorted(value) if isinstance(value, frozenset) else str(value)
