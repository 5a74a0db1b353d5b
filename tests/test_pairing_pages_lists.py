"""The lists of pairings: the company's inbox by deadline, the firm's asks by need, ranked needs."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from matchmaker.accounts.models import Consent
from matchmaker.associations.models import Membership
from matchmaker.db import db, utcnow
from matchmaker.pairings.models import Pairing
from matchmaker.pairings.recommending.recommendations import Recommendation
from matchmaker.pairings.states import State

from .factories import NOW, make_account, make_need, make_offer, make_pairing, stored
from .test_pairing_pages_ask import statements

EVIDENCE = [{"term": "MES", "share": 0.3, "kind": "word"}]
CRITERIA = {"size": {"status": "met", "wanted": ["medium", "micro", "small"]}}


@pytest.fixture
def offer(app):
    return make_offer(capacity=20)


@pytest.fixture
def company(offer):
    return offer.organisation.people[0]


def ask(offer, days=5, **facts):
    facts = {"evidence": EVIDENCE, "criteria": CRITERIA} | facts
    return make_pairing(offer=offer, expires_at=utcnow() + timedelta(days=days), **facts)


def recommend(need, offer, **facts):
    association = make_account(kind="association").organisation
    stored(
        Membership(
            association_id=association.id,
            member_id=need.organisation_id,
            business_number=need.organisation.business_number,
            label="3호점",
            invited_at=NOW,
            accepted_at=NOW,
        )
    )
    facts = {"association_id": association.id, "written_at": NOW, "agreed_at": NOW} | facts
    stored(
        Recommendation(need_id=need.id, offer_id=offer.id, word="믿을 만한 공장입니다.", **facts)
    )
    return association


def test_the_inbox_groups_by_deadline_the_nearest_first(browser, offer, company):
    later, today, soon = ask(offer, 6), ask(offer, 0), ask(offer, 2)
    page = browser.speak("en").sign_in(company).get("/pairings")
    assert "3 answers are due from you" in page.text
    order = [page.html.index(f'href="/pairings/{each.id}"') for each in (today, soon, later)]
    assert order == sorted(order)
    for words in ("By today", "Within three days", "Later", "The one criterion is met"):
        assert words in page.text
    for each in (today, soon, later):
        assert f"/pairings/{each.id}/accept" in page.links
        assert f"/pairings/{each.id}/decline" in page.form_actions
    browser.speak("ko").get("/pairings")


def test_a_no_from_the_inbox_leads_back_to_it(browser, offer, company):
    pairing = ask(offer)
    browser.sign_in(company)
    done = browser.post(
        f"/pairings/{pairing.id}/decline", reason="too_early", next="/pairings?tab=answer"
    )
    assert done.response.location == "/pairings?tab=answer"
    browser.get("/pairings")


def test_the_inbox_can_be_filtered_by_offer(browser, offer, company):
    other = make_offer(organisation=company.organisation)
    here, there = ask(offer), ask(other)
    page = browser.sign_in(company).get(f"/pairings?offer={offer.id}")
    assert f"/pairings/{here.id}" in page.links
    assert f"/pairings/{there.id}" not in page.links
    browser.get("/pairings?offer=none&page=many&tab=nonsense")


@pytest.mark.parametrize("tab", ["answer", "invited", "agreed", "past"])
def test_every_tab_of_the_inbox_says_when_it_is_empty(browser, company, tab):
    for language in ("ko", "en"):
        browser.speak(language).sign_in(company).get(f"/pairings?tab={tab}")


def test_a_full_offer_says_so_before_the_yes(browser, company, offer):
    offer.capacity, offer.places_taken = 1, 1
    db.session.commit()
    pairing = ask(offer)
    page = browser.speak("en").sign_in(company).get("/pairings")
    assert f"/pairings/{pairing.id}/accept" not in page.links
    assert f"/offers/{offer.id}/edit" in page.links


def test_a_firm_reads_its_asks_by_need_with_what_comes_next(browser):
    person = make_account()
    need, other = (make_need(organisation=person.organisation) for _ in range(2))
    full = make_offer(capacity=1, places_taken=1)
    make_pairing(state="waiting", offer=full)
    waiting = make_pairing(state="waiting", need=need, offer=full)
    asked, invited = make_pairing(need=need), make_pairing(need=other, state="invited")
    page = browser.speak("en").sign_in(person).get("/pairings")
    assert "3 matches are open" in page.text
    assert "You are number 2 in line" in page.text
    assert "It is your turn to say yes or no." in page.text
    assert {f"/pairings/{one.id}/withdraw" for one in (waiting, asked)} <= set(page.form_actions)
    only = browser.get(f"/pairings?need={other.id}")
    assert f"/pairings/{invited.id}" in only.links
    assert f"/pairings/{asked.id}" not in only.links
    for tab in ("open", "agreed", "past"):
        browser.speak("ko").get(f"/pairings?tab={tab}")


def test_a_firm_without_pairings_is_led_to_its_needs(browser):
    for language in ("ko", "en"):
        page = browser.speak(language).sign_in(make_account()).get("/pairings")
        assert "/needs" in page.links


def test_a_company_reads_ranked_needs_without_names_and_invites(browser, offer, company):
    need = make_need()
    association = recommend(need, offer)
    browser.speak("en").sign_in(company)
    page = browser.get(f"/offers/{offer.id}/needs")
    assert "One need fits your offer" in page.text
    assert "믿을 만한 공장입니다." in page.text
    assert association.display_name not in page.text
    assert need.organisation.name not in page.html
    one = browser.get(f"/offers/{offer.id}/needs/{need.id}")
    invite = f"/offers/{offer.id}/needs/{need.id}/invite"
    assert invite in page.links
    assert invite in one.form_actions
    browser.get(invite)
    browser.post(invite, status=422, contact=company.id)
    assert db.session.scalar(sa.select(Pairing)) is None
    browser.post(invite, contact=company.id, consent="y")
    pairing = db.session.scalar(sa.select(Pairing))
    assert pairing.state is State.INVITED
    assert db.session.scalar(sa.select(Consent.need_id)) == need.id
    browser.post(invite, status=409, contact=company.id, consent="y")
    assert "You invited the firm" in browser.get(f"/pairings/{pairing.id}").text
    page = browser.get(f"/offers/{offer.id}/needs")
    assert f"/pairings/{pairing.id}" in page.links
    assert invite not in page.links
    browser.speak("ko").get(f"/offers/{offer.id}/needs")
    browser.get(f"/offers/{offer.id}/needs/{need.id}")


def test_a_full_or_closed_offer_invites_nobody(browser, offer, company):
    need = make_need()
    offer.capacity, offer.places_taken = 1, 1
    db.session.commit()
    browser.speak("en").sign_in(company)
    invite = f"/offers/{offer.id}/needs/{need.id}/invite"
    page = browser.get(f"/offers/{offer.id}/needs")
    assert "you cannot invite now" in page.text
    assert invite not in page.links
    browser.post(invite, status=409, contact=company.id, consent="y")
    draft = make_offer(organisation=company.organisation, stage="draft", published_at=None)
    assert "not open at present" in browser.get(f"/offers/{draft.id}/needs").text


def test_needs_that_the_company_may_not_read_do_not_exist(browser, offer, company):
    hidden = [
        make_need(only_asked=True),
        make_need(stage="draft", published_at=None),
    ]
    browser.sign_in(company)
    for need in hidden:
        browser.get(f"/offers/{offer.id}/needs/{need.id}", status=404)
        browser.post(f"/offers/{offer.id}/needs/{need.id}/invite", status=404, consent="y")
    other = make_account(kind="company")
    need = make_need()
    browser.sign_in(other).get(f"/offers/{offer.id}/needs", status=404)
    browser.get(f"/offers/{offer.id}/needs/{need.id}", status=404)
    waiting = make_account(kind="company")
    waiting.organisation.approval = "submitted"
    db.session.commit()
    browser.sign_in(waiting).get(f"/offers/{offer.id}/needs", status=403)
    browser.sign_in(make_account()).get(f"/offers/{offer.id}/needs", status=403)


@pytest.mark.parametrize("url", ["/pairings", "/pairings?tab=agreed", "/offers/{offer}/needs"])
def test_lists_of_a_company_run_the_same_number_of_statements(browser, offer, company, url):
    make_offer(organisation=company.organisation)
    url = url.format(offer=offer.id) + ("&" if "?" in url else "?") + f"offer={offer.id}"
    browser.sign_in(company)
    found = []
    for number in (3, 12):
        for _ in range(number):
            recommend(ask(offer).need, offer)
            ask(offer, state="agreed")
            make_need()
        browser.get(url)
        found.append(statements(lambda: browser.get(url)))
    assert found[0] == found[1]


@pytest.mark.parametrize("tab", ["open", "agreed", "past"])
def test_lists_of_a_firm_run_the_same_number_of_statements(browser, tab):
    person = make_account()
    need = make_need(organisation=person.organisation)
    make_pairing(need=make_need(organisation=person.organisation))
    browser.sign_in(person)
    url, found = f"/pairings?tab={tab}&need={need.id}", []
    for number in (3, 12):
        for _ in range(number):
            make_pairing(need=need, state="waiting", offer=make_offer(capacity=1, places_taken=1))
            make_pairing(need=need, state="invited")
            make_pairing(need=need, state="agreed")
            make_pairing(need=need, state="declined", reason="no_capacity", closed_by="company")
        found.append(statements(lambda: browser.get(url)))
    assert found[0] == found[1]


def test_what_waits_for_the_firm_stands_before_what_waits_for_others(browser, offer):
    need = make_need()
    invited = ask(offer, state="invited", need=need)
    later = make_need(organisation=need.organisation)
    ask(make_offer(), need=later)
    page = browser.speak("en").sign_in(need.organisation.people[0]).get("/pairings")
    order = [page.html.index(f'href="/needs/{each.id}"') for each in (need, later)]
    assert order == sorted(order)
    needs = browser.get("/needs")
    assert "A company waits for your yes or no." in needs.text
    assert f"/pairings/{invited.id}" in needs.links
    shown = browser.get(f"/needs/{need.id}")
    assert "Your yes or no is awaited" in shown.text and f"/pairings/{invited.id}" in shown.links
    assert "Your yes or no is awaited" not in browser.get(f"/needs/{later.id}").text


def test_back_from_having_accepted_leads_to_the_pairing(browser, offer, company):
    pairing = ask(offer, state="agreed")
    back = browser.sign_in(company).get(f"/pairings/{pairing.id}/accept", status=302)
    assert back.response.location.endswith(f"/pairings/{pairing.id}")
