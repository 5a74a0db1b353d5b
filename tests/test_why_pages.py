"""Why was it not proposed? Asked by the firm, the company and an officer, each with its view."""

import pytest
import sqlalchemy as sa

from matchmaker.db import db
from matchmaker.pairings.clock import day_of
from matchmaker.pairings.models import Pairing
from matchmaker.pairings.ranking.whynot import why_not
from matchmaker.pairings.rounds.publishing import publish
from matchmaker.pairings.rounds.rounds import compute
from matchmaker.pairings.rounds.settings import Settings

from .counting import statements
from .factories import NOW, make_account, make_need, make_offer, make_pairing

TODAY = day_of(NOW)


@pytest.fixture
def market(app):
    """A need, two offers that answer it in this order, one that is closed to it, one unlike it."""
    firm = make_account()
    return (
        make_need(organisation=firm.organisation),
        make_offer(),
        make_offer(title="공정 개선", text="공정을 함께 고칩니다. 생산 실적을 봅니다."),
        make_offer(region=["50"]),
        make_offer(title="꽃집 홍보", text="꽃집 사진을 찍어 드립니다.", category="training"),
    )


def why(need, offer):
    return f"/needs/{need.id}/offers/{offer.id}/why"


def test_a_firm_reads_rank_rules_and_what_stands_before(browser, market):
    need, first, second, closed, unlike = market
    browser.sign_in(need.organisation.people[0]).speak("en")
    page = browser.get(why(need, second))
    assert "Place 2 of the 3 offers" in page.text
    assert first.display_title in page.text
    assert "The offer is for other regions." in browser.get(why(need, closed)).text
    assert "too little in common" in browser.get(why(need, unlike)).text


def test_a_company_reads_its_own_place_and_no_other_offer(browser, market):
    need, first, second, *_ = market
    first.title = "이 제목은 다른 회사의 것"
    db.session.commit()
    browser.sign_in(second.organisation.people[0]).speak("en")
    page = browser.get(why(need, second))
    assert "Place 2 of the 3 offers" in page.text
    assert "place 1 of 1" in page.text
    assert first.title not in page.text
    assert need.organisation.name not in page.text
    browser.get(why(need, first), status=404)


def test_a_company_does_not_read_that_a_round_proposed_others(browser, market):
    need, first, second, *_ = market
    officer = make_account(kind="ministry")
    publish(compute(Settings(), by=officer, now=NOW), by=officer, now=NOW)
    db.session.commit()
    assert db.session.scalars(sa.select(Pairing.offer_id)).all() == [first.id]
    page = browser.sign_in(second.organisation.people[0]).speak("en").get(why(need, second))
    assert "at place 2 of 2 for this need, and this pair was not proposed." in page.text
    assert "others were proposed" not in page.text
    page = browser.sign_in(need.organisation.people[0]).get(why(need, second))
    assert "others were proposed" in page.text


def test_an_officer_asks_for_any_pair(browser, market):
    need, first, second, closed, unlike = market
    browser.sign_in(make_account(kind="ministry")).speak("en")
    chooser = f"/ministry/needs/{need.id}/why"
    assert f'href="{chooser}"' in browser.get(f"/ministry/needs/{need.id}").html
    page = browser.get(f"{chooser}?q={unlike.title}")
    assert f"/ministry{why(need, unlike)}" in page.html
    assert f"/ministry{why(need, first)}" not in page.html
    assert "Nothing is found" in browser.get(f"{chooser}?q=없는말").text
    assert "too little in common" in browser.get(f"/ministry{why(need, unlike)}").text
    assert "other regions" in browser.get(f"/ministry{why(need, closed)}").text
    assert first.display_title in browser.get(f"/ministry{why(need, second)}").text
    page = browser.get(f"/ministry/offers/{second.id}/why")
    assert f"/ministry{why(need, second)}" in page.html


@pytest.mark.parametrize("kind", ["sme", "company", "association"])
def test_nobody_else_reads_the_answers_of_officers(browser, market, kind):
    need, first, *_ = market
    browser.sign_in(make_account(kind=kind))
    for url in (f"/ministry{why(need, first)}", f"/ministry/needs/{need.id}/why"):
        browser.get(url, status=403)


def test_an_officer_does_not_read_whose_setting_it_is(browser, market):
    need, first, *_ = market
    need.only_asked = True
    db.session.commit()
    browser.sign_in(make_account(kind="ministry")).speak("ko").get(f"/ministry{why(need, first)}")


def test_a_draft_has_an_answer_for_its_writer_only(browser, market):
    _, first, *_ = market
    firm = make_account()
    draft = make_need(organisation=firm.organisation, stage="draft", published_at=None)
    browser.sign_in(firm).get(why(draft, first))
    browser.sign_in(make_account(kind="ministry"))
    browser.get(f"/ministry{why(draft, first)}", status=404)


def test_the_rank_is_the_place_of_the_list(app, market):
    need, first, second, *_ = market
    found = [why_not(need, offer, today=TODAY) for offer in (first, second)]
    assert [answer.rank for answer in found] == [1, 2]
    assert [answer.position for answer in found] == [1, 1]
    assert [offer.id for offer in found[1].before] == [first.id]


def test_a_pair_that_has_met_says_so(app, market):
    need, first, *_ = market
    make_pairing("declined", need=need, offer=first)
    assert "met" in why_not(need, first, today=TODAY).rules


def test_words_that_fitting_offers_share_are_shown_with_the_way_to_mend(browser):
    firm = make_account()
    need = make_need(
        organisation=firm.organisation,
        title="작업 지시를 종이에 적습니다",
        text="작업 지시를 종이에 적어 두고 저녁마다 다시 옮겨 적습니다. 직원 셋이 번갈아 남아서 "
        "하는데 글씨를 못 알아보아 틀릴 때가 많고, 바쁜 날에는 다음 날 아침까지 밀립니다.",
    )
    for number in range(3):
        make_offer(
            title=f"작업 지시와 생산 실적 {number}",
            text="작업 지시와 생산 실적을 스마트공장 구축으로 바꾸고 탄소 배출을 줄입니다.",
        )
    page = browser.sign_in(firm).speak("en").get(f"/needs/{need.id}/offers")
    assert "What would raise it" in page.text
    assert f"/needs/{need.id}/edit" in page.html


def test_the_answer_takes_the_same_statements_however_many_offers_there_are(app, market):
    need, first, *_ = market
    why_not(need, first, today=TODAY)
    few = statements(lambda: why_not(need, first, today=TODAY))
    for _ in range(20):
        make_offer()
    why_not(need, first, today=TODAY)
    assert statements(lambda: why_not(need, first, today=TODAY)) == few
