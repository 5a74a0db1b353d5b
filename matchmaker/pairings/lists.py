"""The lists of a firm's pairings: their tabs, and all that a row shows, for a page at once."""

from collections import Counter, defaultdict
from typing import NamedTuple

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import aliased, joinedload

from ..db import db
from ..listing.identity import identities
from ..needs.models import Need
from ..offers.models import Offer
from .models import Pairing
from .next_offers import NextOffer
from .recommending.recommendations import Recommendation
from .relations import Relation
from .states import PLACED, UNDECIDED, Side, State

PAST = (State.DECLINED, State.WITHDRAWN, State.EXPIRED, State.ENDED)


class Tab(NamedTuple):
    """One part of a list; `name` stands in the address."""

    name: str
    label: str
    states: tuple


TABS = {
    Side.SME: (
        Tab("open", _l("Open"), UNDECIDED),
        Tab("agreed", _l("Accepted by both"), PLACED),
        Tab("past", _l("Past"), PAST),
    ),
    Side.COMPANY: (
        Tab("answer", _l("To answer"), (State.ASKED, State.PROPOSED)),
        Tab("invited", _l("Invited"), (State.INVITED,)),
        Tab("agreed", _l("Accepted by both"), PLACED),
        Tab("past", _l("Past"), PAST),
    ),
}
OURS_FIRST = (State.INVITED, State.PROPOSED)  # in a small firm's list


class Row(NamedTuple):
    """A pairing and what a list says of it beyond its own columns."""

    pairing: Pairing
    identity: str
    relation: Relation | None
    place: int | None  # in line
    next_offers: list
    recommendations: list


def accepted_pairings(needs):
    """Return {need id: id of its latest pairing that goes on with both sides' yes}."""
    select = sa.select(Pairing.need_id, sa.func.max(Pairing.id)).where(
        Pairing.need_id.in_([need.id for need in needs]),
        Pairing.state.in_((State.AGREED, State.ACTIVE)),
    )
    return dict(db.session.execute(select.group_by(Pairing.need_id)).all())


def awaiting_answer(needs):
    """Return {need id: id of the pairing that waits for the firm's yes or no, the first due}."""
    select = sa.select(Pairing.need_id, Pairing.id).where(
        Pairing.need_id.in_([need.id for need in needs]),
        Pairing.state.in_(OURS_FIRST),
        Pairing.frozen_at.is_(None),
    )
    last_first = select.order_by(Pairing.expires_at.desc(), Pairing.id.desc())
    return dict(db.session.execute(last_first).all())


def open_proposals(need):
    """Return what a round proposes to a need and neither side has answered, the first due first."""
    proposed = sa.select(Pairing).where(
        Pairing.need_id == need.id, Pairing.state == State.PROPOSED, Pairing.frozen_at.is_(None)
    )
    ordered = proposed.order_by(Pairing.expires_at, Pairing.id)
    return db.session.scalars(ordered.options(joinedload(Pairing.offer))).all()


def pairings_told(notices, organisation):
    """Return {id: pairing} of what notices tell an organisation of, with need and offer loaded."""
    ids = {notice.facts["pairing_id"] for notice in notices if "pairing_id" in notice.facts}
    if not ids or organisation is None:
        return {}
    select = (
        Pairing.of(organisation)
        .where(Pairing.id.in_(ids))
        .options(joinedload(Pairing.need), joinedload(Pairing.offer))
    )
    return {pairing.id: pairing for pairing in db.session.scalars(select)}


def counts(pairings, tabs):
    """Return {name of the tab: number} of a select of pairings, by one query."""
    by_state = dict(
        db.session.execute(
            pairings.with_only_columns(Pairing.state, sa.func.count())
            .order_by(None)
            .group_by(Pairing.state)
        ).all()
    )
    return Counter({tab.name: sum(by_state.get(state, 0) for state in tab.states) for tab in tabs})


def listed(pairings, tab, side):
    """Select what stands under a tab, in the order in which one deals with it."""
    pairings = pairings.where(Pairing.state.in_(tab.states)).options(
        joinedload(Pairing.need), joinedload(Pairing.offer)
    )
    if side is Side.SME:  # by need; needs with what waits for this side first, and so in each
        due = aliased(Pairing)
        waiting = sa.exists().where(due.need_id == Pairing.need_id, due.state.in_(OURS_FIRST))
        if tab.name == "open":
            pairings = pairings.order_by(sa.case((waiting, 0), else_=1))
        ours = sa.case((Pairing.state.in_(OURS_FIRST), 0), else_=1)
        return pairings.order_by(
            Pairing.need_id.desc(), ours, Pairing.changed_at.desc(), Pairing.id
        )
    if tab.name in ("answer", "invited"):
        return pairings.order_by(Pairing.expires_at, Pairing.id)
    return pairings.order_by(Pairing.changed_at.desc(), Pairing.id.desc())


def rows(pairings, side):
    """Return a row for each pairing, with a number of queries that does not grow with them."""
    names = identities([pairing.need for pairing in pairings])
    relations = _relations(pairings)
    places = places_in_line(pairings) if side is Side.SME else {}
    chains = next_offers(pairings) if side is Side.SME else {}
    words = recommendations(pairings) if side is Side.COMPANY else {}
    return [
        Row(
            pairing,
            names[pairing.need_id],
            relations.get((pairing.sme_id, pairing.company_id))
            if side is Side.SME or pairing.firm_said_yes
            else None,
            places.get(pairing.id),
            chains.get(pairing.id, []),
            words.get((pairing.need_id, pairing.offer_id), []),
        )
        for pairing in pairings
    ]


def _relations(pairings):
    found = db.session.scalars(
        sa.select(Relation).where(
            Relation.sme_id.in_({pairing.sme_id for pairing in pairings}),
            Relation.company_id.in_({pairing.company_id for pairing in pairings}),
        )
    )
    return {(row.sme_id, row.company_id): row for row in found}


def relations_of(sme):
    """Return {company id: relation} of a small firm."""
    found = db.session.scalars(sa.select(Relation).where(Relation.sme_id == sme.id))
    return {row.company_id: row for row in found}


def places_in_line(pairings):
    """Return {pairing id: place} of those that wait in line, the first place being 1."""
    offers = {pairing.offer_id for pairing in pairings if pairing.state is State.WAITING}
    if not offers:
        return {}
    place = sa.func.row_number().over(
        partition_by=Pairing.offer_id, order_by=(Pairing.waiting_since, Pairing.id)
    )
    lines = sa.select(Pairing.id, place).where(
        Pairing.offer_id.in_(offers), Pairing.state == State.WAITING
    )
    return dict(db.session.execute(lines).all())


def next_offers(pairings):
    """Return {pairing id: further offers that are still to be asked after it, in order}."""
    asked = [pairing.id for pairing in pairings if pairing.state in UNDECIDED]
    heads = dict.fromkeys(asked)
    heads.update({each: each for each in asked})
    led = sa.select(NextOffer.asked_pairing_id, NextOffer.pairing_id)
    heads.update(db.session.execute(led.where(NextOffer.asked_pairing_id.in_(asked))).all())
    left = db.session.scalars(
        sa.select(NextOffer)
        .where(NextOffer.pairing_id.in_(set(heads.values())), NextOffer.used_at.is_(None))
        .options(joinedload(NextOffer.offer))
        .order_by(NextOffer.position)
    )
    chains = defaultdict(list)
    for each in left:
        chains[each.pairing_id].append(each)
    return {pairing_id: chains[head] for pairing_id, head in heads.items()}


def recommendations(pairings):
    """Return {(need id, offer id): agreed recommendations} of pairings, by one query."""
    by_offer = defaultdict(set)
    for pairing in pairings:
        by_offer[pairing.offer_id].add(pairing.need_id)
    found = defaultdict(list)
    if by_offer:
        selects = [Recommendation.read_for(offer, needs) for offer, needs in by_offer.items()]
        ids = sa.union_all(*(each.with_only_columns(Recommendation.id) for each in selects))
        for row in db.session.scalars(sa.select(Recommendation).where(Recommendation.id.in_(ids))):
            found[row.need_id, row.offer_id].append(row)
    return found


def lines_of(company):
    """Return {offer id: number of firms in line} of a company's offers."""
    waiting = (
        sa.select(Pairing.offer_id, sa.func.count())
        .where(Pairing.company_id == company.id, Pairing.state == State.WAITING)
        .group_by(Pairing.offer_id)
    )
    return dict(db.session.execute(waiting).all())


def needs_with_pairings(organisation):
    """Return (id, title) of a small firm's needs that have met an offer, the latest first."""
    met = sa.select(Pairing.need_id).where(Pairing.sme_id == organisation.id)
    found = db.session.scalars(Need.of(organisation).where(Need.id.in_(met)))
    return [(need.id, need.display_title) for need in found]


def offers_with_pairings(organisation):
    """Return (id, title) of a company's offers that were ever published, the latest first."""
    found = db.session.scalars(Offer.of(organisation).where(Offer.published_at.is_not(None)))
    return [(offer.id, offer.display_title) for offer in found]
