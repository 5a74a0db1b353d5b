"""Letters on a real mail server: whole, once, tried again where it helps, given up in the open."""

import socket
import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa

from matchmaker import create_app, outbox
from matchmaker.config import Testing
from matchmaker.db import begin_writing, db
from matchmaker.notifications.jobs import write_letters
from matchmaker.notifications.sending import LEASE, PAUSES, _claim, send_letters
from matchmaker.outbox import Mail

from .factories import NOW, make_account
from .smtp_sink import free_port, posting, send_to, sink  # noqa: F401 it is a fixture

SENT, FAILED = {"sent": 1, "failed": 0}, {"sent": 0, "failed": 1}
NOTHING = {"sent": 0, "failed": 0}


@pytest.fixture
def post_office(sink, tmp_path):  # noqa: F811
    """An application of its own whose letters go to the sink."""

    with posting(tmp_path, sink.port) as app:
        yield app


def post(recipient="a@example.com", subject="Subject", body="Body"):
    mail = outbox.post(recipient, subject, body, now=NOW)
    db.session.commit()
    return mail


def run(now):
    """Send as the job does, which commits its run afterwards."""
    counts = send_letters(now)
    db.session.commit()
    return counts


def claim(mail, now):
    """Take a letter as a run does that is then killed."""
    mail_id = mail.id
    db.session.commit()
    return _claim(mail_id, now)


def test_korean_arrives_as_it_was_written(post_office, sink):  # noqa: F811
    body = (
        "다온전자가 아닌 이름 없는 편지입니다.\n\n"
        + "한 줄이 아주 깁니다. " * 200
        + "\n.\n끝 — ‘따옴표’ 🙂"
    )
    subject = "기한이 내일까지입니다. 답해 주세요: 긴 제목은 여러 줄로 나뉘어 갑니다"
    post(subject=subject, body=body)
    assert run(NOW) == SENT
    (letter,) = sink.letters
    assert letter["Subject"].strip() == subject
    assert letter.get_content().rstrip("\n") == body
    assert letter.raw.isascii(), "an old server on the way could spoil it"
    assert max(map(len, letter.raw.splitlines())) < 998
    assert letter.taken_for == ["a@example.com"] and letter["To"] == "a@example.com"


def test_a_letter_says_what_it_is_to_programs(post_office, sink):  # noqa: F811
    outbox.notify([make_account()], "organisation_approved", now=NOW)
    with post_office.test_request_context():
        write_letters(NOW)
    post(subject="Set a new password")
    run(NOW)
    notice, safety = sink.letters
    assert notice["Auto-Submitted"] == safety["Auto-Submitted"] == "auto-generated"
    assert notice["List-Unsubscribe"].strip().startswith("<http") and notice["Date"]
    assert notice["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert safety["List-Unsubscribe"] is None, "letters about safety cannot be stopped"
    assert len(set(sink.ids)) == 2 and sink.ids[0].endswith("@example.com>")


def test_a_refusal_for_now_is_tried_again_after_each_pause(post_office, sink):  # noqa: F811
    sink.to_text = "451 4.3.0 Try again later"
    mail = post()
    now = NOW
    for pause in PAUSES:
        assert run(now) == FAILED
        assert mail.error == "SMTPDataError 451"
        assert run(now + pause - timedelta(seconds=1)) == NOTHING, "before its time"
        now += pause
    sink.to_text = None
    assert run(now) == SENT
    assert mail.sent_at == now and mail.error is None and len(sink.letters) == 1


def test_a_refusal_for_ever_is_given_up_at_once_and_stops_no_other(post_office, sink):  # noqa: F811
    sink.to_address["gone@example.com"] = "550 5.1.1 <gone@example.com> does not exist"
    lost, other = post("gone@example.com"), post("b@example.com")
    assert run(NOW) == {"sent": 1, "failed": 1}
    assert lost.given_up_at == NOW and lost.error == "SMTPRecipientsRefused 550"
    assert other.sent_at == NOW
    assert run(NOW + timedelta(days=9)) == NOTHING


def test_a_grey_list_is_waited_for(post_office, sink):  # noqa: F811
    sink.to_address["a@example.com"] = "450 4.2.0 Greylisted"
    mail = post()
    assert run(NOW) == FAILED and mail.given_up_at is None
    sink.to_address.clear()
    assert run(NOW + PAUSES[0]) == SENT


def test_a_server_that_is_not_there_costs_one_try_of_one_letter(post_office):
    send_to(post_office, free_port())
    first, second = post(), post("b@example.com")
    assert run(NOW) == FAILED
    assert first.error == "ConnectionRefusedError" and first.next_try_at == NOW + PAUSES[0]
    assert (second.tries, second.next_try_at) == (0, NOW), "a hundred of them would wait in vain"


def test_a_server_that_never_answers_is_left_after_a_while(post_office):
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        send_to(post_office, deaf.getsockname()[1], timeout=0.2)
        mail = post()
        assert run(NOW) == FAILED
    assert mail.next_try_at == NOW + PAUSES[0] and mail.given_up_at is None


def test_a_letter_whose_run_was_killed_leaves_later_under_the_same_id(post_office, sink):  # noqa: F811
    mail = post()
    killed = claim(mail, NOW)
    assert run(NOW + timedelta(minutes=9)) == NOTHING, "the killed run may still be sending"
    assert run(NOW + LEASE) == SENT
    assert sink.ids == [killed.extra_headers["Message-ID"]]


def test_a_letter_that_kills_every_run_is_given_up(post_office, sink):  # noqa: F811
    mail, now = post(), NOW
    for _try in range(len(PAUSES) + 1):
        assert claim(mail, now)
        now += LEASE
    assert run(now) == NOTHING
    assert mail.given_up_at == now and sink.letters == []


def test_ids_of_letters_never_come_again_with_another_database(post_office, sink):  # noqa: F811
    mail = post()
    assert f"mail-{mail.id}-20261124" in claim(mail, NOW).extra_headers["Message-ID"]


@pytest.mark.parametrize("base", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_two_workers_at_once_send_each_letter_once(base, sink, tmp_path, request):  # noqa: F811
    class Shared(Testing):
        SQLALCHEMY_DATABASE_URI = (
            f"sqlite:///{tmp_path / 'shared.db'}"
            if base == "sqlite"
            else request.getfixturevalue("postgres_database")
        )

    app = create_app(Shared())
    send_to(app, sink.port)
    start, found = threading.Barrier(3), []

    def worker():
        with app.app_context():
            start.wait()
            found.append(run(NOW))
            db.session.remove()

    with app.app_context():
        db.create_all()
        begin_writing()
        for number in range(20):
            outbox.post(f"reader{number}@example.com", "Subject", "Body", now=NOW)
        db.session.commit()
        threads = [threading.Thread(target=worker) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sum(counts["sent"] for counts in found) == 20
        assert len(sink.ids) == len(set(sink.ids)) == 20
        assert db.session.scalar(sa.select(sa.func.max(Mail.tries))) == 1
        db.session.remove()
        db.engine.dispose()
