"""The record of 2019-2022: loaded whole, shown with its sources, apart from the market."""

from pathlib import Path

import pytest
import sqlalchemy as sa
import yaml
from flask_babel import force_locale

from matchmaker.db import db
from matchmaker.needs.models import Need
from matchmaker.offers.models import Offer
from matchmaker.organisations.models import Organisation
from matchmaker.programme.loading import TABLES, load_history
from matchmaker.programme.models import (
    HistoryCompany,
    HistoryOffer,
    HistoryOutcome,
    HistorySource,
    ReconstructedNeed,
)
from matchmaker.programme.words import change, reported_date

from .factories import NOW, stored

DATA = Path(__file__).resolve().parent.parent / "matchmaker" / "demo" / "data"
HISTORY = yaml.safe_load((DATA / "history.yaml").read_text(encoding="utf-8"))
NEEDS = yaml.safe_load((DATA / "reconstructed_needs.yaml").read_text(encoding="utf-8"))
SLUGS = [entry["id"] for entry in (*HISTORY["companies"], *HISTORY["related_programmes"])]


@pytest.fixture
def record(app):
    counts = load_history(HISTORY, NEEDS, now=NOW)
    db.session.commit()
    return counts


def many(model, *conditions):
    return db.session.scalar(sa.select(sa.func.count()).select_from(model).where(*conditions))


def test_the_record_is_loaded_whole(record):
    assert record["companies"] == 30 and record["offers"] == 120 and record["outcomes"] == 56
    assert record["needs"] == 53
    assert many(HistoryCompany, ~HistoryCompany.is_related) == 30
    assert many(HistorySource) == record["sources"]


def test_loading_again_replaces_and_adds_nothing(record):
    before = [many(table) for table in TABLES]
    assert load_history(HISTORY, NEEDS, now=NOW) == record
    assert [many(table) for table in TABLES] == before


def test_the_record_never_enters_the_market(record):
    assert many(Organisation) == many(Need) == many(Offer) == 0


def test_every_source_that_a_row_names_is_there(record):
    known = set(db.session.scalars(sa.select(HistorySource.key)))
    for model in (HistoryCompany, HistoryOffer, HistoryOutcome, ReconstructedNeed):
        for sources in db.session.scalars(sa.select(model.sources)):
            assert set(sources) <= known


def test_no_percentage_is_stored(record):
    columns = {column.name for column in HistoryOutcome.__table__.columns}
    assert not {name for name in columns if "percent" in name or "change" in name}


@pytest.mark.parametrize(
    ("before", "after", "text"),
    [
        (920_000, 1_390_000, "+51.1%"),
        (120, 90, "−25.0%"),
        (11_900, 20_571, "+72.9%"),
        (6_000, 10_000, "+66.7%"),
        (1, 74, "+7,300.0%"),
        (5, 5, "+0.0%"),
    ],
)
def test_a_change_is_computed_from_its_values(before, after, text):
    assert change(before, after) == text


@pytest.mark.parametrize(
    ("written", "korean", "english"),
    [
        ("2020", "2020년", "2020"),
        ("2020-04", "2020년 4월", "April 2020"),
        ("2020-04-09", "2020년 4월 9일", "9 April 2020"),
        ("2020-Q2", "2020년 2분기", "Q2 2020"),
        ("2018-2022", "2018–2022년", "2018–2022"),
        (None, "", ""),
    ],
)
def test_a_date_is_as_exact_as_it_was_reported(app, written, korean, english):
    for tongue, text in (("ko", korean), ("en", english)):
        with force_locale(tongue):
            assert reported_date(written) == text


def test_every_reported_date_can_be_written(app):
    dates = [entry["supported_on"] for entry in NEEDS["needs"]]
    dates += [outcome["date"] for entry in HISTORY["companies"] for outcome in entry["outcomes"]]
    for written in dates:
        assert reported_date(written) or written is None


@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_company_has_its_page(browser, record, language):
    browser.speak(language)
    for slug in SLUGS:
        page = browser.get(f"/history/{slug}")
        assert "None" not in page.text and "{}" not in page.text


def test_an_unknown_company_is_not_found(browser, record):
    browser.get("/history/nobody", 404)


def test_samsung_page_shows_values_computed_change_and_source(browser, record):
    page = browser.speak("en").get("/history/samsung")
    assert "+51.1%" in page.text and "920,000 masks a day" in page.text
    assert "Ministry of SMEs and Startups" in page.text and "8 September 2020" in page.text
    assert "never enter the totals" in page.text
    assert "not to be added" in page.text  # the three makers are part of the four
    assert "1 person a line" in page.text


def test_the_five_practices_stand_with_their_figures(browser, record):
    text = browser.speak("en").get("/history/first-anniversary").text
    for figure in ("237 markets", "1,367 stores", "920,000", "1,390,000", "+51.1%"):
        assert figure in text
    for step in ("Diagnosis", "Innovation", "Infrastructure", "S&K Aerospace"):
        assert step in text
    for amount in ("KRW 1 trillion", "KRW 2 trillion", "KRW 26 billion", "9 ventures"):
        assert amount in text
    for amount in ("KRW 150 billion", "KRW 90 billion", "KRW 120 billion", "9 April 2020"):
        assert amount in text


def test_posco_gets_no_percentage(browser, record):
    html = browser.get("/history/first-anniversary").response.get_data(as_text=True)
    part = html[html.index('id="posco-ventures"') : html.index('id="banks-finance"')]
    assert "%" not in part
    assert "1조 원" in part and "2조 원" in part and "260억 원" in part


def test_reconstructed_needs_say_what_they_are(browser, record):
    page = browser.speak("en").get("/history/needs")
    assert "did not register here and did not write these texts" in page.text
    assert page.text.count("Reconstruction, not a quotation") == 20


def test_the_record_is_filtered_by_word_and_field(browser, record):
    browser.speak("en")
    assert "30 companies, in the order of the agreements" in browser.get("/history").text
    assert "1 company, in the order" in browser.get("/history?text=SAMSUNG").text
    assert "in the order" in browser.get("/history?category=ip_finance").text
    assert "Nothing in the record fits" in browser.get("/history?text=%25%25zzz").text
    assert "30 companies" in browser.get("/history?category=no-such-field").text


def test_an_empty_record_says_so(browser):
    browser.speak("en")
    assert "The record is empty." in browser.get("/history").text
    assert "The record is empty." in browser.get("/history/first-anniversary").text
    assert "No needs were reconstructed here." in browser.get("/history/needs").text


@pytest.fixture
def statements(app):
    """Collect the statements that run while a test lists them."""
    seen = []

    def note(_connection, _cursor, statement, *_rest):
        seen.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", note)
    yield seen
    sa.event.remove(db.engine, "before_cursor_execute", note)


def grow(count):
    """Add companies with offers and outcomes to the record."""
    start = many(HistoryCompany)
    for serial in range(start, start + count):
        stored(
            HistoryCompany(
                slug=f"firm-{serial}",
                name_ko=f"회사 {serial}",
                name_en=f"Firm {serial}",
                industry_ko="금융",
                industry_en="finance",
                verified=True,
                sources=[],
                offers=[
                    HistoryOffer(
                        slug=f"offer-{serial}",
                        category="training",
                        title_ko="교육",
                        title_en="Training",
                        text_ko="교육",
                        text_en="Training",
                        eligible_ko="누구나",
                        eligible_en="anybody",
                        verified=True,
                        sources=[],
                    )
                ],
            )
        )


def test_the_list_takes_the_same_statements_for_ten_and_for_a_hundred(browser, statements):
    counted = []
    for count in (10, 90):
        grow(count)
        db.session.expire_all()
        statements.clear()
        page = browser.get("/history?category=training&text=회사")
        counted.append(len(statements))
    assert page.text.count("회사 ") >= 100
    assert counted[0] == counted[1]


def test_an_installation_of_ones_own_loads_the_record_by_command(app, browser):
    runner = app.test_cli_runner()
    for _again in range(2):
        db.session.commit()
        result = runner.invoke(args=["load-history"])
        assert result.output == "30 companies, 120 offers, 56 outcomes.\n"
    browser.get("/history/samsung")
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Organisation)) == 0
