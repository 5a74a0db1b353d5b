"""Why a need was, or was not, shown to an offer: the rule, or the rank and the score."""

from dataclasses import dataclass

from ..needs.cards import need_card
from . import index
from .fitting import fits
from .ranked import one_offer


@dataclass(frozen=True, slots=True)
class WhyNot:
    """The answer for one pair, as of now.

    `rules` name everything that keeps the two apart; without any, the offer stands at
    `rank` of the `of` offers that are open to the need.
    """

    rules: tuple
    rank: int | None
    of: int
    found: object  # the RankedOffer: score, evidence, criteria, pairing


def why_not(need, offer, *, today):
    """Return why a pair was not proposed: rules first, else rank n of m."""
    ranker = index.ranker(today)
    found = one_offer(need, offer, today=today)
    rules = [found.blocked] if found.blocked else []
    rules += [rule for rule in found.refusals if rule not in rules]
    if not need.is_open_on(today):
        rules.append("need_closed")
    if offer.is_full:
        rules.append("full")
    if need.only_asked:
        rules.append("setting")
    place = ranker.places_.get(str(offer.id))
    if place is None:
        return WhyNot(tuple(rules), None, 0, found)
    if not fits(found.score, found.evidence):
        rules.append("words")
    card = need_card(need)
    scores = ranker.score([card])[0]
    allowed = ranker.allowed(card)
    if not allowed[place]:
        return WhyNot(tuple(rules), None, int(allowed.sum()), found)
    better = (scores > scores[place]) | (
        (scores == scores[place]) & (ranker.order_ < ranker.order_[place])
    )
    rank = int((better & allowed).sum()) + 1
    return WhyNot(tuple(rules), rank, int(allowed.sum()), found)
