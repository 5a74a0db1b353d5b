"""Eligibility of many pairs at once: offers of the same kind share one answer of the rules."""

import numpy as np
import scipy.sparse as sp

from .eligibility import RULES, Status

_KEPT_ANSWERS = 4_096
GONE = 0  # the kind of offers that nobody may take any more


class Kinds:
    """The kinds of offers: each distinct set of criteria once, numbered from 1.

    A need's answers are a table's row of one byte a kind, and an offer has one number; so
    10,000 needs × 100,000 offers take kilobytes where a mask of every pair takes 1 GB.
    """

    def __init__(self, wishes=()):
        self._numbers = {wish: number for number, wish in enumerate(wishes, start=1)}
        self._columns = []
        for rule in range(len(RULES)):
            distinct = {}
            of_kinds = [distinct.setdefault(wish[rule], len(distinct)) for wish in self._numbers]
            self._columns.append((list(distinct), np.array(of_kinds, dtype=np.int64)))
        self._kept = {}

    def __len__(self):
        return len(self._numbers) + 1

    def __getstate__(self):
        return self.__dict__ | {"_kept": {}}

    def numbered(self, offers):
        """Return the kinds that also hold these offers, and the kind of each, int32."""
        wishes = [
            tuple(getattr(offer, wanted) for _, wanted, _ in RULES.values()) for offer in offers
        ]
        numbers = dict(self._numbers)
        kinds = [numbers.setdefault(wish, len(numbers) + 1) for wish in wishes]
        known = self if len(numbers) == len(self._numbers) else Kinds(numbers)
        return known, np.array(kinds, dtype=np.int32)

    def table(self, needs):
        """Return who may take what: a table by distinct needs and kinds, and each need's row.

        Parameters
        ----------
        needs : sequence of NeedCard

        Returns
        -------
        ndarray of uint8, shape (distinct needs, kinds)
            1 where `eligibility.refusals` is empty, 0 for offers that are gone.
        ndarray of int64, shape (len(needs),)
        """
        distinct = {}
        facts = [tuple(getattr(need, fact) for fact, _, _ in RULES.values()) for need in needs]
        rows = [distinct.setdefault(each, len(distinct)) for each in facts]
        table = np.zeros((len(distinct), len(self)), dtype=np.uint8)
        for row, each in enumerate(distinct):
            allowed = np.ones(len(self) - 1, dtype=bool)
            for rule, fact in enumerate(each):
                allowed &= self._answers(rule, fact)[self._columns[rule][1]]
            table[row, 1:] = allowed
        return table, np.array(rows, dtype=np.int64)

    def open_to(self, needs):
        """Return what `table` does if every need may take whatever is not gone."""
        table = np.ones((1, len(self)), dtype=np.uint8)
        table[:, GONE] = 0
        return table, np.zeros(len(needs), dtype=np.int64)

    def _answers(self, rule, fact):
        """Return whether a fact meets each distinct wish of one rule; kept, as facts recur."""
        found = self._kept.get((rule, fact))
        if found is None:
            status = list(RULES.values())[rule][2]
            wishes = self._columns[rule][0]
            found = np.array([status(fact, wish) is Status.MET for wish in wishes], dtype=bool)
            if len(self._kept) >= _KEPT_ANSWERS:
                self._kept.clear()
            self._kept[rule, fact] = found
        return found


def shut(segments, eligible, without, numbers):
    """Return the pairs that are kept out one by one, or None if there are none.

    Parameters
    ----------
    segments : Segments
    eligible : ndarray of bool, shape (n_needs, n_offers) or (n_offers,), or None
        False keeps out.
    without : sequence of collection of str, or None
        Ids of offers that each need may not take; unknown ones are passed over.
    numbers : range
        The needs in question.

    Returns
    -------
    CSR matrix of bool, shape (len(numbers), n_offers)
    """
    shape = len(numbers), len(segments.ids)
    pairs = []
    if eligible is not None:
        part = eligible if eligible.ndim == 1 else eligible[numbers.start : numbers.stop]
        pairs.append(np.nonzero(~np.broadcast_to(part, shape)))
    if without is not None:
        places = segments.places
        out = [[places[id_] for id_ in without[n] if id_ in places] for n in numbers]
        rows = np.repeat(np.arange(len(out)), [len(each) for each in out])
        pairs.append((rows, np.array([place for each in out for place in each], dtype=np.int64)))
    rows, columns = (
        (np.concatenate(each) for each in zip(*pairs, strict=True)) if pairs else ((), ())
    )
    if not len(rows):
        return None
    return sp.csr_array((np.ones(len(rows), dtype=bool), (rows, columns)), shape=shape)
