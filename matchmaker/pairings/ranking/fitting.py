"""Whether a score is worth showing as a match, and the words in which it is said."""

from typing import NamedTuple

from flask_babel import lazy_gettext as _l

# Measured on the 28 reconstructed needs of `demo/data` whose company is here, each with and without
# its category, against the 120 demonstration offers: all find something that fits, 86% the company
# that helped, among 6 offers on average. Of 22 needs that nobody offers, 14% find something, which
# share two words with an offer by chance; none if its industry is known. Own words
# are those of title and text: what only the category or the name of the industry says, and
# fragments of words, do not count. A single word is enough only where it is most of a short text.
# `tests/test_pairings_fitting.py` measures it again; docs/decisions/0012 compares.
LEAST_SCORE = 0.08
LEAST_TERMS = 2
LEAST_SHARE = 0.06
SHARE_OF_ONE_TERM = 0.25
OWN_KINDS = ("word", "concept")

# From how often an offer with such a score is one of the company that really helped, on the same
# needs: from 0.30 always (12 of 12), from 0.22 in 78% (of 32), from 0.17 in 45% (of 29), below in
# 17% (of 501). Another offer may be as good without being known to have helped.
WORDS = (
    (0.30, _l("A very good fit")),
    (0.22, _l("A good fit")),
    (0.17, _l("A fair fit")),
    (0.0, _l("A partial fit")),
)


class Term(NamedTuple):
    """One term of the evidence as a page shows it."""

    term: str
    percent: int
    kind: str


def fits(score, evidence):
    """Say whether an offer answers a need well enough to be shown as a match.

    `evidence` is the whole evidence of the pair, as the ranker explains it.
    """
    shares = [item.share for item in evidence if item.kind in OWN_KINDS and item.is_typed]
    share = sum(shares)
    enough = len(shares) >= LEAST_TERMS and share >= LEAST_SHARE
    return score >= LEAST_SCORE and (enough or share >= SHARE_OF_ONE_TERM)


def word_for(score):
    """Return the words for a score, which stand before its number."""
    return next(word for least, word in WORDS if score >= least)


def percents(evidence, score, most=5):
    """Return the heaviest terms in whole hundredths, heaviest first.

    Rounded down, the remainders given to the largest fractions, so that all terms together
    would add up to the rounded score. `evidence` holds `Evidence`, or the dicts that a
    pairing keeps.
    """
    items = [_plain(item) for item in evidence]
    exact = [share * 100 for _, share, _ in items]
    whole = [int(value) for value in exact]
    by_fraction = sorted(range(len(items)), key=lambda place: whole[place] - exact[place])
    for place in by_fraction[: max(round(score * 100) - sum(whole), 0)]:
        whole[place] += 1
    terms = [Term(term, part, kind) for (term, _, kind), part in zip(items, whole, strict=True)]
    return [term for term in terms[:most] if term.percent]


def _plain(item):
    if isinstance(item, dict):
        return item["term"], item["share"], item["kind"]
    return item.term, item.share, item.kind
