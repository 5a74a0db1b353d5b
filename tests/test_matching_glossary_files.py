"""Glossaries in files: the kept analysis, an operator's own concepts, and dictionaries."""

import pytest

from matchmaker.matching import glossary_files
from matchmaker.matching.cards import NeedCard, OfferCard
from matchmaker.matching.glossary_files import GlossaryError, load_glossary
from matchmaker.matching.ranker import TfidfRanker
from matchmaker.matching.text import analyse

SMALL = (
    "concepts:\n- id: loan\n  category: loan_guarantee\n  ko: [대출, 돈을 빌리다]\n  en: [loan]\n"
)


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """A glossary of two lines in the place of the shipped one, and where its analysis is kept."""
    path = tmp_path / "glossary.yaml"
    path.write_text(SMALL, encoding="utf-8")
    monkeypatch.setattr(glossary_files, "PATH", path)
    monkeypatch.setattr(glossary_files, "_KEPT", tmp_path / "kept")
    glossary_files._shipped.cache_clear()
    yield tmp_path / "kept"
    glossary_files._shipped.cache_clear()


def again():
    glossary_files._shipped.cache_clear()
    return load_glossary()


def concepts(glossary, text):
    return {found.concept for found in glossary.find(analyse(text))}


def test_the_analysis_is_kept_and_read_again(kept, monkeypatch):
    first = load_glossary()
    [file] = kept.iterdir()
    monkeypatch.setattr(glossary_files, "_put_together", None)  # must not be needed
    second = again()
    assert (second.version, second.tables) == (first.version, first.tables)
    assert concepts(second, "돈을 좀 빌려야 해요") == {"loan"}
    assert file.stat().st_mode & 0o444 == 0o444


@pytest.mark.parametrize("damage", [b"", b"abc\n[]", b"\xff\xfe", None])
def test_a_damaged_analysis_is_made_again(kept, damage):
    first = load_glossary()
    [file] = kept.iterdir()
    file.write_bytes(file.read_bytes()[:-9] if damage is None else damage)
    assert again().tables == first.tables
    assert again().tables == first.tables
    assert [each.name for each in kept.iterdir()] == [file.name]


def test_another_text_is_another_analysis(kept):
    load_glossary()
    glossary_files.PATH.write_text(SMALL.replace("[loan]", "[loan, credit]"), encoding="utf-8")
    assert concepts(again(), "credit") == {"loan"}
    assert len(list(kept.iterdir())) == 2


def test_where_nothing_can_be_kept_it_works_all_the_same(kept):
    kept.write_text("a file where a folder should be")
    assert concepts(load_glossary(), "loan") == {"loan"}


def test_an_operators_file_extends_the_concepts(kept, tmp_path):
    own = tmp_path / "own.yaml"
    own.write_text("concepts:\n- id: loan\n  ko: [급전]\n- id: ice\n  ko: [얼음]\n  en: [ice]\n")
    glossary = load_glossary(also=[own])
    assert concepts(glossary, "급전이 필요하다") == {"loan"}
    assert concepts(glossary, "대출과 얼음") == {"loan", "ice"}
    assert glossary.categories == {"loan": "loan_guarantee"}
    assert glossary.version != load_glossary().version


DICTIONARY = """\
# Korean, tab, English
얼음\tice
숫돌\twhetstone; grindstone
대출\tlending
물\twater
것\tthing
배\tship; pear; belly; times; boat
하다\tto do
사포\ta sheet of paper with sand glued onto one side
"""


def test_a_dictionary_is_imported_with_care(kept, tmp_path):
    path = tmp_path / "words.tsv"
    path.write_text(DICTIONARY, encoding="utf-8")
    glossary = load_glossary(also=[path])
    assert set(glossary.concepts) == {"loan", "~얼음", "~숫돌"}
    assert concepts(glossary, "a grindstone and ice") == {"~숫돌", "~얼음"}


def test_a_word_that_stands_for_many_is_left_out(kept, tmp_path):
    path = tmp_path / "words.tsv"
    path.write_text(
        "".join(f"낱말{n}\tthingummy; gadget{place}\n" for place, n in enumerate("가나다라마"))
    )
    glossary = load_glossary(also=[path])
    assert concepts(glossary, "thingummy") == set()
    assert len(glossary.concepts) == 6


def test_a_word_of_a_dictionary_counts_less_than_a_concept(kept, tmp_path):
    path = tmp_path / "words.tsv"
    path.write_text("얼음\tice\n")
    own = tmp_path / "own.yaml"
    own.write_text("concepts:\n- id: ice\n  ko: [얼음]\n  en: [ice]\n")
    need, offer = NeedCard("n", body="얼음 기계"), OfferCard("o", body="an ice shop")
    scores = [
        TfidfRanker(load_glossary(also=[file])).fit([offer]).score([need])[0, 0]
        for file in (own, path)
    ]
    assert scores[0] > scores[1] > 0
    [evidence] = TfidfRanker(load_glossary(also=[path])).fit([offer]).explain(need, "o")
    assert evidence.term == "얼음 ↔ ice"


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"one language only\n", "words.tsv:1: no tab"), (b"\xff\xfe\t\n", "not UTF-8")],
)
def test_a_wrong_dictionary_is_refused(kept, tmp_path, content, reason):
    path = tmp_path / "words.tsv"
    path.write_bytes(content)
    with pytest.raises(GlossaryError, match=reason):
        load_glossary(also=[path])


def test_a_missing_file_is_refused(kept, tmp_path):
    with pytest.raises(GlossaryError, match=r"none\.tsv"):
        load_glossary(also=[tmp_path / "none.tsv"])


def test_an_operators_setting_adds_to_what_ships(kept, tmp_path):
    path = tmp_path / "words.tsv"
    path.write_text("얼음\tice\n")
    try:
        glossary_files.add_files([path])
        assert concepts(load_glossary(), "ice") == {"~얼음"}
        with pytest.raises(GlossaryError):
            glossary_files.add_files([tmp_path / "none.tsv"])
        assert concepts(load_glossary(), "ice") == {"~얼음"}, "a wrong setting changes nothing"
    finally:
        glossary_files.add_files([])
    assert concepts(load_glossary(), "ice") == set()
