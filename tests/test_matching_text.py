import subprocess
import sys
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.matching import text as module
from matchmaker.matching.text import (
    LONGEST,
    analyse,
    analyse_all,
    grams_of,
    kind_of,
    normalise,
)


def words(text):
    return [token.term for token in analyse(text).words]


def terms(text):
    analysis = analyse(text)
    return {*words(text), *(term for term, _, _ in analysis.grams())}


def test_korean_nouns_are_found_under_any_particle():
    assert words("센서를") == words("센서가") == words("센서") == ["센서"]


def test_korean_verbs_stand_in_their_dictionary_form():
    assert words("인터넷에서 팔고 싶어요") == words("인터넷으로 팔려면") == ["인터넷", "팔다"]


def test_english_words_are_stemmed_and_particles_of_speech_left_out():
    assert words("We need loans for the machines") == words("a loan, machine") == ["loan", "machin"]


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("R&D 자금", "r&d"),
        ("U.S. market", "us"),
        ("sales in the US", "us"),
        ("IT company", "it"),
        ("start-up", "startup"),
        ("e-mail", "email"),
        ("5G 특화망", "5g"),
        ("스마트365", "365"),
        ("1,367 stores", "1367"),
        ("owner's", "owner"),
        ("대한民國", "民國"),
        ("Привет", "привет"),
    ],
)
def test_words_that_are_not_korean_are_kept_whole(text, term):
    assert term in words(text)


def test_a_long_hyphenated_word_is_its_parts():
    assert words("smart-factory") == ["smart", "factori"]


def test_small_numbers_and_stop_words_are_no_terms():
    assert words("3개, 12 of it, us and it") == []
    assert analyse("We use it").tokens and not analyse("We use it").words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("AI", "retail"),
        ("금", "자금"),
        ("금을 삽니다", "자금을 빌립니다"),
        ("US", "Australia"),
        ("IT", "profit"),
        ("칩", "칩거"),
    ],
)
def test_a_short_word_is_not_found_inside_another(one, other):
    assert not terms(one) & terms(other)


def test_fragments_bridge_spacing_and_spelling_but_stay_inside_words():
    assert terms("스마트 팩토리") & terms("스마트팩토리")
    assert terms("manufacturing") & terms("manufactoring")
    assert grams_of("금") == grams_of("app") == ()
    assert [term for term, _, _ in grams_of("센서")] == [
        "# 센",
        "#센서",
        "#서 ",
        "# 센서",
        "#센서 ",
    ]


def test_fragments_leave_particles_and_endings_out():
    assert [term for term, _, _ in analyse("센서를").grams()] == [t for t, _, _ in grams_of("센서")]
    assert list(analyse("합니다").grams()) == []


def test_every_term_says_where_it_stands():
    analysis = analyse("공장 고도화를 위한 MES를 도와주세요")
    shown = {token.term: analysis.text[token.start : token.end] for token in analysis.tokens}
    assert shown == {
        "공장": "공장",
        "고도": "고도화",
        "mes": "MES",
        "위하다": "위한",
        "돕다": "도와주세요",
    }


def test_a_verb_ends_where_the_next_word_begins():
    analysis = analyse("팔고싶은물건")
    assert [analysis.text[t.start : t.end] for t in analysis.words] == ["팔고싶은", "물건"]


def test_the_kind_of_a_term_stands_in_its_first_letter():
    assert [kind_of(term) for term in ("판매", "#판매", "@mes", "%training")] == [
        "word",
        "gram",
        "concept",
        "category",
    ]


@given(st.text(alphabet=st.sampled_from("가각힣한글 ab\u0301é🙂１①ﬁ")))
@settings(max_examples=60, deadline=None)
def test_unicode_forms_of_one_text_give_the_same_terms(text):
    composed, apart = (unicodedata.normalize(form, text) for form in ("NFC", "NFD"))
    assert terms(composed) == terms(apart)


@given(st.text())
@settings(max_examples=80, deadline=None)
def test_any_text_is_analysed_and_every_position_lies_in_it(text):
    analysis = analyse(text)
    for token in analysis.tokens:
        assert 0 <= token.start < token.end <= len(analysis.text)
    for _, (start, end), (first, last) in analysis.grams():
        assert first <= start < end <= last <= len(analysis.text)


@pytest.mark.parametrize("text", ["", " ", "!?…", "🙂🙃", "ㅋㅋㅋ", "ㄱ", "\u200f", "&", "-", "_"])
def test_texts_without_words_have_no_terms(text):
    assert terms(text) == set()


def test_half_characters_do_no_harm():
    assert normalise("가\ud800나") == "가?나"
    assert words("센서 \ud83d") == ["센서"]


def test_a_very_long_text_is_analysed():
    assert set(words("센서와 sensor " * 10_000)) == {"센서", "sensor"}


def test_texts_are_analysed_once_and_the_memory_for_them_is_bounded(monkeypatch):
    first = analyse("한 번만 읽는 글")
    assert analyse("한 번만 읽는 글") is first
    monkeypatch.setattr(module, "MEMO_CHARACTERS", 0)
    assert analyse_all(["다른 글", "다른 글"])[0].words
    assert module._kept == 0 and not module._memo
    assert analyse("한 번만 읽는 글") == first


def test_a_forked_process_shares_the_analyser_and_ends():
    code = """
import os, sys
from matchmaker.matching.text import analyse, analyse_all
analyse("센서")
child = os.fork()
if not child:
    found = analyse_all(["새 공장의 센서", "다른 공장"])
    sys.exit(0 if [t.term for t in found[0].words] == ["공장", "센서"] else 1)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""
    assert subprocess.run([sys.executable, "-c", code], timeout=60, check=False).returncode == 0


def test_importing_the_light_parts_does_not_load_the_heavy_ones():
    names = "cards categories eligibility evidence regions text glossary".split()
    imports = "; ".join(f"import matchmaker.matching.{name}" for name in names)
    heavy = "{'sklearn', 'scipy', 'kiwipiepy', 'numba', 'Stemmer'}"
    # The package itself imports the web application, which has the same duty.
    code = f"import sys; {imports}; sys.exit(', '.join({heavy} & set(sys.modules)) or 0)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr


@pytest.mark.parametrize(
    "text", ["가" * 1_000_000, "센서 " * 400_000, "word " * 300_000, "🙂" * 500_000]
)
def test_of_a_very_long_text_the_first_part_counts(text):
    analysis = analyse(text)
    assert len(analysis.text) == LONGEST
    assert all(token.end <= LONGEST for token in analysis.tokens)
    assert analyse(unicodedata.normalize("NFD", text)).text == analysis.text
