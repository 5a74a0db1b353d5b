"""A small firm without its name, and what in its words would tell the name."""

import pytest

from matchmaker.i18n import LANGUAGES
from matchmaker.listing.giveaways import giveaways
from matchmaker.listing.identity import identities, identity

from .counting import statements
from .factories import make_account, make_need, make_organisation


def test_five_firms_of_a_business_are_named_by_it(app):
    firms = [make_organisation(industry="259") for _one in range(5)]
    assert identity(firms[0]) == "경기도 · 기타 금속 가공제품 · 소기업"


def test_fewer_than_five_are_named_more_widely(app):
    firm = make_organisation(industry="25911")
    assert identity(firm) == "경기도 · 금속 가공제품 · 소기업"
    assert identity(make_organisation(industry="25")) == "경기도 · 제조업 · 소기업"


def test_only_approved_small_firms_of_the_province_count(app):
    for _one in range(5):
        make_organisation(industry="25", approval="submitted")
        make_organisation(industry="25", region="50")
        make_organisation("company", industry="25")
    assert identity(make_organisation(industry="25")) == "경기도 · 제조업 · 소기업"


def test_the_place_of_a_need_counts(app):
    need = make_need(region="50")
    assert identity(need.organisation, need).startswith("제주특별자치도 · ")


@pytest.mark.parametrize(
    ("missing", "line"),
    [
        ({"region": None}, "제조업 · 소기업"),
        ({"industry": None}, "경기도 · 소기업"),
        ({"size": None}, "경기도 · 제조업"),
        ({"region": None, "industry": None, "size": None}, ""),
        ({"industry": "xyz"}, "경기도 · 소기업"),
    ],
)
def test_what_is_unknown_is_left_out(app, missing, line):
    assert identity(make_organisation(**missing)) == line


def test_a_list_takes_one_statement(app):
    needs = [make_need() for _one in range(6)]
    need_ids = [need.id for need in needs]
    found = {}
    assert statements(lambda: found.update(identities(needs))) <= 13  # six expired pairs and one
    assert list(found) == need_ids
    assert statements(lambda: identities(needs)) <= 13


def test_the_name_never_stands_in_it(app):
    account = make_account()
    line = identity(account.organisation)
    for told in (account.organisation.name, account.organisation.name_en, account.name):
        assert told not in line
    assert LANGUAGES == ("ko", "en")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("저희 새봄정밀은 프레스 회사입니다", ["새봄정밀"]),
        ("새봄 정밀입니다", ["새봄정밀"]),
        ("(주)새봄정밀 김하나 드림", ["새봄정밀", "김하나"]),
        ("We are SAEBOM Precision Co., Ltd.", ["Saebom Precision"]),
        ("사업자번호 123-45-67890", ["123-45-67890"]),
        ("경기도 수원시 영통구 삼성로 129에 있습니다", ["수원시 영통구 삼성로 129"]),
        ("온라인으로 20곳에 팝니다. 하루에 2시간, 구로 3번 갑니다", []),
        ("종이에 적는 작업 지시를 전산으로 바꾸고 싶습니다", []),
        ("", []),
    ],
)
def test_giveaways(app, text, told):
    firm = make_organisation(
        name="주식회사 새봄정밀", name_en="Saebom Precision Co., Ltd.", business_number="1234567890"
    )
    make_account(firm, name="김하나")
    assert giveaways(firm, text, None) == told
