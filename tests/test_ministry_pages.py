"""The ministry's pages: what officers see, what they do not, and that lists stay cheap."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from matchmaker import audit, schedule
from matchmaker.db import db, utcnow
from matchmaker.jobs import JobRun
from matchmaker.ministry import words
from matchmaker.needs.unmet import REASONS, Unmet
from matchmaker.outbox import Mail
from matchmaker.pairings.states import Act, Reason, Side

from .counting import statements
from .factories import (
    NOW,
    make_account,
    make_need,
    make_offer,
    make_organisation,
    make_pairing,
    stored,
)

TOKEN = re.compile(r'name="csrf_token" value="[^"]+"')  # it carries the second
LISTS = (
    "/ministry",
    "/ministry/approvals",
    "/ministry/joins",
    "/ministry/organisations",
    "/ministry/needs",
    "/ministry/offers",
    "/ministry/unanswered",
    "/ministry/unmet",
    "/ministry/pairings",
    "/ministry/jobs",
    "/ministry/letters",
    "/ministry/officers",
    "/ministry/reasons",
)


@pytest.fixture
def officer(app):
    return make_account(kind="ministry")


@pytest.fixture
def desk(browser, officer):
    return browser.sign_in(officer).speak("en")


@pytest.mark.parametrize("kind", ["sme", "company", "association"])
@pytest.mark.parametrize("url", LISTS)
def test_only_officers_enter(browser, kind, url):
    browser.sign_in(make_account(kind=kind)).get(url, status=403)


@pytest.mark.parametrize("url", LISTS)
def test_whoever_is_not_signed_in_is_asked_to(browser, url):
    assert browser.get(url, status=302).response.location.startswith("/login")


def test_the_overview_says_how_it_stands(desk):
    firm = make_organisation()
    need = make_need(organisation=firm, category="training")
    make_pairing(state="agreed", need=need)
    make_need(organisation=firm, category="training", region="46")
    make_organisation(approval="submitted")
    page = desk.get("/ministry")
    assert "Of 2 needs, 1 are accepted by both sides. 1 wait for a yes." in page.text
    assert "As of " in page.text and "Demonstration figures" in page.text
    assert "1 firm came to an agreement with a company that it does not trade with" in page.text
    assert page.title.startswith("Of 2 needs, 1 are")


def test_figures_outside_the_demonstration_are_not_marked_as_such(desk, app):
    app.config["DEMO"] = False
    try:
        assert "Demonstration figures" not in desk.client.get("/ministry").get_data(as_text=True)
    finally:
        app.config["DEMO"] = True


def test_a_rate_needs_ten_firms(desk):
    for number in range(10):
        firm = make_organisation(region="46")
        need = make_need(organisation=firm)
        if number < 3:
            make_pairing(state="agreed", need=need)
    make_pairing(state="agreed", need=make_need(organisation=make_organisation(region="11")))
    page = desk.get("/ministry")
    assert "In Jeonnam fewer than one in three firms" in page.text
    assert "Jeonnam 10 10 3 30%" in page.text
    assert "Seoul 1 1 1 –" in page.text


def test_a_list_keeps_its_filters_on_every_page(desk):
    for _ in range(25):
        make_need(category="training")
    make_need(category="esg_carbon", title="탄소를 줄이고 싶습니다")
    page = desk.get("/ministry/needs?category=training&q=")
    assert "25 published needs" in page.text and "탄소" not in page.text
    assert any("category=training" in link and "page=2" in link for link in page.links)
    assert "25 published needs" in desk.get("/ministry/needs?category=training&page=2").text


@pytest.mark.parametrize(
    "query",
    [
        "?page=99999999999999999999999&category=nothing&region=99&stage=draft&state=x&relation=y",
        "?q=%00%F0%9F%98%80%25_'%22--&kind=&approval=none&page=-1&outcome=maybe",
        "?q=" + "가" * 3000,
    ],
)
@pytest.mark.parametrize("url", LISTS)
def test_unknown_filters_and_pages_show_the_list(desk, url, query):
    make_pairing()
    desk.get(url + query)


def test_a_search_finds_names_numbers_and_words(desk):
    firm = make_organisation(name="은빛단조", name_en=None, business_number="1248100998")
    make_need(organisation=firm, title="열처리 로를 바꾸고 싶습니다")
    make_offer(title="열처리 진단")
    assert "은빛단조" in desk.get("/ministry/organisations?q=빛단").text
    assert "은빛단조" in desk.get("/ministry/organisations?q=124-81-00998").text
    assert "No organisation meets these filters." in desk.get("/ministry/organisations?q=%25").text
    assert "열처리 로" in desk.get("/ministry/needs?q=은빛").text
    assert "열처리 진단" in desk.get("/ministry/offers?q=진단").text


def test_drafts_are_not_read_by_officers(desk):
    need = make_need(stage="draft", published_at=None, title="아직 비밀인 초안")
    offer = make_offer(stage="draft", published_at=None, title="아직 비밀인 초안")
    for url in ("/ministry/needs", "/ministry/offers", "/ministry/unanswered"):
        assert "비밀인" not in desk.get(url).text
    desk.get(f"/ministry/needs/{need.id}", status=404)
    desk.get(f"/ministry/offers/{offer.id}", status=404)


def test_unanswered_needs_stand_without_names_the_oldest_first(desk):
    make_need(title="나중 필요", published_at=NOW)
    old = make_need(title="오래된 필요", published_at=NOW - timedelta(days=30))
    make_pairing(state="asked", need=old)
    make_pairing(state="agreed", need=make_need(title="수락된 필요"))
    page = desk.get("/ministry/unanswered")
    assert page.text.index("오래된 필요") < page.text.index("나중 필요")
    assert "1 pairing, no yes" in page.text and "nobody has asked or invited" in page.text
    assert "수락된 필요" not in page.text
    assert old.organisation.name not in page.text


def test_a_need_whose_only_company_declined_looks_like_one_that_nobody_answered(desk):
    declined, silent = (make_need(title=f"필요 {number}") for number in (1, 2))
    make_pairing(state="declined", need=declined, closed_by="company", closed_at=NOW)
    make_pairing(state="expired", need=silent, closed_by="time", closed_at=NOW)
    page = desk.get("/ministry/unanswered").html
    row = re.compile(r"<tr>\s*<th scope=\"row\">.*?</tr>", re.S)
    rows = [re.sub(r"필요 \d|needs/\d+|small_\d+", "", each) for each in row.findall(page)]
    assert len(rows) == 2
    assert rows[0] == rows[1]


def test_unmet_needs_stand_by_reason_without_names(desk):
    ends = {}
    for reason in (*Unmet, Unmet.NO_YES):
        ends[reason] = make_need(title=f"끝난 필요 {reason}")
        ends[reason].run_out(reason, now=NOW)
        db.session.commit()
    page = desk.get("/ministry/unmet")
    assert "6 needs have ended without a yes" in page.text
    assert f"{REASONS[Unmet.NO_YES]} 2" in page.text
    assert ends[Unmet.NO_YES].organisation.name not in page.text
    page = desk.get("/ministry/unmet?reason=nothing_fits&region=41")
    assert "끝난 필요 nothing_fits" in page.text and "끝난 필요 no_yes" not in page.text
    ends[Unmet.NOT_ASKED].renew(by=ends[Unmet.NOT_ASKED].organisation.people[0], now=NOW)
    db.session.commit()
    assert "끝난 필요 not_asked" not in desk.get("/ministry/unmet").text
    assert statements(lambda: desk.get("/ministry/unmet")) == statements(
        lambda: desk.get("/ministry/unmet?reason=ended")
    )


def test_pairings_are_found_by_state_and_relation(desk):
    make_pairing(state="asked", need=make_need(title="열린 필요"))
    make_pairing(state="expired", need=make_need(title="지난 필요"))
    assert "지난 필요" not in desk.get("/ministry/pairings?state=open").text
    page = desk.get("/ministry/pairings?state=not-come-about&relation=none")
    assert "지난 필요" in page.text and "열린 필요" not in page.text
    assert (
        "No pairing meets these filters." in desk.get("/ministry/pairings?relation=supplier").text
    )


def test_answers_that_are_due_are_found(desk):
    make_pairing(
        state="asked", need=make_need(title="늦은 답"), expires_at=NOW - timedelta(days=400)
    )
    make_pairing(
        state="asked", need=make_need(title="이른 답"), expires_at=NOW + timedelta(days=4000)
    )
    page = desk.get("/ministry/pairings?state=due")
    assert "늦은 답" in page.text and "이른 답" not in page.text
    assert "1 late" in desk.get("/ministry").text


ENDS = (
    (Act.SME_DECLINES, "invited", Side.SME, Reason.NO_CAPACITY),
    (Act.COMPANY_DECLINES, "asked", Side.COMPANY, Reason.TOO_SMALL),
    (Act.SME_WITHDRAWS, "asked", Side.SME, Reason.ALREADY_SERVED),
    (Act.COMPANY_WITHDRAWS, "invited", Side.COMPANY, Reason.OTHER),
    (Act.EXPIRES, "asked", Side.TIME, Reason.TIMED_OUT),
    (Act.CLOSES, "asked", Side.SYSTEM, Reason.LISTING_CLOSED),
)


def test_all_ways_of_not_coming_about_read_the_same(desk):
    """Neither words nor marks nor the minute of the end tell who ended it, or why."""
    need, offer = make_need(), make_offer()
    seen = {"/ministry/pairings": set(), "history": set(), "need": set()}
    for number, (act, before, side, reason) in enumerate(ENDS):
        pairing = make_pairing(state=before, need=need, offer=offer)
        audit.record("ask", pairing, by=None, now=NOW, after="asked")
        ended_at = NOW + timedelta(hours=number)
        pairing.apply(act, by=None, now=ended_at, side=side, reason=reason, comment="솔직한 말")
        pairing.created_at = pairing.changed_at = NOW
        db.session.commit()
        for name, url in (
            ("/ministry/pairings", "/ministry/pairings"),
            ("history", f"/ministry/pairings/{pairing.id}"),
            ("need", f"/ministry/needs/{need.id}"),
        ):
            html = desk.get(url).html
            assert "솔직한 말" not in html
            seen[name].add(TOKEN.sub("", html))
        for event in db.session.scalars(sa.select(audit.Event)):
            db.session.delete(event)
        db.session.delete(pairing)
        db.session.commit()
    assert {name: len(pages) for name, pages in seen.items()} == dict.fromkeys(seen, 1)
    assert "Did not come about" in seen["history"].pop()


def test_a_history_tells_what_happened_without_contacts_or_messages(desk):
    pairing = make_pairing(state="asked", message="사장님께 드리는 말")
    audit.record("ask", pairing, by=None, now=NOW, after="asked")
    pairing.apply(Act.COMPANY_ACCEPTS, by=None, now=NOW + timedelta(hours=2), side=Side.COMPANY)
    pairing.apply(Act.BOTH_CONFIRM, by=None, now=NOW + timedelta(days=2), side=Side.SME)
    pairing.apply(Act.SME_ENDS, by=None, now=NOW + timedelta(days=9), side=Side.SME)
    db.session.commit()
    page = desk.get(f"/ministry/pairings/{pairing.id}")
    told = ("The firm asked", "The company accepted", "Both have confirmed", "Ended after")
    places = [page.text.rindex(text) for text in told]
    assert places == sorted(places)
    assert pairing.sme.name_en in page.text and pairing.company.name_en in page.text
    for secret in ("사장님께", pairing.sme_contact.email, pairing.company_contact.name):
        assert secret not in page.html


def test_what_follows_by_itself_does_not_tell_the_minute_at_which_another_ended(desk):
    pairing = make_pairing(state="asked")
    audit.record("ask", pairing, by=None, now=NOW, after="asked")
    audit.record(Act.COMPANY_ACCEPTS, pairing, by=pairing.company_contact, now=NOW, after="agreed")
    db.session.commit()
    text = desk.get(f"/ministry/pairings/{pairing.id}").text
    assert text.count("10:00") == 1  # of the company's yes, not of the ask


def test_a_loaded_pairing_without_events_still_has_a_beginning(desk):
    pairing = make_pairing(state="active")
    assert "The two met" in desk.get(f"/ministry/pairings/{pairing.id}").text


def test_runs_of_jobs_are_listed_with_their_counts_and_errors(desk):
    stored(JobRun(name="expire", started_at=NOW, ended_at=NOW, counts={"expired": 3}))
    stored(JobRun(name="mail", started_at=NOW, ended_at=NOW, counts={}, error="TimeoutError()"))
    page = desk.get("/ministry/jobs")
    assert "ran out: 3" in page.text and "TimeoutError()" in page.text
    assert "did not answer in time" in page.text, "no plain words"
    page = desk.get("/ministry/jobs?outcome=failed")
    assert page.text.count("ran out: 3") == 1, "beside the last run of each job"


def test_every_job_is_named_in_words_and_what_was_left_alone_is_no_deed(desk):
    assert {job.name for job in schedule.JOBS} <= words.JOBS.keys()
    stored(JobRun(name="move-up-lines", started_at=NOW, ended_at=NOW, counts={"left": 4}))
    text = desk.get("/ministry/jobs").text
    assert "nothing to do" in text and "nothing to do: 4" not in text


def test_a_list_leads_to_its_own_group_and_the_overview_to_all(desk):
    def lists(url):
        links = desk.get(url).links
        return {name for name in ("joins", "unmet", "letters") if f"/ministry/{name}" in links}

    assert lists("/ministry") == {"joins", "unmet", "letters"}
    assert lists("/ministry/officers") == {"joins"} and lists("/ministry/offers") == {"unmet"}
    assert lists("/ministry/reports") == {"letters"}


def test_a_run_without_an_end_counts_as_stopped_after_a_while(desk):
    stored(JobRun(name="warm", started_at=utcnow() - timedelta(hours=1), counts={}))
    stored(JobRun(name="cold", started_at=utcnow(), counts={}))
    assert len(desk.get("/ministry/jobs?outcome=running").all("td", data_label="Took")) == 1
    page = desk.get("/ministry/jobs?outcome=stopped")
    assert len(page.all("td", data_label="Took")) == 1 and "the next run goes on" in page.text


def test_runs_that_did_nothing_are_not_listed_but_the_last_one_is_seen(desk):
    stored(JobRun(name="expire", started_at=utcnow(), ended_at=NOW, counts={}, is_idle=True))
    page = desk.get("/ministry/jobs")
    assert "just now" in page.text and "0 runs" in page.text


def test_a_job_that_is_late_is_said_at_the_top(desk):
    early, run = utcnow() - timedelta(minutes=1), dict(name="expire", ended_at=NOW, counts={})
    stored(JobRun(started_at=early, expected_by=utcnow() + timedelta(minutes=1), **run))
    assert "has not run in time" not in desk.get("/ministry/jobs").text
    stored(JobRun(started_at=early, expected_by=early, **run))
    assert "has not run in time" in desk.get("/ministry/jobs").text


def lost_letter(recipient="kim.hana@daon.example.com", error="SMTPRecipientsRefused 550"):
    return stored(
        Mail(
            recipient=recipient,
            subject="Subject",
            body="https://example.com/secret-link",
            created_at=NOW,
            given_up_at=NOW,
            tries=1,
            error=error,
        )
    )


def test_given_up_letters_show_whose_and_why_but_no_address_and_no_text(desk):
    reader = make_account(email="kim.hana@daon.example.com")
    lost_letter()
    page = desk.get("/ministry/letters")
    assert reader.organisation.name_en in page.text and "k***@d***.com" in page.text
    assert "does not exist or takes no mail" in page.text
    assert "kim.hana" not in page.html and "secret-link" not in page.html
    assert "Given up: 1" in desk.get("/ministry/jobs").text


def test_a_given_up_letter_is_tried_again_by_one_click(desk):
    letter, other = lost_letter(), lost_letter("a@example.com")
    desk.post(f"/ministry/letters/{letter.id}/again")
    assert letter.given_up_at is None and letter.next_try_at and letter.tries == 0
    assert other.given_up_at
    desk.post(f"/ministry/letters/{letter.id}/again", status=409)
    desk.post("/ministry/letters/again")
    assert other.given_up_at is None and other.next_try_at
    assert "No letter was given up" in desk.get("/ministry/letters").text


@pytest.mark.parametrize("language", ["ko", "en"])
def test_lists_without_rows_say_so(browser, officer, language):
    browser.sign_in(officer).speak(language)
    for url in LISTS:
        browser.get(url)


def rows(many):
    """Make as many rows for each list, each with relations of its own."""
    for number in range(many):
        firm = make_account(
            organisation=make_organisation(
                approval="submitted" if number % 2 else "approved", traits=["venture"]
            )
        ).organisation
        need = make_need(organisation=firm)
        make_pairing(state="asked", need=need, offer=make_offer(region=("11",)))
        stored(JobRun(name="expire", started_at=NOW, ended_at=NOW, counts={}))
        lost_letter(f"reader{number}@example.com")


@pytest.mark.parametrize(
    "url",
    [
        "/ministry",
        "/ministry/approvals",
        "/ministry/organisations?kind=sme&region=41&q=새봄",
        "/ministry/needs?category=smart_factory&region=41&stage=published&q=종이",
        "/ministry/offers?category=smart_factory&stage=published",
        "/ministry/unanswered?category=smart_factory&region=41",
        "/ministry/pairings?state=open&category=smart_factory&region=41&relation=none",
        "/ministry/jobs?outcome=done",
        "/ministry/letters",
    ],
)
def test_a_list_takes_as_many_statements_for_many_rows_as_for_few(browser, officer, app, url):
    browser.sign_in(officer)
    rows(4)
    few = statements(lambda: browser.get(url))
    rows(16)
    assert statements(lambda: browser.get(url)) == few
