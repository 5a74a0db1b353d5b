"""What `flask demo` leaves alone, and what it needs of the day on which it loads."""

import sqlite3
from datetime import timedelta

import pytest

from matchmaker import create_app
from matchmaker.config import Production, Testing
from matchmaker.db import Installation, db, utcnow
from matchmaker.demo import files
from matchmaker.demo.calendar import Calendar
from matchmaker.demo.loading import load
from matchmaker.demo.standing import Standing, standing
from matchmaker.organisations.models import Kind, Organisation
from matchmaker.pairings.clock import deadline


class OnDisk(Testing):
    def __init__(self, path):
        self.SQLALCHEMY_DATABASE_URI = f"sqlite:///{path}"


def dump(path):
    with sqlite3.connect(path) as connection:
        return list(connection.iterdump())


@pytest.fixture
def other(tmp_path):
    """Another application, on a database of its own that is still to be made."""
    path = tmp_path / "other.db"
    app = create_app(OnDisk(path))
    with app.app_context():
        yield app, path
        db.session.remove()


def refused(app, path):
    before = dump(path)
    answer = app.test_cli_runner().invoke(args=["demo"])
    return answer.exit_code == 1 and "stays as it is" in answer.stderr and dump(path) == before


def test_the_database_of_another_program_is_left_alone(other):
    app, path = other
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE customer (name TEXT)")
    assert refused(app, path)


@pytest.mark.parametrize("kind", [None, "production"])
def test_a_database_with_other_than_demonstration_data_is_left_alone(other, kind):
    app, path = other
    db.create_all()
    if kind:
        db.session.add(Installation(kind=kind, made_at=utcnow()))
    else:
        db.session.add(Organisation(kind=Kind.SME, name="새봄정밀", created_at=utcnow()))
    db.session.commit()
    assert refused(app, path)


def test_loading_that_is_stopped_leaves_nothing(other):
    def stopped(acts, _label):
        yield from acts[:200]
        raise KeyboardInterrupt

    db.create_all()
    with pytest.raises(KeyboardInterrupt):
        load(now=utcnow(), tell=lambda sentence: None, watch=stopped)
    db.session.remove()
    assert standing() is Standing.EMPTY


def test_production_has_no_demonstration(monkeypatch):
    for name in ("SECRET_KEY", "SECURITY_PASSWORD_SALT", "SERVER_NAME", "MAIL_SERVER"):
        monkeypatch.setenv(name, "example.com")
    monkeypatch.setenv("DATABASE_URL", "sqlite://")
    app = create_app(Production())
    assert "demo" not in app.cli.commands
    assert "demo.try_as" not in app.view_functions
    assert {"rank", "worker", "job"} <= set(app.cli.commands)


@pytest.mark.parametrize("weekday", range(7))
def test_the_files_keep_the_deadlines_on_whatever_day_they_are_loaded(weekday):
    now = utcnow() + timedelta(days=weekday)
    calendar = Calendar(now)
    for entry in files.read("market")["life"]:
        first, *others = entry["steps"]
        due = deadline(calendar.at(first["days_ago"], 13))
        for step in others[:1]:
            if step["do"] == "expire":
                assert due < calendar.at(0, 0), entry
            else:
                assert calendar.at(step["days_ago"], 14) < due, entry
