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
    """Gathers counts text by text, in a sixth of the memory that dictionaries take."""

    def __init__(self):
        self._numbers = {}
        self._columns, self._amounts, self._starts = array("i"), array("d"), array("q", [0])

    def add(self, counts):
        """Add a text's counts, a dict of str to float; it is not kept."""
        numbers = self._numbers
        self._columns.extend([numbers.setdefault(term, len(numbers)) for term in counts])
        self._amounts.extend(counts.values())
        self._starts.append(len(self._columns))

    def counted(self):
        """Return the vocabulary of all texts, and the counts over it.

        Returns
        -------
        Vocabulary
        CSR matrix of float64, shape (n_texts, n_terms)
            Terms ascending in each text.
        """
        numbers = self._numbers
        places = np.zeros(len(numbers), dtype=np.int64)
        places[[numbers[term] for term in sorted(numbers)]] = np.arange(len(numbers))
        counts = sp.csr_array(
            (
                np.array(self._amounts, dtype=np.float64),
                places[np.array(self._columns, dtype=np.int64)],
                np.array(self._starts, dtype=np.int64),
            ),
            shape=(len(self._starts) - 1, len(numbers)),
        )
        counts.sort_indices()
        return Vocabulary.of(numbers), counts


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
