"""What the round desk lists: needs with what they get, offers with their places, the proof."""

from math import ceil

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from ..db import db
from ..needs.models import Need
from ..offers.models import Offer
from ..pairings.ranking.ranked_needs import Page
from ..pairings.rounds.models import ChoiceKind, Round, RoundChoice, RoundNeed
from ..web.pages import PAGE_SIZE

MOST_BESIDE = 10  # rounds to compare with


def computed_beside(round_):
    """Return the other rounds that were computed last, to compare with."""
    select = Round.latest_first().where(Round.computed_at.is_not(None), Round.id != round_.id)
    return db.session.scalars(select.limit(MOST_BESIDE)).all()


def needs(round_, rule=""):
    """Select the needs of a round: all, those with a proposal, or those that a rule left."""
    select = (
        sa.select(RoundNeed)
        .where(RoundNeed.round_id == round_.id)
        .options(joinedload(RoundNeed.need).joinedload(Need.organisation))
        .order_by(RoundNeed.need_id)
    )
    if rule:
        select = select.where(
            RoundNeed.rule.is_(None) if rule == "proposed" else RoundNeed.rule == rule
        )
    return select


def chosen_for(round_, rows):
    """Return {need id: what is proposed to it} for the needs of one page."""
    choices = db.session.scalars(
        RoundChoice.proposed_in(round_)
        .where(RoundChoice.need_id.in_([row.need_id for row in rows]))
        .options(joinedload(RoundChoice.offer).joinedload(Offer.organisation))
    )
    found = {}
    for choice in choices:
        found.setdefault(choice.need_id, []).append(choice)
    return found


def places(round_, wanted, per_page=PAGE_SIZE):
    """Return one page of the offers, those with most proposals first: (offer, counts)."""
    rows = round_.places
    pages = ceil(len(rows) / per_page)
    number = min(max(wanted, 1), max(pages, 1))
    shown = rows[(number - 1) * per_page : number * per_page]
    found = db.session.scalars(sa.select(Offer).where(Offer.id.in_([row[0] for row in shown])))
    offers = {offer.id: offer for offer in found}
    items = [(offers[row[0]], *row[1:]) for row in shown if row[0] in offers]
    return Page(items, number, pages, len(rows))


def certificate(round_):
    """Return a round's proof as data: ids, scores and figures, no names and no preferences."""
    columns = ("need_id", "offer_id", "score", "rank", "place", "by_floor", "mop_up", "dropped")
    select = sa.select(RoundChoice.kind, *(getattr(RoundChoice, name) for name in columns))
    choices = db.session.execute(
        select.where(RoundChoice.round_id == round_.id).order_by(RoundChoice.id)
    ).all()
    left = sa.select(RoundNeed.need_id, RoundNeed.rule).where(
        RoundNeed.round_id == round_.id, RoundNeed.rule.is_not(None)
    )
    kept = {
        kind: [
            {name: value for name, value in zip(columns, row[1:], strict=True) if value is not None}
            for row in choices
            if row.kind is kind
        ]
        for kind in ChoiceKind
    }
    return {
        "round": round_.id,
        "state": round_.state,
        "computed_at": round_.computed_at.isoformat(),
        "ranker": round_.ranker_version,
        "input": round_.input_hash,
        "settings": round_.settings_kept,
        "figures": round_.figures,
        "offers": [
            dict(zip(("id", "capacity", "taken", "held", "usable", "proposed"), row, strict=True))
            for row in round_.places
        ],
        "proposals": kept[ChoiceKind.PROPOSED],
        "lists": kept[ChoiceKind.LISTED],
        "without": {str(need): rule for need, rule in db.session.execute(left.order_by("need_id"))},
    }
