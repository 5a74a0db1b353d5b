"""The main menu: at most five short items for each role, with what waits for its answer."""

from collections.abc import Iterable
from typing import NamedTuple

import sqlalchemy as sa
from flask import g, request, url_for
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from ..db import db
from ..organisations.models import Kind, Organisation
from ..outbox import Notice
from ..pairings.conversation.conversation import unread_conversations
from ..pairings.models import Pairing
from ..pairings.rounds.models import Round


class Item(NamedTuple):
    """One entry of the menu; `waiting` names the count that stands beside it."""

    endpoint: str
    label: object
    waiting: str = ""
    also: tuple = ()  # further endpoints, or a part, on whose pages the entry is the current one


VISITOR = (
    Item("offers.index", _l("Offers"), also=("offers.show",)),
    Item("public.ranking", _l("How it works")),
    Item("programme.index", _l("History"), also=("programme",)),
    Item("accounts.register", _l("Register"), also=("accounts",)),
)
NOTICES = Item("notifications.index", _l("Notices"), "notices")
WAITING = (
    Item("accounts.waiting", _l("Waiting")),
    Item("offers.index", _l("Offers"), also=("offers.show",)),
    NOTICES,
)
OF_AN_OFFER = (
    *("offers.new", "offers.edit", "offers.show", "offers.capacity"),
    *("pairings.for_offer", "pairings.need_for_offer", "pairings.invite", "pairings.why_not"),
)
OF_A_NEED = ("needs", "pairings.ranked", "pairings.ask", "pairings.why_not")
OF_ORGANISATIONS = (
    *("ministry.organisations", "ministry.organisation"),
    *("ministry.joins", "ministry.officers"),
)
OF_THE_MARKET = (
    *("ministry.pairing", "ministry.needs", "ministry.need", "ministry.unanswered"),
    *("ministry.unmet", "ministry.offers", "ministry.offer"),
    *("ministry.why", "ministry.why_offers", "ministry.why_needs"),
)
OF_THE_SERVICE = ("ministry.reasons", "ministry.jobs", "ministry.letters", "ministry.reports")
OF_ROUNDS = (
    *("ministry.new_round", "ministry.round", "ministry.round_needs", "ministry.round_offers"),
    "ministry.publish_round",
)
BY_KIND = {
    Kind.SME: (
        Item("needs.index", _l("My needs"), also=OF_A_NEED),
        Item("offers.index", _l("Find offers"), also=("offers.show",)),
        Item("pairings.index", _l("Pairings"), "answers", also=("pairings",)),
        NOTICES,
    ),
    Kind.COMPANY: (
        Item("pairings.index", _l("Inbox"), "answers", also=("pairings",)),
        Item("offers.mine", _l("My offers"), also=OF_AN_OFFER),
        NOTICES,
    ),
    Kind.ASSOCIATION: (
        Item("associations.index", _l("Members"), also=("associations",)),
        Item("recommendations.index", _l("Recommendations"), also=("recommendations",)),
        Item("offers.index", _l("Offers"), also=("offers.show",)),
        NOTICES,
    ),
    Kind.MINISTRY: (
        Item("ministry.index", _l("Overview"), also=OF_THE_SERVICE),
        Item("ministry.approvals", _l("Approvals"), "approvals", also=OF_ORGANISATIONS),
        Item("ministry.rounds", _l("Rounds"), "rounds", also=OF_ROUNDS),
        Item("ministry.pairings", _l("Pairings"), also=OF_THE_MARKET),
        NOTICES,
    ),
}


class Navigation(Iterable):
    """The menu of this request, made when the page reads it: pages of faults never do."""

    def __iter__(self):
        entries = items()
        current = _current(entries)
        for item in entries:
            yield {
                "url": url_for(item.endpoint),
                "label": item.label,
                "current": item is current,
                "count": waiting(item.waiting),
            }


def items():
    """Return the entries for whoever is signed in."""
    if not current_user.is_authenticated:
        return VISITOR
    if current_user.organisation is None:
        return WAITING
    return BY_KIND[current_user.organisation.kind]


def _current(entries):
    """Return the entry that this page belongs to: its own one before that of its part."""
    here = request.endpoint or ""
    part = here.partition(".")[0]
    named = [item for item in entries if here in (item.endpoint, *item.also)]
    return next(iter(named + [item for item in entries if part in item.also]), None)


def waiting(name):
    """Return how much waits for this person, counted once a request, in one statement."""
    if not name or not current_user.is_authenticated:
        return 0
    if "waiting" not in g:
        g.waiting = db.session.execute(_counts()).one()
    return getattr(g.waiting, name, 0)


def _counts():
    organisation = current_user.organisation
    counts = [
        sa.select(sa.func.count())
        .where(Notice.account_id == current_user.id, Notice.seen_at.is_(None))
        .scalar_subquery()
        .label("notices")
    ]
    if organisation is not None:
        counts += [select.scalar_subquery().label(name) for name, select in _of(organisation)]
    return sa.select(*counts)


def _of(organisation):
    if organisation.kind is Kind.MINISTRY:
        yield "approvals", Organisation.waiting().order_by(None).with_only_columns(sa.func.count())
        yield "rounds", Round.provisional()
    if organisation.kind in (Kind.SME, Kind.COMPANY):
        inbox = Pairing.inbox(organisation).order_by(None).with_only_columns(sa.func.count())
        new_words = unread_conversations(current_user)
        yield "answers", sa.select(inbox.scalar_subquery() + new_words.scalar_subquery())


def context():
    """Give templates the menu."""
    return {"navigation": Navigation()}
