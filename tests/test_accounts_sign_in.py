"""Signing in and out, lock-out, confirmation and passwords, with Flask-Security in our pages."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa

from matchmaker import create_app
from matchmaker.accounts.models import FAILURES_ALLOWED, LOCKED_FOR, Account
from matchmaker.audit import Event
from matchmaker.config import Testing
from matchmaker.db import db, utcnow
from matchmaker.outbox import Mail

from .browser import Browser
from .factories import make_account

PASSWORD = "inclusive-2020"
HUGE = "가" * 400_000
LINK = re.compile(r"https?://\S+")


def acts():
    return db.session.scalars(sa.select(Event.act).order_by(Event.id)).all()


def letters(to):
    found = sa.select(Mail).where(Mail.recipient == to).order_by(Mail.id)
    return db.session.scalars(found).all()


def link(mail):
    return urlsplit(LINK.search(mail.body).group()).path


def answer(page):
    """Return what the page says, without what depends on the typed address."""
    return re.sub(r'value="[^"]*"', "", page.html)


def try_to_sign_in(visitor, account, status=302, password=PASSWORD, where="/login"):
    return visitor.post(where, status, email=account.email, password=password)


def test_signing_in_and_out(browser):
    account = make_account(failed_logins=3)
    assert try_to_sign_in(browser, account).response.location == "/desk"
    browser.get("/account")
    db.session.refresh(account)
    assert account.failed_logins == 0 and account.last_sign_in_at is not None
    assert acts() == ["sign_in"]
    assert browser.post("/logout").response.location == "/"
    assert browser.get("/account", 302).response.location == "/login?next=/account"


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_pages_stand_in_both_languages(app, language):
    visitor = Browser(app).speak(language)
    for url in ("/login", "/reset", "/confirm"):
        visitor.get(url)
        visitor.post(url, 422)
    visitor.sign_in(make_account(language=language))
    for url in ("/change", "/verify", "/account"):
        visitor.get(url)
        visitor.post(url, 422)


def test_a_sign_in_leads_back_to_what_was_asked_for(browser):
    account = make_account()
    location = browser.get("/account?x=1", 302).response.location
    assert location == "/login?next=/account?x%3D1"
    assert try_to_sign_in(browser, account, where=location).response.location == "/account?x=1"


@pytest.mark.parametrize(
    "target",
    ["https://evil.example/", "//evil.example", "///evil.example", "\\\\evil.example", "/\\evil"],
)
def test_a_sign_in_never_leads_to_another_host(app, target):
    account = make_account()
    for data in ({}, {"next": target}):
        visitor = Browser(app)
        page = visitor.post(
            f"/login?next={target}", email=account.email, password=PASSWORD, data=data
        )
        location = page.response.location
        assert urlsplit(location).netloc == "" and not location.startswith(("//", "\\", "/\\"))


def test_every_wrong_sign_in_has_one_answer(app):
    wrong = try_to_sign_in(Browser(app), make_account(), 422, "wrong password")
    unknown = Browser(app).post("/login", 422, email="nobody@example.com", password=PASSWORD)
    closed = make_account(locked_until=utcnow() + timedelta(minutes=5))
    dismissed = make_account(active=False)
    answers = {answer(wrong), answer(unknown)}
    answers |= {answer(try_to_sign_in(Browser(app), one, 422)) for one in (closed, dismissed)}
    assert len(answers) == 1
    assert "다섯 번" in wrong.text


@pytest.mark.parametrize("value", ["", HUGE, "🙂", "<script>alert(1)</script>", "ㄱㅏ", "a\0b"])
def test_odd_addresses_are_refused_at_the_field(browser, value):
    for url in ("/login", "/reset", "/confirm"):
        page = browser.post(url, 422, email=value, password=PASSWORD)
        assert page.all("p", id="email-e") and "<script>" not in page.html
        assert letters(value[:300]) == []


@pytest.mark.parametrize("value", ["", HUGE, "a\0b"])
def test_odd_passwords_are_refused_at_the_field(browser, value):
    account = make_account()
    page = browser.post("/login", 422, email=account.email, password=value)
    assert page.all("p", id="password-e")
    browser.sign_in(account)
    page = browser.post(
        "/change", 422, password=value, new_password=value, new_password_confirm=value
    )
    assert page.all("p", id="password-e") and page.all("p", id="new_password-e")


def test_the_fifth_wrong_password_closes_sign_in_for_a_quarter_of_an_hour(app):
    account = make_account()
    for _ in range(FAILURES_ALLOWED):
        try_to_sign_in(Browser(app), account, 422, "wrong password")
    until = db.session.get(Account, account.id).locked_until
    assert abs(until - utcnow() - LOCKED_FOR) < timedelta(minutes=1)
    try_to_sign_in(Browser(app), account, 422)
    for _ in range(FAILURES_ALLOWED):  # what comes meanwhile does not make it longer
        try_to_sign_in(Browser(app), account, 422, "wrong password")
    account = db.session.get(Account, account.id)
    assert account.locked_until == until
    account.locked_until = utcnow()
    db.session.commit()
    try_to_sign_in(Browser(app), account)
    assert acts().count("sign_in_closed") == 1
    failures = db.session.scalars(sa.select(Event).where(Event.act == "sign_in_failed")).all()
    assert len(failures) == 2 * FAILURES_ALLOWED
    assert all(event.facts == {} and event.subject_id == account.id for event in failures)


def test_four_wrong_passwords_and_a_right_one_start_anew(app):
    account = make_account()
    for _ in range(2):
        for _ in range(FAILURES_ALLOWED - 1):
            try_to_sign_in(Browser(app), account, 422, "wrong password")
        try_to_sign_in(Browser(app), account)


def test_an_unconfirmed_address_is_told_only_to_who_knows_the_password(app):
    account = make_account(confirmed_at=None)
    right = try_to_sign_in(Browser(app), account, 422)
    wrong = try_to_sign_in(Browser(app), account, 422, "wrong password")
    assert "/confirm" in right.links and "/confirm" not in wrong.links
    assert answer(wrong) != answer(right)


def test_a_confirmation_is_sent_again_and_works_once(app):
    account = make_account(confirmed_at=None, language="en")
    known, confirmed = make_account(), Browser(app)
    visitor = Browser(app)
    page = visitor.post("/confirm", 200, email=account.email)
    assert answer(page) == answer(confirmed.post("/confirm", 200, email="nobody@example.com"))[
        : len(answer(page))
    ].replace("nobody@example.com", account.email)
    assert confirmed.post("/confirm", 200, email=known.email).status == 200
    assert letters(known.email) == [] and letters("nobody@example.com") == []
    (mail,) = letters(account.email)
    assert mail.subject == "Confirm your e-mail address"
    assert visitor.get(link(mail), 302).response.location == "/login"
    db.session.refresh(account)
    assert account.confirmed_at is not None and acts() == ["email_confirmed"]
    visitor.get(link(mail), 302)
    assert acts() == ["email_confirmed"]
    visitor.get("/confirm/not-a-token", 302)


def test_a_forgotten_password_is_set_by_a_link_that_works_once(app):
    account = make_account(
        language="en", confirmed_at=None, locked_until=utcnow() + timedelta(minutes=5)
    )
    elsewhere = Browser(app).sign_in(account)
    elsewhere.get("/account", language="en")
    visitor = Browser(app)
    known = visitor.post("/reset", 200, email=account.email.upper())
    unknown = Browser(app).post("/reset", 200, email="nobody@example.com")
    assert answer(known) == answer(unknown)
    (mail,) = letters(account.email)
    assert mail.subject == "Set a new password"
    address = link(mail)
    visitor.get(address)
    page = visitor.post(address, 422, password="short", password_confirm="other")
    assert page.all("p", id="password-e") and page.all("p", id="password_confirm-e")
    new = "a new and longer one"
    assert visitor.post(address, password=new, password_confirm=new).response.location == "/login"
    visitor.get(address, 302)  # the link is used up
    assert elsewhere.get("/account", 302).response.location.startswith("/login")
    try_to_sign_in(Browser(app), account, 422)
    try_to_sign_in(visitor, account, password=new)
    assert [mail.subject for mail in letters(account.email)][1:] == ["Your password was changed"]
    assert acts() == ["email_confirmed", "password_changed", "sign_in_failed", "sign_in"]


def test_a_changed_password_signs_out_everywhere_else(app):
    account = make_account()
    here, elsewhere = Browser(app), Browser(app).sign_in(account)
    try_to_sign_in(here, account)
    before = account.fs_uniquifier
    new = "a new and longer one"
    page = here.post("/change", 422, password="wrong password", new_password=new)
    assert page.all("p", id="new_password_confirm-e")
    page = here.post("/change", password=PASSWORD, new_password=new, new_password_confirm=new)
    assert page.response.location == "/account"
    here.get("/account")
    elsewhere.get("/account", 302)
    db.session.refresh(account)
    assert account.fs_uniquifier != before
    assert acts() == ["sign_in", "password_changed"]
    assert [mail.subject for mail in letters(account.email)] == ["비밀번호가 바뀌었습니다"]


def test_a_session_that_was_planted_is_not_the_one_that_signs_in(browser):
    account = make_account()
    with browser.client.session_transaction() as session:
        session["csrf_token"] = "planted"
        session["_user_id"] = "planted"
    try_to_sign_in(browser, account)
    with browser.client.session_transaction() as session:
        assert session.get("csrf_token") != "planted"
        assert session["_user_id"] == account.fs_uniquifier
        assert session.permanent


def test_no_json_gives_out_tokens(browser):
    typed = {"email": make_account().email, "password": PASSWORD}
    db.session.remove()
    response = browser.client.post("/login?include_auth_token", json=typed)
    assert response.mimetype == "text/html" and response.location == "/desk"


@pytest.fixture(name="strict", scope="module")
def _strict():
    """An application with everything on that tests leave off: tokens of forms, limits."""

    class Strict(Testing):
        WTF_CSRF_ENABLED = True
        RATELIMIT_ENABLED = True

    app = create_app(Strict())
    with app.app_context():
        db.create_all()
        yield app


def test_forms_without_their_token_are_refused(strict):
    visitor = Browser(strict)
    for url in ("/login", "/reset", "/confirm", "/register/sme", "/logout", "/account"):
        visitor.post(url, 400, email="a@example.com", password=PASSWORD)


@pytest.mark.parametrize("language", ["ko", "en"])
def test_too_many_tries_are_told_to_wait(strict, language):
    visitor = Browser(strict).speak(language)
    page = visitor.get("/login")
    (token,) = {box["value"] for box in page.all("input", name="csrf_token")}
    statuses = [
        visitor.client.post(
            "/login",
            data={"email": "a@example.com", "password": "wrong password", "csrf_token": token},
        ).status_code
        for _ in range(30)
    ]
    assert statuses[-1] == 429
    page = visitor.post("/login", 429, email="a@example.com", csrf_token=token)
    assert page.response.headers["Retry-After"]
    visitor.get("/login")  # reading stays free


def test_accounts_are_found_by_their_address_whatever_its_capitals(browser):
    account = make_account(email="Mixed@Example.com")
    browser.post("/login", email="mIXED@example.COM", password=PASSWORD)
    assert db.session.get(Account, account.id).last_sign_in_at is not None
