"""The live index: a ranker over all open offers and the cards of all open needs, kept in step."""

import threading
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import NamedTuple

import sqlalchemy as sa
from flask import current_app

from ...db import db, utcnow
from ...matching.cards import NeedCard
from ...matching.text import analyse
from ...needs.cards import need_card
from ...needs.models import Need
from ...offers.cards import offer_card
from ...offers.models import Offer
from ...organisations.models import Organisation
from ..clock import day_of
from .base_file import BaseFile, belongs, note_of
from .kept_counts import counts_of, kept_counts
from .trail import Trail, is_writing

_KOREAN = "자상한 매칭"  # a text that wakes the analyser also where the market is empty
MOST_KEPT = 256  # ranked lists of offers that a process keeps
# Up to here the whole is fitted anew with each change, so that all processes print the same
# number for a pair; a larger market takes the change up beside what was fitted, and all
# processes of a machine begin with the same fit, which lies in a file.
SMALL = 300  # offers: some 100 ms
_AT_ONCE = 500  # rows of one select


class OpenNeed(NamedTuple):
    """What ranking needs to know of an open need without loading its row again."""

    id: int
    organisation_id: int
    only_asked: bool
    card: NeedCard


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The market at one moment; never changed, so that any thread may read it.

    `day` is None where the offers are those of an earlier day, which has yet to be caught up.

    `number` is raised with every change: what was computed from a snapshot holds as long as
    the number does.
    """

    number: int
    day: date
    ranker: object
    needs: dict


class Market:
    """What this process has computed of the market, moved on by one thread at a time."""

    def __init__(self, path=None):
        self.file = BaseFile(path)
        self._moving = threading.Lock()
        self._snapshot = None
        self._trail = new_trail()
        self._keeping = threading.Lock()
        self._kept = OrderedDict()  # name → (number, value), the longest unused first
        self._weighing = threading.Lock()
        self._weighed = 0, None  # the number of a snapshot, and its needs

    def at(self, today):
        """Return the market as it is now on a day."""
        with self._moving:
            before = self._snapshot or self._first(today)
            moved = _moved(before, self._trail.news(), today)
            ranker = self.file.newer()
            if ranker is not None and belongs(ranker.note_):
                # The needs are in step by now, and the trail from the new fit on has the rest.
                self._trail.resume(ranker.note_["trail"])
                moved = Snapshot(moved.number, None, ranker, moved.needs)
                moved = _moved(moved, self._trail.news(), today)
            self._snapshot = moved
            return moved

    def _first(self, today):
        """Return the market as this process begins with it: from the file, or read whole."""
        ranker = self._from_file()
        if ranker is None and self.file.path and not is_small(today) and not is_writing():
            with self.file.alone() as can_write:
                ranker = self._from_file()  # another process may have made it in the meantime
                if ranker is None and can_write and self.make_file(today, utcnow()):
                    ranker = self._from_file()
        if ranker is not None:
            self._trail.resume(ranker.note_["trail"])
            return Snapshot(0, None, ranker, needs_on(today))
        self._trail.skip()
        return Snapshot(1, today, fitted_on(today), needs_on(today))

    def _from_file(self):
        ranker = self.file.load()
        return ranker if ranker is not None and belongs(ranker.note_) else None

    def make_file(self, today, now, *, missed=None):
        """Fit anew and put that into the file, for this process and all others to find.

        Returns whether there is a file now. Who calls it is alone (`file.alone`).
        """
        trail = new_trail()
        trail.skip()
        note = note_of(trail, now)
        return belongs(note) and self.file.save(fitted_on(today, missed=missed), note)

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

    def weighed(self, snapshot):
        """Return the needs of a snapshot as a ranker weighs them.

        Of what was weighed for another snapshot all that still holds is kept.
        """
        from ...matching.weighed import WeighedNeeds  # numpy: ranking only

        with self._weighing:
            number, weighed = self._weighed
            if number != snapshot.number:
                cards = {id_: need.card for id_, need in snapshot.needs.items()}
                weighed = (weighed or WeighedNeeds()).moved(
                    snapshot.ranker, cards, lambda cards: counts_of(cards, snapshot.ranker)
                )
                self._weighed = snapshot.number, weighed
        return weighed


def init_app(app):
    folder = app.config["INDEX_PATH"]
    app.extensions["market"] = Market(folder and Path(folder) / "offers")


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
    from ...matching import engine  # compiled code: ranking only

    engine.warm()  # also where the market is empty
    analyse(_KOREAN)
    snapshot = market().at(day_of(now))
    market().weighed(snapshot)
    some = list(snapshot.needs.values())[:MOST_KEPT]
    snapshot.ranker.rank([need.card for need in some], top=1)
    db.session.rollback()  # lets go of what was read


def is_small(today):
    """Say whether the whole is fitted anew with each change of the market."""
    return how_many_open(today) <= SMALL


def how_many_open(today):
    """Return how many offers are open on a day."""
    open_ids = Offer.open_on(today).order_by(None).with_only_columns(Offer.id)
    return db.session.scalar(sa.select(sa.func.count()).select_from(open_ids.subquery()))


def fitted_on(today, *, missed=None):
    """Return a new ranker over the offers that are open on a day (`missed`: `kept_counts`)."""
    from ...matching.ranker import TfidfRanker  # scikit-learn and the analyser: ranking only

    cards = [offer_card(offer) for offer in db.session.scalars(Offer.open_on(today))]
    ranker = TfidfRanker()
    return ranker.fit(cards, kept_counts(cards, ranker, missed=missed))


def needs_on(today):
    """Return the needs that are open on a day by id, in the order of ids."""
    return _in_order(map(_open_need, db.session.scalars(Need.open_on(today))))


def new_trail():
    """Return what tells of changes to the rows that the index is made of."""
    return Trail(*(table.__tablename__ for table in (Need, Offer, Organisation)))


def _moved(before, news, today):
    """Return the snapshot after what happened to some rows, or the same where nothing counts."""
    offers, needs = touched(Offer, news), touched(Need, news)
    if today != before.day:
        offers |= _come_and_gone(Offer, today, map(int, before.ranker.places_))
        needs |= _come_and_gone(Need, today, before.needs)
    ranker = _with_offers(before.ranker, offers, today)
    found = _with_needs(before.needs, needs, today)
    if ranker is before.ranker and found is before.needs and today == before.day:
        return before
    return Snapshot(before.number + 1, today, ranker, found)


def touched(model, news):
    """Return the ids of the listings that the news are about, or about whose organisation."""
    ids = {row_id for of, row_id in news if of == model.__tablename__}
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
    found, ids = [], sorted(ids)
    for start in range(0, len(ids), _AT_ONCE):
        part = model.open_on(today).where(model.id.in_(ids[start : start + _AT_ONCE]))
        # What the session knows of a row may be older than the event that named it.
        found += db.session.scalars(part.execution_options(populate_existing=True))
    return found


def _in_order(needs):
    return {need.id: need for need in sorted(needs, key=lambda need: need.id)}


def _open_need(need):
    return OpenNeed(need.id, need.organisation_id, need.only_asked, need_card(need))
