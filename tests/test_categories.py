"""The fifteen categories: ids of the data, a name and a line in both languages."""

import pytest
from flask import Flask
from flask_babel import Babel, force_locale

from matchmaker.config import Config
from matchmaker.listing.categories import Category, choices, help_of, label

IDS = """smart_factory technology_rd funding_investment loan_guarantee training overseas_expansion
workspace_infrastructure esg_carbon social_value marketing_sales_channel procurement
hr_recruitment digital_transformation ip_finance online_sales""".split()


def test_the_ids_are_those_of_the_data():
    assert sorted(Category) == sorted(IDS)
    assert [value for value, _ in choices()] == [*Category]


@pytest.mark.parametrize("language", ["ko", "en"])
def test_each_has_a_name_and_a_line_of_its_own(language):
    app = Flask("words")
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = Config.BABEL_TRANSLATION_DIRECTORIES
    Babel(app)
    with app.test_request_context(), force_locale(language):
        names = [str(name) for _, name in choices()]
        lines = [str(help_of(value)) for value in IDS]
        is_korean = [any("가" <= c <= "힣" for c in text) for text in names + lines]
    assert len(set(names)) == len(set(lines)) == 15
    assert set(is_korean) == {language == "ko"}


def test_an_unknown_category_is_an_error():
    with pytest.raises(KeyError):
        label("astrology")
