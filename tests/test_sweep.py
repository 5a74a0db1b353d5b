"""Every page × every role: the mark decides, and what may be opened is a whole page."""

import pytest

from matchmaker import create_app
from matchmaker.config import Testing
from matchmaker.web.guard import KINDS, PUBLIC, SIGNED_IN

from .factories import make_account

APP = create_app(Testing())
VALUES = {"IntegerConverter": 1, "UnicodeConverter": "x", "AnyConverter": "sme"}
LIBRARIES = ("security.", "static")
RULES = sorted(
    (rule for rule in APP.url_map.iter_rules() if not rule.endpoint.startswith(LIBRARIES)),
    key=lambda rule: (rule.rule, rule.endpoint),
)


def address(rule):
    """Fill the places of an address with values that name nothing in an empty market."""
    converters = rule._converters
    values = {
        name: next(iter(converters[name].regex.strip("(?:)").split("|")))
        if type(converters[name]).__name__ == "AnyConverter"
        else VALUES[type(converters[name]).__name__]
        for name in rule.arguments
    }
    with APP.test_request_context():
        return APP.url_map.bind("localhost").build(rule.endpoint, values)


def expected(view, account):
    """Return the answers that a mark allows for an account: the statuses."""
    if PUBLIC in view.access:
        return {200, 302, 404, 422}
    if account is None:
        return {302}
    if SIGNED_IN in view.access or account.organisation.kind in view.access:
        return {200, 302, 404, 409, 422}
    return {403}


@pytest.mark.parametrize("kind", [None, *KINDS])
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.rule}-{rule.endpoint}")
def test_only_whom_the_mark_names_gets_in(browser, rule, kind):
    account = make_account(kind=kind) if kind else None
    if account:
        browser.sign_in(account)
    view = APP.view_functions[rule.endpoint]
    client = browser.client
    method = client.get if "GET" in rule.methods else client.post
    response = method(address(rule))
    assert response.status_code in expected(view, account), response.status_code
    if account is None and response.status_code == 302 and PUBLIC not in view.access:
        assert response.location.startswith("/login")


PLAIN_PAGES = [rule for rule in RULES if "GET" in rule.methods and not rule.arguments]


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("kind", [None, *KINDS])
def test_every_page_of_an_empty_market_is_whole(browser, kind, language):
    account = make_account(kind=kind) if kind else None
    if account:
        browser.sign_in(account)
    browser.speak(language)
    for rule in PLAIN_PAGES:
        view = APP.view_functions[rule.endpoint]
        if expected(view, account) != {403} and rule.endpoint != "health.healthz":
            response = browser.client.get(rule.rule)
            if response.status_code == 200:
                browser.get(rule.rule)
