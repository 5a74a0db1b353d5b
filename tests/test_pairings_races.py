"""Real concurrency on both databases: threads that start together, each with its own session."""

import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa

from matchmaker import create_app
from matchmaker.accounts.models import Account
from matchmaker.config import Testing
from matchmaker.db import begin_writing, db
from matchmaker.errors import Refusal
from matchmaker.listing.models import Stage
from matchmaker.needs.models import Need
from matchmaker.needs.unmet import UnmetNeed
from matchmaker.offers.models import Offer
from matchmaker.outbox import Notice
from matchmaker.pairings import answering, jobs
from matchmaker.pairings.asking import ask, invite
from matchmaker.pairings.clock import REMINDED_BEFORE, day_of
from matchmaker.pairings.contacts import Disclosure
from matchmaker.pairings.models import Pairing
from matchmaker.pairings.ranking import index
from matchmaker.pairings.relations import Relation, RelationKind
from matchmaker.pairings.responsiveness import SlowSpell
from matchmaker.pairings.states import LIVE, State

from .factories import NOW, make_account, make_need, make_offer, make_pairing

LATER = NOW + timedelta(hours=1)
TOGETHER = 8
LATE = ("no_move", "overtaken")  # what they read who came too late


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def market(request, tmp_path):
    """An application on a database that several sessions can really use at once."""
    if request.param == "sqlite":
        address = f"sqlite:///{tmp_path / 'races.db'}"
    else:
        address = request.getfixturevalue("postgres_database")

    class Raced(Testing):
        SQLALCHEMY_DATABASE_URI = address
        SQLALCHEMY_ENGINE_OPTIONS = (
            {} if address.startswith("sqlite") else {"pool_size": TOGETHER + 2}
        )

    app = create_app(Raced())
    with app.app_context():
        db.create_all()
        index.warm(NOW)  # as a server does before its first request
        yield app
        db.session.remove()
        db.engine.dispose()


def race(app, acts):
    """Let all acts begin at one moment, as requests do; return what came of each.

    That is None where an act was committed, else the rule that refused it. Anything but a
    refusal is a fault and fails the test.
    """
    db.session.commit()
    start = threading.Barrier(len(acts))
    came = [None] * len(acts)

    def run(place, act):
        with app.app_context():
            start.wait()
            try:
                begin_writing()
                act()
                db.session.commit()
            except Refusal as refusal:
                db.session.rollback()
                came[place] = refusal.rule
            except Exception as fault:
                db.session.rollback()
                came[place] = fault

    threads = [threading.Thread(target=run, args=each) for each in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    db.session.expire_all()
    faults = [each for each in came if isinstance(each, Exception)]
    assert faults == []
    return came


def accepting(pairing):
    """Return an act: the side whose answer is awaited says yes."""
    pairing_id = pairing.id
    by_id = (pairing.company if pairing.state is State.ASKED else pairing.sme).people[0].id

    def act():
        answering.accept(
            db.session.get(Pairing, pairing_id),
            by=db.session.get(Account, by_id),
            now=LATER,
            consent=True,
            relation=RelationKind.NONE,
        )

    return act


def asking(need, offer):
    need_id, offer_id, by_id = need.id, offer.id, need.organisation.people[0].id

    def act():
        ask(
            db.session.get(Need, need_id),
            db.session.get(Offer, offer_id),
            by=db.session.get(Account, by_id),
            now=NOW,
            relation=RelationKind.NONE,
            consent=True,
        )

    return act


def doing(verb, pairing, side):
    """Return an act of one side that needs nothing but a person and a moment."""
    pairing_id, by_id = pairing.id, getattr(pairing, side).people[0].id

    def act():
        verb(db.session.get(Pairing, pairing_id), by=db.session.get(Account, by_id), now=LATER)

    return act


def count(*conditions):
    return db.session.scalar(sa.select(sa.func.count()).select_from(Pairing).where(*conditions))


@pytest.mark.parametrize("places", [1, 3])
def test_of_many_yeses_exactly_as_many_win_as_there_are_places(market, places):
    offer = make_offer(capacity=places)
    states = ["asked", "invited"] * (TOGETHER // 2)
    came = race(market, [accepting(make_pairing(state, offer=offer)) for state in states])
    assert came.count(None) == places
    assert came.count("full") == TOGETHER - places
    assert offer.places_taken == places == count(Pairing.state == State.AGREED)
    opened = db.session.scalar(sa.select(sa.func.count()).select_from(Disclosure))
    assert opened == 2 * places
    assert all(each.expires_at is None for each in _of(State.AGREED))


def _of(state):
    return db.session.scalars(sa.select(Pairing).where(Pairing.state == state)).all()


def test_of_many_asks_of_one_need_exactly_three_are_made(market):
    need = make_need()
    came = race(market, [asking(need, make_offer()) for _ in range(TOGETHER)])
    assert came.count(None) == 3
    assert came.count("ask_limit") == TOGETHER - 3
    assert need.open_asks == 3 == count(Pairing.state == State.ASKED)


def test_a_double_click_asks_once(market):
    need, offer = make_need(), make_offer()
    came = race(market, [asking(need, offer)] * TOGETHER)
    assert came.count(None) == 1
    assert set(came) <= {None, "live", "ask_limit"}
    assert count(Pairing.state.in_(LIVE)) == 1 == need.open_asks


def test_an_ask_and_an_invitation_that_cross_make_one_pairing(market):
    need, offer = make_need(), make_offer()
    by_id, need_id, offer_id = offer.organisation.people[0].id, need.id, offer.id

    def inviting():
        invite(
            db.session.get(Offer, offer_id),
            db.session.get(Need, need_id),
            by=db.session.get(Account, by_id),
            now=NOW,
            consent=True,
        )

    came = race(market, [asking(need, offer), inviting] * 3)
    assert came.count(None) == 1
    assert set(came) <= {None, "live"}
    assert count(Pairing.state.in_(LIVE)) == 1


@pytest.mark.parametrize("closes", ["need", "offer", "suspended"])
def test_nothing_begins_where_a_closing_comes_at_the_same_moment(market, closes):
    for _ in range(4):
        need, offer = make_need(), make_offer()
        officer = make_account(kind="ministry")
        came = race(market, [asking(need, offer), closing(need, offer, closes, officer)])
        assert came[1] is None
        assert came[0] in (None, "need_closed", "closed")
        assert count(Pairing.need_id == need.id, Pairing.state.in_(LIVE)) == 0
        assert need.open_asks == 0


def closing(need, offer, what, officer):
    need_id, offer_id, officer_id = need.id, offer.id, officer.id

    def act():
        by = db.session.get(Account, officer_id)
        if what == "suspended":
            offer = db.session.get(Offer, offer_id)
            offer.organisation.suspend(by=by, now=NOW, reason="확인")
        else:
            listing = db.session.get(*((Need, need_id) if what == "need" else (Offer, offer_id)))
            listing.close(by=by, now=NOW)

    return act


def test_the_first_words_on_one_trade_become_one_row(market):
    firm, company = make_account().organisation, make_account(kind="company").organisation
    needs = [make_need(organisation=firm) for _ in range(4)]
    offers = [make_offer(organisation=company) for _ in range(4)]
    came = race(market, [asking(*pair) for pair in zip(needs, offers, strict=True)])
    assert came == [None] * 4
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Relation)) == 1


def test_a_yes_a_no_and_a_withdrawal_at_one_moment_leave_one_winner(market):
    pairing = make_pairing("asked")
    acts = [
        accepting(pairing),
        doing(answering.decline, pairing, "company"),
        doing(answering.withdraw, pairing, "sme"),
    ]
    came = race(market, acts * 2)
    assert came.count(None) == 1
    assert set(came) <= {None, *LATE}
    agreed = pairing.state is State.AGREED
    assert pairing.offer.places_taken == int(agreed)
    assert pairing.need.open_asks == 0
    assert (pairing.closed_at is None) == agreed


def test_both_sides_confirm_at_one_moment(market):
    pairing = make_pairing("agreed")
    sides = [doing(answering.confirm_agreement, pairing, side) for side in ("sme", "company")]
    came = race(market, sides * 2)
    assert came.count(None) == 2
    assert set(came) <= {None, *LATE}
    assert pairing.state is State.ACTIVE


def test_places_that_free_at_one_moment_go_to_the_line_in_order(market):
    offer = make_offer(capacity=3)
    ending = [make_pairing("agreed", offer=offer) for _ in range(3)]
    line = [
        make_pairing("waiting", offer=offer, waiting_since=NOW + timedelta(seconds=place))
        for place in range(5)
    ]
    came = race(market, [doing(answering.end, each, "sme") for each in ending])
    assert came == [None] * 3
    jobs.move_up_lines(LATER)
    db.session.commit()
    assert offer.places_taken == 0
    assert [each.state for each in line] == [State.ASKED] * 3 + [State.WAITING] * 2


def test_two_workers_expire_each_ask_once(market):
    for _ in range(5):
        make_pairing("asked")
    after = NOW + timedelta(days=14)
    totals = []

    def work():
        db.session.rollback()  # a job begins its own transactions
        totals.append(jobs.expire_overdue(after))

    came = race(market, [work, work])
    assert came == [None, None]
    assert sum(each["expired"] for each in totals) == 5
    assert all("failed" not in each for each in totals)
    assert count(Pairing.state == State.EXPIRED) == 5


def working(job, now):
    """Return an act: a worker runs one job."""
    return lambda: job(now)


def notices(kind):
    return db.session.scalar(
        sa.select(sa.func.count()).select_from(Notice).where(Notice.kind == kind)
    )


def test_two_workers_remind_of_each_deadline_once(market):
    pairings = [make_pairing("asked") for _ in range(4)]
    soon = pairings[0].expires_at - REMINDED_BEFORE
    race(market, [working(jobs.remind_of_deadlines, soon)] * TOGETHER)
    assert notices("answer_due") == len(pairings)


def test_a_yes_and_the_deadline_that_meet_leave_one_of_them(market):
    pairings = [make_pairing("asked") for _ in range(4)]
    just, due = LATER, pairings[0].expires_at
    came = race(market, [*map(accepting, pairings), *[working(jobs.expire_overdue, due)] * 2])
    assert just < due
    agreed, expired = (count(Pairing.state == each) for each in (State.AGREED, State.EXPIRED))
    assert agreed == came[: len(pairings)].count(None)
    assert agreed + expired == len(pairings)
    assert sum(pairing.offer.places_taken for pairing in pairings) == agreed
    assert [pairing.need.open_asks for pairing in pairings] == [0] * len(pairings)


def test_a_need_does_not_end_beside_an_ask_that_comes_at_the_same_moment(market):
    """Its clock stands at the last moment of its last day for the firm, past it for the job."""
    for _ in range(4):
        need, offer = make_need(closes_on=day_of(NOW)), make_offer()
        tomorrow = NOW + timedelta(days=1)
        race(market, [asking(need, offer), *[working(jobs.watch_needs, tomorrow)] * 2])
        open_ = count(Pairing.need_id == need.id, Pairing.state.in_(LIVE))
        endings = db.session.scalars(sa.select(UnmetNeed).where(UnmetNeed.need_id == need.id)).all()
        assert open_ + len(endings) == 1
        assert (need.stage is Stage.CLOSED) == bool(endings)
        assert need.open_asks == open_
    assert notices("need_unmet") == len(db.session.scalars(sa.select(UnmetNeed)).all())


def test_two_workers_halve_the_proposals_of_a_company_once(market):
    offer = make_offer()
    for _ in range(5):
        make_pairing("expired", offer=offer, closed_at=NOW, closed_by="time")
    race(market, [working(jobs.watch_responsiveness, LATER)] * TOGETHER)
    assert len(db.session.scalars(sa.select(SlowSpell)).all()) == 1
    assert notices("slow_began") == 1
