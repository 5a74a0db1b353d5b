"""Answering several pairings at once: what would happen to each, then each by itself."""

from collections import Counter
from typing import NamedTuple

import sqlalchemy as sa

from ...db import db
from ...errors import Refusal
from ...needs.models import Need
from ...offers.models import Offer
from .. import answering
from ..models import Pairing
from ..states import Act

MOST = 50  # at once: two pages and a half of the inbox
ACTS = {"accept": Act.COMPANY_ACCEPTS, "decline": Act.COMPANY_DECLINES}


class Outlook(NamedTuple):
    """What an answer would do to one pairing; `rule` is the one that says no, or None."""

    pairing: Pairing
    rule: str | None


def chosen(company, ids):
    """Return those of a company's pairings that were chosen, in the order of deadlines."""
    wanted = Pairing.of(company).where(Pairing.id.in_(ids[:MOST]))
    loaded = wanted.options(sa.orm.joinedload(Pairing.need), sa.orm.joinedload(Pairing.offer))
    return db.session.scalars(loaded.order_by(Pairing.expires_at, Pairing.id)).all()


def outlook(pairings, what, *, now):
    """Return what an answer to each would do, taking places in the order of deadlines."""
    taken = Counter()
    found = []
    for pairing in pairings:
        rule = _rule(pairing, what, taken, now)
        if rule is None and what == "accept" and pairing.can(Act.COMPANY_ACCEPTS):
            taken[pairing.offer_id] += pairing.firms
        found.append(Outlook(pairing, rule))
    return found


def _rule(pairing, what, taken, now):
    if pairing.frozen_at is not None:
        return "suspended"
    if not pairing.can(ACTS[what]):
        return "no_move"
    if pairing.is_overdue(now):
        return "timed_out"
    left = pairing.offer.places_left
    if what == "accept" and left is not None and left - taken[pairing.offer_id] < pairing.firms:
        return "full"
    return None


def answer(pairings, what, *, by, now, **said):
    """Answer each by itself: one that a rule refuses leaves the others as they are.

    Returns {pairing id: None, or the name of the rule that refused it}.
    """
    _hold(pairings)
    verb = {"accept": answering.accept, "decline": answering.decline}[what]
    came = {}
    for pairing in pairings:
        try:
            with db.session.begin_nested():
                verb(pairing, by=by, now=now, **said)
            came[pairing.id] = None
        except Refusal as refusal:
            came[pairing.id] = refusal.rule or "no_move"
    return came


def _hold(pairings):
    """Lock all that is about to change in one order, so that two at once wait and never block.

    It is the order in which one answer takes them too: the pairing, its offer, its need.
    """
    for model, ids in (
        (Pairing, {pairing.id for pairing in pairings}),
        (Offer, {pairing.offer_id for pairing in pairings}),
        (Need, {pairing.need_id for pairing in pairings}),
    ):
        rows = sa.select(model.id).where(model.id.in_(ids)).order_by(model.id)
        db.session.execute(rows.with_for_update(of=model, key_share=True))
