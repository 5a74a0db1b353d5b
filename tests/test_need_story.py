"""A need's page: who has it, since when, until when, what comes next, and whom to ask."""

from datetime import timedelta

import pytest

from matchmaker.db import db, utcnow
from matchmaker.i18n import day, short_day
from matchmaker.listing.models import Stage
from matchmaker.needs.unmet import REASONS, Unmet, UnmetNeed
from matchmaker.pairings import answering, jobs
from matchmaker.pairings.clock import day_of
from matchmaker.pairings.need_story import need_story
from matchmaker.pairings.next_best import next_best
from matchmaker.pairings.passing import expire

from .counting import statements
from .factories import make_account, make_need, make_offer, make_pairing
from .test_pairings_passing import asked_with, of_need

DAY = timedelta(days=1)


@pytest.fixture
def need(app):
    return make_need(published_at=utcnow() - DAY, changed_at=utcnow() - DAY)


@pytest.fixture
def owner(browser, need):
    return browser.speak("en").sign_in(need.organisation.people[0])


def page_of(browser, need):
    return browser.get(f"/needs/{need.id}").text


def test_the_story_names_each_company_that_had_the_need(owner, need):
    second, third = make_offer(), make_offer()
    first = asked_with(second, third, need=need, now=utcnow() - 20 * DAY)
    text = page_of(owner, need)
    names = [first.company, second.organisation, third.organisation]
    one, two, three = (each.display_name for each in names)
    assert f"You asked {one}" in text
    assert f"It is the turn of {one} to answer" in text
    assert f"Asked next, in this order: {two}, {three}" in text
    expire(first, now=utcnow() - 10 * DAY)
    db.session.commit()
    text = page_of(owner, need)
    assert "Time ran out without an answer" in text
    assert f"It is the turn of {two} to answer" in text
    assert f"Asked next, in this order: {three}" in text
    answering.decline(of_need(first)[1], by=second.organisation.people[0], now=utcnow() - 9 * DAY)
    db.session.commit()
    text = page_of(owner, need)
    assert f"Declined by {two}" in text
    assert f"It is the turn of {three} to answer" in text
    assert "You choose whom to ask next from the best that remain" in text


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("proposed", "may say yes or no"),
        ("invited", "waits for your yes or no"),
        ("asked", "to answer"),
        ("agreed", "Accepted by both"),
        ("active", "Under way with"),
        ("completed", "Completed together"),
        ("ended", "Ended by"),
    ],
)
def test_each_state_is_told_with_its_days(owner, need, state, words):
    closed = {"closed_at": utcnow(), "closed_by": "company"} if state == "ended" else {}
    pairing = make_pairing(state, need=need, **closed)
    text = page_of(owner, need)
    assert words in text
    if pairing.expires_at:
        assert f"until {short_day(pairing.expires_at)}" in text


def test_the_place_in_line_stands_with_its_dates(owner, need):
    full = make_offer(capacity=1)
    make_pairing("agreed", offer=full)
    make_pairing("waiting", offer=full, waiting_since=utcnow() - 2 * DAY)
    since = utcnow() - DAY
    waiting = make_pairing("waiting", offer=full, need=need, waiting_since=since)
    asked_on = f"{day(since + 30 * DAY)}"
    for text in (page_of(owner, need), owner.get(f"/pairings/{waiting.id}").text):
        assert "You are number 2 in line" in text
        assert "You are asked whether you still want the place" in text
        assert asked_on in text
    assert "You are number 2 in line" in owner.get("/pairings").text


def test_after_a_no_without_a_named_offer_the_best_three_are_one_click_away(owner, need):
    offers = [make_offer() for _ in range(5)]
    full = make_offer(capacity=1)
    make_pairing("agreed", offer=full)
    pairing = make_pairing("asked", need=need, offer=offers[0])
    answering.decline(pairing, by=pairing.company.people[0], now=utcnow())
    db.session.commit()
    for url in (f"/needs/{need.id}", f"/pairings/{pairing.id}"):
        page = owner.get(url)
        assert "Whom you may ask next" in page.text
        asks = [link for link in page.links if link.endswith("/ask")]
        assert len(asks) == 3
        left_out = [f"/offers/{one.id}/ask" for one in (full, offers[0])]
        assert not [link for link in asks if link.endswith(tuple(left_out))]
        owner.get(asks[0])
    assert "It is your turn: choose whom to ask" in page_of(owner, need)


def test_nothing_is_offered_where_nothing_can_be_asked(app, need):
    make_offer()
    assert next_best(need, now=utcnow())
    need.open_asks = 3
    assert next_best(need, now=utcnow()) == []
    need.open_asks = 0
    need.stage = Stage.PAUSED
    assert next_best(need, now=utcnow()) == []


def test_the_story_takes_the_same_statements_however_long_it_is(app, browser, need):
    def told():
        with app.test_request_context():
            need_story(need)

    for state in ("declined", "waiting", "asked"):
        make_pairing(state, need=need, closed_at=utcnow() if state == "declined" else None)
    few = statements(told)
    for state in ("declined", "declined", "invited", "invited"):
        make_pairing(state, need=need, closed_at=utcnow() if state == "declined" else None)
    assert statements(told) == few


def ended(need, reason=Unmet.NO_YES):
    need.closes_on = day_of(utcnow()) - DAY
    need.published_at = utcnow() - 40 * DAY
    need.run_out(reason, now=utcnow())
    db.session.commit()


@pytest.mark.parametrize("reason", Unmet)
def test_the_firm_reads_why_its_need_ended_and_what_it_may_do(owner, need, reason):
    ended(need, reason)
    text = page_of(owner, need)
    assert "It ended without a yes" in text
    assert str(REASONS[reason]) in text
    assert "stays open for 39 days more" in text
    assert str(REASONS[reason]) in owner.get("/needs").text


@pytest.mark.parametrize(("fields", "then"), [({}, "/offers"), ({"edit": "yes"}, "/edit")])
def test_one_click_opens_it_again(owner, need, fields, then):
    need.wanted_on = day_of(utcnow()) - 2 * DAY
    ended(need)
    answer = owner.post(f"/needs/{need.id}/renew", **fields)
    assert answer.response.location.endswith(then)
    assert (need.stage, need.wanted_on) == (Stage.PUBLISHED, None)
    assert need.closes_on == day_of(utcnow()) + 39 * DAY
    assert db.session.scalars(UnmetNeed.standing()).all() == []
    owner.post(f"/needs/{need.id}/renew", status=409)
    assert "You opened it again" in page_of(owner, need)
    assert jobs.watch_needs(utcnow())["unmet"] == 0


def test_what_its_firm_closed_stays_closed_and_strangers_find_nothing(browser, need):
    need.close(by=need.organisation.people[0], now=utcnow())
    db.session.commit()
    browser.sign_in(need.organisation.people[0])
    browser.post(f"/needs/{need.id}/renew", status=409)
    browser.sign_in(make_account())
    browser.post(f"/needs/{need.id}/renew", status=404)
