"""The pages of the ministry and of associations on PostgreSQL, which is stricter on selects."""

import pytest

from matchmaker import create_app
from matchmaker.associations.models import Membership
from matchmaker.config import Testing
from matchmaker.db import db
from matchmaker.ministry import queries
from matchmaker.pairings.recommending.recommendations import Recommendation

from .browser import Browser
from .factories import NOW, make_account, make_need, make_organisation, make_pairing, stored

PAGES = (
    "/ministry",
    "/ministry/approvals",
    "/ministry/joins",
    "/ministry/organisations?kind=sme&approval=approved&region=41&q=%00새봄",
    "/ministry/needs?category=smart_factory&region=41&stage=published&q=종이",
    "/ministry/offers?category=smart_factory&region=41&stage=published&q=공정",
    "/ministry/unanswered?category=smart_factory&region=41",
    "/ministry/unmet?reason=no_yes&category=smart_factory&region=41",
    "/ministry/pairings?state=due&category=smart_factory&region=41&relation=none",
    "/ministry/pairings?state=not-come-about",
    "/ministry/jobs?outcome=failed",
    "/ministry/officers",
    "/ministry/organisations/1",
    "/ministry/pairings/1",
    "/ministry/needs/1",
    "/ministry/offers/1",
)


@pytest.fixture
def house(postgres_database):
    class Served(Testing):
        SQLALCHEMY_DATABASE_URI = postgres_database

    app = create_app(Served())
    with app.app_context():
        db.create_all()
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.mark.postgres
def test_addresses_that_no_database_takes_are_unknown_or_empty(house):
    browser = Browser(house)
    for url in ("/history?text=%00", "/offers?q=%00&category=%00"):
        browser.get(url)
    for url in ("/history/%00", "/register/%00", f"/offers/{2**31}"):
        browser.get(url, status=404)
    browser.sign_in(make_account())
    for url in (
        f"/pairings?need={2**70}",
        f"/offers?open=&page={2**70}",
        "/needs/new?category=%00",
    ):
        browser.get(url)


@pytest.mark.postgres
def test_every_page_opens_and_the_numbers_hold(house):
    firm = make_account()
    make_pairing(state="agreed", need=make_need(organisation=firm.organisation))
    declined = make_pairing(state="declined")
    make_pairing(state="asked", expires_at=NOW)
    make_organisation(approval="submitted")
    browser = Browser(house).sign_in(make_account(kind="ministry"))
    for url in PAGES:
        browser.get(url)
    assert tuple(db.session.execute(queries.funnel()).one()) == (4, 3, 3, 3, 2, 1)
    assert [tuple(row) for row in db.session.execute(queries.relations())] == [("none", 3, 1, 1)]
    assert declined.sme.region in {row[0] for row in db.session.execute(queries.by_region())}

    association = make_account(kind="association")
    need = make_need(organisation=firm.organisation)
    facts = dict(association_id=association.organisation_id, invited_at=NOW, label="해돋이네")
    number = firm.organisation.business_number
    stored(
        Membership(
            business_number=number,
            member=firm.organisation,
            accepted_at=NOW,
            shows_needs=True,
            **facts,
        )
    )
    word = dict(need=need, offer=declined.offer, word="좋은 곳입니다.", written_at=NOW)
    stored(Recommendation(association=association.organisation, **word))
    browser.sign_in(association)
    for url in ("/members", "/members/needs", f"/members/needs/{need.id}", "/recommendations"):
        browser.get(url)
    browser.sign_in(firm)
    for url in ("/memberships", "/recommendations", "/recommendations/1"):
        browser.get(url)
