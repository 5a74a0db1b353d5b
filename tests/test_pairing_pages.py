"""The page of one pairing: each state and side, answers, and what stays closed till both accept."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from matchmaker.accounts.models import Consent
from matchmaker.db import db, utcnow
from matchmaker.pairings.relations import Relation, RelationKind
from matchmaker.pairings.states import Reason, Side, State

from .factories import (
    make_account,
    make_need,
    make_offer,
    make_organisation,
    make_pairing,
)

CLOSED = ("declined", "withdrawn", "expired", "ended")


def firm_of(pairing):
    return pairing.sme.people[0]


def company_of(pairing):
    return pairing.company.people[0]


def closed(state, **facts):
    """Make a pairing that ended, as the verbs leave it."""
    by = {"expired": Side.TIME}.get(state, Side.COMPANY)
    return make_pairing(
        state=state, closed_by=by, closed_at=utcnow(), **{"reason": Reason.NO_CAPACITY} | facts
    )


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("side", list(Side)[:2])
@pytest.mark.parametrize("state", list(State))
def test_every_state_has_its_page_for_both_sides(browser, state, side, language):
    facts = {"evidence": [{"term": "MES", "share": 0.3, "kind": "word"}]}
    facts["criteria"] = {"size": {"status": "met", "wanted": ["small", "micro", "medium"]}}
    make = closed if state in CLOSED else make_pairing
    pairing = make(state=state.value, message="도와주세요.", **facts)
    reader = firm_of(pairing) if side is Side.SME else company_of(pairing)
    browser.speak(language).sign_in(reader)
    hidden = state is State.WAITING and side is Side.COMPANY
    browser.get(f"/pairings/{pairing.id}", status=404 if hidden else 200)
    browser.get("/pairings?tab=past")
    browser.get("/pairings")


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_company_accepts_and_contacts_open(browser, language):
    pairing = make_pairing(offer=make_offer(capacity=1))
    company = company_of(pairing)
    browser.speak(language).sign_in(company)
    url = f"/pairings/{pairing.id}/accept"
    assert url in browser.get(f"/pairings/{pairing.id}").links
    form = browser.get(url)
    assert not form.all("input", type="checkbox", checked="")
    browser.post(url, status=422, contact=company.id)
    assert pairing.state is State.ASKED
    browser.post(url, contact=company.id, consent="y")
    assert pairing.state is State.AGREED
    given = db.session.scalar(sa.select(Consent).where(Consent.account_id == company.id))
    assert (given.need_id, given.recipient_id, given.contact_id) == (
        pairing.need_id,
        None,
        company.id,
    )
    page = browser.get(f"/pairings/{pairing.id}")
    assert pairing.sme_contact.email in page.text
    browser.post(url, status=409, contact=company.id, consent="y")


def test_the_firm_accepts_an_invitation_with_its_relation(browser):
    pairing = make_pairing(state="invited", sme_contact=None)
    firm = firm_of(pairing)
    browser.sign_in(firm)
    url = f"/pairings/{pairing.id}/accept"
    assert "relation-e" in str(browser.post(url, status=422, contact=firm.id, consent="y").tags)
    browser.post(url, contact=firm.id, consent="y", relation="supplier")
    assert pairing.state is State.AGREED
    assert db.session.scalar(sa.select(Relation.declared)) is RelationKind.SUPPLIER
    assert pairing.company_contact.email in browser.get(f"/pairings/{pairing.id}").text


def test_the_wrong_side_cannot_accept(browser):
    asked, invited = make_pairing(), make_pairing(state="invited")
    browser.sign_in(firm_of(asked))
    browser.get(f"/pairings/{asked.id}/accept", status=302)
    browser.post(f"/pairings/{asked.id}/accept", status=409, consent="y", relation="none")
    browser.sign_in(company_of(invited))
    browser.post(f"/pairings/{invited.id}/accept", status=409, consent="y")
    assert (asked.state, invited.state) == (State.ASKED, State.INVITED)


def test_the_last_place_that_has_gone_is_a_conflict_with_its_reason(browser):
    offer = make_offer(capacity=1)
    pairings = [make_pairing(offer=offer), make_pairing(offer=offer)]
    company = company_of(pairings[0])
    browser.speak("en").sign_in(company)
    browser.post(f"/pairings/{pairings[0].id}/accept", contact=company.id, consent="y")
    url = f"/pairings/{pairings[1].id}/accept"
    page = browser.post(url, status=409, contact=company.id, consent="y")
    assert "The last place has just gone." in page.text
    assert pairings[1].state is State.ASKED
    assert "All places are taken" in browser.get(f"/pairings/{pairings[1].id}").text


def test_a_no_may_carry_a_reason_and_its_words_stay_with_the_writer(browser):
    pairing = make_pairing()
    browser.speak("en").sign_in(company_of(pairing))
    url = f"/pairings/{pairing.id}/decline"
    long = browser.post(url, status=422, reason="no_capacity", comment="x" * 501)
    assert "x" * 501 in long.text
    assert pairing.state is State.ASKED
    browser.post(url, status=422, reason="timed_out")
    browser.post(url, reason="no_capacity", comment="Only for us")
    assert pairing.state is State.DECLINED
    assert "Only for us" in browser.get(f"/pairings/{pairing.id}").text
    browser.post(url, status=409)
    browser.sign_in(firm_of(pairing))
    page = browser.get(f"/pairings/{pairing.id}")
    assert "Only for us" not in page.html
    assert "The company cannot take on more at present." in page.text


def test_a_no_needs_no_reason(browser):
    pairing = make_pairing(state="invited")
    browser.sign_in(firm_of(pairing)).post(f"/pairings/{pairing.id}/decline")
    assert (pairing.state, pairing.reason) == (State.DECLINED, Reason.NONE_GIVEN)


@pytest.mark.parametrize(("state", "side"), [("asked", 0), ("waiting", 0), ("invited", 1)])
def test_taking_back_is_one_click(browser, state, side):
    pairing = make_pairing(state=state)
    browser.sign_in((firm_of, company_of)[side](pairing))
    url = f"/pairings/{pairing.id}/withdraw"
    assert url in browser.get(f"/pairings/{pairing.id}").form_actions
    back = browser.post(url, next="/pairings?tab=open")
    assert back.response.location == "/pairings?tab=open"
    assert pairing.state is State.WITHDRAWN
    browser.post(url, status=409)
    browser.get(f"/pairings/{pairing.id}")


def test_after_a_withdrawal_the_firm_may_ask_once_more(browser):
    pairing = make_pairing()
    browser.sign_in(firm_of(pairing)).post(f"/pairings/{pairing.id}/withdraw")
    again = f"/needs/{pairing.need_id}/offers/{pairing.offer_id}/ask"
    assert again in browser.get(f"/pairings/{pairing.id}").links
    browser.get(again)


def test_confirming_twice_makes_it_active_and_then_completed(browser):
    pairing = make_pairing(state="agreed")
    steps = [("confirm", State.ACTIVE), ("complete", State.COMPLETED)]
    for verb, after in steps:
        browser.sign_in(firm_of(pairing)).post(f"/pairings/{pairing.id}/{verb}")
        browser.post(f"/pairings/{pairing.id}/{verb}", status=409)
        browser.get(f"/pairings/{pairing.id}")
        browser.sign_in(company_of(pairing))
        assert (
            f"/pairings/{pairing.id}/{verb}" in browser.get(f"/pairings/{pairing.id}").form_actions
        )
        browser.post(f"/pairings/{pairing.id}/{verb}")
        assert pairing.state is after
    browser.get(f"/pairings/{pairing.id}")


def test_either_side_may_end_what_was_agreed(browser):
    pairing = make_pairing(state="active")
    browser.sign_in(company_of(pairing))
    browser.post(f"/pairings/{pairing.id}/end", reason="terms_differ")
    assert (pairing.state, pairing.offer.places_taken) == (State.ENDED, 0)
    assert pairing.sme.name in browser.get(f"/pairings/{pairing.id}").text


@pytest.mark.parametrize("state", ["proposed", "invited"])
def test_the_relation_stays_closed_until_the_firm_says_yes(browser, state):
    pairing = make_pairing(state)
    browser.speak("en")
    for person, told in ((pairing.company.people[0], False), (pairing.sme.people[0], True)):
        page = browser.sign_in(person).get(f"/pairings/{pairing.id}")
        assert ("no trade so far" in page.text) is told


def test_the_company_confirms_or_corrects_the_relation_once_both_accepted(browser):
    asked, agreed = make_pairing(), make_pairing(state="agreed")
    browser.sign_in(company_of(asked))
    browser.post(f"/pairings/{asked.id}/relation", status=409, kind="supplier")
    browser.sign_in(company_of(agreed))
    url = f"/pairings/{agreed.id}/relation"
    assert url in browser.get(f"/pairings/{agreed.id}").form_actions
    browser.post(url, status=422, kind="friends")
    browser.post(url, kind="supplier")
    assert "supplier" in browser.speak("en").get(f"/pairings/{agreed.id}").text
    browser.sign_in(firm_of(agreed))
    assert "The two differ." in browser.get(f"/pairings/{agreed.id}").text
    browser.post(url, status=403, kind="none")


def test_who_waits_for_long_says_that_it_still_wants_the_place(browser):
    offer = make_offer(capacity=1, places_taken=1)
    pairing = make_pairing(state="waiting", offer=offer, still_wanted_asked_at=utcnow())
    browser.sign_in(firm_of(pairing))
    url = f"/pairings/{pairing.id}/still-wanted"
    assert url in browser.get(f"/pairings/{pairing.id}").form_actions
    browser.post(url)
    assert pairing.still_wanted_at is not None
    assert url not in browser.get(f"/pairings/{pairing.id}").form_actions


def test_after_one_yes_the_firm_is_asked_about_the_others(browser):
    agreed = make_pairing(state="agreed")
    asked = make_pairing(need=agreed.need)
    invited = make_pairing(need=agreed.need, state="invited")
    browser.sign_in(firm_of(agreed))
    actions = browser.get(f"/pairings/{agreed.id}").form_actions
    assert f"/pairings/{asked.id}/withdraw" in actions
    assert f"/pairings/{invited.id}/decline" in actions
    browser.post(f"/pairings/{asked.id}/withdraw", next=f"/pairings/{agreed.id}")
    assert asked.state is State.WITHDRAWN


def test_one_click_takes_all_the_others_back(browser):
    agreed = make_pairing(state="agreed")
    full = make_offer(capacity=1)
    make_pairing("agreed", offer=full)
    line = make_pairing("waiting", need=agreed.need, offer=full)
    rest = [make_pairing(state, need=agreed.need) for state in ("asked", "invited", "proposed")]
    late = make_pairing("invited", need=agreed.need, expires_at=utcnow() - timedelta(minutes=1))
    stranger = make_pairing("asked")
    url = f"/pairings/{agreed.id}/withdraw-others"
    browser.sign_in(agreed.company.people[0]).post(url, status=403)
    browser.sign_in(firm_of(agreed)).post(url)
    assert [one.state for one in (line, *rest)] == [
        *(State.WITHDRAWN, State.WITHDRAWN),
        *(State.DECLINED, State.DECLINED),
    ]
    assert (late.state, stranger.state, agreed.need.open_asks) == (State.INVITED, State.ASKED, 0)
    assert url not in browser.get(f"/pairings/{agreed.id}").form_actions


def test_a_pairing_of_others_does_not_exist(browser):
    pairing = make_pairing()
    urls = ["", "/accept"]
    verbs = ("accept", "decline", "withdraw", "end", "confirm", "complete")
    for kind in ("sme", "company"):
        browser.sign_in(make_account(kind=kind))
        for end in urls:
            browser.get(f"/pairings/{pairing.id}{end}", status=404)
        for verb in verbs:
            browser.post(f"/pairings/{pairing.id}/{verb}", status=404)
    for kind in ("association", "ministry"):
        browser.sign_in(make_account(kind=kind)).get(f"/pairings/{pairing.id}", status=403)
        browser.post(f"/pairings/{pairing.id}/decline", status=403)
        browser.get("/pairings", status=403)


def test_a_suspended_firm_reads_but_does_not_act(browser):
    pairing = make_pairing(state="agreed", frozen_at=utcnow())
    pairing.sme.approval = "suspended"
    db.session.commit()
    browser.sign_in(firm_of(pairing))
    assert not [
        action
        for action in browser.get(f"/pairings/{pairing.id}").form_actions
        if "/pairings" in action
    ]
    browser.post(f"/pairings/{pairing.id}/end", status=403)
    browser.sign_in(company_of(pairing)).post(f"/pairings/{pairing.id}/end", status=409)


# --- what stays closed until both accept ---------------------------------------------------

FIRM = {"name": "비밀정공주식회사", "name_en": "Himitsu Precision", "business_number": "1018116440"}
PERSON = {"name": "남궁비밀", "email": "hidden@himitsu.example", "phone": "010-9753-1357"}
CONTACT = {"name": "황보담당", "email": "desk@bigco.example", "phone": "02-8642-2468"}


def planted():
    """Make a need and an offer whose firm and contacts have unmistakable names."""
    firm = make_account(make_organisation(**FIRM), **PERSON)
    company = make_account(make_organisation("company"), **CONTACT)
    need = make_need(organisation=firm.organisation)
    return firm, company, need, make_offer(organisation=company.organisation, contact=company)


def pages_of_company(browser, need, offer, pairing=None):
    urls = [
        "/pairings",
        *(f"/pairings?tab={tab}" for tab in ("answer", "invited", "agreed", "past")),
        f"/offers/{offer.id}/needs",
        f"/offers/{offer.id}/needs/{need.id}",
        f"/needs/{need.id}/offers/{offer.id}/why",
        *("/desk", "/notices", "/offers", "/offers/mine", f"/offers/{offer.id}"),
    ]
    if pairing:
        urls += [f"/pairings/{pairing.id}"]
        urls += [f"/pairings/{pairing.id}/accept"] if pairing.can("company_accepts") else []
    return [browser.get(url).html for url in urls]


def pages_of_firm(browser, need, offer, pairing=None):
    urls = ["/pairings", f"/needs/{need.id}/offers", f"/needs/{need.id}/offers/{offer.id}/why"]
    urls += [f"/pairings?tab={tab}" for tab in ("open", "agreed", "past")]
    urls += ["/desk", "/notices", "/offers", f"/offers/{offer.id}", "/needs", f"/needs/{need.id}"]
    if pairing:
        urls += [f"/pairings/{pairing.id}"]
        urls += [f"/pairings/{pairing.id}/accept"] if pairing.can("sme_accepts") else []
    else:
        urls += [f"/needs/{need.id}/offers/{offer.id}/ask"]
    return [browser.get(url).html for url in urls]


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("state", [None, "proposed", "asked", "invited", "declined", "agreed"])
def test_names_and_contacts_show_exactly_where_both_have_accepted(browser, state, language):
    firm, company, need, offer = planted()
    make = closed if state in CLOSED else make_pairing
    pairing = make(state=state, need=need, offer=offer) if state else None
    browser.speak(language).sign_in(company)
    seen = "".join(pages_of_company(browser, need, offer, pairing))
    browser.sign_in(firm)
    read = "".join(pages_of_firm(browser, need, offer, pairing))
    secrets = [*FIRM.values(), *PERSON.values()]
    if state == "agreed":
        assert all(value in seen for value in PERSON.values())
        assert FIRM["name" if language == "ko" else "name_en"] in seen
        assert all(value in read for value in CONTACT.values())
    else:
        assert [value for value in secrets if value in seen] == []
        assert [value for value in CONTACT.values() if value in read] == []


def test_the_company_does_not_learn_who_waits_in_line(browser):
    _firm, company, need, offer = planted()
    pairing = make_pairing(state="waiting", need=need, offer=offer)
    browser.speak("en").sign_in(company)
    browser.get(f"/pairings/{pairing.id}", status=404)
    inbox = browser.get("/pairings")
    assert f"/pairings/{pairing.id}" not in inbox.links
    assert "One firm waits in line." in inbox.text
    page = browser.get(f"/offers/{offer.id}/needs/{need.id}")
    assert "Waiting in line" not in page.text


def test_an_invitation_that_ran_out_is_not_told_as_the_company_s_silence(browser):
    invited = make_pairing("expired", reason="timed_out", asked_at=None)
    page = browser.speak("en").sign_in(firm_of(invited)).get(f"/pairings/{invited.id}")
    assert "You had not answered by then." in page.text
    assert "says nothing about your need" not in page.text
    asked = make_pairing("expired", reason="timed_out", asked_at=utcnow())
    page = browser.sign_in(firm_of(asked)).get(f"/pairings/{asked.id}")
    assert "You had not answered by then." not in page.text
