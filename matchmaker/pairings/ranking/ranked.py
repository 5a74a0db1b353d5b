"""The ranked list that a firm reads: the offers that fit its need, with evidence and rules."""

from collections import Counter
from dataclasses import dataclass

import sqlalchemy as sa

from ...db import db
from ...matching import eligibility
from ...needs.cards import need_card
from ...needs.models import OPEN_ASKS
from ...offers.models import Offer
from ..asking import is_open, met_rule
from ..models import Pairing
from ..states import State
from ..wishes.own_wishes import wishes_about_need
from ..wishes.wishes import PLAIN
from . import index
from .basis import basis_of
from .best_for_parts import places_for_parts, with_offers
from .fitting import LEAST_SCORE, fits
from .own_lists import add_wishes, first_rule, fitting_after_settings

MOST_NEAR = 5
# So many of the best are explained, which takes a millisecond each; no page leads further.
LOOKED_AT = 100


@dataclass(slots=True)
class RankedOffer:
    """One place of a need's list. `blocked` is the rule why it cannot be asked now, or None."""

    offer: Offer
    score: float
    evidence: list
    criteria: list
    refusals: list
    waiting: int = 0
    pairing: Pairing | None = None
    blocked: str | None = None
    tier: int = PLAIN  # of the reader's own wishes; it does not move the score
    mark: str | None = None  # the reader's own, on this very offer

    @property
    def full(self):
        return self.offer.is_full


@dataclass(slots=True)
class OfferList:
    """What fits a need, what is close but not open to it, and why the rest is not there."""

    fitting: list
    near: list
    looked_at: int
    reasons: Counter
    hidden: int = 0  # by the firm's own settings
    parts: list = ()  # what is best for each, where the text names several needs


def ranked_offers(need, *, today, top=20):
    """Rank the open offers for a need, also for a draft; the same number of statements always.

    `reasons` counts the open offers that are not shown as fitting by the first rule that
    keeps them out: too little in common, a criterion, or a setting of a party.
    """
    ranker = index.ranker(today)
    card = need_card(need)
    looked_at = len(ranker.places_)
    fitting, near = _fitting_and_near(card, ranker)
    reasons = Counter({"words": looked_at - len(fitting) - len(near)})
    wishes = wishes_about_need(need)
    fitting, near, hidden = fitting_after_settings(wishes, need, ranker, fitting, near)
    reasons.update(first_rule(wishes, need, card, ranker.offers_[place]) for place, _, _ in near)
    reasons["own_veto"] = hidden
    chosen = fitting[:top] + near[:MOST_NEAR]
    parts = places_for_parts(
        card, ranker, lambda part: _fitting(part, ranker, ranker.allowed(part)), wishes, need
    )
    places = {place for place, _, _ in chosen} | {each[1] for each in parts} - {None}
    rows = _offers([ranker.offers_[place].id for place in places])
    ranked = [
        RankedOffer(
            rows[ranker.offers_[place].id],
            score,
            evidence,
            criteria := eligibility.criteria(card, ranker.offers_[place]),
            _unmet(criteria),
        )
        for place, score, evidence in chosen
        if ranker.offers_[place].id in rows
    ]
    add_wishes(wishes, need, ranked)
    _add_meetings(need, ranked)
    return OfferList(
        [each for each in ranked if not each.refusals],
        [each for each in ranked if each.refusals],
        looked_at,
        +reasons,
        hidden,
        with_offers(parts, ranker, rows),
    )


def one_offer(need, offer, *, today, relation=None):
    """Look at one offer for one need, whatever its rank."""
    basis = basis_of(need, offer, today=today, relation=relation)
    found = RankedOffer(offer, basis.score, basis.evidence, basis.criteria, basis.refusals)
    add_wishes(wishes_about_need(need), need, [found])
    _add_meetings(need, [found])
    if found.blocked is None and not is_open(offer, today):
        found.blocked = "closed"
    return found


def _fitting_and_near(card, ranker):
    """Return (place, score, evidence) of what fits, best first: open to the need, and not.

    The two are ranked apart, so that what is not open never takes the place of what is.
    """
    allowed = ranker.allowed(card)
    return [_fitting(card, ranker, eligible) for eligible in (allowed, ~allowed)]


def _fitting(card, ranker, eligible):
    [matches] = ranker.rank([card], top=LOOKED_AT, eligible=eligible)
    matches = [match for match in matches if match.score >= LEAST_SCORE]
    explained = ranker.explain_all(card, [match.id for match in matches])
    return [
        (ranker.places_[match.id], match.score, evidence)
        for match, evidence in zip(matches, explained, strict=True)
        if fits(match.score, evidence)
    ]


def _unmet(criteria):
    return [each.name.value for each in criteria if each.status is not eligibility.Status.MET]


def _offers(ids):
    rows = db.session.scalars(sa.select(Offer).where(Offer.id.in_([int(id_) for id_ in ids])))
    return {str(offer.id): offer for offer in rows}


def _add_meetings(need, ranked):
    """Add who waits, what has met before, and what keeps the firm from asking now."""
    ids = [each.offer.id for each in ranked]
    waiting = dict(
        db.session.execute(
            sa.select(Pairing.offer_id, sa.func.count())
            .where(Pairing.offer_id.in_(ids), Pairing.state == State.WAITING)
            .group_by(Pairing.offer_id)
        ).all()
    )
    earlier = {}
    met = sa.select(Pairing).where(Pairing.need_id == need.id, Pairing.offer_id.in_(ids))
    for pairing in db.session.scalars(met.order_by(Pairing.id.desc())):
        earlier.setdefault(pairing.offer_id, []).append(pairing)
    for each in ranked:
        before = earlier.get(each.offer.id, [])
        each.waiting = waiting.get(each.offer.id, 0)
        each.pairing = before[0] if before else None
        each.blocked = met_rule(before) or next(iter(each.refusals), None)
        if each.blocked is None and need.open_asks >= OPEN_ASKS:
            each.blocked = "ask_limit"
