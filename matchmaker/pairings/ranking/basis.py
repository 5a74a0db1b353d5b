"""What a pairing is proposed on: score, evidence and criteria as they stand at this moment."""

from dataclasses import replace
from typing import NamedTuple

from ...matching import eligibility
from ...needs.cards import need_card
from ...offers.cards import offer_card
from . import index


class Basis(NamedTuple):
    """The facts about one need and one open offer that a pairing copies."""

    score: float
    evidence: list
    criteria: list
    ranker_version: str
    input_hash: str

    @property
    def refusals(self):
        """The rules that keep the pair apart, the relation among them where it was given."""
        return [
            each.name.value for each in self.criteria if each.status is not eligibility.Status.MET
        ]

    def columns(self, offer):
        """Return the columns of a pairing that keep this, as plain data."""
        return {
            "score": min(self.score, 1.0),
            "evidence": kept_evidence(self.evidence),
            "criteria": kept_criteria(self.criteria),
            "terms": kept_terms(offer),
            "ranker_version": self.ranker_version,
            "input_hash": self.input_hash,
        }


def kept_evidence(evidence):
    """Return evidence as the plain data that a row keeps."""
    return [
        {
            "term": item.term,
            "share": item.share,
            "kind": item.kind,
            "need": list(item.need_surfaces),
            "offer": list(item.offer_surfaces),
        }
        for item in evidence
    ]


def kept_criteria(criteria):
    """Return criteria as the plain data that a row keeps."""
    return {
        each.name.value: {"status": each.status.value, "wanted": list(each.wanted)}
        for each in criteria
    }


def kept_terms(offer):
    """Return an offer's facts as they stand, as plain data."""
    return {name: offer.fact(name) for name in offer.FACTS}


def basis_of(need, offer, *, today, relation=None):
    """Score and check one need with one offer; an offer that is not open scores nothing.

    The relation is looked at only where one is given: when somebody asks or accepts.
    """
    ranker = index.ranker(today)
    card, wanted = need_card(need), offer_card(offer)
    criteria = eligibility.criteria(card, wanted)
    if relation is not None:
        stated = eligibility.relation_criterion(relation.value, wanted)
        criteria += [stated] if stated else []
    score, evidence = 0.0, []
    if wanted.id in ranker.places_:
        score = float(ranker.score([card])[0, ranker.places_[wanted.id]])
        evidence = ranker.explain(card, wanted)
    return Basis(score, evidence, criteria, ranker.version, ranker.input_hash(card, wanted))


def kept_hash(ranker, need, offer):
    """Return the hash of both cards without the places, which are counted by themselves."""
    return ranker.input_hash(need, replace(offer, places_left=None))
