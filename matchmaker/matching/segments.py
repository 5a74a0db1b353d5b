"""The fitted offers as arrays: a large part that stays, and a small one that takes changes."""

from bisect import bisect_left
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from . import engine
from .engine import Allowed, Found, Postings, best_of
from .masks import GONE, Kinds

MANY = 1_000  # a list longer than this is sorted out of all scores


@dataclass(frozen=True, eq=False)
class Segments:
    """The offers of a ranker; it never changes, `updated` and `merged` return another one.

    Attributes
    ----------
    ids, offers : list
        The offers' ids and cards by place. Places stay until a merge; those of removed
        offers and of earlier texts stay too, but are found no more.
    places : dict of str to int
        Where each living offer is.
    order : ndarray of int64, shape (n_offers,)
        Decides between equal scores: the alphabetical position of each id.
    kind_of : ndarray of int32, shape (n_offers,)
        The kind of each offer in `kinds`; `GONE` if it was removed.
    parts : tuple of Postings
        The large part and, after a change, the small one with the offers that follow.
    """

    ids: list
    offers: list
    places: dict
    order: np.ndarray
    kinds: Kinds
    kind_of: np.ndarray
    parts: tuple

    @classmethod
    def of(cls, offers, weights):
        """Build them from offers with distinct ids and their weights, CSR (n_offers, n_terms)."""
        ids = [offer.id for offer in offers]
        places = {id_: place for place, id_ in enumerate(ids)}
        if len(places) < len(ids):
            raise ValueError("two offers have the same id")
        kinds, kind_of = Kinds().numbered(offers)
        return cls(
            ids, list(offers), places, alphabetical(ids), kinds, kind_of, (Postings.of(weights),)
        )

    @property
    def n_gone(self):
        """How many places are of removed offers and earlier texts."""
        return len(self.ids) - len(self.places)

    @property
    def is_changed(self):
        """Whether there are traces of updates."""
        return len(self.parts) > 1 or self.n_gone > 0

    def updated(self, offers, weights, removed):
        """Return them with offers added, or put in the place of their earlier text, or removed."""
        kinds, added_kinds = self.kinds.numbered(offers)
        places, size = self.places.copy(), len(self.ids)
        new = {offer.id: size + number for number, offer in enumerate(offers)}
        if len(new) < len(offers):
            raise ValueError("two offers have the same id")
        gone = [places.pop(id_) for id_ in removed]
        gone += [places[id_] for id_ in new if id_ in places]
        places.update(new)
        kind_of = np.concatenate([self.kind_of, added_kinds])
        kind_of[gone] = GONE
        small = weights
        if len(self.parts) > 1:
            earlier = self.parts[1].matrix()
            earlier.resize(earlier.shape[0], weights.shape[1])
            small = sp.vstack([earlier, weights], format="csr")
        ids = self.ids + [offer.id for offer in offers]
        return Segments(
            ids,
            self.offers + list(offers),
            places,
            self._order_with(ids[size:]),
            kinds,
            kind_of,
            (self.parts[0], *([Postings.of(small)] if small.shape[0] else [])),
        )

    def merged(self):
        """Return them in one part, without what is gone: faster, with the same scores."""
        n_terms = self.parts[-1].n_terms
        matrices = [part.matrix() for part in self.parts]
        for matrix in matrices:
            matrix.resize(matrix.shape[0], n_terms)
        living = np.flatnonzero(self.kind_of != GONE)
        weights = sp.vstack(matrices, format="csr")[living]
        return Segments.of([self.offers[place] for place in living.tolist()], weights)

    def held(self, first):
        """Return the terms from a position on that living offers hold.

        In the large part also those of offers that are gone: a merge leaves them out.
        """
        large = self.parts[0].starts[first:]
        held = set((first + np.flatnonzero(large[1:] > large[:-1])).tolist())
        for small in self.parts[1:]:
            later = np.flatnonzero(small.row_terms >= first)
            rows = np.searchsorted(small.row_starts.astype(np.int64), later, side="right") - 1
            living = self.kind_of[self.parts[0].n_offers + rows] != GONE
            held.update(small.row_terms[later[living]].tolist())
        return held

    def row(self, place):
        """Return the terms and weights of one offer."""
        part, first = self._part_of(place)
        return part.row(place - first)

    def score(self, needs):
        """Return all scores, float64 of shape (n_needs, n_offers); 0 for what is gone."""
        scores = np.concatenate([engine.score(part, needs) for part in self.parts], axis=1)
        scores[:, self.kind_of == GONE] = 0
        return scores

    def score_one(self, needs, place):
        """Return every need's score for one offer, float64 of shape (n_needs,)."""
        part, first = self._part_of(place)
        return engine.score_one(part, needs, place - first)

    def search(self, needs, top, bits, out=None, *, n_jobs=1):
        """Find each need's best offers; only scores above 0.

        Parameters
        ----------
        needs : engine.Needs
        top : int or None
            None is all.
        bits : tuple of ndarray
            Who may take what, as `Kinds.bits` returns it.
        out : CSR matrix of shape (n_needs, n_offers), optional
            Pairs that are kept out besides.

        Yields
        ------
        list of int, list of float
            One need's places, best first, and their scores.
        """
        if top is None or top > MANY:
            scores = self.score(needs)
            scores[~Allowed.of(*bits, self.kind_of).pairs] = 0
            if out is not None:
                scores[out.nonzero()] = 0
            yield from (best_of(row, self.order, top) for row in scores)
            return
        found, first = [], 0
        for part in self.parts:
            last = first + part.n_offers
            here = None if out is None else out[:, first:last]
            allowed = Allowed.of(*bits, self.kind_of[first:last], here)
            result = engine.search(part, needs, top, allowed, self.order[first:last], n_jobs=n_jobs)
            found.append(result._replace(places=result.places + first))
            first = last
        result = found[0] if len(found) == 1 else self._joined(found, top)
        lists = result.places.tolist(), result.scores.tolist(), result.counts.tolist()
        yield from ((row[:n], values[:n]) for row, values, n in zip(*lists, strict=True))

    def _joined(self, found, top):
        """Return the best of what was found in each part."""
        places, scores, counts, stages = zip(*found, strict=True)
        places, scores = np.concatenate(places, axis=1), np.concatenate(scores, axis=1)
        best = np.lexsort((self.order[places], -scores))[:, :top]
        counts = np.minimum(np.sum(counts, axis=0), best.shape[1])
        places = np.take_along_axis(places, best, axis=1)
        return Found(places, np.take_along_axis(scores, best, axis=1), counts, stages[0])

    def _part_of(self, place):
        first = 0
        for part in self.parts:
            if place < first + part.n_offers:
                return part, first
            first += part.n_offers
        raise IndexError(place)

    def _order_with(self, added):
        """Return the order of all ids when some come to the end: those after them move up."""
        sorted_places = np.empty(len(self.ids), dtype=np.int64)
        sorted_places[self.order] = np.arange(len(self.ids))
        before = np.array(
            [bisect_left(sorted_places, id_, key=self.ids.__getitem__) for id_ in added],
            dtype=np.int64,
        )
        moved = np.searchsorted(np.sort(before), self.order, side="right")
        return np.concatenate([self.order + moved, before + alphabetical(added)])


def alphabetical(ids):
    """Return each id's alphabetical position."""
    return np.argsort(np.argsort(np.array(ids, dtype=object), kind="stable"))
