"""Whether a score is worth showing as a match, and the words in which it is said."""

from typing import NamedTuple

from flask_babel import lazy_gettext as _l

# Measured on the 28 reconstructed needs of `demo/data` whose company is here, each with and without
# its category, against the 120 demonstration offers: 96% find something that fits, 89% the company
# that helped, among 6 offers on average. Of 13 needs that nobody offers, 77% find nothing; the
# others share two words with an offer by chance. Asking for two words or ideas of the firm's own
# (the category and fragments of words apart) halves those at no cost; a single word is enough only
# where it is most of a short text. `tests/test_pairings_fitting.py` measures it again.
LEAST_SCORE = 0.07
LEAST_TERMS = 2
LEAST_SHARE = 0.04
SHARE_OF_ONE_TERM = 0.2
OWN_KINDS = ("word", "concept")

# From how often the company that really helped stands behind such a score, on the same needs:
# from 0.2 always (21 of 21), from 0.15 in 60%, from 0.10 in 27%, below that in 10% of the cases.
WORDS = (
    (0.30, _l("A very good fit")),
    (0.20, _l("A good fit")),
    (0.15, _l("A fair fit")),
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
    shares = [item.share for item in evidence if item.kind in OWN_KINDS]
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
