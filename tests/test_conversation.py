"""Conversation: who reads and writes what, what is told, read, kept, reported and forgotten."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from matchmaker.accounts.erasing import erase
from matchmaker.accounts.models import Account, Role
from matchmaker.audit import Event
from matchmaker.db import db
from matchmaker.errors import Refusal
from matchmaker.outbox import Notice
from matchmaker.pairings.conversation import confidentiality, conversation, first_words, reports
from matchmaker.pairings.conversation.attachments import Attachment, Upload
from matchmaker.pairings.conversation.conversation import Draft, Message, Reading, write
from matchmaker.pairings.conversation.reports import Wrong
from matchmaker.pairings.states import Side, State

from .counting import statements
from .factories import NOW, make_account, make_need, make_offer, make_pairing

LATER = NOW + timedelta(hours=1)
PDF = Upload("도면.pdf", b"%PDF-1.7\n1 0 obj\n")


@pytest.fixture
def pairing(store):
    return make_pairing("agreed")


def firm(pairing):
    return pairing.sme.people[0]


def company(pairing):
    return pairing.company.people[0]


def say(pairing, by, text="안녕하세요", now=NOW, **more):
    message = write(pairing, by=by, now=now, text=text, **more)
    db.session.commit()
    return message


def told(account, kind="message"):
    select = sa.select(sa.func.count(Notice.id)).where(
        Notice.account_id == account.id, Notice.kind == kind
    )
    return db.session.scalar(select)


def talk(pairing):
    return f"/pairings/{pairing.id}/conversation"


STATES = {
    **dict.fromkeys(("agreed", "active"), (200, 302)),
    **dict.fromkeys(("completed", "ended"), (200, 409)),
    **dict.fromkeys(("proposed", "waiting", "asked", "invited"), (404, 404)),
    **dict.fromkeys(("declined", "withdrawn", "expired"), (404, 404)),
}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("side", ["sme", "company"])
def test_it_opens_with_both_yeses_and_after_the_end_is_only_read(browser, store, state, side):
    changes = {"agreed_at": NOW} if state == "ended" else {}
    pairing = make_pairing(state, **changes)
    browser.sign_in(getattr(pairing, side).people[0])
    read, written = STATES[state]
    browser.get(talk(pairing), status=read)
    browser.post(talk(pairing), status=written, text="첫 글")
    assert db.session.scalar(sa.select(sa.func.count(Message.id))) == (written == 302)


@pytest.mark.parametrize("kind", ["sme", "company", "association", "ministry", None])
def test_nobody_but_the_two_reads_writes_or_fetches(browser, pairing, store, kind):
    message = say(pairing, firm(pairing), uploads=[PDF], store=store)
    pages = [talk(pairing), f"/pairings/{pairing.id}/files/{message.attachments[0].id}"]
    posts = [talk(pairing), f"/pairings/{pairing.id}/nda"]
    posts += [f"/pairings/{pairing.id}/messages/{message.id}/report"]
    expected = {"association": 403, "ministry": 403, None: 302}.get(kind, 404)
    if kind:
        browser.sign_in(make_account(kind=kind))
    for page in pages:
        assert PDF.name not in browser.get(page, status=expected).html
    for post in posts:
        browser.post(post, status=expected, text="남의 글", reason="fraud", nda="yes")
    assert db.session.scalar(sa.select(sa.func.count(Message.id))) == 1


def test_a_message_or_file_of_another_pairing_is_not_found(browser, pairing, store):
    own = make_pairing("agreed", need=pairing.need, offer=make_offer())
    theirs = make_pairing("agreed")
    message = say(theirs, firm(theirs), uploads=[PDF], store=store)
    browser.sign_in(firm(own))
    browser.get(f"/pairings/{own.id}/files/{message.attachments[0].id}", status=404)
    browser.post(f"/pairings/{own.id}/messages/{message.id}/report", status=404, reason="fraud")


def test_who_left_the_organisation_reads_no_more(browser, pairing):
    second = make_account(pairing.sme)
    say(pairing, second, "제가 적은 글입니다")
    browser.sign_in(second)
    browser.get(talk(pairing))
    second.leave(by=firm(pairing), now=LATER)
    db.session.commit()
    browser.get(talk(pairing), status=403)
    page = browser.sign_in(company(pairing)).get(talk(pairing))
    assert "제가 적은 글입니다" in page.text and second.name not in page.text
    assert "이전 구성원" in page.text


def test_while_suspended_it_can_be_read_and_not_continued(browser, pairing):
    say(pairing, firm(pairing), "첫 글입니다")
    pairing.freeze(by=None, now=NOW)
    db.session.commit()
    browser.sign_in(company(pairing))
    assert "첫 글입니다" in browser.get(talk(pairing)).text
    browser.post(talk(pairing), status=409, text="답")


def test_what_was_typed_is_never_markup(browser, pairing):
    text = "<script>alert(1)</script>\n<img src=x onerror=alert(2)> & \"'"
    say(pairing, firm(pairing), text)
    page = browser.sign_in(company(pairing)).get(talk(pairing))
    assert "<script>alert(1)" not in page.html and "<img src=x" not in page.html
    assert "<script>alert(1)</script>" in page.text


def test_a_long_message_is_whole_and_a_longer_one_comes_back(browser, pairing):
    browser.sign_in(firm(pairing))
    browser.post(talk(pairing), text="가" * 10_000)
    assert "가" * 10_000 in browser.get(talk(pairing)).html
    page = browser.post(talk(pairing), status=422, text="나" * 10_001)
    assert "나" * 10_001 in page.html


@pytest.mark.parametrize("text", ["", "  \u3000 ", "\x00"])
def test_nothing_at_all_is_not_sent(browser, pairing, text):
    browser.sign_in(firm(pairing))
    browser.post(talk(pairing), status=422, text=text)


def test_a_resident_number_is_refused_and_not_kept(browser, pairing):
    browser.sign_in(firm(pairing))
    for more in ({}, {"draft": "1"}):
        page = browser.post(talk(pairing), status=422, text="900101-1234567 입니다", **more)
        assert "900101-1234567" in page.html
    assert not db.session.scalars(sa.select(Message)).all()
    assert not db.session.scalars(sa.select(Draft)).all()


def test_a_draft_is_kept_for_its_writer_alone_and_goes_when_it_is_sent(browser, pairing):
    colleague = make_account(pairing.sme)
    browser.sign_in(firm(pairing))
    for text in ("쓰다 만 글", "쓰다 만 긴 글"):
        browser.post(talk(pairing), text=text, draft="1")
    assert "쓰다 만 긴 글" in browser.get(talk(pairing)).html
    for other in (colleague, company(pairing)):
        assert "쓰다 만" not in browser.sign_in(other).get(talk(pairing)).html
    browser.sign_in(firm(pairing)).post(talk(pairing), text="다 쓴 글")
    assert not db.session.scalars(sa.select(Draft)).all()


def test_the_one_who_reads_sees_what_is_new_and_the_writer_sees_that_it_was_read(browser, pairing):
    mine, theirs = firm(pairing), company(pairing)
    say(pairing, mine, "하나")
    page = browser.sign_in(mine).get(talk(pairing))
    assert "아직 읽지 않았습니다" in page.text and "여기부터 새 글" not in page.text
    page = browser.sign_in(theirs).get(talk(pairing))
    assert "여기부터 새 글" in page.text
    assert "여기부터 새 글" not in browser.get(talk(pairing)).text
    assert "상대가 읽었습니다" in browser.sign_in(mine).get(talk(pairing)).text


def test_only_the_first_unread_message_is_told(browser, pairing):
    colleague = make_account(pairing.company, role=Role.MEMBER)
    away = make_account(pairing.company, active=False)
    reader = company(pairing)
    for _ in range(3):
        say(pairing, firm(pairing))
    assert told(reader) == told(colleague) == 1
    assert told(away) == told(firm(pairing)) == 0
    browser.sign_in(reader).get(talk(pairing))
    say(pairing, firm(pairing))
    assert (told(reader), told(colleague)) == (2, 1)


def test_a_notice_holds_no_word_of_the_message(pairing):
    say(pairing, firm(pairing), "비밀스러운 글")
    notice = db.session.scalars(sa.select(Notice).where(Notice.kind == "message")).one()
    assert notice.facts == {"pairing_id": pairing.id}


def test_the_pages_count_conversations_with_something_new(browser, pairing):
    other = make_pairing("agreed", offer=pairing.offer)
    for each in (pairing, pairing, other):
        say(each, firm(each))
    reader = company(pairing)
    assert db.session.scalar(conversation.unread_conversations(reader)) == 2
    assert conversation.unread_in([pairing, other], reader) == {pairing.id: 2, other.id: 1}
    browser.sign_in(reader)
    assert "/pairings/conversations/next" in browser.get("/desk").links
    assert talk(other) in browser.get("/pairings?tab=agreed").links
    assert "새 글이 2개 있습니다" in browser.get(f"/pairings/{pairing.id}").text
    answer = browser.get("/pairings/conversations/next", status=302).response
    assert answer.location.endswith(f"{talk(pairing)}#new")
    for each in (pairing, other):
        browser.get(talk(each))
    assert db.session.scalar(conversation.unread_conversations(reader)) == 0
    answer = browser.get("/pairings/conversations/next", status=302).response
    assert answer.location.endswith("/pairings?tab=agreed")


def test_a_long_conversation_opens_where_the_new_begins(browser, pairing):
    for number in range(45):
        write(pairing, by=firm(pairing), now=NOW, text=f"글 {number:02d}")
    db.session.commit()
    browser.sign_in(company(pairing))
    assert "글 00" in browser.get(talk(pairing)).text
    assert "글 20" in browser.get(talk(pairing)).text
    browser.get(talk(pairing))
    page = browser.get(talk(pairing)).text
    assert "글 44" in page and "글 39" not in page
    assert "글 19" in browser.get(talk(pairing) + "?page=1").text
    for page in ("0", "x", "99999999999"):
        browser.get(talk(pairing) + f"?page={page}")


def test_a_long_conversation_costs_no_more_queries(browser, pairing, store):
    def fill(number):
        for _ in range(number):
            for by in (firm(pairing), company(pairing)):
                more = {"uploads": [PDF], "store": store, "technical": True, "nda": True}
                write(pairing, by=by, now=NOW, text="글", **more)
        db.session.commit()

    browser.sign_in(company(pairing))
    fill(2)
    browser.get(talk(pairing))
    few = statements(lambda: browser.get(talk(pairing) + "?page=1"))
    fill(30)
    browser.get(talk(pairing) + "?page=99")
    assert statements(lambda: browser.get(talk(pairing) + "?page=1")) <= few


@pytest.mark.parametrize("side", [Side.SME, Side.COMPANY])
def test_the_first_words_name_the_need_and_what_matched_and_ask(app, store, side):
    term = {"term": "작업 지시", "share": 0.3, "kind": "word"}
    pairing = make_pairing("agreed", evidence=[term])
    with app.test_request_context():
        draft = first_words.draft(pairing, side)
    assert pairing.need.title in draft and "작업 지시" in draft and "?" in draft


def test_the_draft_stands_in_the_form_until_the_side_has_written(browser, pairing):
    browser.sign_in(firm(pairing))
    assert pairing.need.title in str(browser.get(talk(pairing)).html).split("<textarea")[1]
    browser.post(talk(pairing), text="제 글입니다")
    area = browser.get(talk(pairing)).html.split("<textarea")[1].split("</textarea>")[0]
    assert pairing.need.title not in area


def test_an_empty_profile_is_told_what_is_missing(app, store):
    pairing = make_pairing("agreed", need=make_need(text="짧은 글"))
    pairing.sme_contact.phone = None
    with app.test_request_context():
        items = first_words.completeness(pairing, Side.SME)
    assert first_words.share(items) < 40
    assert sum(not item.is_there for item in items) >= 3


def test_technical_material_needs_the_word_of_the_sender(browser, pairing, store):
    with pytest.raises(Refusal):
        write(pairing, by=firm(pairing), now=NOW, text="", uploads=[PDF], store=store, technical=1)
    db.session.rollback()
    say(pairing, firm(pairing), uploads=[PDF], store=store, technical=True, nda=True)
    word = confidentiality.words_of(pairing)[Side.SME]
    assert (word.account_id, word.at) == (firm(pairing).id, NOW)
    say(pairing, firm(pairing), uploads=[PDF], store=store, technical=True)  # said before
    say(pairing, company(pairing), nda=True)  # said without a file
    assert set(confidentiality.words_of(pairing)) == {Side.SME, Side.COMPANY}


def test_technical_material_opens_once_the_other_side_has_said_so_too(browser, pairing, store):
    message = say(pairing, firm(pairing), uploads=[PDF], store=store, technical=True, nda=True)
    address = f"/pairings/{pairing.id}/files/{message.attachments[0].id}"
    browser.sign_in(company(pairing))
    assert address not in browser.get(talk(pairing)).links
    browser.get(address, status=409)
    browser.post(f"/pairings/{pairing.id}/nda", status=409)
    browser.post(f"/pairings/{pairing.id}/nda", nda="yes")
    assert address in browser.get(talk(pairing)).links
    browser.get(address).response.close()
    opened = db.session.scalars(sa.select(Event).where(Event.act == "attachment_opened")).all()
    assert [event.account_id for event in opened] == [company(pairing).id]
    browser.sign_in(firm(pairing)).get(address).response.close()
    assert "1번 열었습니다" in browser.get(talk(pairing)).text


def test_a_report_shows_an_officer_this_message_alone(browser, pairing):
    say(pairing, company(pairing), "앞의 글")
    message = say(pairing, company(pairing), "보험을 사세요")
    officer = make_account(kind="ministry")
    browser.sign_in(firm(pairing))
    url = f"/pairings/{pairing.id}/messages/{message.id}/report"
    page = browser.post(url, status=422, comment="이상합니다")
    assert "이상합니다" in page.html
    browser.post(url, reason="sales", comment="이상합니다")
    browser.post(url, status=409, reason="sales")
    assert told(officer, "message_reported") == 1
    assert "부처가 아직 결정하지 않았습니다" in browser.get(talk(pairing)).text
    assert "/ministry/reports" in browser.sign_in(officer).get("/ministry").links
    page = browser.get("/ministry/reports")
    assert "보험을 사세요" in page.text and "이상합니다" in page.text and "앞의 글" not in page.text


def test_an_officer_hides_a_message_and_shows_it_again(browser, pairing, store):
    message = say(pairing, company(pairing), "보험을 사세요", uploads=[PDF], store=store)
    found = reports.report(message, Wrong.SALES, by=firm(pairing), now=NOW)
    db.session.commit()
    browser.sign_in(make_account(kind="ministry"))
    url = f"/ministry/reports/{found.id}"
    browser.post(f"{url}/handle", status=422, decision="hide")
    browser.post(f"{url}/handle", decision="hide", note="판매 글")
    browser.post(f"{url}/handle", status=409, decision="leave", note="다시")
    for reader in (firm(pairing), company(pairing)):
        page = browser.sign_in(reader).get(talk(pairing))
        assert "보험을 사세요" not in page.html and "판매 글" not in page.html
        assert told(reader, "message_hidden") == 1
        browser.get(f"/pairings/{pairing.id}/files/{message.attachments[0].id}", status=404)
    assert told(firm(pairing), "report_handled") == 1
    assert told(company(pairing), "report_handled") == 0
    browser.sign_in(make_account(kind="ministry"))
    browser.post(f"{url}/show-again")
    assert "보험을 사세요" in browser.sign_in(company(pairing)).get(talk(pairing)).text


def test_own_messages_are_not_reported(pairing):
    message = say(pairing, firm(pairing))
    with pytest.raises(Refusal):
        reports.report(message, Wrong.FRAUD, by=firm(pairing), now=NOW)


def test_only_officers_handle_reports(browser, pairing):
    message = say(pairing, company(pairing))
    found = reports.report(message, Wrong.ABUSE, by=firm(pairing), now=NOW)
    db.session.commit()
    for reader in (firm(pairing), company(pairing)):
        browser.sign_in(reader)
        browser.get("/ministry/reports", status=403)
        for act in ("handle", "show-again"):
            browser.post(f"/ministry/reports/{found.id}/{act}", status=403, decision="hide")


def test_the_queue_of_reports_costs_no_more_queries_when_it_grows(browser, app, store):
    def fill(number):
        for _ in range(number):
            each = make_pairing("agreed")
            message = write(each, by=company(each), now=NOW, text="글", uploads=[PDF], store=store)
            reports.report(message, Wrong.OTHER, by=firm(each), now=NOW)
        db.session.commit()

    browser.sign_in(make_account(kind="ministry"))
    assert "신고한 글이 없습니다" in browser.get("/ministry/reports").text
    fill(2)
    few = statements(lambda: browser.get("/ministry/reports"))
    fill(10)
    assert statements(lambda: browser.get("/ministry/reports")) <= few


def test_a_deleted_person_takes_along_what_they_wrote(app, browser, pairing, store):
    leaver = make_account(pairing.sme)
    kept = say(pairing, firm(pairing), "남는 글")
    gone = say(pairing, leaver, "떠나는 글", uploads=[PDF], store=store, technical=True, nda=True)
    theirs = say(pairing, company(pairing), "상대의 글")
    reports.report(theirs, Wrong.OTHER, by=leaver, now=NOW, comment="떠나는 말")
    conversation.keep_draft(pairing, "떠나는 초안", by=leaver, now=NOW)
    conversation.read(pairing, theirs, by=leaver, now=NOW)
    db.session.commit()
    number, email, stored = leaver.id, leaver.email, gone.attachments[0].stored_as
    events = db.session.scalar(sa.select(sa.func.count(Event.id)))
    db.session.rollback()

    answer = app.test_cli_runner().invoke(args=["erase-person", email], input="n\n")
    assert answer.exit_code == 1 and db.session.get(Account, number)
    db.session.rollback()
    answer = app.test_cli_runner().invoke(args=["erase-person", email], input="y\n")
    assert answer.exit_code == 0, answer.exception
    db.session.expire_all()

    assert db.session.get(Account, number) is None
    assert (gone.text, gone.author_id, bool(gone.gone_at)) == (None, None, True)
    assert kept.text == "남는 글"
    assert not db.session.scalars(sa.select(Attachment)).all()
    assert not db.session.scalars(sa.select(Draft)).all()
    assert not db.session.scalars(sa.select(Reading)).all()
    assert db.session.scalar(sa.select(reports.Report.comment)) is None
    assert db.session.scalar(sa.select(sa.func.count(Event.id))) > events
    page = browser.sign_in(company(pairing)).get(talk(pairing))
    assert "떠나는" not in page.html and "계정과 함께" in page.text
    assert store.path(stored).exists()  # until the job of the hour
    counts = store.remove_leftovers(set(), now=NOW.replace(year=2100))
    assert counts["removed"] == 1 and not store.path(stored).exists()


def test_the_last_owner_is_not_deleted(app, pairing):
    email = firm(pairing).email
    answer = app.test_cli_runner().invoke(args=["erase-person", email, "--yes"])
    assert answer.exit_code == 1
    assert db.session.scalar(sa.select(Account).where(Account.email == email))
    answer = app.test_cli_runner().invoke(args=["erase-person", "nobody@example.com", "--yes"])
    assert answer.exit_code == 1


def test_a_person_without_an_organisation_is_deleted_as_well(app):
    alone = make_account()
    alone.organisation, alone.role = None, Role.MEMBER
    db.session.commit()
    erase(alone, by=None, now=NOW)
    db.session.commit()
    assert db.session.scalars(sa.select(Account)).all() == []


def test_an_end_closes_the_conversation_for_writing(pairing):
    pairing.state = State.ENDED
    db.session.commit()
    with pytest.raises(Refusal) as refused:
        say(pairing, firm(pairing))
    assert refused.value.rule == "closed"
