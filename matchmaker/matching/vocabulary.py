"""The vocabulary: terms to positions and back, in a few arrays that can be mapped from a file."""

from hashlib import blake2b
from itertools import chain

import numpy as np


class Vocabulary:
    """The terms of the fitted offers in alphabetical order, and those that came afterwards.

    Attributes
    ----------
    letters, ends : ndarray of uint8 and int64 (n_terms + 1,)
        All terms in UTF-8, one after the other, and where each begins and ends.
    hashes, homes : ndarray of uint64 and uint32 (n_terms,)
        The terms' hashes in ascending order, and the position of each.
    added : tuple of str
        Later terms; their positions follow.
    forgotten : frozenset of int
        Positions of later terms that are unknown again.
    """

    def __init__(self, letters, ends, hashes, homes, added=(), forgotten=frozenset()):
        self.letters, self.ends, self.hashes, self.homes = map(
            np.asarray, (letters, ends, hashes, homes)
        )
        self.added = tuple(added)
        self.forgotten = forgotten
        self._added = {
            term: place
            for place, term in enumerate(self.added, start=len(self.homes))
            if place not in forgotten
        }

    def __setstate__(self, state):
        # Plain arrays, also where they were mapped from a file: their slices are far cheaper.
        names = "letters", "ends", "hashes", "homes"
        self.__dict__.update(state | {name: np.asarray(state[name]) for name in names})

    @classmethod
    def of(cls, terms):
        """Build it from an iterable of terms; doubles count once."""
        encoded = [term.encode() for term in sorted(set(terms))]
        ends = np.zeros(len(encoded) + 1, dtype=np.int64)
        np.cumsum([len(each) for each in encoded], out=ends[1:])
        hashes = np.array([_hash(each) for each in encoded], dtype=np.uint64)
        homes = np.argsort(hashes, kind="stable").astype(np.uint32)
        letters = np.frombuffer(b"".join(encoded), dtype=np.uint8)
        return cls(letters, ends, hashes[homes], homes)

    def extended(self, terms):
        """Return it with more terms at the end, those not known yet, in alphabetical order."""
        added = sorted(term for term in set(terms) if self.positions([term])[0] < 0)
        arrays = self.letters, self.ends, self.hashes, self.homes
        return Vocabulary(*arrays, chain(self.added, added), self.forgotten)

    def knowing(self, held):
        """Return it with those of the later terms known whose positions are held by an offer."""
        later = range(len(self.homes), len(self))
        forgotten = self.forgotten | frozenset(later).difference(held)
        if forgotten == self.forgotten:
            return self
        arrays = self.letters, self.ends, self.hashes, self.homes
        return Vocabulary(*arrays, self.added, forgotten)

    @property
    def later(self):
        """The position of each later term that is known."""
        return self._added

    def __len__(self):
        return len(self.homes) + len(self.added)

    def __getitem__(self, position):
        """Return the term at a position."""
        if position >= len(self.homes):
            return self.added[position - len(self.homes)]
        return self._encoded(position).decode()

    def positions(self, terms):
        """Return the position of each term, -1 for one that is unknown, as int64."""
        encoded = [term.encode() for term in terms]
        hashes = np.array([_hash(each) for each in encoded], dtype=np.uint64)
        found = []
        for term, each, place in zip(
            terms, encoded, np.searchsorted(self.hashes, hashes).tolist(), strict=True
        ):
            position = self._added.get(term, -1)
            value = hashes[len(found)]
            while position < 0 and place < len(self.homes) and self.hashes[place] == value:
                home = int(self.homes[place])
                if self._encoded(home) == each:
                    position = home
                place += 1  # two terms of one hash stand side by side
            found.append(position)
        return np.array(found, dtype=np.int64)

    def _encoded(self, position):
        return self.letters[self.ends[position] : self.ends[position + 1]].tobytes()


def _hash(encoded):
    return int.from_bytes(blake2b(encoded, digest_size=8).digest(), "little")
