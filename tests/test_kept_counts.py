"""Kept term counts: counted once, right after every change, and gone with the listing."""

from dataclasses import replace

import pytest
import sqlalchemy as sa

from matchmaker.db import begin_writing, db
from matchmaker.matching.ranker import TfidfRanker
from matchmaker.needs.cards import need_card
from matchmaker.offers.cards import offer_card
from matchmaker.pairings.ranking import kept_counts_jobs
from matchmaker.pairings.ranking.kept_counts import KeptCounts, counted, kept_counts, outdated
from matchmaker.pairings.ranking.kept_counts_jobs import keep_counts

from .counting import statements
from .factories import NOW, make_need, make_offer


def run():
    db.session.commit()
    begin_writing()
    counts = keep_counts(NOW)
    db.session.commit()
    return counts


def rows():
    return db.session.scalars(sa.select(KeptCounts).order_by(KeptCounts.kind)).all()


@pytest.fixture
def ranker():
    return TfidfRanker()


def test_each_open_listing_is_counted_once(app, ranker):
    need, offer = make_need(), make_offer()
    make_offer(stage="draft", published_at=None)
    assert run() == {"kept": 2, "forgotten": 0} and run() == {"kept": 0, "forgotten": 0}
    assert [(row.kind, row.listing_id) for row in rows()] == [
        ("need", need.id),
        ("offer", offer.id),
    ]
    for card in (need_card(need), offer_card(offer)):
        missed = []
        assert list(kept_counts([card], ranker, missed=missed)) == counted([card], ranker)
        assert missed == [] and outdated([card], ranker) == []


def test_a_text_that_changed_is_counted_anew_even_before_the_job_comes(app, ranker):
    offer = make_offer()
    run()
    offer.change({"title": "꽃집 홍보", "text": "꽃집을 알리는 사진을 찍습니다."}, by=None, now=NOW)
    db.session.commit()
    card, missed = offer_card(offer), []
    assert list(kept_counts([card], ranker, missed=missed)) == counted([card], ranker)
    assert missed == [(card, counted([card], ranker)[0])]
    assert run() == {"kept": 1, "forgotten": 0}
    assert outdated([card], ranker) == [] and run() == {"kept": 0, "forgotten": 0}


def test_a_name_that_changed_is_counted_anew(app):
    offer = make_offer()
    run()
    offer.organisation.suspend(by=None, now=NOW, reason="확인")
    offer.organisation.restore(by=None, now=NOW)
    offer.organisation.name = "다른 이름"
    db.session.commit()
    assert run() == {"kept": 1, "forgotten": 0}


def test_what_was_said_goes_with_the_listing(app):
    need, offer, draft = make_need(), make_offer(), make_offer()
    run()
    offer.close(by=None, now=NOW)
    db.session.delete(draft)
    assert run() == {"kept": 0, "forgotten": 2}
    assert [row.listing_id for row in rows()] == [need.id]


def test_damaged_counts_and_those_of_another_version_are_never_used(app, ranker):
    offer = make_offer()
    run()
    card = offer_card(offer)
    right = counted([card], ranker)
    db.session.execute(sa.update(KeptCounts).values(data=b"broken"))
    assert list(kept_counts([card], ranker)) == right
    other = TfidfRanker(title=3.0)
    assert list(kept_counts([card], other)) == counted([card], other) != right
    db.session.execute(sa.update(KeptCounts).values(version="earlier", key="earlier"))
    assert list(kept_counts([card], ranker)) == right
    assert run() == {"kept": 1, "forgotten": 0} and rows()[0].version == ranker.counting_version


def test_a_run_takes_so_many_at_most_and_the_next_goes_on(app, monkeypatch):
    monkeypatch.setattr(kept_counts_jobs, "MOST", 2)
    monkeypatch.setattr(kept_counts_jobs, "AT_ONCE", 1)
    monkeypatch.setattr(kept_counts_jobs, "_touched", lambda *_: set())
    for _ in range(5):
        make_offer()
    assert [run()["kept"] for _ in range(4)] == [2, 2, 1, 0]


def test_a_run_that_is_killed_has_kept_whole_batches(app, monkeypatch):
    offers = [make_offer() for _ in range(4)]
    monkeypatch.setattr(kept_counts_jobs, "AT_ONCE", 2)
    put, killed = kept_counts_jobs.put, offers[3].id

    def fail(card, *rest):
        if int(card.id) == killed:
            raise KeyboardInterrupt
        put(card, *rest)

    with monkeypatch.context() as patch:
        patch.setattr(kept_counts_jobs, "put", fail)
        with pytest.raises(KeyboardInterrupt):
            run()
    db.session.rollback()
    assert {row.listing_id for row in rows()} == {offers[0].id, offers[1].id}
    assert run()["kept"] == 2


def test_counts_come_in_the_order_of_the_cards(app, ranker):
    cards = [offer_card(make_offer(title=f"제목 {n}")) for n in range(3)]
    run()
    shuffled = [cards[2], replace(cards[0], title="새 제목"), cards[1]]
    assert list(kept_counts(shuffled, ranker)) == counted(shuffled, ranker)
    assert statements(lambda: list(kept_counts(cards, ranker))) == 1
    assert statements(lambda: outdated(cards, ranker)) == 1
