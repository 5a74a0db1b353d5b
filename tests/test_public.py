"""The open pages: live figures from rows, one example that adds up, and no sentence unsaid."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask_babel import force_locale

from matchmaker.accounts.consent_texts import TERMS
from matchmaker.db import db, utcnow
from matchmaker.listing.categories import Category
from matchmaker.pairings.models import Pairing
from matchmaker.pairings.ranking.fitting import WORDS
from matchmaker.pairings.relations import Relation, RelationKind
from matchmaker.public import figures
from matchmaker.public.example import worked

from .factories import make_account, make_need, make_offer, make_organisation, make_pairing

PAGES = (*("/", "/how-ranking-works", "/help", "/terms", "/privacy", "/accessibility", "/credits"),)
TODAY = datetime(2026, 11, 24, tzinfo=UTC).date()


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("url", PAGES)
def test_every_open_page_stands_in_both_languages(browser, url, language):
    browser.speak(language)
    page = browser.get(url)
    assert "Inclusive Match" in page.text if language == "en" else "자상한 매칭" in page.text


@pytest.mark.parametrize("url", PAGES)
@pytest.mark.parametrize("kind", ["sme", "company", "association", "ministry"])
def test_open_pages_are_open_to_every_role(browser, kind, url):
    browser.sign_in(make_account(kind=kind))
    browser.get(url)


def market():
    return db.session.execute(figures.market(TODAY)).one()


def test_the_figures_are_counted_in_the_market(app):
    company = make_organisation("company")
    make_offer(organisation=company)
    make_offer(organisation=company, stage="paused")
    make_offer(closes_on=TODAY - timedelta(days=1))
    make_offer(organisation=make_organisation("company", approval="suspended"))
    make_need()
    make_need(stage="draft", published_at=None)
    assert tuple(market()) == (1, 1, 1, 0)


def test_only_what_both_accepted_without_earlier_trade_counts(app):
    for state in ("asked", "agreed", "active", "completed", "declined"):
        make_pairing(state)
    assert market().accepted == 3
    first = db.session.scalars(sa.select(Pairing).where(Pairing.agreed_at.is_not(None))).first()
    relation = db.session.scalar(Relation.between(first.sme_id, first.company_id))
    relation.confirmed = RelationKind.SUPPLIER  # the company contradicts
    db.session.commit()
    assert market().accepted == 2
    relation.declared = RelationKind.SUPPLIER
    db.session.commit()
    assert market().accepted == 2


def test_the_front_page_shows_the_figures_and_marks_the_demonstration(browser):
    for _ in range(3):
        make_offer(category="training")
    page = browser.speak("en").get("/")
    assert "Offers open now 3" in page.text
    assert "figures of the demonstration" in page.text
    assert "As of" in page.text
    assert "Training 3" in page.text


def test_every_field_leads_to_its_offers(browser):
    links = browser.get("/").links
    for category in Category:
        assert any(link.endswith(f"/offers?category={category}") for link in links)


@pytest.mark.parametrize(
    ("kind", "task"),
    [("sme", "/needs/new"), ("company", "/offers/new"), ("association", "/members")],
)
def test_each_door_leads_to_its_task(browser, kind, task):
    assert f"/register/{kind}" in browser.get("/").links
    browser.sign_in(make_account(kind=kind))
    assert task in browser.get("/").links


@pytest.fixture
def statements(app):
    """Collect the statements that run while a test lists them."""
    seen = []

    def note(_connection, _cursor, statement, *_rest):
        seen.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", note)
    yield seen
    sa.event.remove(db.engine, "before_cursor_execute", note)


def test_the_front_page_takes_the_same_statements_for_many_rows(browser, statements):
    counted = []
    for many in (10, 90):
        for _ in range(many):
            make_offer(organisation=make_organisation("company"))
        statements.clear()
        browser.get("/")
        counted.append(len(statements))
    assert counted[0] == counted[1]


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_example_is_computed_and_adds_up(app, language):
    with force_locale(language):
        example = worked(language)
        assert sum(line.percent for line in example.lines) == example.percent > 0
        assert "<mark>" in example.need[1] and "<mark>" in example.offer[1]
        assert str(example.word) in {str(word) for _least, word in WORDS}


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_ranking_page_prints_the_example(browser, app, language):
    text = browser.speak(language).get("/how-ranking-works").text
    with force_locale(language):
        example = worked(language)
        for line in example.lines:
            assert line.term in text and f"{line.percent}%" in text
        for least, word in WORDS:
            assert str(word) in text
            assert least == 0 or f"{round(least * 100)}" in text


def test_the_terms_are_those_that_people_consent_to(browser):
    text = browser.speak("en").get("/terms").text
    for _heading, paragraph in TERMS.body:
        assert str(paragraph) in text
    assert TERMS.version in text


def test_help_has_a_part_for_each_role(browser):
    html = browser.get("/help").response.get_data(as_text=True)
    for role in ("sme", "company", "association", "ministry"):
        assert f'id="{role}"' in html


def test_pages_call_no_other_host(browser):
    for url in PAGES:
        for name, attributes in browser.get(url).tags:
            address = attributes.get("src") or (attributes.get("href") if name == "link" else "")
            assert not (address or "").startswith(("http:", "https:", "//"))


def test_the_time_of_the_figures_is_now(browser):
    assert f"{utcnow().year}" in browser.speak("en").get("/").text
