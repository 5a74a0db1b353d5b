"""A made corpus for measuring speed: as many needs and offers as wanted, the same for a seed.

Words follow Zipf-Mandelbrot's law, and some are of a text's own topic. The most common ones
are left out, as the analyser leaves stop words out of real texts; `stop_words=0` keeps them,
which is the worst case for posting lists. Nothing in it means anything.
"""

import numpy as np
import scipy.sparse as sp

from matchmaker.matching.text import grams_of

KOREAN, ENGLISH = 120_000, 80_000  # distinct words
TOPICS = 500
MEAN_WORDS = 58.5
STOP_WORDS = 10  # of each language


class Corpus:
    """Counts of words, and of words with their fragments, of texts drawn one by one."""

    def __init__(self, seed=4, *, stop_words=STOP_WORDS):
        self.random = np.random.default_rng(seed)
        self._edges = [_edges(KOREAN, stop_words), _edges(ENGLISH, stop_words)]
        self._words = self.random.permutation(KOREAN), KOREAN + self.random.permutation(ENGLISH)

    def counts(self, n_texts):
        """Draw texts and return their word counts, CSR of float64, shape (n_texts, n_words)."""
        random = self.random
        lengths = np.maximum(random.lognormal(np.log(MEAN_WORDS) - 0.08, 0.4, n_texts), 3)
        lengths = lengths.astype(np.int64)
        rows = np.repeat(np.arange(n_texts), lengths)
        # 65% of the texts are Korean, 20% English, and 15% half and half.
        share = np.repeat(random.choice([0, 1, 0.5], size=n_texts, p=[0.65, 0.2, 0.15]), lengths)
        language = (random.random(len(rows)) < share).astype(np.int64)
        topic = np.repeat(random.integers(0, TOPICS, n_texts), lengths)
        words = np.empty(len(rows), dtype=np.int64)
        for code, size in enumerate((KOREAN, ENGLISH)):
            drawn = np.flatnonzero(language == code)
            ranks = np.searchsorted(self._edges[code], random.random(len(drawn))).clip(0, size - 1)
            # A third of the words below the most common are of the text's topic.
            own = (random.random(len(drawn)) < 1 / 3) & (ranks > 100)
            ranks[own] = ranks[own] // TOPICS * TOPICS + topic[drawn[own]]
            words[drawn] = self._words[code][ranks.clip(0, size - 1)]
        counts = sp.csr_array(
            (np.ones(len(rows)), (rows, words)), shape=(n_texts, KOREAN + ENGLISH)
        )
        counts.sum_duplicates()
        return counts

    def spelling(self):
        """Return a made spelling of each word: syllables or letters, some far more common."""
        random = self.random
        syllables = [chr(0xAC00 + 28 * i) for i in random.permutation(399)]
        syllables += [chr(0xAC00 + 28 * i + 4) for i in random.permutation(399)]
        letters = list("etaoinshrdlcumwfgypbvkjxqz")
        korean = _spelled(random, KOREAN, syllables, (2, 3, 4), -0.8, 12)
        return korean + _spelled(random, ENGLISH, letters, (4, 5, 6, 7, 8, 9, 10), -0.7, 1)

    def fragments(self):
        """Return words by their word-safe fragments, CSR, and the name of each fragment."""
        names, rows, columns = {}, [], []
        for word, spelled in enumerate(self.spelling()):
            for term, _, _ in grams_of(spelled):
                rows.append(word)
                columns.append(names.setdefault(term, len(names)))
        shape = (KOREAN + ENGLISH, len(names))
        return sp.csr_array((np.ones(len(rows)), (rows, columns)), shape=shape), list(names)


def _edges(n_words, stop_words):
    mass = (np.arange(n_words) + 3.7) ** -1.05
    mass[:stop_words] = 0
    return np.cumsum(mass / mass.sum())


def _spelled(random, n_words, signs, lengths, power, shift):
    mass = (np.arange(len(signs)) + shift) ** power
    drawn = random.choice(len(signs), size=(n_words, max(lengths)), p=mass / mass.sum())
    ends = random.choice(lengths, size=n_words)
    return ["".join(signs[i] for i in row[:end]) for row, end in zip(drawn, ends, strict=True)]
