"""A round, worked out from one reading of the market; writes nothing."""

import hashlib
import json
from collections import Counter
from dataclasses import dataclass
from itertools import groupby, pairwise

import numpy as np

from ...matching import eligibility
from ...matching.certificate import certificate
from ...matching.exposure import build_lists
from ...matching.rounds import Matching, deferred_acceptance, left_over
from ..ranking.basis import kept_criteria, kept_evidence, kept_hash
from ..ranking.fitting import LEAST_SCORE
from .figures import figures
from .market import UNLIMITED, read
from .models import ChoiceKind
from .pairs import closest_rule, find
from .settings import Mode


@dataclass(slots=True)
class Result:
    """What a round would do, as the rows that keep it."""

    needs: list
    choices: list
    figures: dict
    places: list
    ranker_version: str
    input_hash: str


@dataclass(slots=True)
class Stage:
    """A part of a round: a market, and what was chosen in it."""

    market: object
    matching: Matching

    @property
    def pairs(self):
        """The chosen pairs as (position of the need, position of the offer, score)."""
        chosen, market = self.matching.chosen, self.market
        return list(
            zip(
                market.need[chosen].tolist(),
                market.offer[chosen].tolist(),
                market.score[chosen].tolist(),
                strict=True,
            )
        )


def work_out(settings, *, now):
    """Return what a round would do now; reads the market, and writes nothing."""
    reading = read(settings, now=now)
    pairs = find(reading)
    quota = [offer.quota for offer in reading.offers]
    stages, widest = _stages(reading, pairs, settings, quota)
    if reading.slow:
        quota = halved(reading, [pair for stage in stages for pair in stage.pairs])
        stages, widest = _stages(reading, pairs, settings, quota)
    lengths = np.array([need.length for need in reading.needs], dtype=np.int64)
    proofs = [certificate(each.market, each.matching, text_lengths=lengths) for each in stages]
    shown, lists = _lists(reading, pairs, settings)
    proposed = [(*pair, stage is not stages[0]) for stage in stages for pair in stage.pairs]
    needs = _needs(reading, pairs, settings, {need for need, *_ in proposed})
    return Result(
        needs=needs,
        choices=_proposals(reading, pairs, proposed) + _listed(reading, shown, lists),
        figures=figures(reading, needs, widest, proposed, proofs, lists),
        places=_places(reading, proposed, quota),
        ranker_version=reading.ranker.version,
        input_hash=_hash(reading, pairs, settings, quota),
    )


def _stages(reading, pairs, settings, quota):
    """Return the parts of a round, and the market with every pair that any of them may choose.

    The second part is the mop-up, which serves those left with whatever fits.
    """
    needs = [need.quota for need in reading.needs]
    market = pairs.market(reading, least=settings.least_score, need_quota=needs, offer_quota=quota)
    first = Stage(market, deferred_acceptance(market))
    if settings.mode is Mode.BEST or settings.least_score <= LEAST_SCORE:
        return [first], market
    wider = pairs.market(reading, least=LEAST_SCORE, need_quota=needs, offer_quota=quota)
    rest = left_over(first.market, first.matching, wider)
    return [first, Stage(rest, deferred_acceptance(rest))], wider


def halved(reading, proposed):
    """Return the quotas with which a slow company gets half of what it would get, never none."""
    would = Counter(offer for _, offer, *_ in proposed)
    quota = [offer.quota for offer in reading.offers]
    order = sorted(
        (offer.organisation_id, place)
        for place, offer in enumerate(reading.offers)
        if offer.organisation_id in reading.slow and offer.rule is None
    )
    for _company, entries in groupby(order, key=lambda entry: entry[0]):
        places, before = [place for _, place in entries], 0
        none = not any(would[place] for place in places)
        for place in places:  # halves of one company's offers add up to half of its proposals
            after = before + would[place]
            part = 1 if none else (after + 1) // 2 - (before + 1) // 2
            quota[place] = part if quota[place] == UNLIMITED else min(quota[place], part)
            before = after
    return quota


def _lists(reading, pairs, settings):
    """Return the market of the lists, and the lists: every firm that takes part, no quotas."""
    seen = {place for place, need in enumerate(reading.needs) if need.rule != "setting"}
    free = {place for place, offer in enumerate(reading.offers) if not offer.is_full}
    market = pairs.market(
        reading,
        least=LEAST_SCORE,
        need_quota=[0] * len(reading.needs),
        offer_quota=[0] * len(reading.offers),
    )
    kept = [
        position
        for position, pair in enumerate(
            zip(market.need.tolist(), market.offer.tolist(), strict=True)
        )
        if pair[0] in seen and pair[1] in free
    ]
    market = _only(market, kept)
    firms = np.array([need.organisation_id for need in reading.needs], dtype=np.int64)
    return market, build_lists(market, settings.list_length, floor=settings.floor, group=firms)


def _only(market, kept):
    names = ("need", "offer", "score", "need_tier", "offer_tier")
    kept = np.array(kept, dtype=np.int64)
    columns = {name: getattr(market, name)[kept] for name in names}
    others = ("need_ids", "offer_ids", "days_waited", "need_quota", "offer_quota")
    return type(market)(**{name: getattr(market, name) for name in others}, **columns)


def _needs(reading, pairs, settings, served):
    """Return what is kept for each need: its ranking, refusals, and the rule it stays with."""
    ranked, best = {}, {}
    for need, offer, score in zip(pairs.need, pairs.offer, pairs.score, strict=True):
        ranked.setdefault(need, []).append(reading.offers[offer].id)  # best first, by score alone
        best.setdefault(need, score)
    least = 0.0 if settings.mode is Mode.EVERYBODY else settings.least_score
    return [
        {
            "need_id": need.id,
            "rule": None if place in served else _why_without(reading, pairs, place, best, least),
            "ranked": ranked.get(place, []),
            "refused": {
                str(reading.offers[offer].id): rule
                for offer, (rule, _score) in pairs.refused.get(place, {}).items()
            },
        }
        for place, need in enumerate(reading.needs)
    ]


def _why_without(reading, pairs, place, best, least):
    """Return the rule for which a need stays without a proposal."""
    if reading.needs[place].rule:
        return reading.needs[place].rule
    if place not in best:
        return closest_rule(reading, pairs, place) or "words"
    return "full" if best[place] >= least else "least"


def _proposals(reading, pairs, proposed):
    """Return what is kept of each proposal, with its evidence and criteria as they stand."""
    rank, many, kept = {}, Counter(), []
    for pair in zip(pairs.need, pairs.offer, strict=True):  # best first, by score alone
        many[pair[0]] += 1
        rank[pair] = many[pair[0]]
    for need, entries in groupby(sorted(proposed), key=lambda pair: pair[0]):
        own, card = list(entries), reading.needs[need].card
        ranker = reading.ranker
        explained = ranker.explain_all(card, [ranker.offer_ids_[offer] for _, offer, *_ in own])
        for (_, offer, score, mop_up), evidence in zip(own, explained, strict=True):
            wanted = ranker.offers_[offer]
            kept.append(
                {
                    "kind": ChoiceKind.PROPOSED,
                    "need_id": reading.needs[need].id,
                    "offer_id": reading.offers[offer].id,
                    "score": min(score, 1.0),
                    "rank": rank[need, offer],
                    "mop_up": mop_up,
                    "evidence": kept_evidence(evidence),
                    "criteria": kept_criteria(eligibility.criteria(card, wanted)),
                    "input_hash": kept_hash(ranker, card, wanted),
                }
            )
    return kept


def _listed(reading, market, lists):
    """Return what is kept of each entry of the lists."""
    kept = []
    starts = lists.starts.tolist()
    for offer, (start, end) in enumerate(pairwise(starts)):
        for place in range(start, end):
            pair = int(lists.pairs[place])
            kept.append(
                {
                    "kind": ChoiceKind.LISTED,
                    "need_id": reading.needs[int(market.need[pair])].id,
                    "offer_id": reading.offers[offer].id,
                    "score": min(float(market.score[pair]), 1.0),
                    "place": place - start + 1,
                    "by_floor": bool(lists.by_floor[place]),
                }
            )
    return kept


def _places(reading, proposed, quota):
    """Return the places of each offer that could take part: fewest left first, then by id."""
    many = Counter(offer for _, offer, *_ in proposed)
    rows = [
        [offer.id, offer.capacity, offer.taken, offer.held, quota[place], many[place]]
        for place, offer in enumerate(reading.offers)
        if offer.rule is None
    ]
    return sorted(rows, key=lambda row: (-row[5], -(row[2] + row[3]), row[0]))


def _hash(reading, pairs, settings, quota):
    """Return a hash of everything that decides the round."""
    digest = hashlib.sha256(reading.ranker.version.encode())
    told = [settings.as_data(), quota, sorted(reading.slow)]
    told += [[need.id, need.quota, need.days_waited, need.rule] for need in reading.needs]
    told += [[offer.id, offer.rule] for offer in reading.offers]
    digest.update(json.dumps(told, sort_keys=True).encode())
    for column in (pairs.need, pairs.offer, pairs.score, pairs.need_tier, pairs.offer_tier):
        digest.update(np.array(column, dtype=np.float64).tobytes())
    return digest.hexdigest()
