"""The live index: a ranker over all open offers and the cards of all open needs, kept in step."""

import threading
from collections import OrderedDict
from typing import NamedTuple

import sqlalchemy as sa
from flask import current_app

from ..audit import Event
from ..db import db
from ..matching.cards import NeedCard
from ..matching.text import analyse
from ..needs.cards import need_card
from ..needs.models import Need
from ..offers.cards import offer_card
from ..offers.models import Offer
from ..organisations.models import Organisation
from .clock import day_of

_KOREAN = "자상한 매칭"  # a text that wakes the analyser also where the market is empty
MOST_KEPT = 256  # values of a process: the ranker, the needs, and ranked lists of offers


class OpenNeed(NamedTuple):
    """What ranking needs to know of an open need without loading its row again."""

    id: int
    organisation_id: int
    only_asked: bool
    card: NeedCard


class Market:
    """What this process has computed, made anew by one thread when the market has changed."""

    def __init__(self):
        self._lock = threading.Lock()
        self._kept = OrderedDict()  # name → (stamp, value), the longest unused first
        self._making = {}  # name → the lock of the thread that makes its value

    def get(self, name, stamp, make):
        """Return the value kept for a stamp, made by `make()` where the stamp is a new one.

        Who asks for the same value meanwhile waits for it; nobody waits for another one.
        """
        kept = self._find(name)
        if kept is None or kept[0] != stamp:
            with self._lock:
                making = self._making.setdefault(name, threading.Lock())
            with making:
                kept = self._find(name)
                if kept is None or kept[0] != stamp:
                    kept = self._keep(name, (stamp, make()))
        return kept[1]

    def _find(self, name):
        with self._lock:
            if name in self._kept:
                self._kept.move_to_end(name)
            return self._kept.get(name)

    def _keep(self, name, kept):
        with self._lock:
            self._kept[name] = kept
            self._kept.move_to_end(name)
            while len(self._kept) > MOST_KEPT:
                oldest, _ = self._kept.popitem(last=False)
                self._making.pop(oldest, None)
        return kept


def init_app(app):
    app.extensions["market"] = Market()


def market():
    """Return what this process has computed for the application."""
    return current_app.extensions["market"]


def ranker(today):
    """Return the ranker fitted on the offers that are open on a day.

    It is fitted again only when the market has changed, which one statement finds out:
    publishing, editing, pausing, closing, suspending, renaming and the passing of a last
    day all change the stamp.
    """
    return market().get("ranker", stamp_of(Offer, today), lambda: _fitted(today))


def open_needs(today):
    """Return every need that is open on a day, in the order of ids."""
    return market().get("needs", stamp_of(Need, today), lambda: _open_needs(today))


def warm(now):
    """Load the analyser and fit the ranker, so that no visitor, and no lock, waits for it."""
    today = day_of(now)
    analyse(_KOREAN)
    ranker(today).score([need.card for need in open_needs(today)])


def _fitted(today):
    from ..matching.ranker import TfidfRanker  # scikit-learn and the analyser: ranking only

    offers = db.session.scalars(Offer.open_on(today))
    return TfidfRanker().fit([offer_card(offer) for offer in offers])


def _open_needs(today):
    return [
        OpenNeed(need.id, need.organisation_id, need.only_asked, need_card(need))
        for need in db.session.scalars(Need.open_on(today))
    ]


def stamp_of(listing, today):
    """Return a few aggregates that differ whenever the open listings or their facts do.

    The set of ids tells what opened and closed; what was edited, in a listing or in an
    organisation, left an event. The lengths notice rows that were written without one.
    """
    texts = (Organisation.name, Organisation.name_en, listing.title, listing.text)
    length = sum((sa.func.length(sa.func.coalesce(text, "")) for text in texts), sa.literal(0))
    opened = (
        listing.open_on(today)
        .order_by(None)
        .with_only_columns(
            sa.cast(listing.id, sa.BigInteger).label("id"),
            listing.changed_at,
            length.label("length"),
        )
        .subquery()
    )
    events = (
        sa.select(sa.func.count())
        .where(Event.subject_kind.in_((listing.__tablename__, Organisation.__tablename__)))
        .scalar_subquery()
    )
    statement = sa.select(
        sa.func.count(),
        sa.func.sum(opened.c.id),
        sa.func.sum(opened.c.id * opened.c.id),
        sa.func.max(opened.c.changed_at),
        sa.func.sum(opened.c.length),
        events,
    ).select_from(opened)
    return tuple(db.session.execute(statement).one())
