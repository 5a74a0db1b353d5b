"""From a letter to its stop, and what a person chooses instead, in a real browser."""

from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa

from matchmaker import outbox
from matchmaker.accounts.models import Account
from matchmaker.db import db
from matchmaker.notifications.jobs import write_letters
from matchmaker.notifications.sentences import Group
from matchmaker.notifications.settings import DEFAULTS, How, chosen
from matchmaker.outbox import Mail

from .chromium import Visitor
from .factories import NOW, make_account

pytestmark = pytest.mark.chromium

PASSWORD = "a-long-enough-phrase-7"


@pytest.fixture
def letter(site):
    """The address and the link of a letter that somebody got."""
    with site.test_request_context():
        reader = make_account(password=PASSWORD)
        outbox.notify([reader], "role_owner", now=NOW)
        db.session.commit()
        write_letters(NOW)
        db.session.commit()
        return reader.email, urlsplit(db.session.scalar(sa.select(Mail.stop_url))).path


def wanted(site):
    with site.app_context():
        return chosen(db.session.scalar(sa.select(Account)))


@pytest.mark.parametrize("width", ["desktop", "phone"])
@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_letter_is_stopped_taken_back_and_chosen_anew(chromium, site, letter, language, width):
    address, path = letter
    visitor = Visitor(chromium, site, language, width)
    visitor.open(path)
    assert wanted(site) == DEFAULTS, "opening the link stops nothing"
    visitor.send(path)
    assert wanted(site)[Group.PEOPLE] == How.NEVER
    visitor.send(f"{path}/undo")
    assert wanted(site) == DEFAULTS
    visitor.open("/login").fill(email=address, password=PASSWORD)
    visitor.send("/login")
    visitor.open("/account/notices").choose("people", "weekly").send("")
    assert wanted(site) == DEFAULTS | {Group.PEOPLE: How.WEEKLY}
    visitor.open("/notices").send("/notices/seen")
    visitor.send("/notices/unseen")
    visitor.leave()
