"""Sizes and traits: closed lists, a word for each in both languages."""

import pytest
from flask import Flask
from flask_babel import Babel, force_locale

from matchmaker.config import Config
from matchmaker.organisations.facts import HELP, SME_SIZES, Size, Trait, choices, help_of, label


@pytest.fixture(name="words", scope="module")
def _words():
    app = Flask("words")
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = Config.BABEL_TRANSLATION_DIRECTORIES
    Babel(app)
    with app.test_request_context():
        yield


def test_the_lists_are_the_stored_values():
    assert [*Size] == ["micro", "small", "medium", "mid", "large"]
    assert SME_SIZES == ("micro", "small", "medium")
    assert {"women_led", "market_stall", "century_shop", "innobiz"} < {*Trait}
    assert len(Trait) == 17
    assert not {*Size} & {*Trait}


def test_every_fact_has_a_word_and_every_size_a_line(words):
    for language in ("ko", "en"):
        with force_locale(language):
            for facts in (Size, Trait):
                found = [str(label(fact)) for fact in facts]
                assert all(found) and len(set(found)) == len(found)
            assert all(str(help_of(size)) for size in Size)
    assert [*HELP] == [*Size]


def test_words_follow_the_language(words):
    with force_locale("en"):
        assert label("small") == "Small firm"
        assert label(Trait.WOMEN_LED) == "Women-led"
    with force_locale("ko"):
        assert [str(label(size)) for size in Size] == [
            "소상공인",
            "소기업",
            "중기업",
            "중견기업",
            "대기업",
        ]
        assert label("women_led") == "여성 기업"


def test_choices_keep_the_order_and_an_unknown_fact_is_an_error():
    assert [value for value, _ in choices(SME_SIZES)] == ["micro", "small", "medium"]
    with pytest.raises(KeyError):
        label("giant")
