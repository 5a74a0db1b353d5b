"""How companies answer: the numbers by SQL equal plain ones; slow ones, and for how long."""

import random
from datetime import timedelta
from statistics import median

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from matchmaker import create_app
from matchmaker.config import Testing
from matchmaker.db import db, utcnow
from matchmaker.i18n import day
from matchmaker.outbox import Notice
from matchmaker.pairings import answering, jobs, passing
from matchmaker.pairings.responsiveness import FEWEST, SLOW_FOR, SlowSpell, is_slow, responsiveness
from matchmaker.pairings.states import Reason, Side

from .counting import statements
from .factories import NOW, make_account, make_need, make_offer, make_pairing

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def answered(offer, need, hours, *, at=NOW, **changes):
    """Make a pairing whose company said yes after so many hours."""
    asked = at - hours * HOUR
    facts = dict(created_at=asked, asked_at=asked, agreed_at=at) | changes
    return make_pairing("ended", offer=offer, need=need, closed_at=at, **facts)


def timed_out(offer, need, *, at=NOW):
    asked = at - 7 * DAY
    return make_pairing(
        "expired",
        offer=offer,
        need=need,
        created_at=asked,
        asked_at=asked,
        closed_at=at,
        closed_by=Side.TIME,
        reason=Reason.TIMED_OUT,
    )


def of(company, now=NOW):
    return responsiveness([company.id], now=now)[company.id]


def test_nobody_known_has_no_numbers(app):
    found = responsiveness([1, 2], now=NOW)
    assert [each.is_known for each in found.values()] == [False, False]
    assert responsiveness([], now=NOW) == {}


@pytest.mark.postgres
def test_the_numbers_are_the_same_in_postgresql(postgres_database):
    class Served(Testing):
        SQLALCHEMY_DATABASE_URI = postgres_database

    with create_app(Served()).app_context():
        db.create_all()
        test_the_numbers_equal_a_plain_computation(None)
        db.session.remove()
        db.engine.dispose()


def test_the_numbers_equal_a_plain_computation(app):
    dice = random.Random(20200908)  # noqa: S311 a fixed market, not a secret
    needs = [make_need() for _ in range(3)]
    offers = [make_offer() for _ in range(4)]
    plain = {offer.organisation_id: [] for offer in offers}
    for offer in offers[:3]:
        for _ in range(dice.randint(1, 25)):
            need, at = dice.choice(needs), NOW - dice.randint(0, 360) * DAY
            if dice.random() < 0.6:
                hours = dice.choice((1, 5.5, 30, 72, 150.25))
                answered(offer, need, hours, at=at)
                plain[offer.organisation_id].append(hours)
            else:
                timed_out(offer, need, at=at)
                plain[offer.organisation_id].append(None)
    found = responsiveness(plain, now=NOW)
    for company_id, cases in plain.items():
        hours = [each for each in cases if each is not None]
        assert found[company_id].n == len(cases)
        assert found[company_id].answered == len(hours)
        expected = median(hours) if hours else None
        assert found[company_id].median_hours == (expected and pytest.approx(expected, abs=1e-3))
        assert found[company_id].is_known == (len(cases) >= FEWEST)


def test_what_ended_without_an_answer_being_due_does_not_count(app):
    offer, need = make_offer(), make_need()
    facts = dict(offer=offer, need=need, asked_at=NOW - DAY, closed_at=NOW)
    make_pairing("withdrawn", closed_by=Side.SME, **facts)
    make_pairing("withdrawn", closed_by=Side.SYSTEM, reason=Reason.LISTING_CLOSED, **facts)
    make_pairing("declined", closed_by=Side.SME, offer=offer, need=need, closed_at=NOW)
    make_pairing("asked", offer=offer)
    make_pairing("expired", invited_at=NOW, closed_by=Side.TIME, offer=offer, closed_at=NOW)
    make_pairing("agreed", invited_at=NOW, offer=offer)
    make_pairing("waiting", offer=offer)
    assert of(offer.organisation).n == 0
    make_pairing("declined", closed_by=Side.COMPANY, **facts)
    assert of(offer.organisation)[:2] == (1, 1)
    make_pairing("expired", closed_by=Side.TIME, offer=offer, closed_at=NOW)  # a proposal
    assert of(offer.organisation)[:2] == (2, 1)


def test_answers_through_the_verbs_count_once_each(app):
    offer = make_offer()
    person = offer.organisation.people[0]
    yes, no, silent, proposal = (
        make_pairing(state, offer=offer) for state in ("asked", "asked", "asked", "proposed")
    )
    answering.accept(yes, by=person, now=NOW + 2 * HOUR, consent=True)
    answering.decline(no, by=person, now=NOW + 4 * HOUR)
    answering.accept(proposal, by=person, now=NOW + 6 * HOUR, consent=True)
    passing.expire(silent, now=NOW + 8 * DAY)
    passing.expire(proposal, now=NOW + 8 * DAY)  # by the firm's silence, not the company's
    db.session.commit()
    found = of(offer.organisation, NOW + 9 * DAY)
    assert found[:2] == (4, 3)
    assert found.median_hours == pytest.approx(4)


@given(st.lists(st.booleans(), max_size=9))
def test_slow_is_less_than_half_of_five_or_more(answers):
    assert is_slow(sum(answers), len(answers)) == (
        len(answers) >= 5 and sum(answers) / len(answers) < 0.5
    )


def test_a_slow_company_stays_so_for_thirty_days_and_is_forgiven_then(app):
    offer, need = make_offer(), make_need()
    for _ in range(4):
        timed_out(offer, need)
    assert not of(offer.organisation).is_slow
    timed_out(offer, need)
    found = of(offer.organisation)
    assert (found.is_slow, found.slow_until) == (True, NOW + SLOW_FOR)
    SlowSpell.begin(offer.organisation, found, now=NOW)
    db.session.commit()
    later = NOW + 20 * DAY
    for _ in range(20):  # it has caught up, but the thirty days stand
        answered(offer, need, 1, at=later)
    assert of(offer.organisation, later).slow_until == NOW + SLOW_FOR
    assert not of(offer.organisation, NOW + SLOW_FOR).is_slow


def test_what_led_to_half_does_not_lead_to_it_again(app):
    offer, need = make_offer(), make_need()
    for _ in range(6):
        timed_out(offer, need, at=NOW - HOUR)
    SlowSpell.begin(offer.organisation, of(offer.organisation), now=NOW)
    db.session.commit()
    after = NOW + SLOW_FOR
    assert not of(offer.organisation, after).is_slow
    for later in range(5):
        timed_out(offer, need, at=NOW + (later + 1) * DAY)
    assert of(offer.organisation, after).is_slow


def test_the_oldest_cases_are_no_longer_slow(app):
    offer, need = make_offer(), make_need()
    for _ in range(5):
        timed_out(offer, need, at=NOW - 91 * DAY)
    found = of(offer.organisation)
    assert (found.n, found.is_slow) == (5, False)


def test_many_companies_take_one_statement(app):
    ids = [make_account(kind="company").organisation_id for _ in range(3)]
    assert statements(lambda: responsiveness(ids, now=NOW)) == 1


def spells():
    return db.session.scalars(sa.select(SlowSpell)).all()


def test_the_job_begins_the_thirty_days_once_and_tells_the_company_once(app):
    offer, need = make_offer(), make_need()
    for _ in range(5):
        timed_out(offer, need)
    make_pairing("expired", closed_at=NOW, closed_by=Side.TIME)  # of another company
    assert jobs.watch_responsiveness(NOW) == {"slow": 1}
    assert jobs.watch_responsiveness(NOW + DAY) == {"slow": 0}
    (spell,) = spells()
    assert (spell.company_id, spell.answered, spell.asked) == (offer.organisation_id, 0, 5)
    assert (spell.began_at, spell.until_at) == (NOW, NOW + SLOW_FOR)
    notices = db.session.scalars(sa.select(Notice).where(Notice.kind == "slow_began")).all()
    assert [each.account_id for each in notices] == [offer.organisation.people[0].id]
    assert jobs.watch_responsiveness(NOW + SLOW_FOR) == {"slow": 0}


def test_the_job_takes_the_same_statements_for_any_number_of_quick_companies(app):
    make_pairing("expired", closed_at=NOW, closed_by=Side.TIME)
    one = statements(lambda: jobs.watch_responsiveness(NOW))
    for _ in range(4):
        make_pairing("expired", closed_at=NOW, closed_by=Side.TIME)
    assert statements(lambda: jobs.watch_responsiveness(NOW)) == one


@pytest.mark.parametrize(
    ("hours", "answered_cases", "silent", "words"),
    [
        (20, 4, 1, "Usually answers within a day. Answered 4 of 5 in time over the last year."),
        (49, 5, 0, "Usually answers within 3 days. Answered 5 of 5 in time over the last year."),
        (1, 0, 5, "Answered none of 5 in time over the last year."),
        (1, 3, 1, ""),
    ],
)
def test_one_reads_how_a_company_answers_before_asking(
    browser, hours, answered_cases, silent, words
):
    offer, need = make_offer(), make_need()
    for _ in range(answered_cases):
        answered(offer, make_need(), hours, at=utcnow())
    for _ in range(silent):
        timed_out(offer, make_need(), at=utcnow())
    browser.speak("en")
    assert "in time over" not in browser.get(f"/offers/{offer.id}").text
    browser.sign_in(need.organisation.people[0])
    for url in (
        f"/needs/{need.id}/offers",
        f"/needs/{need.id}/offers/{offer.id}/ask",
        f"/offers/{offer.id}",
    ):
        page = browser.get(url)
        assert words in page.text
        assert ("in time over" in page.text) == bool(words)
    browser.sign_in(offer.organisation.people[0])
    assert words in browser.get("/pairings").text


def test_a_company_reads_that_it_gets_half_the_proposals_and_until_when(browser):
    offer = make_offer()
    browser.speak("en").sign_in(offer.organisation.people[0])
    assert "Half as many" not in browser.get("/desk").text
    for _ in range(5):
        timed_out(offer, make_need(), at=utcnow())
    jobs.watch_responsiveness(utcnow())
    until = day(utcnow() + SLOW_FOR)
    for url in ("/desk", "/pairings"):
        page = browser.get(url)
        assert "Half as many proposals for now" in page.text
        assert f"you answered 0 of 5 asks and proposals in time. Until {until}" in page.text
    browser.sign_in(make_account(kind="company"))
    assert "Half as many" not in browser.get("/desk").text
