"""The explainer: the terms of one pair's score, with what it looked up kept for the next pair."""

from .counting import need_fields, offer_fields
from .explanation import explain, places

KEPT_OFFERS = 2_000  # some 100 KB each


class Explainer:
    """Explains the scores that `vectors` and `segments` give."""

    def __init__(self, vectors, segments):
        self.vectors = vectors
        self.segments = segments
        self._kept = {}

    def __getstate__(self):
        return self.__dict__ | {"_kept": {}}

    def explain(self, need, numbers):
        """Return the evidence of one need for each of several offers, given by place.

        Returns
        -------
        list of list of Evidence
        """
        vectors = self.vectors
        weights = vectors.of_needs([need])
        terms, maximum = weights.terms.tolist(), float(weights.attainable[0])
        names = [vectors.vocabulary[term] for term in terms]
        pairs = list(zip(names, terms, weights.weights.tolist(), strict=True))
        fields = need_fields(vectors.settings, need)
        wanted = places(vectors.glossary, fields, touching=True)
        explained = []
        for number in numbers:
            column, given = self._offer(number)
            shares = {
                name: weight * column[term] / maximum
                for name, term, weight in pairs
                if column.get(term, 0.0) > 0
            }
            explained.append(explain(wanted, given, shares, need.category))
        return explained

    def _offer(self, number):
        """Return an offer's weights by term position, and where each of its terms stands."""
        found = self._kept.get(number)
        if found is None:
            if len(self._kept) >= KEPT_OFFERS:
                self._kept.clear()
            terms, values = self.segments.row(number)
            column = dict(zip(terms.tolist(), values.tolist(), strict=True))
            fields = offer_fields(self.vectors.settings, self.segments.offers[number])
            given = places(self.vectors.glossary, fields, touching=False)
            found = self._kept[number] = column, given
        return found
