"""Evaluation: how good a ranking is against labelled pairs, and two baselines to beat."""

import zlib

import numpy as np

from .text import normalise


def by_company(scores, companies):
    """Return each company's best score, so that five offers of one company are one answer.

    Parameters
    ----------
    scores : ndarray of float, shape (n_needs, n_offers)
    companies : sequence of str, length n_offers

    Returns
    -------
    ndarray of float, shape (n_needs, n_companies)
    list of str
        The distinct companies, in alphabetical order, which decides ties.
    """
    names = sorted(set(companies))
    columns = [[i for i, company in enumerate(companies) if company == name] for name in names]
    best = [scores[:, places].max(axis=1) for places in columns]
    return np.stack(best, axis=1) if best else scores[:, :0], names


def _orders(scores, relevant):
    """Yield, for each row with something relevant, the order of what is listed and the row."""
    for row, right in zip(scores, relevant, strict=True):
        if right.any():
            order = np.lexsort((np.arange(len(row)), -row))
            yield order[row[order] > 0], right  # what is not listed is not found


def _places(scores, relevant):
    """Yield, for each row with something relevant, the ascending places of it from 1."""
    for order, right in _orders(scores, relevant):
        yield np.flatnonzero(right[order]) + 1, int(right.sum())


def _mean(values):
    values = list(values)
    return float(np.mean(values)) if values else float("nan")


def success_at(scores, relevant, k):
    """Return the share of rows with something right among the first k.

    Parameters
    ----------
    scores : ndarray of float, shape (n_rows, n_columns)
        Higher is better, 0 is not listed; ties by column.
    relevant : ndarray of bool, same shape
        Rows without anything relevant are left out.
    k : int

    Returns
    -------
    float
        In [0, 1]; NaN if no row has anything relevant. The same holds for
        all measures below.
    """
    return _mean(float(len(found) and found[0] <= k) for found, _ in _places(scores, relevant))


def mean_reciprocal_rank(scores, relevant):
    """Return the mean of 1 / place of the first right answer."""
    return _mean(1 / found[0] if len(found) else 0.0 for found, _ in _places(scores, relevant))


def recall_at(scores, relevant, k):
    """Return the mean share of the right answers that stand among the first k."""
    return _mean((found <= k).sum() / total for found, total in _places(scores, relevant))


def ndcg_at(scores, relevant, k):
    """Return the mean normalised discounted cumulative gain (Järvelin and Kekäläinen, 2002).

    `relevant` may hold grades instead: integers >= 0, with the gain ``2 ** grade - 1``.
    """
    return _mean(
        _gain(gains[order][:k]) / _gain(np.sort(gains)[::-1][:k])
        for order, gains in _orders(scores, 2.0 ** np.asarray(relevant, dtype=np.float64) - 1)
    )


def _gain(gains):
    return float((gains / np.log2(np.arange(len(gains)) + 2)).sum())


def mean_average_precision(scores, relevant):
    """Return the mean over rows of the precision at each right answer."""
    return _mean(
        (np.arange(1, len(found) + 1) / found).sum() / total
        for found, total in _places(scores, relevant)
    )


def gini(counts):
    """Return how unevenly something is spread: 0 all alike, towards 1 one has everything.

    Parameters
    ----------
    counts : ndarray of number, shape (n,)
        None negative; the order does not matter.

    Returns
    -------
    float
        In [0, 1); 0 for nothing and for nobody.
    """
    total, n = float(np.sum(counts)), len(counts)
    if not total:
        return 0.0
    return float(2 * (np.arange(1, n + 1) * np.sort(counts)).sum() / (n * total) - (n + 1) / n)


class RandomRanker:
    """The baseline that knows nothing: the same random scores for the same ids and seed."""

    def __init__(self, seed=0):
        self.seed = seed

    def fit(self, offers):
        """Remember how many offers there are."""
        self.n_offers_ = len(offers)
        return self

    def score(self, needs):
        """Return random scores in (0, 1), shape (len(needs), n_offers)."""
        rows = [
            np.random.default_rng([self.seed, zlib.crc32(need.id.encode())]).random(self.n_offers_)
            for need in needs
        ]
        return np.array(rows).reshape(len(needs), self.n_offers_)


class SharedWordsRanker:
    """The baseline of a plain search: the share of the need's words that the offer holds."""

    def fit(self, offers):
        """Remember the words of each offer."""
        self.words_ = [
            _words(o.title, o.body, o.extra, o.eligibility, o.organisation) for o in offers
        ]
        return self

    def score(self, needs):
        """Return shares in [0, 1], shape (len(needs), n_offers)."""
        rows = []
        for need in needs:
            words = _words(need.title, need.body)
            rows.append([len(words & other) / max(len(words), 1) for other in self.words_])
        return np.array(rows, dtype=np.float64).reshape(len(needs), len(self.words_))


def _words(*texts):
    return set(normalise(" ".join(texts)).casefold().split())
