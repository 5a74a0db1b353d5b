"""Many needs as a ranker weighs them, kept in step with the needs and with the ranker."""

from typing import NamedTuple

import numpy as np

from .engine import Needs
from .tally import Tally

_MOST_UNUSED = 4  # so many times as many terms as were used last are numbered anew


class _Said(NamedTuple):
    """What one need says: the numbers of its terms, int32, and their counts, float64."""

    columns: np.ndarray
    amounts: np.ndarray


class _Row(NamedTuple):
    """One need's part of `engine.Needs`."""

    terms: np.ndarray
    weights: np.ndarray
    attainable: float


class WeighedNeeds:
    """The needs of a market; it never changes, `moved` returns another one.

    Only what has changed is read and weighed again: new needs and new texts, and needs with a
    term that a change of the offers has made known or unknown. After another fit all needs
    are weighed, but none is read.

    Attributes
    ----------
    cards : dict of (any) to NeedCard
    needs : engine.Needs
        What ``ranker.weigh(list(cards.values()))`` returns, to the last bit.
    """

    def __init__(self):
        self.cards, self.needs = {}, _stacked([])
        self._vectors = None
        self._said, self._rows = {}, {}
        self._numbers, self._used = {}, 0  # term → number; it only grows, so several share it
        self._positions, self._scales = np.zeros(0, np.int64), np.zeros(0)

    def moved(self, ranker, cards, count):
        """Return the needs as they are now.

        Parameters
        ----------
        ranker : TfidfRanker
        cards : dict of (any) to NeedCard
        count : callable
            Returns the term counts of a list of cards, as `TfidfRanker.count_needs` does.
        """
        new = WeighedNeeds()
        new.cards, new._vectors = dict(cards), ranker.vectors_
        new._numbers, new._used = self._numbers, self._used
        known = self.cards
        unread = {
            key
            for key, card in cards.items()
            if (before := known.get(key)) is not card and before != card
        }
        read = _read([cards[key] for key in cards if key in unread], count, new._numbers)
        said = dict(zip((key for key in cards if key in unread), read, strict=True))
        new._said = {key: said.get(key) or self._said[key] for key in cards}
        changed = new._look_up(self)
        stale = set(cards) if changed is None else unread | new._holding(changed)
        rows = new._weighed([key for key in cards if key in stale])
        new._rows = {key: rows.get(key) or self._rows[key] for key in cards}
        new.needs = _stacked(new._rows.values())
        return new

    def _look_up(self, before):
        """Find where the terms are; return the numbers of those that moved, None if all may."""
        vectors, earlier = self._vectors, before._vectors
        positions, scales, changed = before._positions, before._scales, []
        if earlier is None or vectors.fit_id is not earlier.fit_id:
            positions, scales, changed = positions[:0], scales[:0], None
            self._renumber()
        else:
            later = vectors.vocabulary.later
            moved = dict(later.items() ^ earlier.vocabulary.later.items())
            terms = [term for term in moved if term in self._numbers]
            changed = [self._numbers[term] for term in terms]
            changed = [number for number in changed if number < len(positions)]
            positions = positions.copy()
            for term in terms:
                if self._numbers[term] < len(positions):
                    positions[self._numbers[term]] = later.get(term, -1)
        new_positions, new_scales = vectors.looked_up(list(self._numbers)[len(positions) :])
        self._positions = np.concatenate([positions, new_positions])
        self._scales = np.concatenate([scales, new_scales])
        return changed

    def _renumber(self):
        """Let go of terms that no need holds any more, if there are many."""
        if len(self._numbers) < _MOST_UNUSED * self._used:
            return
        columns = [said.columns for said in self._said.values()]
        used = np.unique(np.concatenate([np.zeros(0, np.int32), *columns]))
        places = np.zeros(len(self._numbers), dtype=np.int32)
        places[used] = np.arange(len(used), dtype=np.int32)
        terms = list(self._numbers)
        self._numbers = {terms[number]: place for place, number in enumerate(used.tolist())}
        self._used = max(len(used), 1)
        self._said = {
            key: said._replace(columns=places[said.columns]) for key, said in self._said.items()
        }

    def _holding(self, numbers):
        """Return the keys of the needs that hold one of these terms."""
        if not numbers:
            return set()
        columns, _, starts = self._gathered(list(self._said))
        looked_for = np.zeros(len(self._numbers), dtype=bool)
        looked_for[numbers] = True
        rows = np.searchsorted(starts, np.flatnonzero(looked_for[columns]), side="right") - 1
        keys = list(self._said)
        return {keys[row] for row in set(rows.tolist())}

    def _weighed(self, keys):
        """Return the rows of some needs."""
        columns, amounts, starts = self._gathered(keys)
        needs = self._vectors.of_tally(columns, amounts, starts, self._positions, self._scales)
        starts, attainable = needs.starts.tolist(), needs.attainable.tolist()
        return {
            key: _Row(
                needs.terms[starts[row] : starts[row + 1]],
                needs.weights[starts[row] : starts[row + 1]],
                attainable[row],
            )
            for row, key in enumerate(keys)
        }

    def _gathered(self, keys):
        """Return what some needs say as `Tally.arrays` does."""
        said = [self._said[key] for key in keys]
        starts = np.zeros(len(said) + 1, dtype=np.int64)
        np.cumsum([len(each.columns) for each in said], out=starts[1:])
        columns = np.concatenate([np.zeros(0, np.int32), *(each.columns for each in said)])
        return columns, np.concatenate([np.zeros(0), *(each.amounts for each in said)]), starts


def _read(cards, count, numbers):
    """Yield what each card says, its terms numbered."""
    tally = Tally(numbers)
    for counts in count(cards) if cards else ():
        tally.add(counts)
    columns, amounts, starts = tally.arrays()
    for start, end in zip(starts[:-1].tolist(), starts[1:].tolist(), strict=True):
        yield _Said(columns[start:end], amounts[start:end])


def _stacked(rows):
    rows = list(rows)
    starts = np.zeros(len(rows) + 1, dtype=np.int64)
    np.cumsum([len(row.terms) for row in rows], out=starts[1:])
    return Needs(
        starts,
        np.concatenate([np.zeros(0, np.uint32), *(row.terms for row in rows)]),
        np.concatenate([np.zeros(0), *(row.weights for row in rows)]),
        np.array([row.attainable for row in rows], dtype=np.float64),
    )
