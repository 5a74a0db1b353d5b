"""Officers, firms and the worker at one moment, on both databases: exactly one of them wins."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from matchmaker.accounts.models import Account
from matchmaker.db import db
from matchmaker.needs.models import Need
from matchmaker.offers.models import Offer
from matchmaker.outbox import Notice
from matchmaker.pairings.models import Pairing
from matchmaker.pairings.rounds import rounds
from matchmaker.pairings.rounds.models import Round, RoundChoice, RoundState
from matchmaker.pairings.rounds.publishing import publish
from matchmaker.pairings.rounds.settings import Settings
from matchmaker.pairings.states import LIVE, State

from . import test_pairings_races as races
from .factories import NOW, make_account, make_need, make_offer
from .test_pairings_races import TOGETHER, asking, race

raced = races.market  # the fixture: an application on a database that is shared
LATER = NOW + timedelta(hours=1)
LEAST = Settings(least="partial")


def computed(settings=LEAST):
    round_ = rounds.compute(settings, by=make_account(kind="ministry"), now=NOW)
    db.session.commit()
    return round_


def publishing(round_):
    round_id, officer_id = round_.id, make_account(kind="ministry").id

    def act():
        officer = db.session.get(Account, officer_id)
        publish(db.session.get(Round, round_id), by=officer, now=LATER)

    return act


def discarding(round_):
    round_id, officer_id = round_.id, make_account(kind="ministry").id

    def act():
        officer = db.session.get(Account, officer_id)
        rounds.discard(db.session.get(Round, round_id), by=officer, now=LATER)

    return act


def closing(listing):
    model, listing_id, by_id = type(listing), listing.id, listing.organisation.people[0].id

    def act():
        db.session.get(model, listing_id).close(by=db.session.get(Account, by_id), now=LATER)

    return act


def count(model, *conditions):
    return db.session.scalar(sa.select(sa.func.count()).select_from(model).where(*conditions))


def test_of_many_officers_exactly_one_publishes(raced):
    for _ in range(3):
        make_need()
    make_offer()
    round_ = computed()
    came = race(raced, [publishing(round_) for _ in range(TOGETHER)])
    assert came.count(None) == 1
    assert set(came) == {None, "state"}
    assert count(Pairing) == 3
    assert count(Notice, Notice.kind == "proposed") == 6


def test_a_round_is_published_or_discarded_and_never_both(raced):
    make_need(), make_offer()
    round_ = computed()
    came = race(raced, [publishing(round_), discarding(round_)] * 3)
    assert came.count(None) == 1
    published = db.session.get(Round, round_.id).state is RoundState.PUBLISHED
    assert count(Pairing) == (1 if published else 0)


def test_two_rounds_published_at_once_never_hold_more_places_than_there_are(raced):
    make_offer(capacity=2)
    for region in ("11", "26"):
        for _ in range(3):
            make_need(region=region)
    first, second = (
        computed(Settings(least="partial", regions=(region,))) for region in ("11", "26")
    )
    assert race(raced, [publishing(first), publishing(second)]) == [None, None]
    assert count(Pairing, Pairing.state == State.PROPOSED) == 2
    assert count(RoundChoice, RoundChoice.dropped == "full") == 2


def test_an_ask_and_a_proposal_of_one_pair_make_one_pairing(raced):
    needs = [make_need() for _ in range(TOGETHER - 1)]
    offer = make_offer(capacity=None)
    round_ = computed()
    came = race(raced, [publishing(round_), *(asking(need, offer) for need in needs)])
    assert came[0] is None
    assert set(came) <= {None, "live"}
    live = count(Pairing, Pairing.state.in_(LIVE))
    assert live == len(needs) == count(Pairing)
    proposed = count(Pairing, Pairing.state == State.PROPOSED)
    assert proposed == came.count("live")
    assert count(RoundChoice, RoundChoice.dropped == "met") == len(needs) - proposed


@pytest.mark.parametrize("side", ["need", "offer"])
def test_nothing_stays_proposed_for_what_closes_at_that_moment(raced, side):
    need, offer = make_need(), make_offer()
    round_ = computed()
    came = race(raced, [publishing(round_), closing(need if side == "need" else offer)])
    assert came == [None, None]
    assert count(Pairing, Pairing.state.in_(LIVE)) == 0
    assert count(Need) == count(Offer) == 1
