"""Flask-Security speaks Korean: a complete catalogue of its own domain beside the built-in ones."""

import re
from pathlib import Path

import flask_security
import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask
from flask_babel import Babel, force_locale
from flask_security.babel import FsDomain

from matchmaker.config import ROOT

OURS = ROOT / "matchmaker/translations/security/ko/LC_MESSAGES/flask_security.po"
TEMPLATE = Path(flask_security.__file__).parent / "translations" / "flask_security.pot"
PLACEHOLDER = re.compile(r"%\(\w+\)|%s")
# The msgid lacks the `s` of its placeholder, so its number would come out as a character.
WITHOUT_ITS_NUMBER = "Value entered must be less than %(length) characters"


def read(path):
    with path.open("rb") as lines:
        return read_po(lines, locale="ko" if path == OURS else None)


KOREAN = read(OURS)
MSGIDS = [message.id for message in read(TEMPLATE) if message.id]


@pytest.fixture(name="domain", scope="module")
def _domain(tmp_path_factory):
    folder = tmp_path_factory.mktemp("security")
    target = folder / "ko" / "LC_MESSAGES" / "flask_security.mo"
    target.parent.mkdir(parents=True)
    with target.open("wb") as out:
        write_mo(out, KOREAN)
    app = Flask("security")
    app.config["SECURITY_I18N_DOMAIN"] = "flask_security"
    app.config["SECURITY_I18N_DIRNAME"] = ["builtin", str(folder)]
    Babel(app)
    with app.test_request_context():
        yield FsDomain(app)


def test_the_template_is_the_installed_one():
    assert len(MSGIDS) > 200


@pytest.mark.parametrize("msgid", MSGIDS)
def test_every_message_has_korean_with_its_placeholders(msgid):
    message = KOREAN.get(msgid)
    assert message is not None and message.string, msgid
    assert not message.fuzzy
    if msgid != WITHOUT_ITS_NUMBER:
        assert sorted(PLACEHOLDER.findall(message.string)) == sorted(PLACEHOLDER.findall(msgid))
    assert re.findall("<[^>]+>", message.string) == re.findall("<[^>]+>", msgid)
    assert message.string.endswith(" ") == msgid.endswith(" ")


def test_the_catalogue_compiles_without_complaint_and_holds_nothing_else():
    assert not [errors for _, errors in KOREAN.check() if errors]
    assert {message.id for message in KOREAN if message.id} == set(MSGIDS)
    assert not KOREAN.obsolete


def test_flask_security_finds_it_and_stays_english_in_english(domain):
    text = "Password must be at least %(length)s characters"
    with force_locale("ko"):
        assert domain.gettext("Invalid password") == "비밀번호가 맞지 않습니다"
        assert domain.gettext(text, length=10) == "비밀번호는 10자 이상이어야 합니다"
    with force_locale("en"):
        assert domain.gettext("Invalid password") == "Invalid password"
        assert domain.gettext(text, length=10) == "Password must be at least 10 characters"
