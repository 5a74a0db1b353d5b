"""The company's inbox: filters, notes, who takes care, several answers at once, and the table."""

import csv
import io
import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from matchmaker.audit import Event
from matchmaker.db import db, utcnow
from matchmaker.needs.models import Need
from matchmaker.outbox import Notice
from matchmaker.pairings.inbox import handling, several
from matchmaker.pairings.inbox.handling import Assignment, Note
from matchmaker.pairings.inbox.views import named_rules
from matchmaker.pairings.models import Pairing
from matchmaker.pairings.states import State
from matchmaker.pairings.wishes.preferences import Verdict, put
from matchmaker.web.spreadsheets import cell

from .counting import statements
from .factories import NOW, make_account, make_need, make_offer, make_organisation, make_pairing

SEVERAL = "/pairings/several"


@pytest.fixture
def offer(app):
    return make_offer(capacity=20)


@pytest.fixture
def company(offer):
    return offer.organisation.people[0]


def ask(offer, state="asked", **facts):
    need = make_need(**{name: facts.pop(name) for name in ("category", "region") if name in facts})
    expires_at = utcnow() + timedelta(days=5)
    return make_pairing(state, offer=offer, need=need, expires_at=expires_at, **facts)


def shown(page):
    return {int(found) for found in re.findall(r'href="/pairings/(\d+)"', page.html)}


def test_the_inbox_is_filtered_by_field_region_and_state(browser, offer, company):
    here = ask(offer, category="training", region="50")
    there = ask(offer, category="esg_carbon", region="26")
    proposed = ask(offer, state="proposed", category="training", region="26")
    browser.speak("en").sign_in(company)
    assert shown(browser.get("/pairings")) == {here.id, there.id, proposed.id}
    for query, expected in (
        ("category=training", {here.id, proposed.id}),
        ("region=26", {there.id, proposed.id}),
        ("category=training&region=26", {proposed.id}),
        ("show=proposed", {proposed.id}),
        ("category=nonsense&region=99&show=all", {here.id, there.id, proposed.id}),
        (f"offer={offer.id}&category=training&show=asked", {here.id}),
    ):
        assert shown(browser.get(f"/pairings?tab=answer&{query}")) == expected, query
    page = browser.get("/pairings?tab=answer&region=11")
    assert "Nothing here with these filters" in page.text
    assert "/pairings?tab=answer" in page.links
    browser.speak("ko").get("/pairings?tab=answer&region=11")


def test_what_is_mine_nobody_s_and_on_the_shortlist(browser, offer, company):
    colleague = make_account(offer.organisation)
    mine, theirs, free = (ask(offer) for _ in range(3))
    handling.assign(mine, company, by=company, now=NOW)
    handling.assign(theirs, colleague, by=company, now=NOW)
    put(offer.organisation, Verdict.FAVOURITE, by=company, now=NOW, need_id=free.need_id)
    db.session.commit()
    browser.speak("en").sign_in(company)
    for which, expected in (("mine", mine), ("nobody", free), ("shortlist", free)):
        assert shown(browser.get(f"/pairings?tab=answer&show={which}")) == {expected.id}
    colleague.organisation = make_organisation("company")  # has left: nobody takes care of it
    db.session.commit()
    assert shown(browser.get("/pairings?show=nobody")) == {theirs.id, free.id}


def test_a_colleague_is_given_a_match_and_told(browser, offer, company):
    colleague, stranger = make_account(offer.organisation), make_account(kind="company")
    pairing = ask(offer)
    browser.speak("en").sign_in(company)
    url = f"/pairings/{pairing.id}/assign"
    browser.post(url, status=302, account=colleague.id, next="/pairings")
    assert f"Taken care of by {colleague.name}" in browser.get("/pairings").text
    told = db.session.scalars(sa.select(Notice).where(Notice.kind == "assigned")).all()
    assert [(each.account_id, each.facts) for each in told] == [
        (colleague.id, {"pairing_id": pairing.id})
    ]
    browser.post(url, status=404, account=stranger.id)
    browser.post(url, status=302, account=company.id)  # oneself is not told
    browser.post(url, status=302, account="")
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Assignment)) == 0
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Notice)) == 1
    acts = db.session.scalars(sa.select(Event.facts).where(Event.act == "assign")).all()
    assert [each["to"] for each in acts] == [colleague.id, company.id, None]


def test_notes_are_read_by_the_own_people_only(browser, offer, company):
    pairing = ask(offer)
    url = f"/pairings/{pairing.id}/note"
    browser.speak("en").sign_in(company).get(url)
    browser.post(url, status=302, text="전화로 물어보기", version=0, next="/pairings")
    assert "전화로 물어보기" in browser.get("/pairings").text
    browser.sign_in(make_account(offer.organisation))
    assert "전화로 물어보기" in browser.speak("ko").get(url).html
    for stranger, status in ((make_account(kind="company"), 404), (pairing.sme.people[0], 403)):
        browser.sign_in(stranger)
        browser.get(url, status=status)
        browser.post(url, status=status, text="x", version=1)
    firm = browser.sign_in(pairing.sme.people[0])
    for page in ("/pairings", f"/pairings/{pairing.id}"):
        assert "전화로" not in firm.get(page).text
    browser.sign_in(company).post(url, status=302, text="", version=1)
    assert "Note for yourselves" not in browser.get("/pairings").text


def test_of_two_who_write_a_note_nobody_loses_words(browser, offer, company):
    pairing = ask(offer)
    url = f"/pairings/{pairing.id}/note"
    browser.speak("en").sign_in(company)
    browser.post(url, status=302, text="first", version=0)
    page = browser.post(url, status=409, text="second", version=0)
    assert "first" in page.text and "second" in page.html
    assert 'name="version" type="hidden" value="1"' in page.html
    browser.post(url, status=302, text="first and second", version=1)
    assert db.session.scalar(sa.select(Note.text)) == "first and second"
    browser.post(url, status=422, text="x" * 2001, version=2)


def chosen(pairings):
    return "&".join(f"pairing={each.id}" for each in pairings)


def test_several_are_accepted_after_a_preview(browser, offer, company):
    offer.capacity = 2
    db.session.commit()
    first, second, third = (ask(offer) for _ in range(3))
    proposed = ask(make_offer(organisation=offer.organisation), state="proposed")
    gone = ask(offer, state="declined")
    browser.speak("en").sign_in(company)
    assert "several" in browser.get("/pairings").html
    url = f"{SEVERAL}?do=accept&{chosen([first, second, third, proposed, gone])}"
    page = browser.get(url)
    assert "Accept 3 firms" in page.text
    assert "All places are taken." in page.text  # for the third
    assert "It becomes your invitation." in page.text
    assert page.text.count("It takes 1 place") == 2
    assert first.sme.name not in page.text
    assert db.session.scalar(sa.select(Pairing.state).where(Pairing.id == first.id)) == "asked"
    ids = [each.id for each in (first, second, third, proposed)]
    browser.post(SEVERAL, status=422, do="accept", pairing=ids, contact=company.id)
    done = browser.post(
        SEVERAL, status=302, do="accept", pairing=ids, contact=company.id, consent="y"
    )
    db.session.expire_all()
    assert [each.state for each in (first, second, third, proposed)] == [
        State.AGREED,
        State.AGREED,
        State.ASKED,
        State.INVITED,
    ]
    assert offer.places_taken == 2
    result = browser.get(done.response.location)
    assert "3 answers were given" in result.text and "One stays as it is." in result.text
    assert "All places are taken." in result.text
    assert first.sme.name_en in result.text and third.sme.name_en not in result.text
    again = browser.post(
        SEVERAL, status=302, do="accept", pairing=ids[:2], contact=company.id, consent="y"
    )
    assert "No answer was given" in browser.get(again.response.location).text
    browser.speak("ko").get(url)
    browser.get(done.response.location)


def test_several_are_declined_with_one_reason(browser, offer, company):
    pairings = [ask(offer) for _ in range(3)]
    browser.speak("en").sign_in(company)
    page = browser.get(f"{SEVERAL}?do=decline&{chosen(pairings)}")
    assert "Decline 3 firms" in page.text
    ids = [each.id for each in pairings]
    done = browser.post(SEVERAL, status=302, do="decline", pairing=ids, reason="no_capacity")
    assert "3 answers were given" in browser.get(done.response.location).text
    db.session.expire_all()
    assert {(each.state, each.reason) for each in pairings} == {("declined", "no_capacity")}


def test_what_a_reason_for_several_changes_is_undone_at_once(browser, offer, company):
    pairings = [ask(offer, region=region) for region in ("26", "26", "50")]
    browser.speak("en").sign_in(company)
    ids = [each.id for each in pairings]
    done = browser.post(SEVERAL, status=302, do="decline", pairing=ids, reason="wrong_region")
    page = browser.get(done.response.location)
    assert "Region: Busan" in page.text and "Region: Jeju" in page.text
    undoing = [action for action in page.form_actions if action.endswith("/undo")]
    assert len(undoing) == 2
    for action in undoing:
        browser.post(action, status=302)
    assert "Region: Busan" not in browser.speak("ko").speak("en").get(done.response.location).text


def test_several_means_one_s_own_and_at_least_one(browser, offer, company):
    other = make_pairing("asked")
    waiting = ask(offer, state="waiting")
    browser.sign_in(company)
    for pairings in ([], [other], [waiting]):
        assert browser.get(f"{SEVERAL}?do=accept&{chosen(pairings)}", status=302)
    browser.get(f"{SEVERAL}?do=end&pairing={other.id}", status=404)
    browser.get(f"{SEVERAL}?do=accept&pairing=x&pairing={2**40}", status=302)
    browser.post(
        SEVERAL, status=302, do="accept", pairing=[other.id], contact=company.id, consent="y"
    )
    db.session.expire_all()
    assert other.state is State.ASKED
    browser.get(f"{SEVERAL}/result?do=accept&done={other.id}&refused=1.x&refused=.&refused=a.b")
    browser.sign_in(other.sme.people[0]).get(f"{SEVERAL}?do=accept&pairing={other.id}", status=403)


def test_a_refusal_in_the_middle_leaves_the_others(app, offer, company):
    overdue, fine = ask(offer), ask(offer)
    overdue.expires_at = utcnow() - timedelta(hours=1)
    db.session.commit()
    came = several.answer(
        [overdue, fine], "accept", by=company, now=utcnow(), consent=True, contact=company
    )
    db.session.commit()
    assert came == {overdue.id: "timed_out", fine.id: None}
    assert (overdue.state, fine.state) == (State.ASKED, State.AGREED)
    assert overdue.company_consent_id is None


def table(page):
    text = page.response.get_data().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_the_table_holds_what_the_page_shows_and_no_formula(browser, offer, company):
    pairing = ask(offer)
    pairing.need.title = "=HYPERLINK(1)"
    agreed = ask(offer, state="agreed")
    put(offer.organisation, Verdict.FAVOURITE, by=company, now=NOW, need_id=pairing.need_id)
    handling.write_note(offer.organisation, pairing.need, "+82", version=0, by=company, now=NOW)
    handling.assign(pairing, company, by=company, now=NOW)
    db.session.commit()
    browser.speak("en").sign_in(company)
    page = browser.get("/pairings")
    (url,) = [link for link in page.links if link.startswith("/pairings/export.csv")]
    (row,) = table(browser.get(url))
    assert row["Need"] == "'=HYPERLINK(1)"
    assert row["Note for yourselves"] == "'+82"
    assert (row["State"], row["Shortlist"]) == ("They asked", "yes")
    assert row["Taken care of by"] == company.name
    assert row["Firm"].startswith("Gyeonggi")
    (row,) = table(browser.get("/pairings/export.csv?tab=agreed"))
    assert row["Firm"] == agreed.sme.name_en
    assert table(browser.get("/pairings/export.csv?tab=answer&region=11")) == []
    browser.sign_in(make_account(kind="sme")).get("/pairings/export.csv", status=403)


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("=1+1", "'=1+1"),
        (" =1", "' =1"),
        ("-3", "'-3"),
        ("@SUM", "'@SUM"),
        ("\tx", "'\tx"),
        ("가나", "가나"),
        (None, ""),
        (-3, -3),
    ],
)
def test_cells_never_begin_a_formula(value, kept):
    assert cell(value) == kept


def fill(offer, number):
    """Store many asks at once, each with a need of one and the same firm."""
    firm = make_account().organisation
    sample = ask(offer)
    facts = {"organisation_id": firm.id, "stage": "published", "category": "training"}
    facts |= {"created_at": NOW, "changed_at": NOW, "published_at": NOW, "text": "교육"}
    first = db.session.scalar(sa.select(sa.func.max(Need.id)))
    db.session.execute(
        sa.insert(Need), [facts | {"title": f"필요 {place}"} for place in range(number)]
    )
    columns = {
        column.key: getattr(sample, column.key)
        for column in sa.inspect(Pairing).column_attrs
        if column.key not in ("id", "need_id", "sme_id")
    }
    db.session.execute(
        sa.insert(Pairing),
        [columns | {"need_id": first + place, "sme_id": firm.id} for place in range(1, number + 1)],
    )
    db.session.commit()


def test_a_thousand_asks_take_the_statements_of_a_few(browser, offer, company):
    browser.sign_in(company)
    fill(offer, 20)
    for url in ("/pairings", "/pairings?category=training&show=mine", "/pairings/export.csv"):
        browser.get(url)
    few = statements(lambda: browser.get("/pairings"))
    table_few = statements(lambda: browser.get("/pairings/export.csv"))
    fill(offer, 1000)
    page = browser.speak("en").get("/pairings")
    assert "1,022 answers are due from you" in page.text or "1022 answers" in page.text
    assert "page=52" in page.html
    assert statements(lambda: browser.get("/pairings")) <= few
    assert len(table(browser.get("/pairings/export.csv"))) == 1022
    assert statements(lambda: browser.get("/pairings/export.csv")) <= table_few + 4 * 2
    browser.get("/pairings?page=52")


def test_a_firm_with_a_thousand_asks_reads_each_in_words(browser, offer):
    fill(offer, 20)
    firm = db.session.scalars(sa.select(Pairing).order_by(Pairing.id.desc())).first().sme
    browser.speak("en").sign_in(firm.people[0]).get("/pairings")
    few = statements(lambda: browser.get("/pairings"))
    fill(offer, 1000)
    large = db.session.scalars(sa.select(Pairing).order_by(Pairing.id.desc())).first().sme
    browser.sign_in(large.people[0])
    page = browser.get("/pairings")
    assert "1000 matches are open" in page.text or "1,000 matches are open" in page.text
    assert "It is the company’s turn to answer." in page.text and "page=50" in page.html
    assert statements(lambda: browser.get("/pairings")) <= few
    browser.get("/pairings?page=50")


def test_an_address_names_no_ids_that_cannot_be():
    named = ["7.full", "0.full", f"{2**31}.full", "9999999999.full", "x.full", "8.odd"]
    assert list(named_rules(named)) == [(7, "full"), (8, "no_move")]


def test_a_company_is_told_of_its_shortlist_not_of_favourites(browser, offer, company):
    pairing = ask(offer)
    browser.speak("en").sign_in(company)
    marked = {"on": "need", "id": pairing.need_id, "verdict": "favourite", "next": "/pairings"}
    done = browser.post("/settings/matching/marks", **marked)
    page = browser.get(done.response.location)
    assert "Put on the shortlist. Only your organisation sees it." in page.text
    assert "favourite" not in page.text.casefold()
    nothing = browser.get("/pairings?region=50")
    assert nothing.html.count("Nothing here with these filters") == 2  # its title and its h1
