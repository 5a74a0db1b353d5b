"""The ranked list that a company reads: the needs that fit one of its offers, best first."""

from dataclasses import dataclass, field
from math import ceil

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from ...db import db
from ...matching import eligibility
from ...needs.cards import need_card
from ...needs.models import Need
from ...offers.cards import offer_card
from ..models import Pairing
from ..recommending.recommendations import Recommendation
from ..relations import Relation
from ..states import LIVE
from ..visible import eligible_needs
from ..wishes.own_wishes import wishes_about_offer
from ..wishes.wishes import PLAIN
from . import index
from .basis import basis_of
from .fitting import LEAST_SCORE, fits
from .own_lists import needs_after_settings

LOOKED_AT = 500  # needs that are explained, a millisecond each; no page leads further


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


def ranked_needs(offer, *, today, page=1, per_page=20):
    """Rank the needs that this offer's company may read for it and that fit, a page at a time.

    Pairs that have closed are left out; the same number of statements for any page.
    """
    market = index.market()
    snapshot = market.at(today)
    matches = market.keep(("needs", offer.id), snapshot, lambda: _fitting_needs(offer, snapshot))
    meetings = _latest(sa.select(Pairing).where(Pairing.offer_id == offer.id))
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
    meetings = _latest(Pairing.between(need.id, offer.id).order_by(None))
    match = (open_need, basis.score, basis.evidence)
    found = _ranked_needs(offer, [match], meetings, wishes_about_offer(offer))[0]
    found.criteria = basis.criteria
    return found


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
    for need in best[:LOOKED_AT]:
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


def _latest(select):
    """Return {need id: its latest pairing}."""
    ordered = db.session.scalars(select.options(joinedload(Pairing.sme)).order_by(Pairing.id))
    return {pairing.need_id: pairing for pairing in ordered}
