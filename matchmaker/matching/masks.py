"""Eligibility of many pairs at once: offers of the same kind share one answer of the rules."""

import numpy as np
import scipy.sparse as sp

from .eligibility import RULES, Status

_KEPT_ANSWERS = 4_096
GONE = 0  # the kind of offers that nobody may take any more


class Kinds:
    """The kinds of offers: each distinct set of criteria once, numbered from 1.

    A need's answers are a table's row of one bit a kind, and an offer has one number; so
    10,000 needs × 100,000 offers take little where a mask of every pair takes 1 GB, and a
    row stays in the processor's nearest memory while the engine looks into it.
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

    def bits(self, needs):
        """Return who may take what: a table by distinct needs and kinds, and each need's row.

        Parameters
        ----------
        needs : sequence of NeedCard

        Returns
        -------
        ndarray of uint8, shape (distinct needs, ceil(kinds / 8))
            Bit ``kind % 8`` of byte ``kind // 8`` is 1 where `eligibility.refusals` is
            empty, 0 for offers that are gone.
        ndarray of int64, shape (len(needs),)
        """
        distinct = {}
        facts = [tuple(getattr(need, fact) for fact, _, _ in RULES.values()) for need in needs]
        rows = [distinct.setdefault(each, len(distinct)) for each in facts]
        table = np.empty((len(distinct), len(self) // 8 + 1), dtype=np.uint8)
        for row, each in enumerate(distinct):
            answers = [self._answers(rule, fact) for rule, fact in enumerate(each)]
            np.bitwise_and.reduce(answers, out=table[row])
        return table, np.array(rows, dtype=np.int64)

    def open_bits(self, needs):
        """Return what `bits` does if every need may take whatever is not gone."""
        table = np.full((1, len(self) // 8 + 1), 255, dtype=np.uint8)
        table[:, 0] = 255 ^ (1 << GONE)
        return table, np.zeros(len(needs), dtype=np.int64)

    def table(self, needs):
        """Return what `bits` does with a byte of 0 or 1 a kind."""
        bits, rows = self.bits(needs)
        return np.unpackbits(bits, axis=1, count=len(self), bitorder="little"), rows

    def _answers(self, rule, fact):
        """Return which kinds a fact meets by one rule, in bits; kept, as facts recur."""
        found = self._kept.get((rule, fact))
        if found is None:
            status = list(RULES.values())[rule][2]
            wishes = self._columns[rule][0]
            met = np.array([status(fact, wish) is Status.MET for wish in wishes], dtype=bool)
            of_kinds = np.zeros(len(self), dtype=bool)
            of_kinds[1:] = met[self._columns[rule][1]]
            found = np.zeros(len(self) // 8 + 1, dtype=np.uint8)
            packed = np.packbits(of_kinds, bitorder="little")
            found[: len(packed)] = packed
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
