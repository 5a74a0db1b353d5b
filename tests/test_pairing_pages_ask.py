"""What fits a need, asking for it, waiting in line, and naming what is asked next."""

import pytest
import sqlalchemy as sa

from matchmaker.accounts.models import Consent
from matchmaker.db import db
from matchmaker.organisations.models import Approval
from matchmaker.pairings.models import Pairing
from matchmaker.pairings.next_offers import NextOffer
from matchmaker.pairings.relations import Relation
from matchmaker.pairings.states import State

from .factories import (
    NOW,
    make_account,
    make_need,
    make_offer,
    make_organisation,
    make_pairing,
)

TEXT = "작업 지시와 실적을 생산관리시스템(MES)으로 옮기고 공정 개선 전문가를 보냅니다."


@pytest.fixture
def need(app):
    return make_need()


@pytest.fixture
def firm(need):
    return need.organisation.people[0]


def ask_url(need, offer):
    return f"/needs/{need.id}/offers/{offer.id}/ask"


def filled(page, firm, **changes):
    """Return what a form sends back as the page shows it, with relation and consent given."""
    sent = {attrs["name"]: attrs.get("value", "") for attrs in page.all("input", type="hidden")}
    del sent["csrf_token"]
    return sent | {"relation": "none", "consent": "y", "contact": firm.id} | changes


def test_the_list_says_what_fits_and_why(browser, need, firm):
    offer = make_offer(region=("41",), capacity=3)
    full = make_offer(title="MES 도입과 공정 개선", text=TEXT, capacity=1, places_taken=1)
    make_offer(title="경남 공장의 MES 도입과 공정 개선", text=TEXT, region=("48",))
    page = browser.sign_in(firm).get(f"/needs/{need.id}/offers")
    assert ask_url(need, offer) in page.links
    assert ask_url(need, full) in page.links
    assert "mark" in [name for name, _ in page.tags]
    for words in ("경기", "경남", offer.organisation.name):
        assert words in page.text
    english = browser.speak("en").get(f"/needs/{need.id}/offers")
    for words in ("2 offers fit your need", "3 places left", "number 1 in line", "Wait in line"):
        assert words in english.text
    assert "Close, but not open to you" in english.text
    assert "Region: only Gyeongnam. Your facts say Gyeonggi." in english.text


def test_where_nothing_fits_the_page_says_so_with_reasons(browser, firm, app):
    need = make_need(
        organisation=firm.organisation,
        title="소음이 적은 추진기를 찾습니다",
        text="돌고래를 보러 가는 배에 달 조용한 추진기를 찾습니다.",
    )
    make_offer()
    page = browser.speak("en").sign_in(firm).get(f"/needs/{need.id}/offers")
    assert "Nothing fits at present" in page.text
    assert "Too little in common" in page.text
    assert "now stands in the ministry’s list" in page.text
    assert f"/needs/{need.id}/edit" in page.links


def test_a_draft_is_ranked_but_cannot_ask(browser, firm):
    offer, draft = make_offer(), make_need(organisation=firm.organisation, stage="draft")
    page = browser.speak("en").sign_in(firm).get(f"/needs/{draft.id}/offers")
    assert "One offer fits your need" in page.text
    assert "You can ask once the need is published." in page.text
    assert ask_url(draft, offer) not in page.links
    browser.get(ask_url(draft, offer), status=409)


def test_a_firm_that_is_not_approved_sees_its_list_but_cannot_ask(browser):
    person = make_account(make_organisation(approval=Approval.SUBMITTED, approved_at=None))
    offer, need = make_offer(), make_need(organisation=person.organisation, stage="draft")
    page = browser.speak("en").sign_in(person).get(f"/needs/{need.id}/offers")
    assert "once the ministry has approved" in page.text
    assert ask_url(need, offer) not in page.links
    assert "approved" in browser.get(ask_url(need, offer), status=403).text
    browser.post(ask_url(need, offer), status=403, relation="none", consent="y")


def test_where_a_pairing_exists_its_state_stands_instead_of_the_button(browser, need, firm):
    pairing = make_pairing(need=need, offer=make_offer())
    page = browser.speak("en").sign_in(firm).get(f"/needs/{need.id}/offers")
    assert ask_url(need, pairing.offer) not in page.links
    assert f"/pairings/{pairing.id}" in page.links


@pytest.mark.parametrize("language", ["ko", "en"])
def test_asking_leads_to_the_pairing(browser, need, firm, language):
    offer = make_offer()
    browser.speak(language).sign_in(firm)
    form = browser.get(ask_url(need, offer))
    assert not form.all("input", checked="")
    assert not form.all("input", checked="checked")
    done = browser.post(ask_url(need, offer), **filled(form, firm, message="잘 부탁드립니다."))
    pairing = db.session.scalar(sa.select(Pairing))
    assert pairing.state is State.ASKED
    assert pairing.message == "잘 부탁드립니다."
    assert done.response.location == f"/pairings/{pairing.id}"
    assert db.session.scalar(sa.select(Consent.recipient_id)) == offer.organisation_id
    assert db.session.scalar(sa.select(Relation.declared)) == "none"
    browser.get(f"/pairings/{pairing.id}")


def test_without_relation_and_consent_nothing_is_sent_and_nothing_typed_is_lost(
    browser, need, firm
):
    offer = make_offer()
    page = browser.sign_in(firm).post(
        ask_url(need, offer), status=422, message="그대로 남는 말", relation="nonsense"
    )
    assert "그대로 남는 말" in page.text
    assert {"relation-e", "consent-e"} <= {attrs.get("id") for _, attrs in page.tags}
    assert db.session.scalar(sa.select(Pairing)) is None


@pytest.mark.parametrize("told", ["010-1234-5678", "me@example.com", "새봄정밀"])
def test_what_gives_the_firm_away_is_pointed_out_and_may_be_meant(browser, app, told):
    person = make_account(make_organisation(name="새봄정밀"))
    need, offer = make_need(organisation=person.organisation), make_offer()
    browser.sign_in(person)
    sent = filled(browser.get(ask_url(need, offer)), person, message=f"저희는 {told}입니다")
    page = browser.post(ask_url(need, offer), status=422, data=sent)
    assert page.all("input", name="contacts_meant")
    assert f"저희는 {told}입니다" in page.text
    browser.post(ask_url(need, offer), data=sent | {"contacts_meant": "y"})


@pytest.mark.parametrize("told", ["900101-1234567", "가" * 1001, "\x00<script>alert(1)</script>"])
def test_hostile_messages_come_back_at_the_field_or_stay_text(browser, need, firm, told):
    offer = make_offer()
    browser.sign_in(firm)
    sent = filled(browser.get(ask_url(need, offer)), firm, message=told, contacts_meant="y")
    if "script" not in told:
        browser.post(ask_url(need, offer), status=422, data=sent)
        return
    browser.post(ask_url(need, offer), data=sent)
    page = browser.get(f"/pairings/{db.session.scalar(sa.select(Pairing.id))}")
    assert "<script>alert" not in page.html


@pytest.mark.parametrize(
    "changes",
    [
        {"contact": "abc"},
        {"contact": "999999"},
        {"contact": ""},
        {"relation": "가" * 1_000_000},
        {"message": "😀" * 250_000},
        {"message": "ㅎㅏㄴ" * 400},
        {"further-0-offer": "abc", "further-0-chosen": "y"},
        {"consent": ""},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_odd_values_come_back_with_a_message(browser, need, firm, changes):
    offer = make_offer()
    browser.sign_in(firm)
    sent = filled(browser.get(ask_url(need, offer)), firm) | changes
    page = browser.post(ask_url(need, offer), status=422, data=sent)
    assert page.all("div", id=None, class_="m-notice m-notice--form is-bad", role="alert")
    assert db.session.scalar(sa.select(Pairing)) is None


def test_the_preview_warns_where_the_need_gives_the_firm_away(browser, app):
    person = make_account(make_organisation(name="비밀공방"))
    need = make_need(
        organisation=person.organisation,
        text="비밀공방은 작업 지시를 종이에 적습니다. MES 도입과 공정 개선을 원합니다.",
    )
    page = browser.speak("en").sign_in(person).get(ask_url(need, make_offer()))
    assert "Companies could tell from it who you are: 비밀공방." in page.text


def test_a_full_offer_is_waited_for_after_the_page_said_so(browser, need, firm):
    offer = make_offer(capacity=1, places_taken=1)
    browser.speak("en").sign_in(firm)
    form = browser.get(ask_url(need, offer))
    assert "You would be number 1 in line" in form.text
    browser.post(ask_url(need, offer), **filled(form, firm))
    pairing = db.session.scalar(sa.select(Pairing))
    assert pairing.state is State.WAITING
    assert "You are number 1 in line" in browser.get(f"/pairings/{pairing.id}").text


def test_nobody_gets_in_line_unawares_when_the_last_place_goes_meanwhile(browser, need, firm):
    offer = make_offer(capacity=1)
    browser.speak("en").sign_in(firm)
    sent = filled(browser.get(ask_url(need, offer)), firm, message="Stays here")
    offer.places_taken = 1
    db.session.commit()
    page = browser.post(ask_url(need, offer), status=409, data=sent)
    assert "The last place has just gone" in page.text
    assert "Stays here" in page.text
    assert db.session.scalar(sa.select(Pairing)) is None
    browser.post(ask_url(need, offer), data=filled(page, firm))
    assert db.session.scalar(sa.select(Pairing.state)) is State.WAITING


def test_a_second_click_is_a_conflict_and_makes_no_second_pairing(browser, need, firm):
    offer = make_offer()
    browser.sign_in(firm)
    sent = filled(browser.get(ask_url(need, offer)), firm)
    browser.post(ask_url(need, offer), data=sent)
    browser.post(ask_url(need, offer), status=409, data=sent)
    assert db.session.scalar(sa.select(sa.func.count(Pairing.id))) == 1
    going_back = browser.get(ask_url(need, offer), status=302)
    made = db.session.scalar(sa.select(Pairing.id))
    assert going_back.response.location.endswith(f"/pairings/{made}")


def test_three_open_asks_are_the_limit_and_the_page_says_so(browser, need, firm):
    for _ in range(3):
        make_pairing(need=need, offer=make_offer())
    fourth = make_offer()
    page = browser.speak("en").sign_in(firm).get(f"/needs/{need.id}/offers")
    assert "Three asks are open already" in page.text
    assert "Three asks are open already" in browser.get(ask_url(need, fourth), status=409).text


def test_further_offers_are_named_in_order_each_with_relation_and_consent(browser, need, firm):
    offer, others = make_offer(), [make_offer(title=f"MES 도입과 공정 개선 {n}") for n in range(3)]
    browser.sign_in(firm)
    form = browser.get(ask_url(need, offer))
    sent = filled(form, firm)
    suggested = [int(sent[f"further-{place}-offer"]) for place in range(3)]
    assert set(suggested) == {other.id for other in others}
    chosen = sent | {"further-0-chosen": "y", "further-2-chosen": "y", "further-2-relation": "none"}
    page = browser.post(ask_url(need, offer), status=422, data=chosen)
    ids = {attrs.get("id") for _, attrs in page.tags}
    assert {"further-0-relation-e", "further-0-consent-e", "further-2-consent-e"} <= ids
    assert "further-1-relation-e" not in ids
    chosen |= {"further-0-relation": "supplier", "further-0-consent": "y", "further-2-consent": "y"}
    moved = browser.post(ask_url(need, offer), status=200, data=chosen | {"up": "3"})
    again = filled(moved, firm)
    order = [int(again[f"further-{place}-offer"]) for place in range(3)]
    assert order == [suggested[0], suggested[2], suggested[1]]
    checked = [attrs["name"] for attrs in moved.all("input", type="checkbox") if "checked" in attrs]
    ticked = [f"further-{place}-{name}" for place in (0, 1) for name in ("chosen", "consent")]
    assert checked == ["consent", *ticked]
    browser.post(ask_url(need, offer), status=200, data=chosen | {"up": "1"})
    browser.post(ask_url(need, offer), data=chosen)
    pairing = db.session.scalar(sa.select(Pairing))
    chain = db.session.scalars(NextOffer.after(pairing)).all()
    assert [row.offer_id for row in chain] == [suggested[0], suggested[2]]
    shown = browser.get(f"/pairings/{pairing.id}")
    drop = f"/pairings/{pairing.id}/next/{chain[0].id}/drop"
    assert drop in shown.form_actions
    browser.post(drop)
    browser.post(drop, status=409)
    assert [row.id for row in db.session.scalars(NextOffer.left(pairing))] == [chain[1].id]


def test_a_further_offer_that_is_no_longer_there_is_said_so(browser, need, firm):
    offer, other = make_offer(), make_offer()
    browser.sign_in(firm)
    sent = filled(browser.get(ask_url(need, offer)), firm)
    sent |= {"further-0-chosen": "y", "further-0-relation": "none", "further-0-consent": "y"}
    other.pause(by=None, now=NOW)
    db.session.commit()
    browser.post(ask_url(need, offer), status=422, data=sent)
    assert db.session.scalar(sa.select(Pairing)) is None


def test_why_an_offer_was_not_proposed_has_an_answer_for_any_pair(browser, need, firm):
    fits = make_offer()
    closed = make_offer(stage="paused")
    strange = make_offer(
        title="카페 창업 교육", text="커피 만드는 법을 배웁니다.", category="training"
    )
    browser.speak("en").sign_in(firm)
    assert "Place 1 of" in browser.get(f"/needs/{need.id}/offers/{fits.id}/why").text
    page = browser.get(f"/needs/{need.id}/offers/{closed.id}/why")
    assert "The offer is not open at present." in page.text
    assert "too little in common" in browser.get(f"/needs/{need.id}/offers/{strange.id}/why").text
    browser.speak("ko").get(f"/needs/{need.id}/offers/{closed.id}/why")
    company = fits.organisation.people[0]
    browser.sign_in(company).get(f"/needs/{need.id}/offers/{fits.id}/why")
    browser.get(f"/needs/{need.id}/offers/{strange.id}/why", status=404)
    company.organisation.approval = Approval.SUSPENDED
    db.session.commit()
    browser.get(f"/needs/{need.id}/offers/{fits.id}/why", status=404)


def test_another_firms_need_and_a_drafted_offer_do_not_exist(browser, need, firm):
    other, draft = make_account(), make_offer(stage="draft", published_at=None)
    offer = make_offer()
    browser.sign_in(other)
    browser.get(f"/needs/{need.id}/offers", status=404)
    browser.get(ask_url(need, offer), status=404)
    browser.get(f"/needs/{need.id}/offers/{offer.id}/why", status=404)
    browser.sign_in(firm)
    browser.get(ask_url(need, draft), status=404)
    browser.get(f"/needs/{need.id}/offers/{draft.id}/why", status=404)


def test_the_list_runs_the_same_number_of_statements_for_any_length(browser, need, firm):
    browser.sign_in(firm)
    found = []
    for number in (2, 10):
        for _ in range(number):
            make_offer(region=("41",))
        make_pairing(need=need, offer=make_offer())
        browser.get(f"/needs/{need.id}/offers")  # fits the ranker anew
        found.append(statements(lambda: browser.get(f"/needs/{need.id}/offers")))
    assert found[0] == found[1]


def statements(act):
    """Count the statements that an act runs."""
    counted = []
    note = lambda *args: counted.append(args[2])  # noqa: E731 (one name for listen and remove)
    db.session.expire_all()
    sa.event.listen(db.engine, "before_cursor_execute", note)
    act()
    sa.event.remove(db.engine, "before_cursor_execute", note)
    return len(counted)
