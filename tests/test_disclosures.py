"""What gives a person away in free text is found, and figures that merely look like it are not."""

import time

import pytest

from matchmaker.listing.disclosures import email_addresses, phone_numbers, resident_numbers

PHONES = [
    "010-1234-5678",
    "010 1234 5678",
    "010.1234.5678",
    "010·1234·5678",
    "01012345678",
    "010 - 1234 - 5678",
    "011-234-5678",
    "02-123-4567",
    "02-1234-5678",
    "02)1234-5678",
    "(02) 123-4567",
    "031-123-4567",
    "0311234567",
    "055-1234-5678",
    "070-1234-5678",
    "0504-1234-5678",
    "080-123-4567",
    "+82 10 1234 5678",
    "+82-10-1234-5678",
    "+821012345678",
    "+82 (0)10-1234-5678",
    "+82-2-123-4567",
    "0082 10 1234 5678",
    "1588-1234",
    "1670-0000",
    "０１０－１２３４－５６７８",
    "010–1234–5678",
    "010−1234‑5678",
    "010\u00a01234\u30005678",
    "010-\u200b1234-5678",
    "+1 415 555 2671",
    "010-0000-0000",
]


@pytest.mark.parametrize("phone", PHONES)
@pytest.mark.parametrize(
    "frame", ["{}", "연락처는 {}입니다.", "김OO {}, 주민번호", "Tel.{}/Fax", "㎏㈜: {}로"]
)
def test_phone_numbers_are_found_as_typed(phone, frame):
    assert phone_numbers(frame.format(phone)) == [phone]


def test_several_are_each_found_once_in_their_order():
    text = "010-1111-2222/02-333-4444,010-1111-2222,010-5555-6666~7 (1588-1234)"
    assert phone_numbers(text) == ["010-1111-2222", "02-333-4444", "010-5555-6666", "1588-1234"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        None,
        "예산은 30,000,000원, 많아야 12500000원입니다.",
        "사업자등록번호 124-81-00998, 220 81 62517",
        "주문번호 20201124-0012345, 2020112400123456",
        "부품 번호 AB-02-123-4567-89, X0212345678",
        "2020-09-08, 2026.11.24 09:12, 2026년 11월 24일",
        "하루 920,000장에서 1,390,000장으로 +51.1%",
        "한 달에 1600-2000만 원, 1800-2000명, 1500-1600 kg",
        "0.0212345678, 3.1415926535",
        "법인등록번호 130111-0006246",
        "계좌 110-123-456789",
        "8801234567890",
        "12-345-6789",
    ],
)
def test_figures_are_no_phone_numbers(text):
    assert phone_numbers(text) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("메일은 kim.shop+1@naver.com로 주세요.", ["kim.shop+1@naver.com"]),
        ("메일은abc@mail.co.kr입니다", ["abc@mail.co.kr"]),
        ("ａｂｃ＠ｎａｖｅｒ．ｃｏｍ", ["ａｂｃ＠ｎａｖｅｒ．ｃｏｍ"]),
        ("a@b.kr, c@d.kr and a@b.kr", ["a@b.kr", "c@d.kr"]),
        ("kim @ naver.com", ["kim @ naver.com"]),
        ("kim(at)naver.com", ["kim(at)naver.com"]),
        ("kim골뱅이naver.com", ["kim골뱅이naver.com"]),
        ("<owner@example.com>", ["owner@example.com"]),
        ("@naver 검색, naver.com", []),
        ("사과 3개 @ 1,500원, 5 @ 3.50", []),
        ("a@b", []),
        ("", []),
        (None, []),
    ],
)
def test_email_addresses(text, found):
    assert email_addresses(text) == found


@pytest.mark.parametrize(
    "number",
    [
        "900101-1234567",
        "9001011234567",
        "900101 1234567",
        "900101 - 2234567",
        "050315-3123456",
        "050315-4123456",
        "900101-5123456",
        "900101-6123456",
        "050315-7123456",
        "050315-8123456",
        "000229-3123456",
        "９００１０１－１２３４５６７",
        "900101–1234567",
        "900101−1234567",
        "900101\u20111234567",
        "900101ー1234567",
        "9001\u200b01-1234567",
        "٩٠٠١٠١-1234567",
    ],
)
@pytest.mark.parametrize("frame", ["{}", "주민번호 {}입니다", "({})", "김OO{}김OO"])
def test_resident_numbers_are_found_as_typed(number, frame):
    assert resident_numbers(frame.format(number)) == [number]


@pytest.mark.parametrize(
    "text",
    [
        "",
        None,
        "901301-1234567",  # no month 13
        "900231-1234567",  # no 31 February
        "000229-1234567",  # 1900 was no leap year
        "900101-9234567",
        "900101-0234567",
        "19900101-1234567",
        "900101-12345678",
        "900101-123456",
        "900101-1******",
        "900101--1234567",
        "예산 900,101원과 1,234,567원",
        "124-81-00998",
        "주문번호 20201124-3012345",
        "2020-09-08 1234567",
        "010-1234-5678",
        "법인등록번호 130111-0006246",
        "법인등록번호 110111-1234569",  # 11 January by its digits, a company by its check digit
    ],
)
def test_other_numbers_are_no_resident_numbers(text):
    assert resident_numbers(text) == []


@pytest.mark.parametrize(
    "unit", ["a", "1", "a.", "0", "010-", "900101-", "@", " ", "+1 ", "a@a.", "가"]
)
def test_a_huge_text_is_read_in_reasonable_time(unit):
    text = unit * (200_000 // len(unit))
    before = time.perf_counter()
    for find in (phone_numbers, email_addresses, resident_numbers):
        find(text)
    assert time.perf_counter() - before < 5
