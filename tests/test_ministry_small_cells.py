"""Small cells: which counts of the reasons are told, and that no total gives one away."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.db import db
from matchmaker.ministry.small_cells import FEW, FEWEST, HIDDEN, guarded, totals
from matchmaker.pairings import answering
from matchmaker.pairings.states import Reason

from .factories import NOW, make_account, make_need, make_offer, make_pairing

cells = st.dictionaries(
    st.tuples(st.sampled_from("abcd"), st.sampled_from("wxyz")), st.integers(1, 12), max_size=12
)


@given(cells)
def test_small_cells_never_stand_as_numbers(counts):
    told = guarded(counts)
    for place, many in told.items():
        count = counts.get(place, 0)
        assert many in (count, HIDDEN) if count >= FEWEST or count == 0 else many == FEW


@given(cells)
def test_no_line_leaves_out_just_one_cell(counts):
    told = guarded(counts)
    for axis in (0, 1):
        for name in {place[axis] for place in told}:
            line = [many for place, many in told.items() if place[axis] == name]
            gone = [many for many in line if many in (FEW, HIDDEN)]
            assert len(gone) != 1 or len(line) == 1


@given(cells)
def test_guarding_again_changes_nothing_and_totals_are_guarded(counts):
    assert guarded(counts) == guarded(dict(sorted(counts.items(), key=str)))
    rows, columns = totals(counts)
    assert all(many == FEW or many >= FEWEST for many in (*rows.values(), *columns.values()))


def test_large_cells_are_told_as_they_are():
    counts = {("a", "x"): 7, ("a", "y"): 5, ("b", "x"): 9}
    assert guarded(counts) == {**counts, ("b", "y"): 0}
    assert totals(counts) == ({"a": 12, "b": 9}, {"x": 16, "y": 5})


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_no_with_a_reason_counts_one_more_for_the_ministry(browser, language):
    officer, offer = make_account(kind="ministry"), make_offer(capacity=50)
    browser.speak(language).sign_in(officer).get("/ministry/reasons")
    for reason, category, many in (
        (Reason.NO_CAPACITY, "training", 6),
        (Reason.WRONG_KIND, "training", 5),
        (Reason.WRONG_KIND, "esg_carbon", 2),
    ):
        for _ in range(many):
            pairing = make_pairing("asked", offer=offer, need=make_need(category=category))
            by = offer.organisation.people[0]
            answering.decline(pairing, by=by, now=NOW, reason=reason, comment="secret words")
    db.session.commit()
    page = browser.get("/ministry/reasons")
    if language == "en":
        assert "Training left out left out 11" in page.text  # else the totals would tell the 2
        assert "ESG and carbon under 5 left out under 5" in page.text
        assert "All 7 6" in page.text and "secret words" not in page.text


def test_the_overview_does_not_tell_what_the_table_by_field_leaves_out(browser):
    officer, offer = make_account(kind="ministry"), make_offer(capacity=50)
    for reason, many in ((Reason.WRONG_KIND, 5), (Reason.NO_CAPACITY, 2)):
        for _ in range(many):
            pairing = make_pairing("asked", offer=offer)
            answering.decline(pairing, by=offer.organisation.people[0], now=NOW, reason=reason)
    db.session.commit()
    text = browser.speak("en").sign_in(officer).get("/ministry").text
    assert "Another kind of help is needed 5 No capacity at present under 5" in text
