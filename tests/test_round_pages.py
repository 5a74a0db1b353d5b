"""The round desk for officers, and what both sides see of a round: nothing, then all of theirs."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from matchmaker.db import db, utcnow
from matchmaker.ministry import round_views
from matchmaker.offers.models import Offer
from matchmaker.outbox import Mail, Notice
from matchmaker.pairings.models import Pairing
from matchmaker.pairings.rounds import rounds
from matchmaker.pairings.rounds.models import Round, RoundPlan, RoundState
from matchmaker.pairings.rounds.publishing import publish
from matchmaker.pairings.rounds.settings import Settings
from matchmaker.pairings.rounds.shown_list import list_of

from .counting import statements
from .factories import make_account, make_need, make_offer

NOW = utcnow()  # pages read the real clock
LATER = NOW + timedelta(hours=1)
OTHER_WISHES = (
    "새 건물 도색, 차량 임차, 통역, 사진 촬영, 급식, 청소, 조경, 세무 상담, 건강 검진, 주차장, "
    "태양광 지붕, 소방 점검, 홈페이지 번역, 채용 박람회"
)
SETTINGS = {
    "least": "partial",
    "proposals": "1",
    "place_share": "100",
    "mode": "everybody",
    "list_length": "10",
    "floor": "y",
    "halve_slow": "y",
}
PLANTED = "표나는정밀공업"


@pytest.fixture
def officer(app):
    return make_account(kind="ministry")


@pytest.fixture
def market(app):
    """One need of a firm with a planted name, and one offer."""
    need, offer = make_need(), make_offer()
    need.organisation.name = PLANTED
    db.session.commit()
    return need, offer


def computed(officer, settings=None):
    round_ = rounds.compute(settings or Settings(least="partial"), by=officer, now=NOW)
    db.session.commit()
    return round_


@pytest.mark.parametrize("language", ["ko", "en"])
def test_an_officer_computes_looks_and_publishes(browser, officer, market, language):
    browser.sign_in(officer).speak(language)
    assert browser.get("/ministry/rounds").text
    browser.get("/ministry/rounds/new")
    answer = browser.post("/ministry/rounds/new", 302, **SETTINGS)
    round_ = db.session.scalars(sa.select(Round)).one()
    assert answer.response.location.endswith(f"/ministry/rounds/{round_.id}")
    assert round_.state is RoundState.PROVISIONAL
    page = browser.get(f"/ministry/rounds/{round_.id}")
    assert f"/ministry/rounds/{round_.id}/publish" in page.links
    for name in ("needs", "needs?rule=proposed", "needs?rule=nonsense", "offers", "publish"):
        assert browser.get(f"/ministry/rounds/{round_.id}/{name}").text
    browser.post(f"/ministry/rounds/{round_.id}/publish", 302)
    pairing = db.session.scalars(sa.select(Pairing)).one()
    assert pairing.state == "proposed"
    page = browser.get(f"/ministry/rounds/{round_.id}")
    assert page.text.count(officer.name) == 3  # in the menu, as who computed and who published it
    browser.get("/ministry/rounds")
    browser.get(f"/ministry/pairings/{pairing.id}")
    browser.post(f"/ministry/rounds/{round_.id}/publish", 409)
    browser.post(f"/ministry/rounds/{round_.id}/discard", 409)


def test_settings_that_do_not_exist_come_back(browser, officer):
    browser.sign_in(officer)
    browser.post("/ministry/rounds/new", 422, **{**SETTINGS, "least": "perfect"})
    browser.post("/ministry/rounds/new", 422, **{**SETTINGS, "proposals": "9"})
    assert not db.session.scalars(sa.select(Round)).all()


def test_a_round_is_computed_again_with_other_settings_and_set_beside(browser, officer, market):
    first = computed(officer)
    browser.sign_in(officer).speak("en")
    browser.post(f"/ministry/rounds/new?like={first.id}", 302, **{**SETTINGS, "mode": "best"})
    second = db.session.scalars(sa.select(Round).order_by(Round.id.desc())).first()
    page = browser.get(f"/ministry/rounds/{second.id}").text
    assert f"Round {first.id}" in page and "Settings that differ" in page
    assert "First come, first served" in page
    browser.get(f"/ministry/rounds/{first.id}?with={second.id}")
    browser.get(f"/ministry/rounds/{first.id}?with={first.id}")


def test_a_round_that_another_has_overtaken_says_so(browser, officer, market):
    browser.sign_in(officer).speak("en")
    for _ in range(2):
        browser.post("/ministry/rounds/new", 302, **SETTINGS)
    first, second = db.session.scalars(sa.select(Round).order_by(Round.id)).all()
    assert "Compute it again first" not in browser.get(f"/ministry/rounds/{first.id}").text
    browser.post(f"/ministry/rounds/{second.id}/publish", 302)
    assert "Compute it again first" in browser.get(f"/ministry/rounds/{first.id}").text


def test_a_round_can_be_discarded(browser, officer, market):
    round_ = computed(officer)
    browser.sign_in(officer)
    browser.post(f"/ministry/rounds/{round_.id}/discard", 302)
    assert db.session.get(Round, round_.id).state is RoundState.DISCARDED
    browser.get(f"/ministry/rounds/{round_.id}")
    browser.get(f"/ministry/rounds/{round_.id}/publish", 302)
    browser.get("/ministry/rounds")


@pytest.mark.parametrize("kind", ["sme", "company", "association"])
def test_the_desk_is_for_officers_alone(browser, officer, market, kind):
    round_ = computed(officer)
    browser.sign_in(make_account(kind=kind))
    at = f"/ministry/rounds/{round_.id}"
    pages = ("needs", "offers", "publish", "certificate.json")
    for address in ("/ministry/rounds", "/ministry/rounds/new", at, *(f"{at}/{p}" for p in pages)):
        browser.get(address, 403)
    for address in (f"{at}/publish", f"{at}/discard", "/ministry/rounds/weekly"):
        browser.post(address, 403)
    assert db.session.get(Round, round_.id).state is RoundState.PROVISIONAL


def test_unknown_rounds_are_unknown(browser, officer):
    browser.sign_in(officer)
    for address in ("", "/needs", "/offers", "/publish", "/certificate.json"):
        browser.get(f"/ministry/rounds/77{address}", 404)
    browser.post("/ministry/rounds/77/publish", 404)
    browser.post("/ministry/rounds/77/discard", 404)


def test_a_large_round_waits_and_says_so(browser, officer, market):
    round_ = rounds.request(Settings(), by=officer, now=NOW)
    db.session.commit()
    browser.sign_in(officer).speak("en")
    page = browser.get(f"/ministry/rounds/{round_.id}")
    assert "is being computed" in page.text
    browser.get(f"/ministry/rounds/{round_.id}/needs", 404)
    browser.post(f"/ministry/rounds/{round_.id}/discard", 302)
    assert "was discarded" in browser.get(f"/ministry/rounds/{round_.id}").text


def test_a_round_that_the_job_computed_first_is_simply_shown(officer, market):
    round_ = rounds.request(Settings(), by=officer, now=NOW)
    db.session.commit()
    round_views.compute(round_.id, NOW)
    before = round_.figures
    round_views.compute(round_.id, NOW)
    assert round_.state is RoundState.PROVISIONAL and round_.figures == before


def test_the_weekly_round_is_switched_on_and_off(browser, officer, market):
    round_ = computed(officer, Settings(proposals=2))
    browser.sign_in(officer)
    browser.post("/ministry/rounds/weekly", 302, on="1", like=round_.id)
    plan = RoundPlan.current()
    assert plan.is_on and plan.settings.proposals == 2 and plan.changed_by_id == officer.id
    browser.get("/ministry/rounds")
    browser.post("/ministry/rounds/weekly", 302, like=10**30)
    db.session.expire_all()
    assert not RoundPlan.current().is_on
    assert RoundPlan.current().settings.proposals == 2
    browser.get("/ministry/rounds")


def test_the_proof_holds_ids_and_no_names(browser, officer, market):
    round_ = computed(officer)
    browser.sign_in(officer)
    answer = browser.get(f"/ministry/rounds/{round_.id}/certificate.json").response
    assert "attachment" in answer.headers["Content-Disposition"]
    data = answer.get_json()
    assert data["figures"]["blocking"] == 0
    assert data["proposals"][0]["need_id"] == market[0].id
    assert PLANTED not in answer.get_data(as_text=True)
    assert "tier" not in answer.get_data(as_text=True)


def pages_of(browser, account, need, offer):
    """Open every page on which a side could see a round, and return all their texts."""
    browser.sign_in(account).speak("ko")
    addresses = ["/desk", "/pairings", "/notices"]
    if account.organisation.kind == "sme":
        addresses += [f"/needs/{need.id}", f"/needs/{need.id}/offers", "/needs"]
    else:
        addresses += [f"/offers/{offer.id}/needs", f"/offers/{offer.id}/needs/{need.id}"]
    return [browser.get(address).text for address in addresses]


def test_before_publishing_the_parties_see_nothing(browser, officer, market):
    """Every page of both sides is the same before and after a round was computed."""
    need, offer = market
    people = (need.organisation.people[0], offer.organisation.people[0])
    before = [pages_of(browser, account, need, offer) for account in people]
    computed(officer)
    assert [pages_of(browser, account, need, offer) for account in people] == before
    for model in (Notice, Mail, Pairing):
        assert not db.session.scalars(sa.select(model)).all()


def test_after_publishing_both_read_the_proposal_and_no_name(browser, officer, market):
    need, offer = market
    publish(computed(officer), by=officer, now=LATER)
    db.session.commit()
    pairing = db.session.scalars(sa.select(Pairing)).one()
    firm, company = need.organisation.people[0], offer.organisation.people[0]
    browser.sign_in(firm).speak("en")
    assert f"/pairings/{pairing.id}" in browser.get(f"/needs/{need.id}").links
    page = browser.get(f"/pairings/{pairing.id}")
    assert f"/pairings/{pairing.id}/accept" in page.links
    assert company.email not in page.text and company.name not in page.text
    browser.get("/pairings")
    for text in pages_of(browser, company, need, offer):
        assert PLANTED not in text
    browser.speak("en")
    for address in (f"/pairings/{pairing.id}", f"/pairings/{pairing.id}/accept", "/pairings"):
        assert PLANTED not in browser.get(address).text


@pytest.mark.parametrize("first", ["sme", "company"])
def test_both_accept_by_their_pages(browser, officer, market, first):
    need, offer = market
    publish(computed(officer), by=officer, now=LATER)
    db.session.commit()
    pairing = db.session.scalars(sa.select(Pairing)).one()
    accounts = {"sme": need.organisation.people[0], "company": offer.organisation.people[0]}
    order = [first, *(side for side in accounts if side != first)]
    for side in order:
        browser.sign_in(accounts[side])
        fields = {"contact": accounts[side].id, "consent": "y"}
        fields |= {"relation": "none"} if side == "sme" else {}
        browser.post(f"/pairings/{pairing.id}/accept", 302, **fields)
    db.session.expire_all()
    assert db.session.get(Pairing, pairing.id).state == "agreed"
    assert PLANTED in browser.sign_in(accounts["company"]).get(f"/pairings/{pairing.id}").text


@pytest.mark.parametrize("side", ["sme", "company"])
def test_either_side_declines_by_one_click(browser, officer, market, side):
    need, offer = market
    publish(computed(officer), by=officer, now=LATER)
    db.session.commit()
    pairing = db.session.scalars(sa.select(Pairing)).one()
    account = (need if side == "sme" else offer).organisation.people[0]
    browser.sign_in(account)
    browser.post(f"/pairings/{pairing.id}/decline", 302)
    db.session.expire_all()
    assert db.session.get(Pairing, pairing.id).state == "declined"
    browser.get(f"/pairings/{pairing.id}")


def test_the_pages_of_a_round_take_the_same_number_of_statements(browser, officer):
    def grow(many):
        for _ in range(many):
            make_need()
            make_offer()
        return computed(officer)

    browser.sign_in(officer)
    counts = []
    for round_ in (grow(3), grow(9)):
        at = f"/ministry/rounds/{round_.id}"
        counts.append(
            [
                statements(lambda address=address: browser.get(address))
                for address in ("/ministry/rounds", at, f"{at}/needs", f"{at}/offers")
            ]
        )
    assert counts[0][0] == counts[1][0] and counts[0][2:] == counts[1][2:]
    assert abs(counts[0][1] - counts[1][1]) <= 1  # the second one is set beside the first


def test_a_company_reads_the_list_of_the_round_and_who_is_there_so_that_it_is_seen(
    browser, officer
):
    offer = make_offer(capacity=1)
    make_offer(title="공정 개선", text="작업 지시와 공정 개선")
    for _ in range(6):
        make_need()
    make_need(
        title="여러 가지 도움을 찾습니다",
        text=f"{OTHER_WISHES}, 공정 개선 자문",
        category=None,
    )
    company = offer.organisation.people[0]
    browser.sign_in(company).speak("en")
    assert "The list of the round" not in browser.get(f"/offers/{offer.id}/needs").text
    round_ = computed(officer, Settings(least="partial", list_length=5))
    assert "The list of the round" not in browser.get(f"/offers/{offer.id}/needs").text
    publish(round_, by=officer, now=LATER)
    db.session.commit()
    texts = []
    for one in db.session.scalars(sa.select(Offer)):
        browser.sign_in(one.organisation.people[0]).speak("en")
        texts.append(browser.get(f"/offers/{one.id}/needs").text)
    assert all("The list of the round" in text for text in texts)
    assert any("seen at least once" in text for text in texts)
    browser.speak("ko").get(f"/offers/{one.id}/needs")


def test_the_list_of_a_round_leaves_out_what_is_closed_by_now(browser, officer, market):
    need, offer = market
    publish(computed(officer), by=officer, now=LATER)
    db.session.commit()
    assert len(list_of(offer, today=NOW.date()).entries) == 1
    need.close(by=need.organisation.people[0], now=LATER)
    db.session.commit()
    assert list_of(offer, today=NOW.date()).entries == []
    browser.sign_in(offer.organisation.people[0]).get(f"/offers/{offer.id}/needs")
