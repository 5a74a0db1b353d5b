"""The figures of a round that officers read: how many, how good, how even, and for whom."""

import math
from collections import Counter

import numpy as np

from ...matching.certificate import LENGTHS, certificate
from ...matching.rounds import UNLIMITED, Matching

MOST_COMPARED = 200_000  # pairs up to which first come, first served is worked out beside it


def figures(reading, needs, market, proposed, proofs, lists):
    """Return the figures as plain data.

    `needs` are the rows kept for the needs, `market` holds every pair that it could
    choose, `proposed` the pairs as (need, offer, score,
    whether the mop-up chose it), `proofs` the certificates of the parts.
    """
    served = {need for need, *_ in proposed}
    scores = [score for _, _, score, _ in proposed]
    first = proofs[0]
    return {
        "needs": len(needs),
        "offers": sum(offer.rule is None for offer in reading.offers),
        "proposed": len(proposed),
        "proposed_needs": len(served),
        "mop_up": sum(mop_up for *_, mop_up in proposed),
        "without": dict(Counter(row["rule"] for row in needs if row["rule"]).most_common()),
        "places_used": sum(proof.places_used for proof in proofs),
        "places_offered": first.places_offered,
        "held": sum(offer.held for offer in reading.offers),
        "blocking": sum(proof.blocking_pairs for proof in proofs),
        "over_capacity": sum(proof.over_capacity for proof in proofs),
        "mean_score": _mean(scores),
        "slow": len(reading.slow),
        "lists": {
            "eligible": lists.eligible,
            "exposed": lists.exposed,
            "plainly_exposed": lists.naive_exposed,
            "bound": lists.bound,
            "gini": _number(lists.gini),
            "plain_gini": _number(lists.naive_gini),
            "loss": _number(lists.mean_score_loss),
            "by_floor": int(lists.by_floor.sum()),
            "entries": len(lists.pairs),
        },
        "groups": {
            "size": _groups(reading, served, lambda need: need.size),
            "region": _groups(reading, served, lambda need: need.region),
            "length": _groups(reading, served, _length),
        },
        "positions": {each.name: _number(each.mean_position) for each in first.positions_by_length},
        "first_come": first_come(market) if len(market.need) <= MOST_COMPARED else None,
    }


def first_come(market):
    """Return what serving the needs in the order of their waiting would do, for comparison."""
    pairs = np.arange(len(market.need))
    waited = -market.days_waited[market.need].astype(np.int64)
    order = np.lexsort((*reversed(market.need_keys(pairs)), market.need, waited))
    left = [market.need_quota.tolist(), market.offer_quota.tolist()]
    sides = list(zip(market.need.tolist(), market.offer.tolist(), strict=True))
    chosen = []
    for pair in order.tolist():
        places = list(zip(left, sides[pair], strict=True))
        if all(quota[place] for quota, place in places):
            chosen.append(pair)
            for quota, place in places:
                quota[place] -= quota[place] != UNLIMITED
    chosen = np.array(sorted(chosen), dtype=np.int64)
    return {
        "proposed": len(chosen),
        "blocking": certificate(market, Matching(chosen)).blocking_pairs,
        "mean_score": _mean(market.score[chosen].tolist()),
    }


def _groups(reading, served, key):
    """Return {name: [needs in the round, of these with a proposal]}; "" is not known."""
    counts = {}
    for place, need in enumerate(reading.needs):
        row = counts.setdefault(str(key(need) or ""), [0, 0])
        row[0] += 1
        row[1] += place in served
    return counts


def _length(need):
    return [name for name, least in LENGTHS.items() if need.length >= least][-1]


def _mean(values):
    return sum(values) / len(values) if values else None


def _number(value):
    """Return a float that JSON can hold, None for what is none."""
    return None if math.isnan(value) else float(value)
