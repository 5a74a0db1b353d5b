"""The live index: a ranker over all open offers and the cards of all open needs, kept in step."""

import threading
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import sqlalchemy as sa
from flask import current_app

from ..db import db
from ..matching.cards import NeedCard
from ..matching.text import analyse
from ..needs.cards import need_card
from ..needs.models import Need
from ..offers.cards import offer_card
from ..offers.models import Offer
from ..organisations.models import Organisation
from .clock import day_of
from .kept_counts import kept_counts
from .trail import Trail

_KOREAN = "자상한 매칭"  # a text that wakes the analyser also where the market is empty
MOST_KEPT = 256  # ranked lists of offers that a process keeps
# Up to here the whole is fitted anew with each change, so that all processes print the same
# number for a pair; a larger market takes the change up beside what was fitted.
SMALL = 300  # offers: some 100 ms
_NAMED = 500  # more rows than this are found by reading all


class OpenNeed(NamedTuple):
    """What ranking needs to know of an open need without loading its row again."""

    id: int
    organisation_id: int
    only_asked: bool
    card: NeedCard


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The market at one moment; never changed, so that any thread may read it.

    `number` is raised with every change: what was computed from a snapshot holds as long as
    the number does.
    """

    number: int
    day: date
    ranker: object
    needs: dict


class Market:
    """What this process has computed of the market, moved on by one thread at a time."""

    def __init__(self):
        self._moving = threading.Lock()
        self._snapshot = None
        self._trail = Trail(*(table.__tablename__ for table in (Need, Offer, Organisation)))
        self._keeping = threading.Lock()
        self._kept = OrderedDict()  # name → (number, value), the longest unused first

    def at(self, today):
        """Return the market as it is now on a day."""
        with self._moving:
            if self._snapshot is None:
                self._trail.skip()
                self._snapshot = Snapshot(1, today, fitted_on(today), needs_on(today))
            else:
                self._snapshot = _moved(self._snapshot, self._trail.news(), today)
            return self._snapshot

    def keep(self, name: Hashable, snapshot, make):
        """Return what `make()` computes from a snapshot, computed once while that holds."""
        with self._keeping:
            kept = self._kept.get(name)
        if kept is None or kept[0] != snapshot.number:
            kept = snapshot.number, make()
        with self._keeping:
            self._kept[name] = kept
            self._kept.move_to_end(name)
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        return kept[1]


def init_app(app):
    app.extensions["market"] = Market()


def market():
    """Return what this process has computed for the application."""
    return current_app.extensions["market"]


def ranker(today):
    """Return the ranker over the offers that are open on a day.

    It follows the audit trail: publishing, editing, pausing, closing, suspending and renaming
    leave an event, and only the rows that events name are read again.
    """
    return market().at(today).ranker


def open_needs(today):
    """Return every need that is open on a day, in the order of ids."""
    return list(market().at(today).needs.values())


def warm(now):
    """Load the analyser and fit the ranker, so that no visitor, and no lock, waits for it."""
    analyse(_KOREAN)
    today = day_of(now)
    ranker(today).rank([need.card for need in open_needs(today)], top=1)
    db.session.rollback()  # lets go of what was read


def fitted_on(today):
    """Return a new ranker over the offers that are open on a day."""
    from ..matching.ranker import TfidfRanker  # scikit-learn and the analyser: ranking only

    cards = [offer_card(offer) for offer in db.session.scalars(Offer.open_on(today))]
    ranker = TfidfRanker()
    return ranker.fit(cards, kept_counts(cards, ranker))


def needs_on(today):
    """Return the needs that are open on a day by id, in the order of ids."""
    return _in_order(map(_open_need, db.session.scalars(Need.open_on(today))))


def _moved(before, news, today):
    """Return the snapshot after what happened to some rows, or the same where nothing counts."""
    offers, needs = _touched(Offer, "offer", news), _touched(Need, "need", news)
    if today != before.day:
        offers |= _come_and_gone(Offer, today, map(int, before.ranker.places_))
        needs |= _come_and_gone(Need, today, before.needs)
    ranker = _with_offers(before.ranker, offers, today)
    found = _with_needs(before.needs, needs, today)
    if ranker is before.ranker and found is before.needs and today == before.day:
        return before
    return Snapshot(before.number + 1, today, ranker, found)


def _touched(model, kind, news):
    """Return the ids of the listings that the news are about, or about whose organisation."""
    ids = {row_id for of, row_id in news if of == kind}
    owners = {row_id for of, row_id in news if of == Organisation.__tablename__}
    if owners:
        ids |= set(db.session.scalars(sa.select(model.id).where(model.organisation_id.in_(owners))))
    return ids


def _come_and_gone(model, today, before):
    """Return the ids that a new day has opened or closed."""
    statement = model.open_on(today).order_by(None).with_only_columns(model.id)
    return set(db.session.scalars(statement)) ^ set(before)


def _with_offers(ranker, ids, today):
    """Return the ranker with these offers as they are now."""
    from sklearn.base import clone  # with the ranker: see `fitted_on`

    now = {str(offer.id): offer_card(offer) for offer in _open(Offer, ids, today)}
    known = {id_: _card(ranker, id_) for id_ in map(str, ids) if id_ in ranker.places_}
    gone = known.keys() - now.keys()
    come = [card for id_, card in now.items() if known.get(id_) != card]
    if not come and not gone:
        return ranker
    if len(ranker.places_) + len(come) > SMALL:
        return ranker.update(added=come, removed=gone)
    cards = {id_: _card(ranker, id_) for id_ in ranker.places_.keys() - gone}
    cards |= {card.id: card for card in come}
    return clone(ranker).fit([cards[id_] for id_ in sorted(cards, key=int)])


def _card(ranker, id_):
    return ranker.offers_[ranker.places_[id_]]


def _with_needs(needs, ids, today):
    """Return the open needs with these as they are now."""
    now = {need.id: _open_need(need) for need in _open(Need, ids, today)}
    if all(now.get(id_) == needs.get(id_) for id_ in ids):
        return needs
    return _in_order([need for id_, need in needs.items() if id_ not in ids] + [*now.values()])


def _open(model, ids, today):
    """Read those of the rows with these ids that are open on a day, as they are stored."""
    if not ids:
        return []
    statement = model.open_on(today)
    if len(ids) <= _NAMED:
        statement = statement.where(model.id.in_(ids))
    # What the session knows of a row may be older than the event that named it.
    rows = db.session.scalars(statement.execution_options(populate_existing=True))
    return [row for row in rows if row.id in ids]


def _in_order(needs):
    return {need.id: need for need in sorted(needs, key=lambda need: need.id)}


def _open_need(need):
    return OpenNeed(need.id, need.organisation_id, need.only_asked, need_card(need))
