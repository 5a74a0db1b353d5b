"""Officers of the ministry: made by a command or by another officer, never by registering."""

import re
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa

from matchmaker import create_app
from matchmaker.accounts.models import Account
from matchmaker.accounts.officers import dismiss_officer, invite_officer, make_officer, ministry
from matchmaker.cli.officers import create_officer
from matchmaker.config import Testing
from matchmaker.db import db
from matchmaker.errors import Refusal
from matchmaker.organisations.models import Kind, Organisation
from matchmaker.outbox import Mail

from .browser import Browser
from .factories import NOW, make_account

LINK = re.compile(r"https?://\S+")


@pytest.fixture(name="app", scope="module")
def _app():
    """An application that knows its address, as everywhere but in other tests."""

    class Served(Testing):
        SERVER_NAME = "127.0.0.1:8000"

    app = create_app(Served())
    with app.app_context():
        yield app


@pytest.fixture(autouse=True)
def _empty(app):
    db.create_all()
    yield
    db.session.remove()
    db.drop_all()


@pytest.fixture(name="run")
def _run(app):
    runner = app.test_cli_runner()
    return lambda *words, **more: runner.invoke(create_officer, words, **more)


def officer():
    return db.session.scalars(sa.select(Account)).one()


def test_the_command_asks_for_a_password(app, run):
    result = run("New@Example.com", "--name", "박사무", input="a long password\n" * 2)
    assert result.exit_code == 0 and "New" not in result.output.split("Password")[-1]
    account = officer()
    assert account.email == "new@example.com" and account.organisation.kind is Kind.MINISTRY
    browser = Browser(app)
    page = browser.post("/login", email="new@example.com", password="a long password")
    assert page.response.location == "/desk"


def test_the_command_makes_a_password(app, run):
    result = run("new@example.com", "--name", "박사무", "--generate")
    (password,) = re.findall(r"^Password: (\S{10,})$", result.output, re.M)
    Browser(app).post("/login", email="new@example.com", password=password)


def test_the_command_sends_a_letter(app, run):
    assert run("new@example.com", "--name", "박사무", "--mail").exit_code == 0
    (letter,) = db.session.scalars(sa.select(Mail)).all()
    assert letter.subject == "부처 담당자 계정"
    address = urlsplit(LINK.search(letter.body).group())
    assert address.netloc == "127.0.0.1:8000"
    assert officer().confirmed_at is None
    browser = Browser(app)
    new = {"password": "a long password", "password_confirm": "a long password"}
    assert browser.post(address.path, **new).response.location == "/login"
    browser.post("/login", email="new@example.com", password="a long password")
    assert officer().confirmed_at is not None


@pytest.mark.parametrize(
    ("words", "typed"),
    [
        (("no address", "--name", "박사무", "--generate"), None),
        (("new@example.com", "--name", "  ", "--generate"), None),
        (("new@example.com", "--name", "박" * 61, "--generate"), None),
        (("new@example.com", "--name", "박사무"), "short\nshort\n"),
    ],
)
def test_the_command_refuses_what_cannot_be_stored(run, words, typed):
    assert run(*words, input=typed).exit_code == 2
    assert db.session.scalars(sa.select(Account)).all() == []


def test_a_taken_address_is_refused(app, run):
    make_account(email="taken@example.com")
    result = run("TAKEN@example.com", "--name", "박사무", "--generate")
    assert result.exit_code == 1 and "Traceback" not in result.output
    with app.test_request_context(), pytest.raises(Refusal):
        invite_officer(ministry(now=NOW), "박사무", "taken@example.com", by=None, now=NOW)


def test_there_is_one_ministry(app):
    first = ministry(now=NOW)
    make_officer(first, "박사무", "a@example.com", by=None, now=NOW, password="x")
    assert ministry(now=NOW) is first
    assert len(db.session.scalars(sa.select(Organisation)).all()) == 1


def test_a_dismissed_officer_is_signed_out_and_stays_out(app):
    first, second = make_account(kind="ministry"), make_account(kind="ministry")
    browser = Browser(app).sign_in(second)
    browser.get("/account")
    with pytest.raises(Refusal):
        dismiss_officer(first, by=first, now=NOW)
    dismiss_officer(second, by=first, now=NOW)
    db.session.commit()
    browser.get("/account", 302)
    Browser(app).post("/login", 422, email=second.email, password="inclusive-2020")
    with pytest.raises(Refusal):
        dismiss_officer(second, by=first, now=NOW)
