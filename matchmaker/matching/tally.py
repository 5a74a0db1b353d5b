"""Term counts of texts: gathered into arrays, and packed into a few bytes to be kept."""

import hashlib
import json
import zlib
from array import array
from dataclasses import fields

import numpy as np
import scipy.sparse as sp

from .vocabulary import Vocabulary

# What of a card decides its terms, and nothing else of it.
_TEXTS = ("title", "body", "extra", "organisation", "category", "eligibility", "industry_text")
_BETWEEN, _GROUPS = "\n", "\n\n"  # no term holds a line's end


class Tally:
    """Gathers counts text by text, in a sixth of the memory that dictionaries take.

    Attributes
    ----------
    numbers : dict of str to int
        The terms, numbered as they come. Several tallies may share one.
    """

    def __init__(self, numbers=None):
        self.numbers = {} if numbers is None else numbers
        self._columns, self._amounts, self._starts = array("i"), array("d"), array("q", [0])

    def add(self, counts):
        """Add a text's counts, a dict of str to float; it is not kept."""
        numbers = self.numbers
        self._columns.extend([numbers.setdefault(term, len(numbers)) for term in counts])
        self._amounts.extend(counts.values())
        self._starts.append(len(self._columns))

    def arrays(self):
        """Return the numbers of the terms, their counts, and where each text begins.

        Returns
        -------
        ndarray of int32 and float64, shape (n_entries,), and int64, shape (n_texts + 1,)
        """
        columns, amounts = np.array(self._columns, np.int32), np.array(self._amounts, np.float64)
        return columns, amounts, np.array(self._starts, np.int64)

    def counted(self):
        """Return the vocabulary of all texts, and the counts over it.

        Returns
        -------
        Vocabulary
        CSR matrix of float64, shape (n_texts, n_terms)
            Terms ascending in each text.
        """
        places = np.zeros(len(self.numbers), dtype=np.int64)
        in_order = [self.numbers[term] for term in sorted(self.numbers)]
        places[in_order] = np.arange(len(in_order))
        columns, amounts, starts = self.arrays()
        shape = len(starts) - 1, len(places)
        counts = sp.csr_array((amounts, places[columns], starts), shape=shape)
        counts.sort_indices()
        return Vocabulary.of(self.numbers), counts


def key(version, card):
    """Return a hash of the version of counting and of what a card says; 32 characters."""
    said = [getattr(card, each.name) for each in fields(card) if each.name in _TEXTS]
    text = json.dumps([type(card).__name__, version, said])
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def packed(counts):
    """Return a text's counts as bytes; `unpacked` gives the very same numbers."""
    by_amount = {}
    for term, amount in counts.items():
        by_amount.setdefault(amount, []).append(term)
    groups = [_BETWEEN.join([repr(amount), *terms]) for amount, terms in by_amount.items()]
    return zlib.compress(_GROUPS.join(groups).encode(), 6)


def unpacked(data):
    """Return the counts that `packed` has packed.

    Raises
    ------
    ValueError
        If the bytes are damaged.
    """
    try:
        text = zlib.decompress(data).decode()
    except zlib.error as error:
        raise ValueError(str(error)) from error
    counts = {}
    for group in text.split(_GROUPS) if text else ():
        amount, *terms = group.split(_BETWEEN)
        counts.update(dict.fromkeys(terms, float(amount)))
    return counts
