"""Who chooses what comes by mail, and the link that stops letters without signing in."""

import re
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from flask import current_app

from matchmaker import SIGNED_LINKS, outbox
from matchmaker.db import db
from matchmaker.notifications.jobs import write_letters
from matchmaker.notifications.links import stop_link
from matchmaker.notifications.sentences import KINDS, Group
from matchmaker.notifications.settings import DEFAULTS, GROUPS, LABELS, How, chosen
from matchmaker.outbox import Mail

from .factories import NOW, make_account


def test_every_kind_of_notice_has_its_switch():
    assert {told.group for told in KINDS.values()} <= set(Group)
    assert set(DEFAULTS) == set(LABELS) == set(Group) == {g for gs in GROUPS.values() for g in gs}


@pytest.mark.parametrize("kind", ["sme", "company", "association", "ministry"])
@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_page_asks_only_for_what_one_can_get(browser, kind, language):
    browser.sign_in(make_account(kind=kind)).speak(language)
    page = browser.get("/account/notices")
    assert {one["name"] for one in page.all("select")} == set(GROUPS[kind])


def test_a_choice_holds_and_only_what_differs_is_kept(browser):
    reader = make_account()
    browser.sign_in(reader)
    fields = {group.value: how.value for group, how in chosen(reader).items()}
    browser.post("/account/notices", data=fields | {"messages": "weekly", "people": "never"})
    wanted = chosen(reader)
    assert (wanted[Group.MESSAGES], wanted[Group.PEOPLE]) == (How.WEEKLY, How.NEVER)
    assert db.session.scalar(sa.text("SELECT count(*) FROM notice_setting")) == 2
    options = browser.get("/account/notices").all("option")
    assert [one["value"] for one in options if "selected" in one].count("weekly") == 1


def test_an_unknown_choice_is_said_at_its_field(browser):
    browser.sign_in(make_account())
    browser.post("/account/notices", status=422, answers="hourly")


def letter_of(reader, kind="organisation_approved", **facts):
    outbox.notify([reader], kind, now=NOW, **facts)
    db.session.commit()
    with current_app.test_request_context():
        write_letters(NOW)
    db.session.commit()
    return db.session.scalars(sa.select(Mail).order_by(Mail.id.desc())).first()


def path_of(letter):
    return urlsplit(letter.stop_url).path


def test_opening_the_link_of_a_letter_changes_nothing(browser, app):
    reader = make_account()
    path = path_of(letter_of(reader))
    page = browser.speak("en").get(path)
    assert "Nothing has changed yet" in page.text and "Organisation and people" in page.text
    assert chosen(reader) == DEFAULTS


def test_one_click_stops_one_group_and_undo_brings_it_back(browser):
    reader = make_account()
    path = path_of(letter_of(reader))
    page = browser.speak("en").post(path, status=200)
    assert "These letters have stopped" in page.text
    assert chosen(reader) == DEFAULTS | {Group.PEOPLE: How.NEVER}
    browser.post(path, status=200)  # again, as some programs do
    browser.post(f"{path}/undo")
    assert chosen(reader) == DEFAULTS


def test_a_stop_undoes_to_what_was_chosen_before(browser):
    reader = make_account()
    browser.sign_in(reader).post("/account/notices", data=dict.fromkeys(Group, "weekly"))
    with browser.app.test_request_context():
        path = urlsplit(stop_link(reader, [Group.PEOPLE, Group.ANSWERS])).path
    browser.post(path, status=200)
    assert [chosen(reader)[group] for group in Group][-2:] == [How.NEVER, How.AT_ONCE]
    browser.post(f"{path}/undo")
    assert chosen(reader)[Group.PEOPLE] == chosen(reader)[Group.ANSWERS] == How.WEEKLY


def test_mail_programs_post_without_a_form_of_ours(app, browser):
    """As RFC 8058 says: one POST with one field, no cookie, answered without sending on."""
    reader = make_account()
    path = path_of(letter_of(reader))
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        browser.post(path, status=200, **{"List-Unsubscribe": "One-Click"})
        browser.post(f"{path}/undo", status=400)  # our own form, which has its token
        token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get(path).html)[1]
        assert chosen(reader)[Group.PEOPLE] == How.NEVER
        browser.post(f"{path}/undo", csrf_token=token)
        assert chosen(reader)[Group.PEOPLE] == How.AT_ONCE
    finally:
        app.config["WTF_CSRF_ENABLED"] = False
    assert SIGNED_LINKS == ("notice_settings.stop",), "each needs a proof of its own"


@pytest.mark.parametrize("token", ["x", "WzFd.x", "%00", "a" * 3000, "한글", "..", "-._~"])
def test_a_garbled_link_is_an_unknown_page(browser, token):
    browser.get(f"/notices/stop/{token}", status=404)
    browser.post(f"/notices/stop/{token}", status=404)
    browser.post(f"/notices/stop/{token}/undo", status=404)


def test_a_link_for_another_person_cannot_be_made_from_ones_own(browser):
    reader = make_account()
    head, _dot, signature = path_of(letter_of(reader)).rpartition(".")
    browser.post(f"{head[:-1]}A.{signature}", status=404)


def test_the_link_of_an_account_that_is_gone_is_an_unknown_page_also_for_who_gets_its_id(browser):
    reader = make_account()
    path, account_id = path_of(letter_of(reader)), reader.id
    db.session.delete(reader)
    db.session.commit()
    browser.get(path, status=404)
    make_account(id=account_id, created_at=NOW.replace(year=2027))
    browser.post(path, status=404)


def test_letters_about_safety_say_that_they_are_always_sent_and_have_no_such_link(browser):
    reader = make_account(language="en")
    browser.post("/reset", status=200, email=reader.email)
    letter = db.session.scalar(sa.select(Mail))
    assert letter.stop_url is None and "always sent" in letter.body


def test_a_letter_says_why_it_comes_and_where_to_change_it(browser):
    letter = letter_of(make_account(language="en"))
    assert "Organisation and people" in letter.body and letter.stop_url in letter.body
    assert "http://localhost/account/notices" in letter.body
