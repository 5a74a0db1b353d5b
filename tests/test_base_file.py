"""The fit in a file: shared by all processes, in step with the database, and never trusted."""

import mmap
import os
import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa

from matchmaker import audit, create_app
from matchmaker.audit import Event
from matchmaker.config import Testing
from matchmaker.db import begin_writing, db
from matchmaker.matching import ranker
from matchmaker.matching.cards import NeedCard
from matchmaker.offers.models import Offer
from matchmaker.pairings.clock import day_of
from matchmaker.pairings.ranking import base_file, index, refit_jobs
from matchmaker.pairings.ranking.index import Market
from matchmaker.pairings.ranking.ranked import ranked_offers
from matchmaker.pairings.ranking.refit_jobs import refit

from .counting import statements
from .factories import NOW, make_need, make_offer

TODAY = day_of(NOW)
ROOT = Path(__file__).resolve().parent.parent
CARD = NeedCard("n", title="꽃집 홍보와 수출", body="사진과 통역, 자금")
TITLES = ("꽃집 홍보 사진", "공장 자동화 설비", "수출 상담과 통역", "운전자금 대출", "특허 나눔")


@pytest.fixture
def path(app, tmp_path, monkeypatch):
    """A market that counts as large, whose file may lie in a folder of its own."""
    monkeypatch.setattr(index, "SMALL", 2)
    path = tmp_path / "index" / "offers"
    app.extensions["market"] = Market(path)
    for title in TITLES:
        audit.record("publish", make_offer(title=title), by=None, now=NOW)
    db.session.commit()
    return path


def another_process(app, path):
    app.extensions["market"] = Market(path)


def said(offer):
    return {card.id: card.title for card in index.ranker(TODAY).offers_}.get(str(offer.id))


def living():
    ranker = index.ranker(TODAY)
    return {int(id_): ranker.offers_[place].title for id_, place in ranker.places_.items()}


def stored_titles():
    titles = sa.select(Offer.id, Offer.title).where(Offer.stage != "closed")
    return dict(db.session.execute(titles).all())


def fits(monkeypatch):
    """Count how often all offers are fitted."""
    counted, fitted_on = [], index.fitted_on

    def count(*words, **more):
        counted.append(words)
        return fitted_on(*words, **more)

    monkeypatch.setattr(index, "fitted_on", count)
    return counted


def mapped():
    array = index.ranker(TODAY).segments_.parts[0].values
    while isinstance(array, np.ndarray) and array.base is not None:
        array = array.base
    return isinstance(array, (np.memmap, mmap.mmap))


def test_who_finds_no_file_makes_it_and_the_next_finds_it(app, path, monkeypatch):
    made = fits(monkeypatch)
    assert living() == stored_titles() and path.exists() and len(made) == 1
    lists = [match.id for match in index.ranker(TODAY).rank([CARD])[0]]
    another_process(app, path)
    assert living() == stored_titles() and len(made) == 1 and mapped()
    assert [match.id for match in index.ranker(TODAY).rank([CARD])[0]] == lists


def test_what_has_changed_since_is_taken_up(app, path, monkeypatch):
    index.ranker(TODAY)
    first, second, third, *_ = db.session.scalars(sa.select(Offer).order_by(Offer.id)).all()
    first.change({"title": "빵집 신제품", "text": "빵을 함께 개발합니다."}, by=None, now=NOW)
    second.close(by=None, now=NOW)
    third.closes_on = TODAY - timedelta(days=1)  # a day that passes leaves no event
    audit.record("publish", make_offer(title="새 물류 창고"), by=None, now=NOW)
    db.session.commit()
    made = fits(monkeypatch)
    another_process(app, path)
    expected = stored_titles()
    del expected[third.id]
    assert living() == expected and made == []


@pytest.mark.parametrize(
    "damage", ["missing", "empty", "short", "middle", "end", "note", "folder", "unreadable"]
)
def test_a_damaged_file_is_made_anew_and_never_served(app, path, monkeypatch, damage):
    index.ranker(TODAY)
    content = path.read_bytes()
    middle = len(content) // 2
    match damage:
        case "missing":
            shutil.rmtree(path.parent)
        case "empty":
            path.write_bytes(b"")
        case "short":
            path.write_bytes(content[:-9])
        case "middle":
            path.write_bytes(content[:middle] + b"?!?" + content[middle + 3 :])
        case "end":
            path.write_bytes(content[:-200] + b" " * 200)
        case "note":
            path.write_bytes(content.replace(b'"seen": [', b'"seen": [9, '))
        case "folder":
            path.unlink()
            path.mkdir()
        case "unreadable":
            path.unlink()
            path.symlink_to(path)
    made = fits(monkeypatch)
    another_process(app, path)
    need = make_need(title="꽃집 홍보 사진")
    assert ranked_offers(need, today=TODAY).fitting and living() == stored_titles()
    assert len(made) >= 1
    if damage != "folder":  # a folder in the file's place is left to the operator
        another_process(app, path)
        many = len(made)
        assert living() == stored_titles() and len(made) == many and mapped()


def test_the_file_of_another_database_is_refused(app, path, monkeypatch):
    index.ranker(TODAY)
    last = db.session.scalar(sa.select(sa.func.max(Event.id)))
    made = fits(monkeypatch)
    db.session.execute(
        sa.update(Event).where(Event.id == last).values(at=NOW + timedelta(microseconds=1))
    )
    db.session.commit()
    another_process(app, path)
    assert living() == stored_titles() and len(made) == 1
    db.session.execute(sa.delete(Event).where(Event.id == last))  # an earlier backup
    db.session.commit()
    another_process(app, path)
    assert living() == stored_titles() and len(made) == 2


def test_the_file_of_another_version_is_refused(app, path, monkeypatch):
    index.ranker(TODAY)
    made = fits(monkeypatch)
    for module, name, value in (
        (base_file, "_cards_version", lambda: "later"),
        (ranker, "FORMULA", 999),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(module, name, value)
            another_process(app, path)
            made.clear()
            assert living() == stored_titles() and len(made) == 1


def test_where_nothing_can_be_written_the_page_still_answers(app, path, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    another_process(app, tmp_path / "file" / "index" / "offers")
    assert living() == stored_titles()
    monkeypatch.setattr("matchmaker.matching.store.os.replace", fail)
    another_process(app, path)
    assert living() == stored_titles() and not path.exists()
    assert [each.name for each in path.parent.iterdir()] == ["offers.lock"]


def fail(*_):
    raise OSError("no space left")


def test_a_small_market_needs_no_file(app, path, monkeypatch):
    monkeypatch.setattr(index, "SMALL", 300)
    assert living() == stored_titles() and not path.parent.exists()


def run_refit(now=NOW):
    db.session.commit()
    begin_writing()
    counts = refit(now)
    db.session.commit()
    return counts


def test_a_new_file_is_taken_up_and_requests_keep_what_they_have(app, path, monkeypatch):
    before = index.market().at(TODAY)
    first = db.session.scalars(sa.select(Offer).order_by(Offer.id)).first()
    first.change({"title": "빵집 신제품", "text": "빵을 함께 개발합니다."}, by=None, now=NOW)
    db.session.commit()
    index.ranker(TODAY)
    mine = index.market()
    monkeypatch.setattr(refit_jobs, "SHARE", 0)
    assert run_refit()["refitted"] == 1
    # between the fit and the look at it
    first.change({"title": "빵집 새 제품", "text": "빵을 함께 개발합니다."}, by=None, now=NOW)
    need = make_need(title="빵집 신제품")
    db.session.commit()
    changed = mine.at(TODAY)
    assert changed.ranker.segments_.is_changed and need.id in changed.needs
    mine.file.wait()
    moved = mine.at(TODAY)
    assert moved.number > changed.number and moved.ranker is not changed.ranker
    assert living() == stored_titles() and need.id in moved.needs
    assert before.ranker.rank([CARD])[0], "the earlier one still answers"
    assert mine.at(TODAY) is moved


def test_a_broken_file_does_not_take_the_place_of_what_is_there(app, path):
    before = index.market().at(TODAY)
    draft = path.with_name("draft")
    draft.write_bytes(path.read_bytes()[:-50])
    os.replace(draft, path)
    index.market().at(TODAY)
    index.market().file.wait()
    assert index.market().at(TODAY) is before
    assert run_refit()["refitted"] == 1


def test_what_a_killed_process_has_left_is_cleared(app, path):
    path.parent.mkdir()
    (path.parent / ".offers.k1ll3d").write_bytes(b"half a fit")
    index.ranker(TODAY)
    assert {each.name for each in path.parent.iterdir()} == {"offers", "offers.lock"}


def test_looking_at_the_market_takes_one_statement_where_nothing_has_changed(app, path):
    index.ranker(TODAY)
    assert statements(lambda: index.ranker(TODAY)) == 1


def test_the_job_fits_when_it_is_time(app, path, monkeypatch):
    assert run_refit()["refitted"] == 1, "there was none"
    assert run_refit()["refitted"] == 0
    monkeypatch.setattr(refit_jobs, "MANY", 1)
    monkeypatch.setattr(refit_jobs, "SHARE", 1)
    offers = db.session.scalars(sa.select(Offer).order_by(Offer.id)).all()
    offers[0].change({"title": "빵집 신제품", "text": "빵을 함께 개발합니다."}, by=None, now=NOW)
    assert run_refit()["refitted"] == 0, "one is not many"
    offers[1].close(by=None, now=NOW)
    assert run_refit()["refitted"] == 1
    assert run_refit(NOW + timedelta(days=1))["refitted"] == 1, "every night"
    monkeypatch.setattr(index, "SMALL", 300)
    assert run_refit()["refitted"] == 0 and not path.exists()


def test_two_processes_print_the_same_numbers(tmp_path, monkeypatch):
    """One fits, the other loads; each has then seen other steps of the same change."""
    monkeypatch.setattr(index, "SMALL", 2)
    address = f"sqlite:///{tmp_path / 'db.sqlite'}"

    class Place(Testing):
        SQLALCHEMY_DATABASE_URI = address
        INDEX_PATH = str(tmp_path / "index")

    app = create_app(Place())
    with app.app_context():
        db.create_all()
        offers = [make_offer(title=title) for title in TITLES]
        for offer in offers:
            audit.record("publish", offer, by=None, now=NOW)
        make_need(title="빵집 신제품과 훈제 연어 수출")
        db.session.commit()
        index.ranker(TODAY)
        for title in ("훈제 연어", "빵집 신제품 수출"):  # the other process sees the last only
            offers[0].change({"title": title, "text": "함께 개발합니다."}, by=None, now=NOW)
            db.session.commit()
            index.ranker(TODAY)
        mine = numbers()
        db.session.remove()
        db.engine.dispose()
    code = (
        "import sys; from matchmaker import create_app; from matchmaker.config import Testing\n"
        "from matchmaker.pairings.ranking import index; from tests import test_base_file as tests\n"
        "class Place(Testing): SQLALCHEMY_DATABASE_URI, INDEX_PATH = sys.argv[1:]\n"
        "index.SMALL = 2\n"
        "index.fitted_on = None\n"
        "with create_app(Place()).app_context(): print(tests.numbers())"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, address, Place.INDEX_PATH],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert run.stdout.strip() == str(mine), run.stderr
    assert len(mine) > 1


def numbers():
    """Return what pages print of each offer for each need."""
    snapshot = index.market().at(TODAY)
    cards = [need.card for need in snapshot.needs.values()]
    return [
        (match.id, round(match.score, 9))
        for matches in snapshot.ranker.rank(cards, top=None)
        for match in matches
    ]
