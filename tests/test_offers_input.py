"""Whatever is typed into the forms of an offer comes back whole, with a message at its field."""

import pytest

from .factories import make_account, make_offer
from .odd_values import ODD

TEXTS = ("title", "text", "title_en", "text_en", "conditions", "industry")
OTHERS = (
    "category", "regions", "sizes", "industries", "traits", "relation", "seats", "places",
    "opens_on", "closes_on", "period_months", "own", "own_share_percent", "amount_krw",
    "contact_id", "contacts_meant", "form_key", "draft", "add", "pick", "drop",
)  # fmt: skip

# One of each kind alone; all of them together below.
EACH = (
    "title", "text", "industry", "category", "regions", "industries", "relation", "places",
    "closes_on", "amount_krw", "contact_id", "draft", "add", "pick", "drop",
)  # fmt: skip


@pytest.fixture
def company(app, browser):
    account = make_account(kind="company")
    browser.sign_in(account)
    return account


def valid(account):
    return {
        "title": "현장 공정 개선과 생산관리시스템",
        "text": "전문가가 공정을 함께 고치고 전산으로 옮깁니다.",
        "seats": "limited",
        "places": "5",
        "own": "none",
        "contact_id": str(account.id),
    }


@pytest.mark.parametrize("field", EACH)
@pytest.mark.parametrize("odd", ODD)
def test_odd_values_in_one_field(browser, company, field, odd):
    fields = valid(company) | {field: ODD[odd]}
    page = browser.post("/offers/new", (200, 302, 422), data=fields)
    assert "<script>alert" not in page.html
    if page.status == 200:  # only the buttons that add and drop a business leave the form open
        assert field in ("add", "pick", "drop")
    if page.status == 422:
        assert any(link.startswith(f"#{field}") for link in page.links) or field in page.text
        kept = "title" if field != "title" else "text"
        assert fields[kept] in page.html


@pytest.mark.parametrize("odd", ODD)
def test_odd_values_everywhere(browser, company, odd):
    for button in ({}, {"draft": "1"}, {"add": "1"}):
        fields = dict.fromkeys([*TEXTS, *OTHERS[:-4]], ODD[odd][:10_000]) | button
        browser.post("/offers/new", (200, 302, 422), data=fields)


@pytest.mark.parametrize("odd", ODD)
def test_odd_values_beside_an_offer(browser, company, odd):
    offer = make_offer(organisation=company.organisation)
    url = f"/offers/{offer.id}"
    browser.post(f"{url}/capacity", (302, 422), places=ODD[odd])
    browser.post(f"{url}/duplicate", form_key=ODD[odd])


@pytest.mark.parametrize("path", ["/offers/99999999999999999999", "/offers/0", "/offers/x"])
def test_ids_that_are_none(browser, path):
    browser.get(path, 404)
