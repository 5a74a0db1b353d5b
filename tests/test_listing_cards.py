"""Needs and offers as the cards that matching reads."""

from datetime import date

from matchmaker.matching.eligibility import refusals
from matchmaker.needs.cards import need_card
from matchmaker.offers.cards import offer_card

from .factories import make_need, make_offer, make_organisation


def test_a_need_becomes_a_card(app):
    firm = make_organisation("sme", traits=["women_led"], region="41", industry="259")
    need = make_need(organisation=firm, title_en="Paper to software", text_en="MES wanted")
    card = need_card(need)
    assert card.id == str(need.id)
    assert card.region == "41"
    assert card.industry == "259"
    assert card.size == "small"
    assert card.traits == {"women_led"}
    assert "MES wanted" not in card.body
    assert "금속" in card.industry_text and "metal" in card.industry_text


def test_the_need_s_own_region_counts(app):
    assert need_card(make_need(region="50")).region == "50"


def test_an_offer_becomes_a_card(app):
    offer = make_offer(region=["41"], industry=["C"], trait=["women_led"], capacity=3)
    offer.closes_on = date(2026, 12, 31)
    card = offer_card(offer)
    assert card.regions == {"41"}
    assert card.industries == {"C"}
    assert card.traits == {"women_led"}
    assert card.sizes == frozenset()
    assert card.places_left == 3
    assert card.closes_on == date(2027, 1, 1)
    assert offer.organisation.name in card.organisation


def test_cards_meet_the_rules(app):
    offer = offer_card(make_offer(region=["41"], industry=["C"]))
    assert refusals(need_card(make_need()), offer) == []
    assert refusals(need_card(make_need(region="50")), offer) == ["region"]


def test_an_empty_draft_is_a_card_too(app):
    card = need_card(make_need(stage="draft", title=None, text=None, category=None))
    assert (card.title, card.body, card.category) == ("", "", None)
