"""The industrial classification: complete, in both languages, compared by prefix."""

import re
from itertools import groupby

import pytest

from matchmaker.organisations.industries import (
    choices,
    industries,
    industry,
    is_within,
    name,
    nearest,
    section_of,
    short_name,
)


def codes(length):
    return [i.code for i in industries() if i.code.isdigit() and len(i.code) == length]


def test_the_classification_is_complete():
    sections = [i.code for i in industries() if i.code.isalpha()]
    assert "".join(sections) == "ABCDEFGHIJKLMNOPQRSTU"
    assert (len(codes(2)), len(codes(3))) == (77, 232)
    assert len({i.code for i in industries()}) == 21 + 77 + 232
    assert {group[:2] for group in codes(3)} == set(codes(2))


def test_entries_stand_in_order_each_above_its_own():
    digits = [i.code for i in industries() if i.code.isdigit()]
    assert digits == sorted(digits)
    assert [key for key, _ in groupby(industries(), lambda i: i.section)] == list(
        "ABCDEFGHIJKLMNOPQRSTU"
    )


def test_every_entry_has_both_names():
    for entry in industries():
        assert re.search("[가-힣]", entry.ko) and not re.search("[A-Za-z]", entry.ko), entry
        assert re.search("[A-Za-z]", entry.en) and not re.search("[가-힣]", entry.en), entry
        assert "  " not in entry.ko + entry.en and entry.ko == entry.ko.strip()


@pytest.mark.parametrize(
    ("code", "section"),
    [
        ("01", "A"),
        ("08", "B"),
        ("10", "C"),
        ("259", "C"),
        ("34", "C"),
        ("35", "D"),
        ("42", "F"),
        ("479", "G"),
        ("561", "I"),
        ("63", "J"),
        ("76", "N"),
        ("96", "S"),
        ("99", "U"),
        ("25931", "C"),
        ("C", "C"),
        ("04", None),
        ("c", None),
        ("", None),
        (None, None),
        ("２５", None),
        ("123456", None),
    ],
)
def test_sections(code, section):
    assert section_of(code) == section


@pytest.mark.parametrize(
    ("code", "prefix", "within"),
    [
        ("259", "C", True),
        ("259", "25", True),
        ("259", "259", True),
        ("25931", "259", True),
        ("25", "259", False),
        ("25", "C", True),
        ("C", "C", True),
        ("C", "25", False),
        ("259", "G", False),
        ("259", "2", True),
        ("561", "56", True),
        ("561", "55", False),
        ("", "C", False),
        (None, "C", False),
        ("259", "", False),
        ("04", "04", False),
    ],
)
def test_within_a_prefix(code, prefix, within):
    assert is_within(code, prefix) is within


def test_names():
    assert industry("139").ko == "기타 섬유제품 제조업"
    assert industry("25931") is None and nearest("25931") == industry("259")
    assert name("561", "ko") == "음식점업"
    assert name("56", "en") == "Restaurants and bars"
    assert name("25931", "en") == industry("259").en
    assert (name("04", "ko"), name(None, "ko")) == ("04", "")
    assert short_name("25", "ko") == "금속 가공제품"
    assert short_name("25", "en") == "Metal working products"
    assert short_name("C", "ko") == "제조업"


@pytest.mark.parametrize("language", ["ko", "en"])
def test_choices_are_grouped_by_section_and_name_nothing_twice(language):
    found = choices(language)
    assert len({section for section, _, _ in found}) == 21
    assert len([*groupby(found, lambda choice: choice[0])]) == 21
    assert ("25" in {code for _, code, _ in found}) and "020" not in {code for _, code, _ in found}
    assert (
        len({code for _, code, _ in found}) == len({label for _, _, label in found}) == len(found)
    )
    whole = choices(language, with_sections=True)
    assert len(whole) == len(found) + 21
    assert ("C 제조업", "C", "제조업 (C)") in choices("ko", with_sections=True)
