"""Ranked lists, the live index, and why a pair was not proposed."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from matchmaker import audit
from matchmaker.associations.models import Membership
from matchmaker.audit import Event
from matchmaker.db import db
from matchmaker.organisations.models import Approval
from matchmaker.pairings.clock import day_of
from matchmaker.pairings.ranking import index, trail
from matchmaker.pairings.ranking.fitting import LEAST_SCORE, fits
from matchmaker.pairings.ranking.ranked import one_offer, ranked_offers
from matchmaker.pairings.ranking.ranked_needs import one_need, ranked_needs
from matchmaker.pairings.ranking.whynot import why_not
from matchmaker.pairings.recommending.recommendations import Recommendation
from matchmaker.pairings.states import LIVE, Side, State

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

TODAY = day_of(NOW)
LATER = NOW + timedelta(hours=1)
MARKETING = dict(
    title="전통시장 홍보와 온라인 판매",
    text="시장 상인의 상품을 온라인에 올리고 홍보 영상을 함께 만듭니다.",
    category="online_sales",
)


def ranked_ids(need, day=TODAY):
    return [each.offer.id for each in ranked_offers(need, today=day).fitting]


def test_offers_are_ranked_with_evidence_that_adds_up(app):
    need = make_need()
    best = make_offer()
    other = make_offer(text="공정 개선 교육을 합니다. 전문가가 강의합니다.", title="공정 개선 교육")
    make_offer(**MARKETING)
    found = ranked_offers(need, today=TODAY)
    assert [each.offer for each in found.fitting] == [best, other]
    first = found.fitting[0]
    assert 0 < found.fitting[1].score < first.score <= 1
    assert sum(item.share for item in first.evidence) == pytest.approx(first.score)
    assert (first.refusals, first.blocked, first.waiting, first.full) == ([], None, 0, False)
    assert found.looked_at == 3
    assert found.reasons == {"words": 1}


def test_what_is_close_but_not_open_to_the_firm_stands_apart_with_its_rule(app):
    need = make_need()
    make_offer(region=["11"])
    make_offer(size=["mid"])
    make_offer(trait=["restaurant"])
    found = ranked_offers(need, today=TODAY)
    assert found.fitting == []
    assert sorted(each.refusals[0] for each in found.near) == ["region", "size", "traits"]
    assert {each.blocked for each in found.near} == {"region", "size", "traits"}
    assert found.reasons == {"region": 1, "size": 1, "traits": 1}


def test_a_text_with_two_needs_shows_what_is_best_for_each(app, browser):
    loan = make_offer(
        title="운영자금 대출",
        text="소상공인에게 운영자금을 빌려드립니다.",
        category="loan_guarantee",
    )
    shop = make_offer(**MARKETING)
    need = make_need(
        title="", text="운영자금이 급하고, 온라인 판매도 시작하고 싶다.", category="loan_guarantee"
    )
    found = ranked_offers(need, today=TODAY)
    assert [(part.text[:4], part.offer) for part in found.parts] == [
        ("운영자금", loan),
        ("온라인 ", shop),
    ]
    for part in found.parts:
        assert sum(item.share for item in part.evidence) == pytest.approx(part.score)
        assert fits(part.score, part.evidence)
    assert {each.offer for each in found.fitting} == {loan, shop}
    browser.sign_in(make_account(need.organisation))
    page = browser.get(f"/needs/{need.id}/offers?lang=ko")
    assert "글에 여러 가지 필요가 담겨 있습니다" in page.text
    assert "이 부분에는: “운영자금이 급하고”" in page.text


def test_a_part_that_nothing_fits_says_so(app):
    loan = make_offer(
        title="운영자금 대출",
        text="소상공인에게 운영자금을 빌려드립니다.",
        category="loan_guarantee",
    )
    need = make_need(title="", text="운영자금이 급하고, 특허도 출원하고 싶다.", category=None)
    found = ranked_offers(need, today=TODAY)
    assert [part.offer for part in found.parts] == [loan, None]


def test_a_text_with_one_need_has_no_parts(app):
    make_offer()
    assert ranked_offers(make_need(), today=TODAY).parts == []


def test_where_nothing_fits_the_list_is_empty_and_says_why(app):
    make_offer()
    make_offer(**MARKETING)
    need = make_need(
        title="소음이 적은 추진기",
        text="돌고래 관찰 선박의 소음을 줄이는 추진기를 찾는다.",
        category="technology_rd",
    )
    found = ranked_offers(need, today=TODAY)
    assert (found.fitting, found.near) == ([], [])
    assert found.reasons == {"words": 2}


def test_sharing_only_the_category_is_not_a_fit(app):
    offer = make_offer()
    need = make_need(
        title="세척기",
        text="암벽 등반장 홀드를 세척하는 기계를 찾습니다.",
        category="smart_factory",
    )
    found = ranked_offers(need, today=TODAY)
    assert one_offer(need, offer, today=TODAY).score >= LEAST_SCORE
    assert (found.fitting, found.reasons) == ([], {"words": 1})
    assert ranked_needs(offer, today=TODAY).items == []


def test_an_empty_market_is_no_error(app):
    found = ranked_offers(make_need(), today=TODAY)
    assert (found.fitting, found.near, found.looked_at, found.reasons) == ([], [], 0, {})
    assert ranked_needs(make_offer(stage="draft"), today=TODAY).items == []
    page = ranked_needs(make_offer(**MARKETING), today=TODAY, page=7)
    assert (page.items, page.page, page.pages, page.total) == ([], 1, 0, 0)


def test_a_draft_of_a_firm_that_is_not_approved_is_ranked(app):
    firm = make_account(make_organisation(approval="draft")).organisation
    make_offer()
    draft = make_need(organisation=firm, stage="draft", published_at=None)
    assert len(ranked_ids(draft)) == 1


def test_a_list_says_who_waits_and_what_met_before(app):
    offer = make_offer(capacity=1)
    make_pairing("agreed", offer=offer)
    make_pairing("waiting", offer=offer)
    need = make_need()
    first = ranked_offers(need, today=TODAY).fitting[0]
    assert (first.full, first.waiting, first.pairing, first.blocked) == (True, 1, None, None)
    met = make_pairing("expired", need=need, offer=offer)
    first = ranked_offers(need, today=TODAY).fitting[0]
    assert (first.pairing, first.blocked) == (met, None)
    again = make_pairing("asked", need=need, offer=offer)
    first = ranked_offers(need, today=TODAY).fitting[0]
    assert (first.pairing, first.blocked) == (again, "live")


def test_a_need_with_three_asks_reads_that_it_must_withdraw_one(app):
    need, offer = make_need(), make_offer()
    need.open_asks = 3
    db.session.commit()
    assert one_offer(need, offer, today=TODAY).blocked == "ask_limit"


def test_one_offer_that_is_closed_says_so(app):
    offer = make_offer(stage="paused")
    found = one_offer(make_need(), offer, today=TODAY)
    assert (found.score, found.evidence, found.blocked) == (0, [], "closed")


@pytest.mark.parametrize(
    "change",
    [
        lambda offer: offer.pause(by=None, now=LATER),
        lambda offer: offer.close(by=None, now=LATER),
        lambda offer: offer.organisation.suspend(by=None, now=LATER, reason="확인"),
        lambda offer: offer.change({"closes_on": TODAY - timedelta(days=1)}, by=None, now=LATER),
        lambda offer: offer.change({"opens_on": TODAY + timedelta(days=1)}, by=None, now=LATER),
    ],
)
def test_what_is_no_longer_open_leaves_the_list_at_once(app, change):
    need, offer, stays = make_need(), make_offer(), make_offer()
    assert ranked_ids(need) == [offer.id, stays.id]
    change(offer)
    db.session.commit()
    assert ranked_ids(need) == [stays.id]


def test_a_day_that_passes_closes_an_offer(app):
    need, offer = make_need(), make_offer(closes_on=TODAY)
    assert ranked_ids(need) == [offer.id]
    assert ranked_ids(need, TODAY + timedelta(days=1)) == []


def test_what_is_published_edited_or_restored_is_found_at_once(app):
    need, offer = make_need(), make_offer()
    assert ranked_ids(need) == [offer.id]
    new = make_offer(stage="draft", published_at=None)
    new.publish(by=None, now=NOW)
    db.session.commit()
    assert ranked_ids(need) == [offer.id, new.id]
    offer.change(
        {"title": "꽃집 홍보", "text": "꽃집을 알리는 사진을 찍어 드립니다."}, by=None, now=NOW
    )
    db.session.commit()
    assert ranked_ids(need) == [new.id]
    new.organisation.suspend(by=None, now=NOW, reason="확인")
    db.session.commit()
    assert ranked_ids(need) == []
    new.organisation.restore(by=None, now=NOW)
    db.session.commit()
    assert ranked_ids(need) == [new.id]


def test_the_ranker_is_fitted_only_when_the_market_has_changed(app):
    make_offer()
    fitted = index.ranker(TODAY)
    assert index.ranker(TODAY) is fitted
    make_need()
    assert index.ranker(TODAY) is fitted
    make_offer()
    assert index.ranker(TODAY) is not fitted
    index.warm(NOW)


def test_only_so_much_is_kept(app):
    market = index.market()
    snapshot = market.at(TODAY)
    for name in range(index.MOST_KEPT + 10):
        market.keep(name, snapshot, lambda: 0)
    assert market.keep(index.MOST_KEPT, snapshot, lambda: 1) == 0
    assert market.keep(0, snapshot, lambda: 1) == 1


def test_what_was_computed_holds_until_the_market_changes(app):
    market = index.market()
    assert market.keep("it", market.at(TODAY), lambda: 1) == 1
    assert market.keep("it", market.at(TODAY), lambda: 2) == 1
    make_need()
    assert market.keep("it", market.at(TODAY), lambda: 3) == 3


def test_what_is_undone_was_never_in_the_index(app):
    need, offer = make_need(), make_offer()
    assert ranked_ids(need) == [offer.id]
    offer.close(by=None, now=LATER)
    db.session.flush()
    assert index.ranker(TODAY).offer_ids_ == [str(offer.id)]  # nobody else sees it closed yet
    db.session.rollback()
    assert ranked_ids(need) == [offer.id]
    offer.close(by=None, now=LATER)
    db.session.commit()
    assert index.ranker(TODAY).offer_ids_ == []


def test_an_event_that_is_committed_late_is_not_missed(app):
    offer = make_offer()
    audit.record("edit", make_offer(), by=None, now=NOW)
    db.session.commit()
    last = db.session.scalar(sa.select(sa.func.max(Event.id)))
    assert len(index.ranker(TODAY).offer_ids_) == 2
    late = Event(id=last + 2, at=NOW, act="x", subject_kind="offer", subject_id=1)
    db.session.add(late)
    db.session.commit()
    index.ranker(TODAY)
    offer.stage = "closed"
    db.session.add(
        Event(id=last + 1, at=NOW, act="close", subject_kind="offer", subject_id=offer.id)
    )
    db.session.commit()
    assert str(offer.id) not in index.ranker(TODAY).offer_ids_


def test_who_resumes_a_trail_misses_nothing_however_much_has_happened_since(app, monkeypatch):
    offer, first = make_offer(), trail.Trail("offer")
    first.skip()
    left, resumed = first.as_data(), trail.Trail("offer")
    audit.record("edit", offer, by=None, now=NOW)
    db.session.commit()
    monkeypatch.setattr(trail, "FAR", 3)
    for _ in range(5):
        audit.record("asked", make_need(), by=None, now=NOW)
    db.session.commit()
    resumed.resume(left)
    assert resumed.news() == {("offer", offer.id)}
    assert resumed.news() == set()


def test_one_statement_finds_that_nothing_has_changed(app):
    make_offer(), make_need()
    index.ranker(TODAY)
    assert statements(lambda: index.ranker(TODAY)) == 1


def test_needs_are_ranked_for_the_company_that_may_read_them(app):
    offer = make_offer(region=["41"])
    best, other = (
        make_need(),
        make_need(
            title="공정 개선 상담", text="공정 개선 상담을 원합니다. 매장 꾸미기도 궁금합니다."
        ),
    )
    make_need(region="11")
    make_need(only_asked=True)
    make_need(stage="draft", published_at=None)
    make_need(stage="paused")
    make_need(**MARKETING)
    suspended = make_need()
    suspended.organisation.approval = Approval.SUSPENDED
    db.session.commit()
    page = ranked_needs(offer, today=TODAY)
    assert [each.need for each in page.items] == [best, other]
    assert (page.page, page.pages, page.total) == (1, 1, 2)
    assert page.items[0].score == ranked_offers(best, today=TODAY).fitting[0].score
    assert sum(e.share for e in page.items[0].evidence) == pytest.approx(page.items[0].score)
    assert [each.name for each in page.items[0].criteria] == ["region", "size"]


@pytest.mark.parametrize("state", State)
def test_a_pair_that_has_closed_does_not_come_back_to_the_company(app, state):
    pairing = make_pairing(state)
    page = ranked_needs(pairing.offer, today=TODAY)
    known = None if state is State.WAITING else pairing  # the company does not know who waits
    assert [each.pairing for each in page.items] == ([known] if state in LIVE else [])


def test_a_page_of_needs_holds_its_own_part_of_the_list(app):
    offer = make_offer()
    for _ in range(5):
        make_need()
    whole = [each.need.id for each in ranked_needs(offer, today=TODAY).items]
    pages = [ranked_needs(offer, today=TODAY, page=n, per_page=2) for n in (1, 2, 3)]
    assert [each.need.id for page in pages for each in page.items] == whole
    assert [(page.page, page.pages, page.total) for page in pages] == [(n, 3, 5) for n in (1, 2, 3)]
    assert ranked_needs(offer, today=TODAY, page=99, per_page=2).page == 3


def test_a_need_comes_with_its_recommendation_and_relation(app):
    pairing = make_pairing("expired")
    other = make_pairing("asked", offer=pairing.offer)
    found = one_need(other.offer, other.need, today=TODAY)
    assert found.relation.declared == "none"
    assert found.pairing is other
    assert found.recommendations == []
    assert found.score > 0


def test_what_a_firm_said_of_its_trade_does_not_tell_which_need_is_its_own(app):
    pairing = make_pairing("agreed")
    need = make_need(organisation=pairing.need.organisation)
    assert one_need(pairing.offer, need, today=TODAY).relation is None
    found = ranked_needs(pairing.offer, today=TODAY).items
    assert [each.relation for each in found if each.need is need] == [None]


def test_recommendations_stand_beside_the_need(app):
    need, offer = make_need(), make_offer()
    association = make_account(kind="association").organisation
    row = Recommendation(
        association_id=association.id,
        need_id=need.id,
        offer_id=offer.id,
        word="꼼꼼한 기업입니다.",
        written_at=NOW,
        agreed_at=NOW,
    )
    membership = association_membership(association, need.organisation)
    stored(membership)
    stored(row)
    assert ranked_needs(offer, today=TODAY).items[0].recommendations == [row]


def association_membership(association, member):
    return Membership(
        association=association,
        member=member,
        business_number=member.business_number,
        label="회원",
        invited_at=NOW,
        accepted_at=NOW,
        shows_needs=True,
    )


def fill(count):
    company = make_account(kind="company").organisation
    for place in range(count):
        make_offer(organisation=company, region=["41"], title=f"공정 개선과 생산관리 {place}")


def test_an_sme_list_runs_the_same_statements_for_10_and_100_offers(app):
    need = make_need(
        title="공정 개선과 생산관리", text="공정을 함께 고치고 작업 지시와 실적을 옮깁니다."
    )
    counts = []
    for more, whole in ((10, 10), (90, 100)):
        fill(more)
        assert len(ranked_offers(need, today=TODAY, top=100).fitting) == whole
        counts.append(statements(lambda: ranked_offers(need, today=TODAY, top=100)))
    assert counts[1] <= counts[0]


def test_a_company_list_runs_the_same_statements_for_10_and_100_needs(app):
    offer = make_offer()
    counts = []
    for more, whole in ((10, 10), (90, 100)):
        for _ in range(more):
            make_need()
        assert len(ranked_needs(offer, today=TODAY, per_page=100).items) == whole
        counts.append(statements(lambda: ranked_needs(offer, today=TODAY, per_page=100)))
    assert counts[1] <= counts[0]


def test_why_not_names_the_rule_or_the_rank(app):
    need = make_need()
    first = make_offer()
    second = make_offer(text="공정 개선 교육을 합니다.", title="공정 개선 교육")
    excluded = make_offer(region=["11"])
    assert (why_not(need, first, today=TODAY).rules, why_not(need, first, today=TODAY).rank) == (
        (),
        1,
    )
    answer = why_not(need, second, today=TODAY)
    assert (answer.rules, answer.rank, answer.of) == ((), 2, 2)
    answer = why_not(need, excluded, today=TODAY)
    assert (answer.rules, answer.rank, answer.of) == (("region",), None, 2)


def test_why_not_names_every_rule(app):
    offer = make_offer(capacity=1)
    make_pairing("agreed", offer=offer)
    need = make_need(
        only_asked=True, stage="paused", title="돌고래", text="돌고래 관찰 선박의 소음"
    )
    assert why_not(need, offer, today=TODAY).rules == ("need_closed", "full", "setting", "words")
    met = make_pairing("withdrawn", closed_by=Side.COMPANY)
    assert why_not(met.need, met.offer, today=TODAY).rules == ("met",)
    answer = why_not(met.need, make_offer(stage="paused"), today=TODAY)
    assert (answer.rules, answer.rank, answer.of) == (("closed",), None, 0)


def test_planted_names_are_never_evidence(app):
    """A firm's name and contacts take no part in the score, so they cannot be shown by it."""
    need = make_need()
    offer = make_offer(
        text=f"{need.organisation.name}처럼 공정을 함께 고치고 생산관리 전문가가 돕습니다."
    )
    found = one_offer(need, offer, today=TODAY)
    assert fits(found.score, found.evidence)
    assert need.organisation.name not in str(found.evidence)
