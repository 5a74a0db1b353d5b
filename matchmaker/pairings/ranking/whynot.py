"""Why a need was, or was not, shown to an offer: the rule, or the rank and the score."""

from dataclasses import dataclass, field

import sqlalchemy as sa

from ...db import db
from ...matching.raising import missing_from_need, missing_from_offer
from ...needs.cards import need_card
from ...offers.models import Offer
from ..rounds.rounds import answer_for
from ..visible import eligible_needs
from . import index
from .fitting import fits
from .ranked import LOOKED_AT, one_offer
from .ranked_needs import need_scores

MOST_BEFORE = 5  # offers ranked before that are named
COMPARED = 10  # fitting offers that tell what a need could add


@dataclass(slots=True)
class WhyNot:
    """The answer for one pair, as of now, and as the last published round stored it.

    Attributes
    ----------
    rules : tuple of str
        Everything that keeps the two apart.
    rank, of : int or None, int
        The offer's place among those that are open to the need.
    before : list of Offer
        The best of the offers that are ranked before it.
    position, needs : int or None, int
        The need's place in the offer's list of needs that it may take.
    missing : list of Missing
        What the need could say, if it is true, to raise its scores.
    round : RoundAnswer or None
    found : RankedOffer
        Score, evidence, criteria and pairing.
    """

    found: object
    rules: tuple
    rank: int | None = None
    of: int = 0
    before: list = field(default_factory=list)
    position: int | None = None
    needs: int = 0
    missing: list = field(default_factory=list)
    round: object = None


def why_not(need, offer, *, today):
    """Return why a pair was not proposed: rules first, else rank n of m."""
    snapshot = index.market().at(today)
    ranker, card = snapshot.ranker, need_card(need)
    found = one_offer(need, offer, today=today)
    answer = WhyNot(found, (), round=answer_for(need.id, offer.id))
    rules = _rules(need, offer, found, today)
    if (place := ranker.places_.get(str(offer.id))) is not None:
        if not fits(found.score, found.evidence):
            rules.append("words")
        allowed = ranker.allowed(card)
        answer.of = int(allowed.sum())
        if allowed[place]:
            answer.rank = _rank(ranker, card, place, allowed)
            [best] = ranker.rank([card], top=LOOKED_AT, by_rules=True)
            answer.before = _offers([match.id for match in best[: answer.rank - 1]][:MOST_BEFORE])
            fitting = [m.id for m in best[:COMPARED] if fits(m.score, ranker.explain(card, m.id))]
            answer.missing = missing_from_need(ranker, card, fitting)
            answer.position, answer.needs = _position(snapshot, need, offer)
    answer.rules = tuple(rules)
    return answer


def what_would_raise(need, fitting, *, today):
    """Return what a need could say, if it is true; `fitting` are its list's first places."""
    ranker = index.ranker(today)
    ids = [id_ for each in fitting[:COMPARED] if (id_ := str(each.offer.id)) in ranker.places_]
    return missing_from_need(ranker, need_card(need), ids)


def what_an_offer_lacks(offer, fitting, *, today):
    """Return what an offer could say, if it is true; `fitting` are its list's first places."""
    ranker = index.ranker(today)
    if str(offer.id) not in ranker.places_:
        return []
    cards = [need_card(each.need) for each in fitting[:COMPARED]]
    return missing_from_offer(ranker, str(offer.id), cards)


def _rules(need, offer, found, today):
    rules = [found.blocked] if found.blocked else []
    rules += [rule for rule in found.refusals if rule not in rules]
    if not need.is_open_on(today):
        rules.append("need_closed")
    if offer.is_full:
        rules.append("full")
    if need.only_asked:
        rules.append("setting")
    return rules


def _rank(ranker, card, place, allowed):
    scores = ranker.score([card])[0]
    ties = (scores == scores[place]) & (ranker.order_ < ranker.order_[place])
    return int((((scores > scores[place]) | ties) & allowed).sum()) + 1


def _position(snapshot, need, offer):
    """Return the need's place among all that may take the offer, or None, and their number."""
    scores = need_scores(snapshot, offer.id)
    needs = eligible_needs(offer, snapshot.needs.values())
    if need.id not in {each.id for each in needs}:
        return None, len(needs)
    own = -scores[need.id], need.id
    return sum((-scores[each.id], each.id) <= own for each in needs), len(needs)


def _offers(ids):
    rows = db.session.scalars(sa.select(Offer).where(Offer.id.in_(map(int, ids))))
    found = {str(offer.id): offer for offer in rows}
    return [found[id_] for id_ in ids if id_ in found]
