"""The pairs of a round: which need fits which offer, and the rule that keeps the others apart."""

from dataclasses import dataclass, field

import numpy as np

from ...matching import eligibility
from ...matching.rounds import Market
from ..ranking.fitting import LEAST_SCORE, fits

CHUNK = 256  # needs scored at once
AT_ONCE = 4  # refused offers explained at once


@dataclass(slots=True)
class Pairs:
    """All pairs whose texts fit and that no rule keeps apart, as columns; and the others.

    `refused` holds, by the position of the need, {position of the offer: (rule, score)} of
    those with a score that could fit, best first.
    """

    need: list = field(default_factory=list)
    offer: list = field(default_factory=list)
    score: list = field(default_factory=list)
    need_tier: list = field(default_factory=list)
    offer_tier: list = field(default_factory=list)
    refused: dict = field(default_factory=dict)

    def add(self, need, offer, score, need_tier, offer_tier):
        self.need.append(need)
        self.offer.append(offer)
        self.score.append(score)
        self.need_tier.append(need_tier)
        self.offer_tier.append(offer_tier)

    def market(self, reading, *, least, need_quota, offer_quota):
        """Return those of at least a score as a market with these quotas."""
        score = np.array(self.score, dtype=np.float64)
        kept = np.flatnonzero(score >= least)

        def column(values, kind):
            return np.array(values, dtype=kind)[kept]

        return Market(
            need_ids=[str(need.id) for need in reading.needs],
            offer_ids=[str(offer.id) for offer in reading.offers],
            need=column(self.need, np.int32),
            offer=column(self.offer, np.int32),
            score=score[kept],
            need_tier=column(self.need_tier, np.uint8),
            offer_tier=column(self.offer_tier, np.uint8),
            days_waited=np.array([need.days_waited for need in reading.needs], dtype=np.int32),
            need_quota=np.array(need_quota, dtype=np.int32),
            offer_quota=np.array(offer_quota, dtype=np.int32),
        )


def find(reading):
    """Return the pairs of a reading, needs in their order, each need's best first.

    A chunk of needs is scored at a time, so that memory grows with the pairs that fit alone.
    """
    pairs = Pairs()
    cards = [need.card for need in reading.needs]
    for start in range(0, len(cards), CHUNK):
        part = cards[start : start + CHUNK]
        scores = reading.ranker.score(part)
        allowed = eligibility.mask(part, reading.ranker.offers_)
        for row, card in enumerate(part):
            _pairs_of(reading, pairs, start + row, card, scores[row], allowed[row])
    return pairs


def _pairs_of(reading, pairs, place, card, scores, allowed):
    """Add what fits one need, and the rules for which others may not be."""
    ranker, need = reading.ranker, reading.needs[place]
    good = np.flatnonzero(scores >= LEAST_SCORE)
    good = good[np.lexsort((ranker.order_[good], -scores[good]))].tolist()
    free = []
    for each in good:
        rule = _rule(reading, need, reading.offers[each], card, ranker.offers_[each], allowed[each])
        if rule:
            pairs.refused.setdefault(place, {})[each] = rule, float(scores[each])
        else:
            free.append(each)
    explained = ranker.explain_all(card, [ranker.offer_ids_[each] for each in free])
    for each, evidence in zip(free, explained, strict=True):
        if fits(float(scores[each]), evidence):
            offer = reading.offers[each]
            tiers = (reading.wishes.tier(side, need, offer) for side in ("sme", "company"))
            pairs.add(place, each, float(scores[each]), *tiers)


def closest_rule(reading, pairs, place):
    """Return the rule of the best offer that fits a need and may not be, or None.

    Looked for only where a need stays without, a few offers at a time: explaining every
    refused pair would cost more than all else.
    """
    card, ranker = reading.needs[place].card, reading.ranker
    refused = list(pairs.refused.get(place, {}).items())  # best first
    for start in range(0, len(refused), AT_ONCE):
        some = refused[start : start + AT_ONCE]
        explained = ranker.explain_all(card, [ranker.offer_ids_[each] for each, _ in some])
        for (_, (rule, score)), evidence in zip(some, explained, strict=True):
            if fits(score, evidence):
                return rule
    return None


def _rule(reading, need, offer, card, wanted, allowed):
    """Return the first rule that keeps a fitting pair apart, or None."""
    if offer.rule:
        return offer.rule
    if not allowed:
        return eligibility.refusals(card, wanted)[0].value
    if (need.id, offer.id) in reading.met:
        return "met"
    if reading.wishes.refuses(need, offer):
        return "setting"
    return None
