import subprocess
import sys
from datetime import date

import pytest

from matchmaker.matching import kernels, store
from matchmaker.matching.cards import OfferCard
from matchmaker.matching.glossary import Glossary
from matchmaker.matching.ranker import TfidfRanker
from matchmaker.matching.store import Cards, UnusableIndex
from tests.test_matching_updates import BASE, GLOSSARY, NEED


@pytest.fixture
def ranker():
    return TfidfRanker(GLOSSARY, k1=1.1).fit(BASE)


@pytest.fixture
def kept(ranker, tmp_path):
    path = tmp_path / "ranker"
    ranker.save(path)
    return path


def test_a_ranker_that_was_kept_answers_as_before(ranker, kept):
    copy = TfidfRanker.load(kept, GLOSSARY)
    assert copy.version == ranker.version and copy.k1 == 1.1
    assert (copy.score([NEED]) == ranker.score([NEED])).all()
    for options in ({}, {"by_rules": True}, {"top": None}):
        assert copy.rank([NEED], **options) == ranker.rank([NEED], **options)
    assert copy.explain(NEED, "b") == ranker.explain(NEED, "b")
    assert copy.input_hash(NEED, copy.offers_[0]) == ranker.input_hash(NEED, BASE[0])
    assert len(kernels.search.signatures) == 1


def test_its_arrays_cannot_be_written_and_it_takes_updates(ranker, kept):
    copy = TfidfRanker.load(kept, GLOSSARY)
    assert not copy.segments_.parts[0].values.flags.writeable
    more = OfferCard("a", body="훈제 연어", closes_on=date(2026, 6, 30))
    updates = [each.update(added=[more], removed=["d"]) for each in (ranker, copy)]
    assert updates[0].rank([NEED]) == updates[1].rank([NEED])
    updates[1].save(kept)
    again = TfidfRanker.load(kept, GLOSSARY)
    assert again.offer_ids_ == ["b", "f", "a"] and again.offers_[2] == more
    assert again.rank([NEED]) == updates[0].rank([NEED])


def test_whoever_has_it_open_keeps_what_was_there(ranker, kept):
    copy = TfidfRanker.load(kept, GLOSSARY)
    TfidfRanker(GLOSSARY, k1=1.1).fit(BASE[:1]).save(kept)
    assert copy.rank([NEED]) == ranker.rank([NEED])
    assert [path.name for path in kept.parent.iterdir()] == ["ranker"]


def test_a_note_is_kept_with_it(ranker, kept):
    assert TfidfRanker.load(kept, GLOSSARY).note_ is None
    ranker.save(kept, note={"last": 4})
    assert store.glance(kept) == (ranker.version, {"last": 4})
    copy = TfidfRanker.load(kept, GLOSSARY)
    assert copy.note_ == {"last": 4} and copy.rank([NEED]) == ranker.rank([NEED])
    kept.write_bytes(kept.read_bytes().replace(b'"last": 4', b'"last": 5'))
    with pytest.raises(UnusableIndex, match="damaged"):
        TfidfRanker.load(kept, GLOSSARY)


@pytest.mark.parametrize("damage", ["missing", "empty", "short", "changed", "foreign", "folder"])
def test_a_file_that_is_not_whole_is_refused(kept, damage):
    content = kept.read_bytes()
    kept.unlink()
    match damage:
        case "empty":
            kept.write_bytes(b"")
        case "short":
            kept.write_bytes(content[:-1])
        case "changed":
            kept.write_bytes(content[:500] + bytes([content[500] ^ 1]) + content[501:])
        case "foreign":
            kept.write_bytes(b"{}" * 100)
        case "folder":
            kept.mkdir()
    with pytest.raises(UnusableIndex):
        TfidfRanker.load(kept, GLOSSARY)


def test_another_version_is_refused(kept, monkeypatch):
    with pytest.raises(UnusableIndex, match="version of the ranking"):
        TfidfRanker.load(kept, Glossary({"craft": ["도자기"]}))
    with monkeypatch.context() as patch:
        patch.setattr("matchmaker.matching.ranker.FORMULA", 999)
        with pytest.raises(UnusableIndex, match="version of the ranking"):
            TfidfRanker.load(kept, GLOSSARY)
    monkeypatch.setattr(store.np, "__version__", "0.1")
    with pytest.raises(UnusableIndex, match="versions of the libraries"):
        TfidfRanker.load(kept, GLOSSARY)


def test_a_failure_while_writing_leaves_what_was_there(ranker, kept, monkeypatch):
    before = kept.read_bytes()
    monkeypatch.setattr("joblib.dump", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        ranker.save(kept)
    assert kept.read_bytes() == before
    assert [path.name for path in kept.parent.iterdir()] == ["ranker"]


def test_another_process_with_another_hash_seed_answers_the_same(ranker, kept):
    code = (
        "import sys\n"
        "from matchmaker.matching.ranker import TfidfRanker\n"
        "from tests.test_matching_updates import GLOSSARY, NEED\n"
        "ranker = TfidfRanker.load(sys.argv[1], GLOSSARY)\n"
        "print(ranker.rank([NEED]), ranker.explain(NEED, 'b'))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, kept], capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == f"{ranker.rank([NEED])} {ranker.explain(NEED, 'b')}"


def test_cards_are_read_as_they_were_written():
    cards = [
        OfferCard("a", title="제목 🙂", regions=frozenset({"11", "26"}), organisation_id=4),
        OfferCard("b", closes_on=date(2026, 6, 30), places_left=0, relations=frozenset({"none"})),
        OfferCard("", category="", body="\ud800"),
    ]
    kept = Cards.of(cards[:2]) + cards[2:]
    assert list(kept) == cards and len(kept) == 3
    assert list(Cards.of(cards)) == cards and list(Cards.of([])) == []
    with pytest.raises(IndexError):
        kept[3]
