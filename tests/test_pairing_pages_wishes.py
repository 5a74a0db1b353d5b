"""The pages of wishes: settings, favourites, what is set aside, and what a no teaches."""

import pytest
import sqlalchemy as sa

from matchmaker.audit import Event
from matchmaker.db import db
from matchmaker.pairings.states import Reason
from matchmaker.pairings.wishes.preferences import Mark, Preference, Verdict, put

from .counting import statements
from .factories import NOW, make_account, make_need, make_offer, make_organisation, make_pairing

SETTINGS = "/settings/matching"
MARKS = f"{SETTINGS}/marks"


@pytest.fixture
def offer(app):
    return make_offer()


@pytest.fixture
def need(app):
    return make_need()


def person(listing):
    return listing.organisation.people[0]


def marks(organisation):
    return db.session.scalars(Mark.of(organisation)).all()


@pytest.mark.parametrize("kind", ["sme", "company"])
def test_settings_are_kept_shown_again_and_optional(browser, kind):
    account = make_account(kind=kind)
    for language in ("ko", "en"):
        page = browser.speak(language).sign_in(account).get(SETTINGS)
    assert "All of it is optional" in page.text
    browser.post(
        SETTINGS, status=302, most_open="3", categories=["training", "esg_carbon"], regions=["50"]
    )
    kept = Preference.of(account.organisation)
    assert (kept.automatic, kept.most_open, kept.regions) == (False, 3, ["50"])
    assert kept.categories == ["esg_carbon", "training"]
    html = browser.get(SETTINGS).html
    assert 'value="3"' in html
    browser.post(SETTINGS, status=302, automatic="y")
    db.session.expire_all()
    assert Preference.of(account.organisation).automatic


@pytest.mark.parametrize(
    "wrong", [{"most_open": "0"}, {"most_open": "101"}, {"most_open": "x"}, {"regions": ["99"]}]
)
def test_settings_that_make_no_sense_come_back(browser, offer, wrong):
    page = browser.sign_in(person(offer)).post(SETTINGS, status=422, **wrong)
    assert page.html
    assert not db.session.scalar(sa.select(Preference))


def test_settings_are_for_the_two_sides_only(browser):
    for kind in ("association", "ministry"):
        browser.sign_in(make_account(kind=kind)).get(SETTINGS, status=403)


def test_a_firm_marks_an_offer_and_undoes_it_with_one_click(browser, need, offer):
    firm, here = person(need), f"/needs/{need.id}/offers"
    browser.speak("en").sign_in(firm)
    done = browser.post(MARKS, status=302, on="offer", id=offer.id, verdict="veto", next=here)
    (mark,) = marks(firm.organisation)
    assert done.response.location == f"{here}?undo={mark.id}"
    page = browser.get(f"{here}?undo={mark.id}")
    assert "One is hidden by your settings." in page.text
    assert "Hidden by your settings" in page.text
    assert f"{MARKS}/{mark.id}/undo" in page.form_actions
    assert f"/offers/{offer.id}" not in page.links
    listed = browser.speak("ko").get(f"{SETTINGS}?show=veto")
    assert f"{MARKS}/{mark.id}/undo" in listed.form_actions
    browser.post(f"{MARKS}/{mark.id}/undo", status=302, next=here)
    browser.post(f"{MARKS}/{mark.id}/undo", status=302, next=here)  # a second click
    assert marks(firm.organisation) == []
    assert f"/offers/{offer.id}" in browser.get(here).links


def test_a_favourite_is_marked_and_taken_off(browser, need, offer):
    firm, here = person(need), f"/needs/{need.id}/offers"
    browser.speak("en").sign_in(firm)
    browser.post(MARKS, status=302, on="offer", id=offer.id, verdict="favourite", next=here)
    assert "★ Favourite" in browser.get(here).text
    browser.post(MARKS, status=302, on="offer", id=offer.id, verdict="none", next=here)
    assert marks(firm.organisation) == []
    assert "★" not in browser.get(here).text


def test_a_company_shortlists_and_sets_aside_by_need(browser, need, offer):
    company, here = person(offer), f"/offers/{offer.id}/needs"
    browser.speak("en").sign_in(company)
    browser.post(MARKS, status=302, on="need", id=need.id, verdict="favourite", next=here)
    assert "★ Shortlist" in browser.get(here).text
    browser.post(MARKS, status=302, on="need", id=need.id, verdict="veto", next=here)
    page = browser.get(here)
    assert "One is hidden by your settings." in page.text
    one = browser.get(f"/offers/{offer.id}/needs/{need.id}")
    assert "You have set this aside in your settings." in one.text
    assert f"/offers/{offer.id}/needs/{need.id}/invite" not in one.form_actions
    assert person(need).organisation.name not in browser.get(f"{SETTINGS}?show=veto").text


@pytest.mark.parametrize("on", ["need", "offer", "organisation", "pairing", ""])
def test_what_one_may_not_know_of_cannot_be_marked(browser, offer, on):
    firm = make_organisation("sme")
    hidden = make_need(organisation=firm, only_asked=True)
    browser.sign_in(person(offer))
    value = firm.id if on == "organisation" else hidden.id
    for id_ in (value, 0, 2**40, "x"):
        browser.post(MARKS, status=404, on=on, id=id_, verdict="veto")
    assert marks(offer.organisation) == []


def test_a_firm_is_set_aside_by_name_only_once_the_name_is_open(browser, offer):
    asked, agreed = make_pairing("asked", offer=offer), make_pairing("agreed", offer=offer)
    browser.speak("en").sign_in(person(offer))
    browser.post(MARKS, status=404, on="organisation", id=asked.sme_id, verdict="veto")
    page = browser.get(f"/pairings/{agreed.id}")
    assert "Set this firm aside" in page.text
    browser.post(MARKS, status=302, on="organisation", id=agreed.sme_id, verdict="veto")
    assert "You have set this aside in your settings." in browser.get(f"/pairings/{agreed.id}").text
    assert agreed.sme.name_en in browser.get(f"{SETTINGS}?show=veto").text


def test_a_company_that_never_published_an_offer_is_not_known_by_name(browser, need):
    quiet = make_organisation("company", approval="submitted")
    make_offer(organisation=quiet, stage="draft", published_at=None)
    browser.sign_in(person(need))
    browser.post(MARKS, status=404, on="organisation", id=quiet.id, verdict="veto")
    browser.post(MARKS, status=404, on="organisation", id=need.organisation_id, verdict="veto")
    assert marks(need.organisation) == []


def test_another_s_mark_does_not_exist(browser, need, offer):
    mark = put(offer.organisation, Verdict.VETO, by=person(offer), now=NOW, need_id=need.id)
    db.session.commit()
    browser.sign_in(person(need))
    browser.post(f"{MARKS}/{mark.id}/undo", status=302)  # as if it were gone
    assert marks(offer.organisation) == [mark]
    page = browser.get(f"/needs/{need.id}/offers?undo={mark.id}")
    assert f"{MARKS}/{mark.id}/undo" not in page.form_actions


def test_whose_veto_it_is_stands_on_no_page_of_the_other_side(browser, need, offer):
    put(offer.organisation, Verdict.VETO, by=person(offer), now=NOW, need_id=need.id)
    db.session.commit()
    browser.speak("en").sign_in(person(need))
    text = "Not open to this need at this time: a party's own setting."
    page = browser.get(f"/needs/{need.id}/offers")
    assert text in page.text.replace("’", "'")
    why = browser.get(f"/needs/{need.id}/offers/{offer.id}/why")
    assert text in why.text.replace("’", "'")
    browser.get(f"/needs/{need.id}/offers/{offer.id}/ask", status=409)


def test_a_firm_s_veto_stands_on_no_page_of_the_company(browser, need, offer):
    put(need.organisation, Verdict.VETO, by=person(need), now=NOW, offer_id=offer.id)
    db.session.commit()
    browser.speak("en").sign_in(person(offer))
    page = browser.get(f"/offers/{offer.id}/needs")
    assert "hidden by your settings" not in page.text
    why = browser.get(f"/needs/{need.id}/offers/{offer.id}/why")
    assert "You cannot invite this firm at present." in why.text
    assert "setting" not in why.text.replace("Settings", "")


@pytest.mark.parametrize("side", ["company", "sme"])
def test_a_no_with_a_reason_offers_its_undoing_at_once(browser, side):
    pairing = make_pairing("asked" if side == "company" else "invited")
    organisation = getattr(pairing, side)
    browser.speak("en").sign_in(organisation.people[0])
    done = browser.post(
        f"/pairings/{pairing.id}/decline", status=302, reason="wrong_region", next="/pairings"
    )
    (mark,) = marks(organisation)
    assert done.response.location == f"/pairings?undo={mark.id}"
    page = browser.get(done.response.location)
    assert "now stand last in your lists. Region: Gyeonggi." in page.text
    browser.get(f"/pairings/{pairing.id}?undo={mark.id}")
    listed = browser.get(f"{SETTINGS}?show=fewer")
    assert "Since you declined for this reason: Too far away" in listed.text
    browser.post(f"{MARKS}/{mark.id}/undo", status=302)
    assert marks(organisation) == []


@pytest.mark.parametrize("reason", ["", "no_capacity", "too_early"])
def test_other_reasons_change_nothing_but_the_count(browser, reason):
    pairing = make_pairing("asked")
    browser.sign_in(pairing.company.people[0])
    done = browser.post(f"/pairings/{pairing.id}/decline", status=302, reason=reason)
    assert "undo" not in done.response.location
    assert marks(pairing.company) == []


@pytest.mark.parametrize("reason", [None, *Reason])
def test_each_reason_leads_the_firm_to_what_mends_it(browser, reason):
    pairing = make_pairing("asked")
    pairing.state, pairing.reason, pairing.closed_by = "declined", reason, "company"
    pairing.reason = pairing.reason or Reason.NONE_GIVEN
    pairing.closed_at, pairing.expires_at = NOW, None
    pairing.comment = "남의 사정"
    db.session.commit()
    need = pairing.need
    page = browser.speak("en").sign_in(pairing.sme.people[0]).get(f"/pairings/{pairing.id}")
    mends = {
        "wrong_region": f"/offers?region={need.place}",
        "needs_documents": f"/needs/{need.id}/edit",
        "too_early": f"/needs/{need.id}",
        "no_capacity": f"/offers?category={need.category}",
        "too_small": "/memberships",
        "wrong_kind": f"/needs/{need.id}/edit",
        "terms_differ": f"/needs/{need.id}/edit",
    }
    expected = mends.get(pairing.reason, f"/needs/{need.id}/offers")
    assert expected in page.links
    assert pairing.comment not in page.text  # the comment stays with its writer


def test_each_change_is_recorded_in_its_transaction(browser, need, offer):
    browser.sign_in(person(need))
    browser.post(SETTINGS, status=302, most_open="2")
    browser.post(MARKS, status=302, on="offer", id=offer.id, verdict="veto")
    browser.post(MARKS, status=302, on="offer", id=offer.id, verdict="none")
    acts = db.session.scalars(sa.select(Event.act).order_by(Event.id)).all()
    assert acts[-3:] == ["set_preferences", "mark", "undo_mark"]


def test_a_thousand_marks_are_paged_by_the_same_statements(browser, offer):
    company = offer.organisation
    browser.speak("en").sign_in(person(offer))
    put(company, Verdict.VETO, by=person(offer), now=NOW, need_id=make_need().id)
    db.session.commit()
    url = f"{SETTINGS}?show=veto"
    browser.get(url)
    few = statements(lambda: browser.get(url))
    firm = make_organisation()
    template = make_need(organisation=firm)
    db.session.execute(
        sa.insert(type(template)),
        [
            {
                "organisation_id": firm.id,
                "stage": "published",
                "title": f"필요 {number}",
                "text": template.text,
                "category": "training",
                "created_at": NOW,
                "changed_at": NOW,
                "published_at": NOW,
            }
            for number in range(1000)
        ],
    )
    ids = db.session.scalars(sa.select(type(template).id).where(sa.literal(True))).all()[-1000:]
    db.session.execute(
        sa.insert(Mark),
        [
            {
                "organisation_id": company.id,
                "verdict": Verdict.VETO,
                "need_id": id_,
                "origin": "chosen",
                "created_at": NOW,
            }
            for id_ in ids
        ],
    )
    db.session.commit()
    page = browser.get(url)
    assert "What is set aside 1,001" in page.text and "page=2" in page.html
    assert statements(lambda: browser.get(url)) <= few + 2
    browser.get(f"{url}&page=51")


def test_many_companies_set_aside_take_the_same_statements(browser, need):
    firm = need.organisation

    def set_aside(many):
        for _ in range(many):
            company = make_offer().organisation_id
            put(firm, Verdict.VETO, by=person(need), now=NOW, counterpart_id=company)
        db.session.commit()

    browser.speak("en").sign_in(person(need))
    url = f"{SETTINGS}?show=veto"
    set_aside(1)
    browser.get(url)
    one = statements(lambda: browser.get(url))
    set_aside(15)
    assert statements(lambda: browser.get(url)) == one


def test_a_firm_marks_a_company_on_the_page_of_its_offer(browser, need, offer):
    firm, here = person(need), f"/offers/{offer.id}"
    browser.speak("en").sign_in(firm)
    assert "Favourite company" in browser.get(here).text
    company = {"on": "organisation", "id": offer.organisation_id, "next": here}
    done = browser.post(MARKS, status=302, verdict="favourite", **company)
    page = browser.get(done.response.location)
    assert "★ The company is a favourite" in page.text
    assert "A favourite stands first in rounds; its score stays as it is." in page.text
    browser.post(MARKS, status=302, verdict="veto", **company)
    assert "You have set this company aside." in browser.speak("ko").speak("en").get(here).text
    assert here not in browser.get(f"/needs/{need.id}/offers").links
    browser.post(MARKS, status=302, verdict="none", **company)
    assert here in browser.get(f"/needs/{need.id}/offers").links
    browser.sign_in(person(offer)).get(here)
    assert "Favourite" not in browser.get(here).text
