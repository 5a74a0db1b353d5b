"""Gathered letters: at eight in Seoul, once, of what was not read yet, in the reader's language."""

import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa

from matchmaker import create_app, outbox
from matchmaker.config import Testing
from matchmaker.db import begin_writing, db
from matchmaker.notifications.digest import last_monday, last_morning
from matchmaker.notifications.jobs import write_digests, write_letters
from matchmaker.notifications.letters import LINES
from matchmaker.notifications.sentences import Group
from matchmaker.notifications.settings import How, NoticeSetting, choose
from matchmaker.outbox import Mail, Notice

from .counting import statements
from .factories import NOW, make_account

EIGHT = NOW.replace(day=24, hour=23)  # on Wednesday, 25 November, in Seoul
MONDAY = NOW.replace(day=29, hour=23)  # on 30 November in Seoul


@pytest.fixture
def context(app):
    with app.test_request_context():
        yield


def told(account, kind="recommendation_agreed", now=NOW, **facts):
    outbox.notify([account], kind, now=now, **facts)
    db.session.commit()


def wants(account, group, how, now=NOW):
    choose(account, {group: how}, by=account, now=now)
    db.session.commit()


def gather(now):
    db.session.commit()
    counts = write_digests(now)
    db.session.commit()
    return counts["gathered"]


def write(now):
    db.session.commit()
    counts = write_letters(now)
    db.session.commit()
    return counts["letters"]


def letters():
    return db.session.scalars(sa.select(Mail).order_by(Mail.id)).all()


@pytest.mark.parametrize(
    ("now", "morning", "monday"),
    [
        (EIGHT, EIGHT, EIGHT - timedelta(days=2)),
        (EIGHT - timedelta(seconds=1), EIGHT - timedelta(days=1), EIGHT - timedelta(days=2)),
        (MONDAY, MONDAY, MONDAY),
        (MONDAY - timedelta(seconds=1), MONDAY - timedelta(days=1), MONDAY - timedelta(days=7)),
    ],
)
def test_the_morning_is_that_of_seoul(now, morning, monday):
    assert (last_morning(now), last_monday(now)) == (morning, monday)


def test_a_days_notices_come_in_one_letter_at_eight(context):
    reader = make_account(language="en")
    told(reader)
    told(reader, now=NOW + timedelta(hours=2))
    told(reader, "member_removed", now=NOW + timedelta(hours=3))  # wanted at once
    assert gather(EIGHT - timedelta(minutes=1)) == 0
    assert gather(EIGHT) == 1
    assert gather(EIGHT) == gather(EIGHT + timedelta(hours=5)) == 0, "a second letter"
    (letter,) = letters()
    assert letter.subject == "2 new notices"
    assert letter.body.count("A member has agreed to your recommendation") == 2
    assert "no longer act" not in letter.body
    assert "http://localhost/recommendations" in letter.body


def test_it_speaks_its_readers_language(context):
    told(make_account(language="ko"))
    gather(EIGHT)
    (letter,) = letters()
    assert letter.subject == "새 알림 1건" and "그만 받기" in letter.body
    assert not set("abcdefg") & set(letter.body.split("http")[0])


def test_what_was_read_is_left_out_and_nothing_new_means_no_letter(context):
    reader, other = make_account(), make_account()
    told(reader)
    told(other)
    told(other)
    for notice in db.session.scalars(sa.select(Notice).where(Notice.id != 3)):
        notice.seen_at = NOW
    last = db.session.scalars(Notice.of(other)).first()
    last.seen_at = None
    db.session.commit()
    assert gather(EIGHT) == 1
    (letter,) = letters()
    assert letter.recipient == other.email and letter.subject == "새 알림 1건"
    assert gather(EIGHT + timedelta(days=1)) == 0


def test_a_week_is_gathered_on_monday_together_with_the_day(context):
    reader = make_account(language="en")
    wants(reader, Group.PEOPLE, How.WEEKLY)
    told(reader, "role_owner")
    assert gather(EIGHT) == 0
    told(reader, now=MONDAY - timedelta(hours=3))
    assert gather(MONDAY) == 1
    (letter,) = letters()
    assert letter.subject == "2 new notices"
    assert letter.body.index("Proposals and recommendations") < letter.body.index("people\n")


def test_a_worker_that_was_down_catches_up(context):
    reader = make_account()
    wants(reader, Group.PEOPLE, How.WEEKLY)
    told(reader, "role_owner")
    assert gather(MONDAY + timedelta(days=1, hours=6)) == 1
    assert gather(MONDAY + timedelta(days=1, hours=7)) == 0


def test_never_by_mail_still_tells_in_the_product(context, browser):
    reader = make_account()
    wants(reader, Group.PEOPLE, How.NEVER)
    told(reader, "role_owner")
    assert write(NOW) == gather(MONDAY) == 0
    wants(reader, Group.PEOPLE, How.AT_ONCE, now=NOW + timedelta(days=1))
    assert write(NOW) == gather(MONDAY + timedelta(days=7)) == 0, "an old notice comes late"
    assert len(db.session.scalars(Notice.of(reader)).all()) == 1


def test_what_was_gathered_comes_gathered_after_a_change_to_at_once(context):
    reader = make_account()
    for _number in range(30):
        told(reader)
    wants(reader, Group.PROPOSALS, How.AT_ONCE, now=NOW + timedelta(hours=1))
    told(reader, now=NOW + timedelta(hours=2))
    assert write(NOW + timedelta(hours=3)) == 1, "thirty letters instead of one"
    assert gather(EIGHT) == 1
    assert letters()[1].subject == "새 알림 30건"


def test_a_thousand_notices_are_one_letter_of_bearable_length(context):
    reader = make_account(language="en")
    outbox.notify([reader] * 1000, "recommendation_agreed", now=NOW)
    db.session.commit()
    assert gather(EIGHT) == 1
    (letter,) = letters()
    assert letter.subject == "1000 new notices"
    assert letter.body.count("A member has agreed") == LINES
    assert "960 more are on your page" in letter.body


def test_whoever_may_get_no_mail_gets_no_gathered_letter(context):
    told(make_account(confirmed_at=None))
    told(make_account(active=False))
    assert gather(EIGHT) == gather(EIGHT + timedelta(days=1)) == 0
    assert letters() == []


def test_a_run_that_is_stopped_between_two_people_goes_on_where_it_was(context, monkeypatch):
    for _number in range(3):
        told(make_account())
    real, done = outbox.post, []

    def killed(*args, **kwargs):  # the machine, not our code
        done.append(1)
        if len(done) == 2:
            raise KeyboardInterrupt
        return real(*args, **kwargs)

    monkeypatch.setattr(outbox, "post", killed)
    with pytest.raises(KeyboardInterrupt):
        gather(EIGHT)
    db.session.rollback()
    assert gather(EIGHT) == 2
    assert len(letters()) == len({letter.recipient for letter in letters()}) == 3


def test_looking_for_letters_costs_the_same_for_few_and_many(context):
    reader = make_account()
    told(reader)
    few = statements(lambda: write_letters(NOW))
    db.session.commit()
    outbox.notify([reader] * 500, "recommendation_agreed", now=NOW)
    db.session.commit()
    assert statements(lambda: write_letters(NOW)) == few


@pytest.mark.parametrize("base", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_two_workers_at_once_write_one_letter_each_reader(base, tmp_path, request):
    class Shared(Testing):
        SQLALCHEMY_DATABASE_URI = (
            f"sqlite:///{tmp_path / 'shared.db'}"
            if base == "sqlite"
            else request.getfixturevalue("postgres_database")
        )

    app, start, faults = create_app(Shared()), threading.Barrier(3), []

    def worker():
        with app.test_request_context():
            start.wait()
            try:
                for work in (write_digests, write_letters):
                    begin_writing()
                    work(EIGHT)
                    db.session.commit()
            except Exception as fault:
                faults.append(fault)
            db.session.remove()

    with app.app_context():
        db.create_all()
        readers = [make_account() for _ in range(8)]
        for reader in readers:
            told(reader)
            told(reader)
            told(reader, "role_owner")
        threads = [threading.Thread(target=worker) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert faults == []
        written = sorted((letter.recipient, letter.subject[:4]) for letter in letters())
        assert len(written) == len(set(written)) == 16
        db.session.remove()
        db.engine.dispose()


def test_a_setting_leaves_with_its_account(app):
    reader = make_account()
    wants(reader, Group.PEOPLE, How.NEVER)
    db.session.execute(sa.text("DELETE FROM account WHERE id = :id"), {"id": reader.id})
    assert db.session.scalar(sa.select(sa.func.count(NoticeSetting.id))) == 0
