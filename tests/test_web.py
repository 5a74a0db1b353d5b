"""What all pages share: headers, errors, forged and foreign requests, logs."""

import io
import json

import pytest
import structlog
from psycopg.errors import DeadlockDetected
from sqlalchemy.exc import OperationalError
from wtforms import StringField, TextAreaField

from matchmaker.db import Installation, db
from matchmaker.errors import Refusal, in_a_line
from matchmaker.web import installation, logs
from matchmaker.web.errors import broken, refused
from matchmaker.web.forms import Form
from matchmaker.web.pages import back_or, named_id

from .browser import Page
from .factories import NOW, make_account, make_organisation, stored


class Typed(Form):
    name = StringField()
    text = TextAreaField()


def test_every_answer_carries_the_strict_policy(browser):
    headers = browser.get("/").response.headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


def test_pages_of_people_who_are_signed_in_are_not_kept_by_caches(browser):
    assert browser.get("/").response.headers["Cache-Control"] == "no-cache"
    browser.sign_in(make_account())
    assert browser.get("/notices").response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_page_that_does_not_exist_says_so(browser, language):
    browser.speak(language)
    page = browser.get("/no-such-page", status=404)
    assert page.all("html")[0]["lang"] == language


def test_a_wrong_method_says_which_are_right(browser):
    assert "POST" in browser.get("/notices/seen", status=405).response.headers["Allow"]


def test_a_visitor_is_sent_to_sign_in_and_back(browser):
    location = browser.get("/notices", status=302).response.location
    assert location.startswith("/login?next=")


def test_a_wrong_role_is_refused(browser):
    browser.sign_in(make_account(kind="sme"))
    browser.get("/ministry", status=403)


def test_an_organisation_that_waits_for_approval_reads_why_a_page_is_closed(browser):
    waiting = make_organisation("association", approval="submitted")
    browser.sign_in(make_account(waiting)).speak("en")
    assert "approved" in browser.get("/members/invite", status=403).text


def test_a_post_without_its_token_is_refused(app, browser):
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        browser.sign_in(make_account())
        browser.post("/notices/seen", status=400)
    finally:
        app.config["WTF_CSRF_ENABLED"] = False


def test_too_large_a_request_is_refused_in_words(app, browser):
    browser.sign_in(make_account())
    too_much = "가" * app.config["MAX_FORM_MEMORY_SIZE"]
    browser.post("/needs/new", status=413, title=too_much)


@pytest.mark.parametrize(
    "target",
    ["//evil.example", "https://evil.example", "/\\evil", "/\t/evil.example", "/\n/evil", ""],
)
def test_a_form_returns_only_to_pages_of_ours(app, target):
    with app.test_request_context("/", method="POST", data={"next": target}):
        assert back_or("/safe") == "/safe"


def test_a_refused_form_with_a_forged_way_back_is_answered_all_the_same(app):
    answer = app.test_client().post("/no-such-page", headers={"Referer": "http://["})
    assert answer.status_code == 404


def test_a_form_returns_to_the_page_that_it_names(app):
    with app.test_request_context(
        "/", method="POST", data={"next": "/pairings?tab=answer&offer=7"}
    ):
        assert back_or("/safe") == "/pairings?tab=answer&offer=7"


@pytest.mark.parametrize(("typed", "found"), [("7", 7), ("0", None), ("x", None), ("9" * 30, None)])
def test_an_address_names_a_row_or_none(app, typed, found):
    with app.test_request_context(f"/?need={typed}"):
        assert named_id("need") == found


@pytest.mark.parametrize("path", ["//evil.example/x", "/\\evil.example/x"])
def test_the_link_to_the_other_language_stays_here(app, path):
    answer = app.test_client().get(environ_overrides={"PATH_INFO": path})
    assert answer.status_code == 404
    links = Page(answer).links
    assert [link for link in links if link.startswith(("//", "/\\"))] == []
    assert any(link.endswith("evil.example/x?lang=en") for link in links)


def test_a_name_is_one_line_and_a_text_keeps_its_own(app):
    with app.test_request_context("/", method="POST", data={"name": "a\r\nb", "text": "a\r\nb"}):
        form = Typed()
        assert (form.name.data, form.text.data) == ("a b", "a\nb")


def test_two_that_waited_for_each_other_read_that_one_was_overtaken(app):
    with app.test_request_context("/"):
        crossed = OperationalError("UPDATE", {}, DeadlockDetected())
        assert broken(crossed)[1] == 409


@pytest.mark.parametrize(
    ("page", "way_back"), [("/needs?page=2", "/needs?page=2"), ("//evil.example/", None)]
)
def test_a_refused_form_names_the_way_back_and_a_number(app, page, way_back):
    from_page = {"Referer": f"http://localhost{page}"}
    with app.test_request_context("/", method="POST", headers=from_page):
        structlog.contextvars.bind_contextvars(request_id="abc123")
        found = Page(app.make_response(refused(Refusal("Full.", "full"))))
    assert "abc123" in found.text
    assert [link for link in found.links if "needs?" in link] == [way_back] * bool(way_back)
    assert not any("evil" in link for link in found.links)


def test_a_fault_leaves_no_row_that_a_database_quotes(app):
    said = "duplicate key\nDETAIL: Key (email)=(secret@example.com) already exists."
    fault = ValueError(said)
    assert in_a_line(fault) == "ValueError: duplicate key"
    line = {"event": "request_failed", "exc_info": fault}
    for process in structlog.get_config()["processors"]:
        line = process(None, "error", line)
    assert "duplicate key" in line
    assert "secret@example.com" not in line


def test_the_log_of_a_request_holds_ids_and_nothing_typed(app, browser, monkeypatch):
    lines = io.StringIO()

    class Recorder:
        def info(self, event, **facts):
            lines.write(json.dumps({"event": event, **facts}))

    monkeypatch.setattr(logs, "log", Recorder())
    browser.get("/offers?q=secret-words")
    assert "offers.index" in lines.getvalue()
    assert "secret-words" not in lines.getvalue()


def test_production_refuses_the_demonstrations_database(app):
    stored(Installation(kind="demo", made_at=NOW))
    installation.check("demo")
    with pytest.raises(installation.WrongDatabase):
        installation.check("production")


def test_the_demonstration_refuses_a_database_that_it_did_not_make(app):
    installation.check("production")
    with pytest.raises(installation.WrongDatabase):
        installation.check("demo")


def test_a_job_refuses_a_database_of_another_place(app, monkeypatch):
    monkeypatch.setitem(app.config, "INSTALLATION", "demo")
    result = app.test_cli_runner().invoke(args=["job", "send-letters"])
    assert isinstance(result.exception, installation.WrongDatabase)


def test_the_database_keeps_foreign_keys(app):
    assert db.session.execute(db.text("PRAGMA foreign_keys")).scalar() == 1
