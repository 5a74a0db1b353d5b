"""Fixtures that every test shares: an application, its database, and a browser that judges."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from matchmaker import create_app
from matchmaker.config import Testing
from matchmaker.db import db
from matchmaker.notifications.sentences import KINDS
from matchmaker.outbox import Notice
from matchmaker.pairings.conversation.attachments import Store
from matchmaker.pairings.ranking import index

from .browser import Browser
from .chromium import chromium, site  # noqa: F401
from .postgres import postgres_database, postgres_url  # noqa: F401

ROOT = Path(__file__).resolve().parent.parent


def pytest_sessionstart(session):
    """Compile the catalogues, which are not kept in the repository."""
    if hasattr(session.config, "workerinput"):
        return  # the first process has done it for all
    for catalogue in (ROOT / "matchmaker" / "translations").rglob("*.po"):
        with catalogue.open("rb") as source, catalogue.with_suffix(".mo").open("wb") as target:
            write_mo(target, read_po(source))


@pytest.fixture(scope="session")
def application():
    """One application for the whole run; each test gets an empty database of its own."""
    app = create_app(Testing())
    with app.app_context():
        db.create_all()
    return app


@pytest.fixture
def app(application):
    with application.app_context():
        index.init_app(application)  # ids begin anew with each test, so nothing computed is kept
        yield application
        db.session.remove()
        with db.engine.begin() as connection:
            connection.execute(sa.text("PRAGMA defer_foreign_keys=ON"))
            for table in db.metadata.sorted_tables:
                connection.execute(table.delete())


@sa.event.listens_for(Notice, "before_insert")
def every_notice_has_its_sentence(_mapper, _connection, notice):
    """Fail a test whose act tells something that no sentence is there for."""
    needed = KINDS[notice.kind].facts
    assert set(needed) <= set(notice.facts), f"{notice.kind} lacks {needed}"


@pytest.fixture
def browser(app):
    """A visitor who judges every page that is opened (see `browser.py`)."""
    return Browser(app)


@pytest.fixture
def store(app, tmp_path):
    """A folder of its own for the files of a test's conversations."""
    app.config["ATTACHMENTS_PATH"] = str(tmp_path / "files")
    return Store(tmp_path / "files")
