"""Loads the demonstration: the history as recorded, and the market as its parties would make it."""

from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from itertools import chain
from operator import itemgetter

import sqlalchemy as sa
from flask import current_app
from flask_babel import force_locale
from flask_security import hash_password

from ..db import Installation, begin_writing, db
from ..organisations.models import Kind
from ..outbox import Notice
from ..pairings.clock import day_of
from ..pairings.ranking import index
from ..programme.loading import load_history
from . import files, rounds
from .calendar import Calendar
from .life import Life
from .listings import Listings
from .market import Market
from .parties import Parties
from .talk import Talk

PASSWORD = "inclusive-2020"  # noqa: S105  said on the page, for everybody to try
HOSTS = (Kind.MINISTRY, Kind.COMPANY)
UNREAD = timedelta(days=3)  # what happened since then is still new to people
UNMAILED = timedelta(days=1)  # and of this time letters are still to be written


def load(*, now, tell, watch=lambda acts, label: acts):
    """Load everything into an empty database in one transaction.

    `tell` is called with a sentence about each part; `watch` may wrap the list of acts to
    show how far they are. Whoever stops it in the middle leaves the database empty.
    """
    begin_writing()
    db.session.add(Installation(kind="demo", made_at=now, data_version=files.version()))
    counts = load_history(files.read("history"), files.read("reconstructed_needs"), now=now)
    tell(
        "History: {companies} companies, {offers} offers, {outcomes} outcomes, {needs} "
        "reconstructed needs, {sources} sources.".format(**counts)
    )
    market = play(now=now, watch=watch)
    tell(
        f"Market: {len(market.organisations)} organisations, {len(market.offers)} offers, "
        f"{len(market.needs)} needs, {len(market.pairings)} pairings."
    )
    _settle_notices(now)
    db.session.commit()


def play(*, now, watch):
    """Let everything that the files tell of the market happen, each act at its own moment.

    First what offers need, then all the rest, both in the order of time: so the offers are
    there to be ranked with one fit, see `one_fit`.
    """
    told, real = files.read("market"), files.read("market_offers")
    market, calendar = Market(), Calendar(now)
    parties = Parties(market, calendar, hash_password(PASSWORD))
    listings, life = Listings(market, calendar), Life(market, calendar)
    hosts = [entry for entry in told["organisations"] if entry["kind"] in HOSTS]
    guests = [entry for entry in told["organisations"] if entry["kind"] not in HOSTS]
    offering = chain(
        parties.acts(hosts),
        parties.reconstructed_acts(real["companies"], real["offers"]),
        listings.offer_acts([*real["offers"], *told["offers"]]),
    )
    meeting = chain(
        parties.acts(guests),
        listings.pause_acts(told["offers"]),
        listings.need_acts(told["needs"]),
        life.acts(told["memberships"], told["recommendations"], told["life"]),
        Talk(market, calendar).acts(told["conversations"]),
    )
    # Korean whoever calls: consents keep the language in which their text was read.
    with force_locale("ko"):
        for moment, act in watch(_in_time(offering), "Offers"):
            act(now=moment)
        with one_fit(now):
            for moment, act in watch(_in_time(meeting), "Needs and pairings"):
                life.pass_time(moment)
                act(now=moment)
            life.pass_time(now)
            rounds.hold(market.officer(), now=now)
    db.session.flush()
    return market


def _in_time(acts):
    """Sort (moment, act) by the moment; at the same one in the order of the files."""
    return sorted(acts, key=itemgetter(0))


@contextmanager
def one_fit(now):
    """Rank with one fit, on the offers as they are now.

    Each act changes the market, and fitting anew for each would take longer than all else.
    """
    extensions, market = current_app.extensions, index.market()
    extensions["market"] = Held()
    try:
        index.ranker(day_of(now))
        yield
    finally:
        extensions["market"] = market


class Held(index.Market):
    """Keeps the first ranker, however the market changes."""

    held = None

    def at(self, today):
        self.held = self.held or super().at(today)
        number = self.held.number + 1
        self.held = replace(self.held, number=number, day=today, needs=index.needs_on(today))
        return self.held


def _settle_notices(now):
    """Take older notices as mailed and read, so that not hundreds of letters are written now."""
    notices = sa.update(Notice).execution_options(synchronize_session=False)
    db.session.execute(
        notices.where(Notice.created_at < now - UNMAILED).values(mailed_at=Notice.created_at)
    )
    db.session.execute(
        notices.where(Notice.created_at < now - UNREAD).values(seen_at=Notice.created_at)
    )
