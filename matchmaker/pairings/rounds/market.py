"""What a round reads of the market: needs, offers, who has met, and what each may still take."""

from collections import Counter
from dataclasses import dataclass, field

import sqlalchemy as sa

from ...accounts.models import Account
from ...db import db
from ...matching.cards import NeedCard
from ...needs.models import OPEN_ASKS, Need
from ...offers.models import Offer
from ...organisations.models import Organisation
from ..clock import day_of
from ..models import Pairing
from ..ranking import index
from ..responsiveness import responsiveness
from ..states import OPEN, PLACED, State
from ..wishes.preferences import wishes_of
from .models import held_places

UNLIMITED = -1


@dataclass(slots=True)
class RoundNeedFacts:
    """A need that takes part; `rule` is what keeps it from any proposal, or None."""

    id: int
    organisation_id: int
    category: str | None
    region: str | None
    size: str | None
    days_waited: int
    length: int  # characters of title and text
    only_asked: bool
    open_asks: int
    card: NeedCard
    rule: str | None = None
    quota: int = 0


@dataclass(slots=True)
class RoundOfferFacts:
    """An open offer; `rule` is what keeps it from any need, or None. A quota of -1 has no limit."""

    id: int
    organisation_id: int
    category: str | None
    region: str | None
    capacity: int | None
    taken: int
    held: int = 0
    rule: str | None = None
    quota: int = 0

    @property
    def is_full(self):
        return self.capacity is not None and self.taken >= self.capacity


@dataclass(slots=True)
class Reading:
    """Everything that a round is computed from, as one transaction saw it."""

    needs: list
    offers: list  # in the order of the ranker's columns
    ranker: object
    wishes: object
    met: set  # (need id, offer id) of all that ever met
    slow: set = field(default_factory=set)  # ids of companies that get half


def read(settings, *, now):
    """Read the market by a number of statements that does not grow with it."""
    today = day_of(now)
    ranker = index.ranker(today)
    needs = _needs(settings, today, now)
    offers = _offers(ranker, today)
    reading = Reading(needs, offers, ranker, wishes_of(needs, offers), _met(today))
    open_now = _open_pairings()
    _let_needs_take(reading, settings, open_now)
    _let_offers_take(reading, settings, open_now)
    if settings.halve_slow:
        companies = {offer.organisation_id for offer in offers}
        found = responsiveness(companies, now=now)
        reading.slow = {company for company, one in found.items() if one.is_slow}
    return reading


def _needs(settings, today, now):
    """Return the needs that are open and among those that the settings name."""
    cards = {need.id: need.card for need in index.open_needs(today)}
    place = sa.func.coalesce(Need.region, Organisation.region)
    length = sa.func.length(sa.func.coalesce(Need.title, "")) + sa.func.length(
        sa.func.coalesce(Need.text, "")
    )
    select = Need.open_on(today).with_only_columns(
        *(Need.id, Need.organisation_id, Need.category, place, Organisation.size),
        *(Need.published_at, length, Need.only_asked, Need.open_asks),
    )
    if settings.categories:
        select = select.where(Need.category.in_(settings.categories))
    if settings.regions:
        select = select.where(place.in_(settings.regions))
    return [
        RoundNeedFacts(
            *(id_, organisation, category, region, size),
            *(max((now - published).days, 0), length, only_asked, asks, cards[id_]),
        )
        for id_, organisation, category, region, size, published, length, only_asked, asks in (
            db.session.execute(select)
        )
        if id_ in cards
    ]


def _offers(ranker, today):
    """Return the open offers in the order of the ranker's columns."""
    people = sa.exists().where(Account.organisation_id == Offer.organisation_id, Account.active)
    select = Offer.open_on(today).with_only_columns(
        *(Offer.id, Offer.organisation_id, Offer.category, Organisation.region),
        *(Offer.capacity, Offer.places_taken, people),
    )
    found = {}
    for *facts, has_people in db.session.execute(select):
        offer = RoundOfferFacts(*facts)
        offer.rule = None if has_people else "nobody"
        found[str(offer.id)] = offer
    return [found.get(id_) or _gone(id_) for id_ in ranker.offer_ids_]


def _gone(id_):
    """Return an offer that the ranker still knows and that has just closed."""
    return RoundOfferFacts(int(id_), 0, None, None, 0, 0, rule="closed")


def _met(today):
    """Return (need id, offer id) of all that ever met, as far as the need is open."""
    open_needs = Need.open_on(today).order_by(None).with_only_columns(Need.id)
    pairs = sa.select(Pairing.need_id, Pairing.offer_id).where(Pairing.need_id.in_(open_needs))
    return {tuple(pair) for pair in db.session.execute(pairs)}


def _open_pairings():
    """Count, by organisation and by need, what is open or was agreed; by one statement."""
    counts = {"organisation": Counter(), "proposed": Counter(), "served": set()}
    columns = (Pairing.need_id, Pairing.sme_id, Pairing.company_id, Pairing.state)
    going_on = sa.select(*columns).where(
        Pairing.state.in_((*OPEN, *PLACED)), Pairing.state != State.COMPLETED
    )
    for need_id, sme_id, company_id, state in db.session.execute(going_on):
        if state in OPEN:
            counts["organisation"].update((sme_id, company_id))
            counts["proposed"][need_id] += state is State.PROPOSED
        else:
            counts["served"].add(need_id)
    return counts


def _let_needs_take(reading, settings, open_now):
    """Say how many proposals each need may take, or the rule for which it takes none."""
    for need in reading.needs:
        left = OPEN_ASKS - need.open_asks - open_now["proposed"][need.id]
        if need.only_asked or not reading.wishes.takes_part(need):
            need.rule = "setting"
        elif need.id in open_now["served"]:
            need.rule = "served"
        elif left <= 0:
            need.rule = "ask_limit"
        else:
            need.quota = min(left, settings.proposals)
    taking = [need for need in reading.needs if need.rule is None]
    _share(taking, reading.wishes.most_open, open_now["organisation"])
    for need in taking:
        need.rule = None if need.quota else "setting"


def _let_offers_take(reading, settings, open_now):
    """Say how many firms may be proposed to each offer."""
    held = dict(db.session.execute(held_places()).all())
    taking = []
    for offer in reading.offers:
        offer.held = held.get(offer.id, 0)
        if offer.rule is None and not reading.wishes.takes_part(offer):
            offer.rule = "setting"
        if offer.rule is None:
            offer.quota = _usable(offer, settings.place_share)
            taking.append(offer)
    _share(taking, reading.wishes.most_open, open_now["organisation"])


def _usable(offer, share):
    """Return how many of the free places a round may use; at least one where one is free."""
    if offer.capacity is None:
        return UNLIMITED
    free = max(offer.capacity - offer.taken - offer.held, 0)
    return min(free, max(free * share // 100, 1))


def _share(listings, most_open, open_now):
    """Divide what an organisation still lets be open among its listings, the first ones first."""
    by_organisation = {}
    for listing in listings:
        by_organisation.setdefault(listing.organisation_id, []).append(listing)
    for organisation_id, own in by_organisation.items():
        most = most_open(organisation_id)
        if most is None:
            continue
        left = max(most - open_now[organisation_id], 0)
        each, more = divmod(left, len(own))
        for position, listing in enumerate(sorted(own, key=lambda one: one.id)):
            part = each + (position < more)
            listing.quota = part if listing.quota == UNLIMITED else min(listing.quota, part)
