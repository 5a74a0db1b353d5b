"""Consent texts: complete notices in both languages, and words that keep to their version."""

import hashlib
from datetime import date

import pytest
from flask import Flask
from flask_babel import Babel, force_locale

from matchmaker.accounts.consent_texts import AT_REGISTRATION, DISCLOSURE, TEXTS
from matchmaker.accounts.models import ConsentKind
from matchmaker.config import Config

NAMES = {"recipient": "다온전자 50%", "association": "경기금속협동조합"}

# A wording that people agreed to. New words need a new version, and then a new line here.
WORDINGS = {
    ("terms", "2026-11-24", "ko"): "d0d2794788e4969a",
    ("terms", "2026-11-24", "en"): "91dfe7e10ad0e5fb",
    ("privacy", "2026-11-24", "ko"): "709b8d470d669dbd",
    ("privacy", "2026-11-24", "en"): "568f9f8f6a3b9670",
    ("privacy", "2026-11-25", "ko"): "4075b3aee2d74498",
    ("privacy", "2026-11-25", "en"): "159683119a84dcb9",
    ("mail_news", "2026-11-01", "ko"): "dd6dbde96b98ed34",
    ("mail_news", "2026-11-01", "en"): "c2f9cad6bae13405",
    ("disclosure", "2026-11-24", "ko"): "7a6ce8c51e6c268c",
    ("disclosure", "2026-11-24", "en"): "e5f785f9239b62ba",
    ("recommendation", "2026-11-24", "ko"): "f4ba29cffb417557",
    ("recommendation", "2026-11-24", "en"): "d456285e61bae2ac",
}


@pytest.fixture(autouse=True)
def _page():
    app = Flask("words")
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = Config.BABEL_TRANSLATION_DIRECTORIES
    Babel(app)
    with app.test_request_context():
        yield


def words(text, language):
    with force_locale(language):
        raw = [str(text.title), str(text.tick)]
        return raw + [str(part) for paragraph in text.body for part in paragraph]


def fingerprint(text, language):
    return hashlib.sha256("\n".join(words(text, language)).encode()).hexdigest()[:16]


def test_each_kind_of_consent_has_its_text():
    assert set(TEXTS) == set(ConsentKind)
    for kind, text in TEXTS.items():
        assert text.kind is kind
        assert date.fromisoformat(text.version)


def test_registration_has_separate_texts_of_which_news_is_optional():
    assert {text.kind: text.required for text in AT_REGISTRATION} == {
        ConsentKind.TERMS: True,
        ConsentKind.PRIVACY: True,
        ConsentKind.MAIL_NEWS: False,
    }


@pytest.mark.parametrize("kind", [kind for kind in ConsentKind if kind is not ConsentKind.TERMS])
def test_the_notices_that_the_law_asks_for(kind):
    with force_locale("en"):
        headings = [heading for heading, _ in TEXTS[kind].paragraphs(**NAMES)]
    wanted = {"What for", "How long", "Your right to refuse"}
    to_others = kind in (ConsentKind.DISCLOSURE, ConsentKind.RECOMMENDATION)
    wanted |= {"Who receives it", "What is opened"} if to_others else {"What is taken"}
    assert set(headings) == wanted


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("kind", ConsentKind)
def test_every_word_is_in_the_language(kind, language):
    for text in words(TEXTS[kind], language):
        assert any("가" <= c <= "힣" for c in text) == (language == "ko"), text


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_counterpart_is_named(language):
    with force_locale(language):
        assert NAMES["recipient"] in DISCLOSURE.sentence(**NAMES)
        for kind in (ConsentKind.DISCLOSURE, ConsentKind.RECOMMENDATION):
            assert NAMES["recipient"] in TEXTS[kind].paragraphs(**NAMES)[0].text
        assert NAMES["association"] in TEXTS[ConsentKind.RECOMMENDATION].sentence(**NAMES)
        with pytest.raises(KeyError):
            DISCLOSURE.paragraphs()


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("kind", ConsentKind)
def test_a_wording_keeps_its_version(kind, language):
    text = TEXTS[kind]
    assert fingerprint(text, language) == WORDINGS[kind, text.version, language]
