"""The weighting: saturated TF-IDF on the offer, damped TF-IDF on the need, as one transformer."""

import numpy as np
import scipy.sparse as sp
from sklearn.base import BaseEstimator, TransformerMixin, clone
from sklearn.utils.validation import check_is_fitted

# Every term begins as if one of a hundred background texts held it, so that a
# handful of offers does not decide what is rare.
BACKGROUND_TEXTS = 100


class SaturatedTfidf(TransformerMixin, BaseEstimator):
    """Turn term counts into weights whose product is a score.

    Parameters
    ----------
    k1 : float
        How fast repetition stops to count on the offer's side; > 0.
    b : float
        How much a long offer is discounted, in [0, 1].
    idf_power : float
        How much rarity counts on the need's side; >= 0.

    Attributes
    ----------
    idf_ : ndarray of float64, shape (n_terms,)
        Rarity of each term, > 0.
    unknown_idf_ : float
        Rarity of a term that no offer holds.

    Notes
    -----
    An offer's weight is BM25's (Robertson and Walker, 1994, in the form of
    Lucene): ``idf * tf / (tf + k1 * (1 - b + b * length / mean length))``,
    where a length is that of the offer's longer language, so that a text said
    twice, in Korean and in English, is not longer than one said once. It stays
    below ``idf``. A need's weight is ``(1 + log tf) * idf ** idf_power``.
    """

    def __init__(self, k1=1.2, b=0.5, idf_power=0.5):
        self.k1 = k1
        self.b = b
        self.idf_power = idf_power

    def fit(self, counts, y=None, *, parts, scales):
        """Learn rarity and mean lengths from the offers.

        Parameters
        ----------
        counts : CSR matrix of float64, shape (n_offers, n_terms)
            Weighted counts, >= 0.
        parts : ndarray of int, shape (n_terms, 2)
            Channel and language of each term; lengths are kept for each.
        scales : ndarray of float64, shape (n_terms,)
            What a term of its channel counts beside a typed word.
        """
        n_offers = counts.shape[0] + BACKGROUND_TEXTS
        holding = np.bincount(counts.indices, minlength=counts.shape[1]) + 1
        self.idf_ = _idf(n_offers, holding)
        self.unknown_idf_ = float(_idf(n_offers, 1))
        self.scales_ = np.asarray(scales, dtype=np.float64)
        self.channels_ = parts[:, 0]
        self.parts_ = sp.csr_array(
            (np.ones(len(parts)), (np.arange(len(parts)), parts[:, 0] * 2 + parts[:, 1])),
            shape=(len(parts), 2 * (int(parts[:, 0].max(initial=0)) + 1)),
        )
        lengths = self._lengths(counts)
        mean = lengths.mean(axis=0) if len(lengths) else np.ones(lengths.shape[1])
        self.mean_lengths_ = np.maximum(mean, 1.0)
        return self

    def extended(self, *, parts, scales):
        """Return it with more terms at the end; nothing that was learned changes.

        Parameters
        ----------
        parts, scales
            As for `fit`, of the new terms. Each is as rare as a term that no offer holds.
        """
        check_is_fitted(self)
        new = clone(self)
        more = len(scales)
        new.idf_ = np.concatenate([self.idf_, np.full(more, self.unknown_idf_)])
        new.unknown_idf_ = self.unknown_idf_
        new.scales_ = np.concatenate([self.scales_, scales])
        new.channels_ = np.concatenate([self.channels_, parts[:, 0]])
        codes = np.concatenate([self.parts_.indices, parts[:, 0] * 2 + parts[:, 1]])
        n_channels = max(int(codes.max(initial=0)) // 2 + 1, len(self.mean_lengths_))
        new.parts_ = sp.csr_array(
            (np.ones(len(codes)), codes, np.arange(len(codes) + 1)),
            shape=(len(codes), 2 * n_channels),
        )
        new.mean_lengths_ = np.ones(n_channels)
        new.mean_lengths_[: len(self.mean_lengths_)] = self.mean_lengths_
        return new

    def transform(self, counts):
        """Return the offers' weights.

        Parameters
        ----------
        counts : CSR matrix of float64, shape (n_offers, n_terms)

        Returns
        -------
        CSR matrix of float64, same shape
            In [0, scale * idf) for each term.
        """
        check_is_fitted(self)
        relative = self._lengths(counts) / self.mean_lengths_
        rows = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
        discount = 1 - self.b + self.b * relative[rows, self.channels_[counts.indices]]
        heights = (self.idf_ * self.scales_)[counts.indices]
        data = heights * counts.data / (counts.data + self.k1 * discount)
        return sp.csr_array((data, counts.indices, counts.indptr), shape=counts.shape)

    def need_weights(self, counts):
        """Return the needs' weights.

        Parameters
        ----------
        counts : CSR matrix of float64, shape (n_needs, n_terms)

        Returns
        -------
        CSR matrix of float64, same shape
        """
        check_is_fitted(self)
        rarity = self.idf_[counts.indices] ** self.idf_power
        data = damped(counts.data) * rarity
        return sp.csr_array((data, counts.indices, counts.indptr), shape=counts.shape)

    def _lengths(self, counts):
        """Return each text's length by channel, that of its longer language."""
        lengths = (counts @ self.parts_).toarray()
        return lengths.reshape(len(lengths), lengths.shape[1] // 2, 2).max(axis=2)


def damped(counts):
    """Return 1 + log(count), and the count itself below one."""
    return np.where(counts < 1, counts, 1 + np.log(np.maximum(counts, 1)))


def _idf(n_texts, holding):
    return np.log1p((n_texts - holding + 0.5) / (holding + 0.5))
