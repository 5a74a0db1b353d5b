"""What needs and offers share below the pages: publishing, changing, closing, versions."""

import pytest
import sqlalchemy as sa

from matchmaker.audit import Event
from matchmaker.db import db
from matchmaker.errors import Refusal
from matchmaker.listing.forms import written_in
from matchmaker.listing.history import steps
from matchmaker.listing.identity import identity
from matchmaker.listing.models import Stage, Version, listing_changed, listing_closed
from matchmaker.needs.models import Need
from matchmaker.offers.models import Limit, Offer
from matchmaker.offers.words import criteria_words, criterion_words, who_may

from .factories import NOW, make_account, make_need, make_offer, make_organisation


def refused(act, **kwargs):
    with pytest.raises(Refusal) as caught:
        act(**kwargs)
    return caught.value.rule


def test_a_draft_begins_once_for_a_form(app):
    account = make_account()
    first = Need.start(account.organisation, by=account, now=NOW, form_key="a" * 32)
    assert Need.start(account.organisation, by=account, now=NOW, form_key="a" * 32) is first
    assert Need.start(account.organisation, by=account, now=NOW) is not first
    other = make_account()
    assert Need.start(other.organisation, by=other, now=NOW, form_key="a" * 32) is not first


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"title": None}, "incomplete"),
        ({"text": "짧은 글"}, "incomplete"),
        ({"text": "열한 글자의 글입니다"}, "incomplete"),
        ({"closes_on": NOW.date().replace(day=23)}, "past"),
        ({"wanted_on": NOW.date().replace(day=23)}, "past"),
        ({"text": "전화는 010-1234-5678 입니다"}, "contacts"),
        ({"title_en": "mail kim@example.com"}, "contacts"),
    ],
)
def test_what_keeps_a_need_from_being_published(app, changes, rule):
    need = make_need(stage="draft", published_at=None, **changes)
    assert refused(need.publish, by=None, now=NOW) == rule
    assert need.stage is Stage.DRAFT


def test_an_unapproved_firm_does_not_publish(app):
    need = make_need(stage="draft", organisation=make_organisation(approval="submitted"))
    assert refused(need.publish, by=None, now=NOW) == "not_approved"


def test_every_stage_and_act(app):
    allowed = {
        ("draft", "publish"): "published",
        ("paused", "publish"): "published",
        ("paused", "resume"): "published",
        ("published", "pause"): "paused",
        ("draft", "close"): "closed",
        ("published", "close"): "closed",
        ("paused", "close"): "closed",
    }
    for make in (make_need, make_offer):
        for stage in Stage:
            for act in ("publish", "pause", "resume", "close"):
                row = make(stage=stage)
                if (stage, act) in allowed:
                    getattr(row, act)(by=None, now=NOW)
                    assert row.stage == allowed[stage, act]
                else:
                    assert refused(getattr(row, act), by=None, now=NOW) == "state"
                    assert row.stage == stage


def test_a_change_is_recorded_once_and_only_if_it_is_one(app):
    account = make_account()
    need = make_need(organisation=account.organisation)
    need.change({"title": need.title, "text": need.text}, by=account, now=NOW)
    assert db.session.scalar(sa.select(sa.func.count(Version.id))) == 0
    need.change({"title": "새 제목", "region": "50"}, by=account, now=NOW)
    version = db.session.scalars(Version.of(need)).one()
    assert version.facts["title"] == "새 제목" and version.facts["region"] == "50"
    event = db.session.scalars(Event.about(need)).all()[-1]
    assert (event.act, event.account_id) == ("edit", account.id)


def test_steps_name_what_changed(app):
    need = make_need(stage="draft", published_at=None)
    need.publish(by=None, now=NOW)
    need.pause(by=None, now=NOW)
    need.resume(by=None, now=NOW)
    need.change({"title": "새 제목", "amount_krw": 5}, by=None, now=NOW)
    db.session.commit()
    assert [step.changed for step in steps(need)] == [["제목", "금액"], []]


def test_closing_and_changing_send_their_signals(app):
    heard = []

    def closed(listing, **_more):
        heard.append(("closed", listing.id))

    def changed(listing):
        heard.append(("changed", listing.id))

    need = make_need()
    with listing_closed.connected_to(closed), listing_changed.connected_to(changed):
        need.change({"title": "새 제목"}, by=None, now=NOW)
        need.close(by=None, now=NOW)
    assert heard == [("changed", need.id), ("changed", need.id), ("closed", need.id)]


def test_criteria_in_words(app):
    offer = make_offer(
        region=["50", "11"], size=["mid", "micro"], industry=["C"], trait=["venture"]
    )
    offer.allow(Limit.RELATION, ["none"], now=NOW)
    words = [(str(label), text) for label, text in criteria_words(offer)]
    assert words == [
        ("지역", "서울·제주"),
        ("규모", "소상공인·중견기업"),
        ("업종", "제조업"),
        ("해당해야 하는 것", "벤처기업"),
        ("거래 관계", "거래한 적이 없는 기업만"),
    ]
    bare = [text for _label, text in criteria_words(make_offer())]
    assert bare == ["전국", "소상공인·소기업·중기업"]
    assert criterion_words("traits", ("venture", "women_led"))[1].endswith("가운데 하나")


def test_a_change_of_criteria_in_words_is_dated(app):
    offer = make_offer()
    later = NOW.replace(day=25)
    offer.change({"title": "다른 제목"}, by=None, now=later)
    assert offer.criteria_published_at == NOW
    offer.change({"conditions": "서류가 필요합니다"}, by=None, now=later)
    assert offer.criteria_published_at == later


def test_too_few_places_change_nothing_else(app):
    account = make_account(kind="company")
    offer = make_offer(organisation=account.organisation, capacity=5, places_taken=4)
    assert refused(offer.change, facts={"capacity": 3}, by=account, now=NOW) == "capacity"
    db.session.rollback()
    assert db.session.get(Offer, offer.id).capacity == 5


@pytest.mark.parametrize(
    ("texts", "language"),
    [(("한글",), "ko"), (("ㅎㅎ", "abc"), "ko"), (("MES", "wanted"), "en"), ((None, "x"), "en")],
)
def test_the_language_of_what_was_typed(app, texts, language):
    assert written_in(*texts) == language


def test_english_words_stand_in_a_row(app):
    with app.test_request_context("/?lang=en"):
        offer = make_offer(region=["11", "50"], size=["mid", "micro"], industry=["C"])
        words = [text for _label, text in criteria_words(offer)]
        assert words == ["Seoul, Jeju", "Micro-enterprise, mid-sized firm", "Manufacturing"]
        assert who_may(offer.criteria) == "Manufacturing, micro-enterprise, mid-sized firm"
        assert identity(make_organisation()) == "Gyeonggi · manufacturing · small firm"
