"""From an act to a letter: written once, sent once, tried again, given up in the open."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa
from flask_mailman import EmailMessage

from matchmaker import outbox
from matchmaker.db import db
from matchmaker.notifications.jobs import write_letters
from matchmaker.notifications.sending import PAUSES, send_letters
from matchmaker.outbox import Mail, Notice

from .counting import statements
from .factories import NOW, make_account, make_pairing


def told(account, kind="organisation_approved", **facts):
    outbox.notify([account], kind, now=NOW, **facts)
    db.session.commit()


def letters():
    return db.session.scalars(sa.select(Mail).order_by(Mail.id)).all()


@pytest.fixture
def sent(app):
    app.extensions["mailman"].outbox = []
    return app.extensions["mailman"].outbox


def test_a_notice_becomes_one_letter_in_its_readers_language(app):
    told(make_account(language="en"))
    told(make_account(language="ko"))
    with app.test_request_context():
        write_letters(NOW)
        write_letters(NOW)
    db.session.commit()
    english, korean = letters()
    assert english.subject == "The ministry has approved your organisation."
    assert korean.subject == "부처가 가입을 승인했습니다."


def test_a_letter_is_written_without_a_request(app, monkeypatch):
    told(make_account(language="en"))
    monkeypatch.setitem(app.config, "SERVER_NAME", "match.example.com")
    with app.app_context():
        write_letters(NOW)
        db.session.commit()
        assert "//match.example.com/organisation" in letters()[0].body


def test_a_notice_of_a_time_when_its_page_needed_less_stops_no_letter(app, browser):
    reader = make_account()
    told(reader, "asked", pairing_id=1)
    told(reader)
    db.session.execute(sa.update(Notice).where(Notice.kind == "asked").values(facts={}))
    with app.test_request_context():
        write_letters(NOW)
    db.session.commit()
    assert "/notices" in letters()[0].body and len(letters()) == 2
    notice_id = db.session.scalar(sa.select(Notice.id).where(Notice.kind == "asked"))
    browser.sign_in(reader)
    assert browser.post(f"/notices/{notice_id}").response.location.endswith("/notices")


def test_an_unconfirmed_address_gets_no_letter(app):
    told(make_account(confirmed_at=None))
    with app.test_request_context():
        write_letters(NOW)
    assert letters() == []


def test_a_letter_leaves_once(app, sent):
    outbox.post("a@example.com", "Subject", "Body", now=NOW)
    db.session.commit()
    assert send_letters(NOW) == {"sent": 1, "failed": 0}
    assert send_letters(NOW + timedelta(days=9)) == {"sent": 0, "failed": 0}
    assert [message.subject for message in sent] == ["Subject"]
    assert letters()[0].sent_at == NOW


def test_a_letter_that_cannot_be_written_does_not_stop_the_others(app, sent):
    outbox.post("a@example.com", "Subject\nBcc: b@example.com", "Body", now=NOW)
    outbox.post("c@example.com", "Subject", "Body", now=NOW)
    db.session.commit()
    assert send_letters(NOW) == {"sent": 1, "failed": 1}
    assert [message.to for message in sent] == [["c@example.com"]]


def test_a_letter_that_cannot_leave_is_tried_again_and_then_given_up(app, monkeypatch):
    def refuse(self, *args, **kwargs):
        raise ConnectionRefusedError

    monkeypatch.setattr(EmailMessage, "send", refuse)  # the network, not our code
    outbox.post("a@example.com", "Subject", "Body", now=NOW)
    db.session.commit()
    now = NOW
    for pause in PAUSES:
        assert send_letters(now) == {"sent": 0, "failed": 1}
        assert send_letters(now) == {"sent": 0, "failed": 0}, "tried again before its time"
        now += pause
    send_letters(now)
    assert letters()[0].given_up_at == now
    assert letters()[0].error == "ConnectionRefusedError"
    assert send_letters(now + timedelta(days=99)) == {"sent": 0, "failed": 0}


def test_notices_are_listed_and_followed(browser, app):
    account = make_account()
    told(account)
    browser.sign_in(account)
    assert "승인" in browser.get("/notices").text
    notice_id = db.session.scalar(sa.select(Notice.id))
    assert browser.post(f"/notices/{notice_id}").response.location.endswith("/organisation")
    assert db.session.get(Notice, notice_id).seen_at


def test_another_persons_notice_does_not_exist(browser):
    told(make_account())
    notice_id = db.session.scalar(sa.select(Notice.id))
    browser.sign_in(make_account())
    browser.post(f"/notices/{notice_id}", status=404)


def test_no_notices_says_so(browser):
    browser.sign_in(make_account()).speak("en")
    assert "No notices yet." in browser.get("/notices").text


def test_the_list_names_need_and_offer_only_to_their_two_sides(app, browser):
    pairing, other = make_pairing("declined"), make_pairing("declined")
    reader = make_account(organisation=pairing.sme)
    told(reader, "declined_choose", pairing_id=pairing.id)
    told(reader, "declined_choose", pairing_id=other.id)
    pairing.need.title, other.need.title = "우리 필요입니다", "남의 필요입니다"
    db.session.commit()
    browser.sign_in(reader)
    page = browser.get("/notices")
    assert f"우리 필요입니다 · {pairing.offer.title}" in page.text
    assert "남의 필요입니다" not in page.text


def test_a_notice_counts_as_read_when_its_page_is_reached_by_another_way(app, browser):
    pairing, other = make_pairing("asked"), make_pairing("asked")
    reader = pairing.company_contact
    told(reader, "asked", pairing_id=pairing.id)
    told(reader, "asked", pairing_id=other.id)
    told(reader)
    stranger = make_account()
    told(stranger, "asked", pairing_id=pairing.id)
    browser.sign_in(reader)
    browser.get(f"/pairings/{pairing.id}")
    seen = {n.id: n.seen_at is not None for n in db.session.scalars(sa.select(Notice))}
    assert list(seen.values()) == [True, False, False, False]


def test_looking_for_notices_of_a_page_costs_one_statement(app, browser):
    pairing = make_pairing("asked")
    browser.sign_in(pairing.company_contact)
    for many in (1, 30):
        outbox.notify([pairing.company_contact] * many, "asked", now=NOW, pairing_id=pairing.id)
        db.session.commit()
        browser.get(f"/pairings/{pairing.id}")
    before = statements(lambda: browser.get(f"/pairings/{pairing.id}"))
    outbox.notify([pairing.company_contact] * 300, "agreed", now=NOW, pairing_id=pairing.id + 1)
    db.session.commit()
    assert statements(lambda: browser.get(f"/pairings/{pairing.id}")) == before


def test_notices_stand_under_their_day(browser):
    reader = make_account()
    told(reader)
    outbox.notify([reader], "role_owner", now=NOW + timedelta(hours=15))  # past midnight in Seoul
    db.session.commit()
    page = browser.sign_in(reader).get("/notices")
    assert page.text.index("2026년 11월 25일") < page.text.index("2026년 11월 24일")
    assert "읽지 않은 알림이 2건" in page.text


def test_marking_all_as_read_can_be_undone_and_spares_what_was_read_before(browser):
    reader = make_account()
    told(reader)
    told(reader)
    old = db.session.scalars(Notice.of(reader)).first()
    old.seen_at = NOW
    told(make_account())
    browser.sign_in(reader).speak("en")
    after = browser.post("/notices/seen").response.location
    page = browser.get(after)
    assert "All notices are marked as read." in page.text and "You have read them all." in page.text
    marked = page.all("input", name="read")[0]["value"]
    browser.post("/notices/unseen", read=marked)
    assert sorted(n.seen_at is None for n in db.session.scalars(Notice.of(reader))) == [False, True]
    assert "1 you have not read yet" in browser.get("/notices").text
    browser.post("/notices/unseen", read="yesterday", status=404)


FIRST_HOUR = "0001-01-01T00:00:00+09:00"  # in UTC it would lie before all time


@pytest.mark.parametrize(
    "read", ["", "x", "2026-11-24", "2026-11-24T01:00:00", "9" * 40, FIRST_HOUR]
)
def test_an_odd_moment_in_the_address_changes_nothing(browser, read):
    reader = make_account()
    told(reader)
    browser.sign_in(reader).get(f"/notices?{urlencode({'read': read})}")
    browser.post("/notices/unseen", read=read, status=404)


def test_a_thousand_notices_are_turned_page_by_page_at_the_same_cost(browser):
    reader = make_account()
    browser.sign_in(reader)
    outbox.notify([reader] * 20, "role_owner", now=NOW)
    db.session.commit()
    few = statements(lambda: browser.get("/notices"))
    outbox.notify([reader] * 980, "role_owner", now=NOW)
    db.session.commit()
    assert statements(lambda: browser.get("/notices")) == few
    page = browser.get("/notices?page=50")
    assert "1000" in page.text and len(page.all("li", class_="m-notice-row")) == 20
