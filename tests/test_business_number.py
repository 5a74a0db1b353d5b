"""The business number: spellings, the check digit, the written form."""

import pytest

from matchmaker.organisations.business_number import formatted, is_valid, normalise


@pytest.mark.parametrize("number", ["124-81-00998", "220-81-62517", "120-81-47521"])
def test_real_numbers_are_valid(number):
    assert is_valid(number)
    assert is_valid(number.replace("-", ""))


@pytest.mark.parametrize(
    "number",
    [
        "116-82-00277",  # right form, wrong check digit
        "124-81-00989",
        "",
        None,
        "   ",
        "12481009980",  # eleven digits
        "124810099",
        "124-81-0099B",
        "O24-81-00998",
        "0000000000",
        "일이사-81-00998",
        "٣" * 3,
    ],
)
def test_other_texts_are_not(number):
    assert not is_valid(number)


def test_every_single_wrong_digit_is_noticed():
    for place in range(10):
        for digit in "0123456789":
            wrong = "1248100998"[:place] + digit + "1248100998"[place + 1 :]
            assert is_valid(wrong) == (wrong == "1248100998")


@pytest.mark.parametrize(
    "typed",
    [
        "1248100998",
        " 124-81-00998 ",
        "124 81 00998",
        "１２４－８１－００９９８",
        "124–81—00998",
        "124−81‑00998",
        "124-81-00998\u200b\n",
    ],
)
def test_spellings_become_ten_digits(typed):
    assert normalise(typed) == "1248100998"
    assert is_valid(typed)
    assert formatted(typed) == "124-81-00998"


def test_nothing_else_is_dropped():
    assert normalise("124-81-0099B") == "124810099B"
    assert normalise("") == "" == normalise(None)
    assert formatted("12-34") == "12-34"
