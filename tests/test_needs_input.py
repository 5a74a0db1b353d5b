"""Whatever is typed into the form of a need comes back whole, with a message at its field."""

import pytest

from matchmaker.db import db
from matchmaker.needs.models import Need

from .factories import make_account
from .odd_values import ODD

FIELDS = (
    "title", "text", "category", "region", "wanted_on", "urgency", "amount_krw",
    "own_share_krw", "closes_on", "only_asked", "contacts_meant", "form_key", "draft",
)  # fmt: skip
VALID = {"title": "종이 작업 지시를 전산으로", "text": "작업 지시와 실적을 종이에 적습니다."}


@pytest.fixture
def firm(app, browser):
    account = make_account()
    browser.sign_in(account)
    return account


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("odd", ODD)
def test_odd_values_in_one_field(browser, firm, field, odd):
    page = browser.post("/needs/new", (302, 422), data=VALID | {field: ODD[odd]})
    if page.status == 422:
        assert f"#{field}" in " ".join(page.links)
        assert "<script>alert" not in page.html
        other = next(name for name in VALID if name != field)
        assert VALID[other] in page.html


@pytest.mark.parametrize("odd", ODD)
def test_odd_values_everywhere(browser, firm, odd):
    for button in ({}, {"draft": "1"}):
        fields = dict.fromkeys(FIELDS[:-1], ODD[odd][:20_000]) | button
        browser.post("/needs/new", (302, 422), data=fields)


def test_what_was_typed_comes_back_as_typed(browser, firm):
    page = browser.post("/needs/new", 422, amount_krw="많이", wanted_on="내년 봄", title="<b>&")
    assert page.all("input", name="amount_krw")[0]["value"] == "많이"
    assert page.all("input", name="wanted_on")[0]["value"] == "내년 봄"
    assert page.all("input", name="title")[0]["value"] == "<b>&"
    assert "숫자로 적어 주세요" in page.text


def test_texts_are_stored_tidy(browser, firm):
    decomposed = "\u1100\u1161" * 12
    browser.post("/needs/new", title="\x00 제목 ", text=decomposed)
    need = db.session.scalars(db.select(Need)).one()
    assert need.title == "제목"
    assert need.text == "가" * 12


@pytest.mark.parametrize(
    "path", ["/needs/99999999999999999999", "/needs/0", "/needs/-1", "/needs/x"]
)
def test_ids_that_are_none(browser, firm, path):
    browser.get(path, 404)


@pytest.mark.parametrize("page", ["0", "-5", "x", "9" * 30, "2"])
def test_page_numbers_that_are_none(browser, firm, page):
    browser.get(f"/needs?page={page}")
