import unicodedata

import pytest

from matchmaker.matching.categories import CATEGORIES, words_of
from matchmaker.matching.regions import BY_CODE, REGIONS, code_of

NAMES = [
    (name, region.code)
    for region in REGIONS
    for name in (region.code, region.ko, region.ko_short, region.en, *region.former)
]


def test_there_are_seventeen_provinces_with_distinct_codes():
    assert len(REGIONS) == len(BY_CODE) == 17


@pytest.mark.parametrize(("name", "code"), NAMES)
def test_every_name_of_a_province_leads_to_its_newest_code(name, code):
    for text in (name, name.upper(), f"  {name.lower()} ", unicodedata.normalize("NFD", name)):
        assert code_of(text) == code


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("42", "51"),
        ("45", "52"),
        ("36", "36"),
        ("강원도", "51"),
        ("전라북도", "52"),
        ("서울시", "11"),
        ("제주도", "50"),
        ("제주특별자치도", "50"),
        ("충북", "43"),
        ("Gyeonggi-do", "41"),
        ("gyeonggi province", "41"),
        ("Jeollanam-do", "46"),
        ("Jeonnam", "46"),
        ("North Jeolla Province", "52"),
        ("Jeollabuk-do", "52"),
        ("Jeonbuk State", "52"),
        ("Chungcheongbuk-do", "43"),
        ("South Gyeongsang", "48"),
        ("Seoul Special City", "11"),
        ("Busan Metropolitan City", "26"),
        ("Sejong Special Self-Governing City", "36"),
        ("Gangwon Special Self-Governing Province", "51"),
        ("Jeju Island", "50"),
        ("Jeju-do", "50"),
    ],
)
def test_old_and_english_names_are_known(name, code):
    assert code_of(name) == code


@pytest.mark.parametrize(
    "text", ["", " ", "전국", "Korea", "00", "99", "서", "do", "-do", "1", "수원"]
)
def test_anything_else_is_no_province(text):
    assert code_of(text) is None


def test_a_category_gives_its_names_and_other_text_gives_itself():
    assert len(CATEGORIES) == 15
    assert words_of("online_sales") == "온라인 판매 · Selling online"
    assert words_of("공예") == "공예"
    assert words_of(None) == words_of("") == ""
