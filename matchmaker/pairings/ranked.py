"""Ranked lists for people: offers for a need, needs for an offer, with evidence and rules."""

from collections import Counter
from dataclasses import dataclass, field
from math import ceil

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from ..db import db
from ..matching import eligibility
from ..needs.cards import need_card
from ..needs.models import OPEN_ASKS, Need
from ..offers.cards import offer_card
from ..offers.models import Offer
from . import index
from .asking import is_open, met_rule
from .basis import basis_of
from .best_for_parts import places_for_parts, with_offers
from .fitting import LEAST_SCORE, fits
from .models import Pairing
from .own_lists import add_wishes, first_rule, fitting_after_settings, needs_after_settings
from .own_wishes import wishes_about_need, wishes_about_offer
from .recommendations import Recommendation
from .relations import Relation
from .states import LIVE, State
from .visible import eligible_needs
from .wishes import PLAIN

MOST_NEAR = 5
# So many of the best are explained, which takes a millisecond each; no page leads further.
LOOKED_AT = 100
LOOKED_AT_NEEDS = 500


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


@dataclass(slots=True)
class RankedNeed:
    """One place of an offer's list."""

    need: Need
    score: float
    evidence: list
    criteria: list
    pairing: Pairing | None = None
    relation: Relation | None = None
    recommendations: list = field(default_factory=list)
    tier: int = PLAIN
    mark: str | None = None


@dataclass(slots=True)
class Page:
    """One page of a ranked list, as the pagination macro reads it."""

    items: list
    page: int
    pages: int
    total: int
    hidden: int = 0  # by the company's own settings


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


def ranked_needs(offer, *, today, page=1, per_page=20):
    """Rank the needs that this offer's company may read for it and that fit, a page at a time.

    Pairs that have closed are left out; the same number of statements for any page.
    """
    market = index.market()
    snapshot = market.at(today)
    matches = market.keep(("needs", offer.id), snapshot, lambda: _fitting_needs(offer, snapshot))
    meetings = _latest(sa.select(Pairing).where(Pairing.offer_id == offer.id), "need_id")
    gone = {need_id for need_id, met in meetings.items() if met.state not in LIVE}
    matches = [(need, score, evidence) for need, score, evidence in matches if need.id not in gone]
    wishes = wishes_about_offer(offer)
    own = needs_after_settings(wishes, offer, matches)
    pages = ceil(len(own.shown) / per_page)
    page = min(max(page, 1), max(pages, 1))
    shown = own.shown[(page - 1) * per_page : page * per_page]
    ranked = _ranked_needs(offer, shown, meetings, wishes)
    return Page(ranked, page, pages, len(own.shown), own.hidden)


def one_need(offer, need, *, today):
    """Look at one need for one offer, whatever its rank."""
    basis = basis_of(need, offer, today=today)
    open_need = index.OpenNeed(need.id, need.organisation_id, need.only_asked, need_card(need))
    meetings = _latest(Pairing.between(need.id, offer.id).order_by(None), "need_id")
    match = (open_need, basis.score, basis.evidence)
    found = _ranked_needs(offer, [match], meetings, wishes_about_offer(offer))[0]
    found.criteria = basis.criteria
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


def _fitting_needs(offer, snapshot):
    """Return (need, score, evidence) of what fits an offer, best first, equal scores by id."""
    ranker = snapshot.ranker
    place = ranker.places_.get(str(offer.id))
    if place is None:
        return []
    scores = need_scores(snapshot, offer.id)
    near = [need for need in snapshot.needs.values() if scores[need.id] >= LEAST_SCORE]
    best = sorted(eligible_needs(offer, near), key=lambda need: (-scores[need.id], need.id))
    found = []
    for need in best[:LOOKED_AT_NEEDS]:
        evidence = ranker.explain(need.card, str(offer.id))
        if fits(scores[need.id], evidence):
            found.append((need, scores[need.id], evidence))
    return found


def need_scores(snapshot, offer_id):
    """Return how well a fitted offer answers every open need, by the need's id.

    Each need's text is read once as long as it stays as it is.
    """
    weighed = index.market().weighed(snapshot)
    scores = snapshot.ranker.score_for(str(offer_id), weighed.needs)
    return dict(zip(weighed.cards, scores.tolist(), strict=True))


def _ranked_needs(offer, matches, meetings, wishes):
    ids = [need.id for need, _, _ in matches]
    rows = {need.id: need for need in db.session.scalars(sa.select(Need).where(Need.id.in_(ids)))}
    words = {}
    for row in db.session.scalars(Recommendation.read_for(offer.id, ids)):
        words.setdefault(row.need_id, []).append(row)
    relations = {
        row.sme_id: row
        for row in db.session.scalars(
            sa.select(Relation).where(
                Relation.company_id == offer.organisation_id,
                Relation.sme_id.in_({need.organisation_id for need, _, _ in matches}),
            )
        )
    }
    wanted = offer_card(offer)
    ranked = [
        RankedNeed(
            rows[need.id],
            score,
            evidence,
            eligibility.criteria(need.card, wanted),
            pairing=_seen_by_company(meetings.get(need.id)),
            recommendations=words.get(need.id, []),
            tier=wishes.tier("company", need, offer),
            mark=wishes.of(offer.organisation_id).marks.get(("need_id", need.id)),
        )
        for need, score, evidence in matches
    ]
    for each in ranked:
        if each.pairing and each.pairing.firm_said_yes:
            each.relation = relations.get(each.need.organisation_id)
    return ranked


def _seen_by_company(pairing):
    """Return what the company may know of a meeting: not who waits in line."""
    return None if pairing is None or pairing.only_waited else pairing


def _latest(select, key):
    """Return the latest pairing for each value of a column."""
    ordered = db.session.scalars(select.options(joinedload(Pairing.sme)).order_by(Pairing.id))
    return {getattr(pairing, key): pairing for pairing in ordered}
