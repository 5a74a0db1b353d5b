"""From cards to weights: the vocabulary, the weighting and the two sides of the product."""

from dataclasses import dataclass, replace
from itertools import pairwise
from math import fsum
from types import SimpleNamespace

import numpy as np
import scipy.sparse as sp

from .counting import channel_and_language, count, need_fields, offer_fields, scale
from .engine import Needs
from .glossary import Glossary
from .tally import Tally
from .vocabulary import Vocabulary
from .weighting import SaturatedTfidf, damped

_AT_ONCE = 500  # texts whose analyses are held


@dataclass(frozen=True, eq=False)
class Vectors:
    """What turns cards into weights; it never changes, `extended` returns another one.

    Attributes
    ----------
    settings : SimpleNamespace
        The parameters of the ranker.
    glossary : Glossary
    vocabulary : Vocabulary
        The terms of the offers.
    weighting : SaturatedTfidf
        What was learned about them. Another weighting needs the same methods.
    """

    settings: SimpleNamespace
    glossary: Glossary
    vocabulary: Vocabulary
    weighting: SaturatedTfidf

    @classmethod
    def fit(cls, settings, glossary, offers, counts=None):
        """Learn from offers; return the vectors and the offers' weights.

        Parameters
        ----------
        settings : SimpleNamespace
        glossary : Glossary
        offers : sequence of OfferCard
        counts : iterable of dict of str to float, optional
            The offers' counts, if they are known (`count_offers`); no text is read then.

        Returns
        -------
        Vectors
        CSR matrix of float32, shape (len(offers), n_terms)
        """
        tally = Tally()
        for each in count_offers(settings, glossary, offers) if counts is None else counts:
            tally.add(each)
        vocabulary, counts = tally.counted()
        weighting = SaturatedTfidf(settings.k1, settings.b, settings.idf_power)
        names = [vocabulary[place] for place in range(len(vocabulary))]
        weighting.fit(counts, **_facts(settings, names))
        weights = _rounded(weighting.transform(counts))
        return cls(settings, glossary, vocabulary, weighting), weights

    def extended(self, offers, counts=None):
        """Return vectors that know the offers' terms too, with nothing learned anew, and weights.

        Parameters
        ----------
        offers, counts
            As for `fit`.

        Returns
        -------
        Vectors
        CSR matrix of float32, shape (len(offers), n_terms)
        """
        if counts is None:
            counts = count_offers(self.settings, self.glossary, offers)
        counted = list(counts)
        known = len(self.vocabulary)
        vocabulary = self.vocabulary.extended(term for counts in counted for term in counts)
        names = [vocabulary[place] for place in range(known, len(vocabulary))]
        weighting = self.weighting
        if names:
            weighting = weighting.extended(**_facts(self.settings, names))
        weights = _rounded(weighting.transform(_counts(vocabulary, counted)))
        return Vectors(self.settings, self.glossary, vocabulary, weighting), weights

    @property
    def n_learned(self):
        """How many terms `fit` has learned; those of later offers follow."""
        return len(self.vocabulary.homes)

    @property
    def fit_id(self):
        """The same object for all that go back to one fit by updates, and for no others."""
        return self.vocabulary.homes

    def knowing(self, held):
        """Return vectors to which those later terms are unknown whose positions are not held."""
        vocabulary = self.vocabulary.knowing(held)
        return self if vocabulary is self.vocabulary else replace(self, vocabulary=vocabulary)

    def of_needs(self, needs, counts=None):
        """Return the weights of the needs' known terms and each need's attainable maximum.

        Parameters
        ----------
        needs : sequence of NeedCard
        counts : iterable of dict of str to float, optional
            The needs' counts, if they are known (`count_needs`); no text is read then.

        Returns
        -------
        engine.Needs
        """
        if counts is None:
            counts = count_needs(self.settings, self.glossary, needs)
        tally = Tally()
        for each in counts:
            tally.add(each)
        return self.of_tally(*tally.arrays(), *self.looked_up(list(tally.numbers)))

    def looked_up(self, terms):
        """Return where each term is in the vocabulary (-1: unknown), int64, and its scale."""
        scales = np.array([scale(self.settings, term) for term in terms], dtype=np.float64)
        return self.vocabulary.positions(terms), scales

    def of_tally(self, columns, amounts, starts, positions, scales):
        """Return what `of_needs` does.

        Parameters
        ----------
        columns, amounts, starts
            As `Tally.arrays` returns them.
        positions, scales
            As `looked_up` returns them, of all numbered terms.
        """
        places = positions[columns]
        known = places >= 0
        before = np.concatenate([[0], np.cumsum(known)])[starts]  # known terms before each need
        counts = sp.csr_array(
            (amounts[known], places[known], before), shape=(len(starts) - 1, len(self.vocabulary))
        )
        counts.sort_indices()
        weights, weighting = self.weighting.need_weights(counts), self.weighting
        most = weighting.idf_[counts.indices] * weighting.scales_[counts.indices]
        products = (weights.data * most).tolist()
        power = 1 + self.settings.idf_power
        rarity = self.settings.unknown * weighting.unknown_idf_**power
        unknown = (damped(amounts[~known]) * scales[columns[~known]] * rarity).tolist()
        attainable = np.ones(len(starts) - 1)
        bounds = zip(before.tolist(), (starts - before).tolist(), strict=True)
        for row, ((known_from, from_), (known_to, to)) in enumerate(pairwise(bounds)):
            if terms := products[known_from:known_to] + unknown[from_:to]:
                # Exactly rounded, so it does not matter which terms are known since when.
                # Words that count for nothing leave nothing to divide by.
                attainable[row] = fsum(terms) or 1.0
        indices = counts.indices.astype(np.uint32)
        return Needs(before.astype(np.int64), indices, weights.data, attainable)


def count_offers(settings, glossary, offers):
    """Yield each offer's term counts, a dict of str to float, texts read some at a time."""
    yield from _count(settings, glossary, offers, offer_fields)


def count_needs(settings, glossary, needs):
    """Yield each need's term counts, as `count_offers` does."""
    yield from _count(settings, glossary, needs, need_fields)


def _count(settings, glossary, cards, fields_of):
    for start in range(0, len(cards), _AT_ONCE):
        fields = [fields_of(settings, card) for card in cards[start : start + _AT_ONCE]]
        yield from count(glossary, fields, settings.category)


def _counts(vocabulary, counted):
    """Return counts by term as a CSR matrix over the vocabulary; unknown terms are left out."""
    rows = np.repeat(np.arange(len(counted)), [len(terms) for terms in counted])
    columns = vocabulary.positions([term for terms in counted for term in terms])
    data = np.array([n for terms in counted for n in terms.values()], dtype=np.float64)
    known = columns >= 0
    counts = sp.csr_array(
        (data[known], (rows[known], columns[known])), shape=(len(counted), len(vocabulary))
    )
    counts.sort_indices()
    return counts


def _facts(settings, names):
    """Return what the weighting needs to know about terms."""
    parts = np.array([channel_and_language(name) for name in names], dtype=np.int64)
    scales = np.array([scale(settings, name) for name in names], dtype=np.float64)
    return {"parts": parts.reshape(-1, 2), "scales": scales}


def _rounded(weights):
    """Return offers' weights in float32, never more than they were, so that scores stay below 1."""
    data = weights.data.astype(np.float32)
    over = data > weights.data
    data[over] = np.nextafter(data[over], np.float32(0))
    return sp.csr_array((data, weights.indices, weights.indptr), shape=weights.shape)
