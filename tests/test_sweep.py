"""Every page × every role: the mark decides, and what may be opened is a whole page."""

import pytest
from werkzeug.routing import AnyConverter, IntegerConverter

from matchmaker import create_app
from matchmaker.config import Testing
from matchmaker.web.guard import KINDS, PUBLIC, SIGNED_IN

from .factories import make_account

APP = create_app(Testing())
LIBRARIES = ("security.", "static")
RULES = sorted(
    (rule for rule in APP.url_map.iter_rules() if not rule.endpoint.startswith(LIBRARIES)),
    key=lambda rule: (rule.rule, rule.endpoint),
)


def example(converter):
    """Return a value for one place of an address."""
    if isinstance(converter, IntegerConverter):
        return 1
    if isinstance(converter, AnyConverter):
        return converter.regex.strip("(?:)").split("|")[0]
    return "x"


def address(rule):
    """Fill the places of an address with values that name nothing in an empty market."""
    values = {name: example(rule._converters[name]) for name in rule.arguments}
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
    open_page = browser.get if "GET" in rule.methods else browser.post
    page = open_page(address(rule), status=tuple(expected(view, account)))
    if account is None and PUBLIC not in view.access:
        assert page.response.location.startswith("/login")


PLAIN_PAGES = [rule for rule in RULES if "GET" in rule.methods and not rule.arguments]


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("kind", [None, *KINDS])
def test_every_page_of_an_empty_market_is_whole(browser, kind, language):
    account = make_account(kind=kind) if kind else None
    if account:
        browser.sign_in(account)
    browser.speak(language)
    for rule in PLAIN_PAGES:
        allowed = expected(APP.view_functions[rule.endpoint], account)
        if allowed != {403}:
            browser.get(rule.rule, status=tuple(allowed))
