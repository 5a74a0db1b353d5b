"""Two at one moment in a conversation, on both databases: nothing lost, doubled or over a limit."""

import sqlalchemy as sa

from matchmaker.accounts.models import Account
from matchmaker.db import db, hold
from matchmaker.outbox import Notice
from matchmaker.pairings import answering
from matchmaker.pairings.conversation import attachments, confidentiality, conversation, reports
from matchmaker.pairings.conversation.attachments import Attachment, Store, Upload
from matchmaker.pairings.conversation.conversation import Draft, Message, Reading, write
from matchmaker.pairings.conversation.reports import Report, Wrong
from matchmaker.pairings.models import Pairing
from matchmaker.pairings.states import State

from .factories import NOW, make_account, make_pairing
from .test_pairings_races import LATER, TOGETHER, market, race  # noqa: F401


def number(model, *conditions):
    return db.session.scalar(sa.select(sa.func.count()).select_from(model).where(*conditions))


def writing(pairing, account, **more):
    pairing_id, by_id = pairing.id, account.id

    def act():
        by = db.session.get(Account, by_id)
        write(db.session.get(Pairing, pairing_id), by=by, now=LATER, text="글", **more)

    return act


def test_all_who_write_at_once_are_heard_and_the_other_side_is_told_once(market):  # noqa: F811
    pairing = make_pairing("agreed")
    people = [pairing.sme.people[0], *(make_account(pairing.sme) for _ in range(3))]
    came = race(market, [writing(pairing, one) for one in people * 2])
    assert came == [None] * TOGETHER
    assert number(Message) == TOGETHER
    assert number(Notice, Notice.kind == "message") == 1


def test_uploads_at_once_do_not_pass_the_limit_of_the_match(market, tmp_path, monkeypatch):  # noqa: F811
    monkeypatch.setattr(attachments, "MOST_BYTES_A_PAIRING", 30)
    pairing = make_pairing("agreed")
    store = Store(tmp_path / "files")
    more = {"uploads": [Upload("a.txt", b"1234567890")], "store": store}
    came = race(market, [writing(pairing, pairing.sme.people[0], **more)] * TOGETHER)
    assert came.count(None) == 3 and came.count("quota") == TOGETHER - 3
    assert db.session.scalar(Attachment.size_in(pairing.id)) == 30
    for row in db.session.scalars(sa.select(Attachment)):
        assert store.path(row.stored_as).read_bytes() == b"1234567890"


def test_nothing_is_said_after_an_end_that_comes_at_the_same_moment(market):  # noqa: F811
    for _ in range(4):
        pairing = make_pairing("agreed")
        pairing_id, by_id = pairing.id, pairing.company.people[0].id

        def ending(pairing_id=pairing_id, by_id=by_id):
            by = db.session.get(Account, by_id)
            answering.end(db.session.get(Pairing, pairing_id), by=by, now=LATER)

        came = race(market, [writing(pairing, pairing.sme.people[0]), ending])
        assert came[1] is None and came[0] in (None, "closed")
        assert pairing.state is State.ENDED
        assert number(Message, Message.pairing_id == pairing_id) == (came[0] is None)


def test_a_word_on_the_agreement_is_kept_once(market):  # noqa: F811
    pairing = make_pairing("agreed")
    pairing_id, by_id = pairing.id, pairing.sme.people[0].id

    def saying():
        row = db.session.get(Pairing, pairing_id)
        hold(row, "state")
        by = db.session.get(Account, by_id)
        confidentiality.confirm(row, given=True, by=by, now=LATER)

    assert race(market, [saying] * TOGETHER) == [None] * TOGETHER
    assert number(confidentiality.Confidentiality) == 1


def test_a_message_is_reported_once(market):  # noqa: F811
    pairing = make_pairing("agreed")
    message = write(pairing, by=pairing.company.people[0], now=NOW, text="글")
    db.session.commit()
    message_id, by_id = message.id, pairing.sme.people[0].id

    def reporting():
        by = db.session.get(Account, by_id)
        reports.report(db.session.get(Message, message_id), Wrong.FRAUD, by=by, now=LATER)

    came = race(market, [reporting] * TOGETHER)
    assert came.count(None) == 1 and came.count("reported") == TOGETHER - 1
    assert number(Report) == 1


def test_two_officers_handle_a_report_once(market):  # noqa: F811
    pairing = make_pairing("agreed")
    message = write(pairing, by=pairing.company.people[0], now=NOW, text="글")
    found = reports.report(message, Wrong.FRAUD, by=pairing.sme.people[0], now=NOW)
    officers = [make_account(kind="ministry") for _ in range(4)]
    db.session.commit()
    report_id = found.id

    def handling(officer_id, hide):
        by = db.session.get(Account, officer_id)
        reports.handle(db.session.get(Report, report_id), hide=hide, note="메모", by=by, now=LATER)

    acts = [
        lambda id_=one.id, hide=bool(place % 2): handling(id_, hide)
        for place, one in enumerate(officers)
    ]
    came = race(market, acts)
    assert came.count(None) == 1 and came.count("handled") == 3
    assert number(Notice, Notice.kind == "report_handled") == 1


def test_two_windows_of_one_person_keep_one_place_and_one_draft(market):  # noqa: F811
    pairing = make_pairing("agreed")
    last = write(pairing, by=pairing.company.people[0], now=NOW, text="글")
    db.session.commit()
    pairing_id, by_id, last_id = pairing.id, pairing.sme.people[0].id, last.id

    def opening():
        row, by = db.session.get(Pairing, pairing_id), db.session.get(Account, by_id)
        conversation.read(row, db.session.get(Message, last_id), by=by, now=LATER)
        conversation.keep_draft(row, "초안", by=by, now=LATER)

    assert race(market, [opening] * TOGETHER) == [None] * TOGETHER
    assert number(Reading) == number(Draft) == 1
    assert last.read_at == LATER
