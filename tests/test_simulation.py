"""The simulation: a small market through all its days, and databases that it leaves alone."""

import sqlite3
from contextlib import closing
from datetime import timedelta

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from matchmaker import create_app
from matchmaker.db import Installation
from matchmaker.i18n import SEOUL
from matchmaker.simulation.cast import business_numbers
from matchmaker.simulation.command import command_for, is_own
from matchmaker.simulation.habits import CLOSES, OPENS, Chance, Habits
from matchmaker.web.installation import WrongDatabase, check

from .factories import NOW, stored

OPEN = ("proposed", "asked", "invited", "waiting")
PLACED = ("agreed", "active", "completed")


def simulate(path, **options):
    given_options = [f"--{name}={value}" for name, value in options.items()]
    return CliRunner().invoke(command_for(create_app), [f"--database={path}", *given_options])


def rows(path, statement):
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(statement).fetchall()


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    """Play one small market for the tests that only read; return its file and its report."""
    path = tmp_path_factory.mktemp("simulation") / "market.db"
    result = simulate(path, companies=3, smes=20, days=14, places=1, seed=3)
    assert result.exit_code == 0, result.output
    return path, result.stdout


def test_every_need_ends_and_nothing_stays_open(played):
    path, report = played
    assert rows(path, "SELECT count(*) FROM need") == [(20,)]
    assert rows(path, "SELECT count(*) FROM need WHERE stage != 'closed'") == [(0,)]
    open_now = f"SELECT count(*) FROM pairing WHERE state IN {OPEN}"
    assert rows(path, open_now) == [(0,)]
    assert "- none of these: 0" in report


def test_every_ask_is_answered_or_passed_on(played):
    path, report = played
    asked = rows(path, "SELECT count(*) FROM pairing WHERE asked_at IS NOT NULL")[0][0]
    assert asked > 0
    assert f"- answered or passed on: 100% of {asked}" in report
    proposed = rows(path, "SELECT count(*) FROM round_choice WHERE pairing_id IS NOT NULL")[0][0]
    assert f"- proposals: {proposed}" in report
    assert "- still open, or ended untold: 0" in report


def test_no_offer_gives_more_places_than_it_has(played):
    path, report = played
    given_places = f"""
        SELECT offer.id, capacity, places_taken, count(pairing.id)
        FROM offer LEFT JOIN pairing ON pairing.offer_id = offer.id AND state IN {PLACED}
        GROUP BY offer.id"""
    found = rows(path, given_places)
    assert len(found) == 12
    assert all(taken == placed <= capacity for _, capacity, taken, placed in found)
    assert "- capacity breaches: 0" in report


def test_rounds_are_stable_and_lists_reach_the_bound(played):
    path, report = played
    assert rows(path, "SELECT count(*) FROM round WHERE state = 'published'")[0][0] >= 2
    assert rows(path, "SELECT count(*) FROM round_choice")[0][0] > 0
    assert "- blocking pairs in all rounds: 0" in report
    assert "- firms on lists equal to the bound in each round: yes" in report


def test_the_same_seed_plays_the_same_market_and_another_seed_another(tmp_path):
    first, again, other = (
        simulate(tmp_path / "market.db", companies=2, smes=6, days=8, seed=seed).stdout
        for seed in (5, 5, 6)
    )
    assert first == again
    assert first.splitlines()[2:] != other.splitlines()[2:]


def test_a_database_of_anybody_else_stays_as_it_is(tmp_path):
    text = tmp_path / "letter.txt"
    text.write_text("dear ministry")
    foreign = tmp_path / "foreign.db"
    with closing(sqlite3.connect(foreign)) as connection:
        connection.execute("CREATE TABLE installation (kind)")
        connection.execute("INSERT INTO installation VALUES ('demo')")
        connection.commit()
    before = foreign.read_bytes()
    for path in (text, foreign):
        result = simulate(path, companies=1, smes=1, days=7)
        assert result.exit_code == 1 and "not a simulation" in result.stderr
    assert text.read_text() == "dear ministry" and foreign.read_bytes() == before
    (tmp_path / "empty").touch()
    assert is_own(tmp_path / "not there yet") and is_own(tmp_path / "empty")


def test_no_place_serves_the_database_of_a_simulation(app):
    stored(Installation(kind="simulation", made_at=NOW))
    for place in ("demo", "production"):
        with pytest.raises(WrongDatabase):
            check(place)


@given(st.integers(0, 60 * 24 * 365))
def test_people_answer_in_office_hours_only(minutes):
    moment = NOW + timedelta(minutes=minutes)
    chance = Chance(np.random.default_rng(0), Habits())
    local = chance.in_office(moment).astimezone(SEOUL)
    assert OPENS <= local.time() < CLOSES and local.weekday() < 5
    assert timedelta(0) <= local - moment < timedelta(days=4)


def test_business_numbers_are_distinct_and_valid():
    numbers = business_numbers()
    assert len({next(numbers) for _ in range(500)}) == 500
