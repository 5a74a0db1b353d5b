"""The demonstration is loaded once, as `flask demo` does it, and looked at from all sides."""

import re
import sqlite3
from datetime import timedelta

import pytest
import sqlalchemy as sa

from matchmaker import create_app
from matchmaker.accounts.models import Account, Consent, ConsentKind
from matchmaker.associations.models import Membership
from matchmaker.audit import Event
from matchmaker.config import Testing
from matchmaker.db import Installation, db, utcnow
from matchmaker.demo import files
from matchmaker.listing.disclosures import phone_numbers
from matchmaker.listing.models import Stage
from matchmaker.ministry import queries
from matchmaker.needs.models import Need
from matchmaker.offers.models import Offer
from matchmaker.organisations.models import Approval, Kind, Organisation
from matchmaker.outbox import Notice
from matchmaker.pairings.clock import day_of
from matchmaker.pairings.contacts import Disclosure
from matchmaker.pairings.conversation.attachments import Attachment
from matchmaker.pairings.conversation.conversation import Message, unread_conversations
from matchmaker.pairings.conversation.leftovers import store
from matchmaker.pairings.conversation.reports import Report
from matchmaker.pairings.models import Pairing
from matchmaker.pairings.recommending.recommendations import Recommendation
from matchmaker.pairings.relations import Relation
from matchmaker.pairings.states import OPEN, PLACED, State
from matchmaker.programme.models import (
    HistoryCompany,
    HistoryOffer,
    HistoryOutcome,
    HistoryPractice,
    ReconstructedNeed,
)

from .browser import Browser

TOUR = ("sme", "company", "association", "ministry")
PASSWORD = "inclusive-2020"
MARKET = files.read("market")
RECONSTRUCTED = files.read("market_offers")


class OnDisk(Testing):
    def __init__(self, path):
        self.SQLALCHEMY_DATABASE_URI = f"sqlite:///{path}"
        self.ATTACHMENTS_PATH = str(path.parent / "files")


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    return tmp_path_factory.mktemp("demo") / "demo.db"


@pytest.fixture(scope="module")
def installed(database):
    """The application on a loaded database, and what the command printed."""
    app = create_app(OnDisk(database))
    return app, app.test_cli_runner().invoke(args=["demo"])


@pytest.fixture
def demo(installed):
    with installed[0].app_context():
        yield installed[0]
        db.session.remove()


def count(select):
    return db.session.scalar(sa.select(sa.func.count()).select_from(select.subquery()))


def dump(path):
    with sqlite3.connect(path) as connection:
        return list(connection.iterdump())


def test_the_command_loads_and_names_the_accounts(installed):
    _app, result = installed
    assert result.exit_code == 0, result.output
    for name in TOUR:
        assert f"{name}@example.com" in result.stdout
    assert PASSWORD in result.stdout
    assert "120 offers" in result.stderr


def test_the_history_is_whole(demo):
    listed = sa.select(HistoryCompany).where(~HistoryCompany.is_related)
    assert count(listed) == 30
    own = {company.id for company in db.session.scalars(listed)}
    assert count(sa.select(HistoryOffer).where(HistoryOffer.company_id.in_(own))) == 120
    assert count(sa.select(HistoryOutcome).where(HistoryOutcome.company_id.in_(own))) == 56
    assert count(sa.select(ReconstructedNeed)) == 53


def test_the_five_practices_have_their_figures(demo):
    practices = db.session.scalars(sa.select(HistoryPractice).order_by(HistoryPractice.id)).all()
    figures = [figure for practice in practices for figure in practice.figures]
    told = [figure.get(name) for figure in figures for name in ("value", "before", "after")]
    assert len(practices) == 5
    assert all(practice.sources for practice in practices)
    for figure in (237, 1367, 920_000, 1_390_000, 26_000_000_000, 9):
        assert figure in told
    for amount in (150_000_000_000, 90_000_000_000, 120_000_000_000):
        assert amount in told
    assert [p.slug for p in practices if p.no_percentage] == ["posco-ventures"]
    assert any("2020-04-09" in str(p.events) for p in practices)


def test_the_market_is_whole(demo):
    assert count(sa.select(Organisation)) == len(MARKET["organisations"]) + 30
    assert count(sa.select(Offer)) == len(MARKET["offers"]) + 120
    assert count(sa.select(Need)) == len(MARKET["needs"])
    assert count(sa.select(Membership)) == len(MARKET["memberships"])
    assert count(sa.select(Recommendation)) == len(MARKET["recommendations"])
    people = sum(len(entry["people"]) for entry in MARKET["organisations"])
    assert count(sa.select(Account)) == people


def test_every_organisation_stands_where_its_history_ends(demo):
    approvals = {o.name: o.approval for o in db.session.scalars(sa.select(Organisation))}
    for entry in MARKET["organisations"]:
        assert approvals[entry["name_ko"]] == entry["approval"], entry["id"]


def test_only_the_offers_of_the_real_companies_carry_the_mark(demo):
    reconstructed = sa.select(Organisation).where(Organisation.reconstructed)
    companies = db.session.scalars(reconstructed).all()
    names = {entry["name_ko"] for entry in RECONSTRUCTED["companies"]}
    assert {company.name for company in companies} == names
    assert not any(company.people or company.business_number for company in companies)
    marked = sa.select(Offer).join(Offer.organisation).where(Organisation.reconstructed)
    assert count(marked) == 120
    assert count(marked.where(Offer.stage == Stage.PUBLISHED)) == 120


@pytest.mark.parametrize("entry", MARKET["life"], ids=lambda e: f"{e['need']}-{e['offer']}")
def test_every_pairing_has_lived_as_told(demo, entry):
    pairing = pairing_of(entry)
    assert pairing.state in outcomes(entry["steps"])
    last = entry["steps"][-1]
    if "reason" in last:
        assert pairing.reason == last["reason"]
    assert pairing.message == entry.get("message")
    assert 0 <= pairing.score <= 1 and pairing.ranker_version and pairing.input_hash
    acts = [event.act for event in db.session.scalars(Event.about(pairing))]
    assert acts[0] in ("ask", "invite")
    opened = count(sa.select(Disclosure).where(Disclosure.pairing_id == pairing.id))
    assert opened == (2 if pairing.agreed_at else 0)


def pairing_of(entry):
    """Find a pairing by what its need and offer are called in the files."""
    need = next(each for each in MARKET["needs"] if each["id"] == entry["need"])
    offer = next(each for each in MARKET["offers"] if each["id"] == entry["offer"])
    return db.session.scalars(
        sa.select(Pairing)
        .join(Pairing.need)
        .join(Pairing.offer)
        .where(Need.title == need["title"], Offer.title == offer["title_ko"])
    ).one()


def outcomes(steps):
    """Return the states that the last steps of a life may end in."""
    done = [step["do"] for step in steps]
    ends = {"decline": "declined", "withdraw": "withdrawn", "end": "ended", "expire": "expired"}
    if done[-1] in ends:
        return {ends[done[-1]]}
    if done.count("complete") == 2:
        return {State.COMPLETED}
    if done.count("confirm") == 2:
        return {State.ACTIVE}
    if "accept" in done:
        return {State.AGREED}
    return {State.INVITED} if done == ["invite"] else {State.ASKED, State.WAITING}


def test_the_parties_talk_as_told(demo):
    told = [step for entry in MARKET["conversations"] for step in entry["messages"]]
    said = db.session.scalars(sa.select(Message).order_by(Message.id)).all()
    assert sorted(message.text for message in said) == sorted(step["text"] for step in told)
    files = [file["name"] for step in told for file in step.get("files", ())]
    rows = db.session.scalars(sa.select(Attachment)).all()
    assert sorted(row.name for row in rows) == sorted(files)
    assert all(store().path(row.stored_as).stat().st_size == row.size for row in rows)
    assert [message.technical for message in said].count(True) == 1
    assert count(sa.select(Report).where(Report.handled_at.is_(None))) == 1
    for name in ("sme", "company"):  # each tour begins with something new to read
        account = db.session.scalar(sa.select(Account).where(Account.email == address(name)))
        assert db.session.scalar(unread_conversations(account)) == 1


def test_places_are_counted(demo):
    for offer in db.session.scalars(sa.select(Offer)):
        placed = sa.select(Pairing).where(Pairing.offer_id == offer.id, Pairing.state.in_(PLACED))
        assert offer.places_taken == count(placed)


def test_some_wait_in_line_for_a_full_offer(demo):
    waiting = db.session.scalars(sa.select(Pairing).where(Pairing.state == State.WAITING)).all()
    assert waiting and all(pairing.offer.is_full for pairing in waiting)


def test_relations_are_declared_and_confirmed(demo):
    assert count(sa.select(Relation).where(Relation.confirmed.is_not(None))) > 0
    confirmed = {e["relation_confirmed"] for e in MARKET["life"] if "relation_confirmed" in e}
    assert confirmed <= set(db.session.scalars(sa.select(Relation.confirmed)))


def test_every_clock_still_runs(demo):
    now = utcnow()
    for pairing in db.session.scalars(sa.select(Pairing).where(Pairing.state.in_(OPEN))):
        assert pairing.expires_at > now


def test_everybody_registered_with_their_consents(demo):
    registered = sa.select(Account.id).join(Organisation).where(Organisation.kind != Kind.MINISTRY)
    everybody = set(db.session.scalars(registered))
    for kind in (ConsentKind.TERMS, ConsentKind.PRIVACY):
        given = sa.select(Consent.account_id).where(Consent.kind == kind)
        assert set(db.session.scalars(given)) == everybody
    assert not count(sa.select(Account).where(Account.confirmed_at.is_(None)))


def test_older_notices_are_taken_as_mailed_and_some_are_new(demo):
    unmailed = sa.select(Notice).where(Notice.mailed_at.is_(None))
    assert count(unmailed) < 40
    assert not count(unmailed.where(Notice.created_at < utcnow() - timedelta(days=2)))
    for name in TOUR[:3]:
        account = db.session.scalar(sa.select(Account).where(Account.email == address(name)))
        assert count(Notice.of(account)) > 0


def test_the_acts_on_a_row_are_recorded_in_the_order_of_time(demo):
    order = (Event.subject_kind, Event.subject_id, Event.id)
    rows = db.session.execute(
        sa.select(Event.subject_kind, Event.subject_id, Event.at).order_by(*order)
    ).all()
    assert len(rows) > 1000
    assert rows == sorted(rows)


def test_no_number_could_be_anybodys(demo):
    phones = db.session.scalars(sa.select(Account.phone).where(Account.phone.is_not(None)))
    assert all(re.fullmatch(r"010-0000-\d{4}", phone) for phone in phones)
    numbers = db.session.scalars(sa.select(Organisation.business_number)).all()
    assert all(number is None or number[3:5] == "00" for number in numbers)
    for kind in (Need, Offer):
        for listing in db.session.scalars(sa.select(kind)):
            assert not any(listing.contacts.values())
    for name in files.NAMES:
        found = phone_numbers((files.DATA / f"{name}.yaml").read_text())
        assert all("0000" in number for number in found if number.startswith("01")), name


def test_no_total_of_the_market_contains_the_history(demo):
    def totals():
        today = day_of(utcnow())
        selects = (queries.funnel(), queries.needs(today), queries.market(today))
        return [tuple(db.session.execute(select).one()) for select in selects]

    before = totals()
    for table in db.metadata.sorted_tables[::-1]:
        if table.name.startswith(("history_", "reconstructed_")):
            db.session.execute(table.delete())
    assert totals() == before
    db.session.rollback()


@pytest.mark.parametrize("name", TOUR)
def test_the_accounts_of_the_tour_sign_in(demo, name):
    client = demo.test_client()
    answer = client.post("/login", data={"email": address(name), "password": PASSWORD})
    assert answer.status_code == 302
    assert answer.location.endswith("/desk")
    assert client.get("/desk", follow_redirects=True).status_code == 200


def test_a_second_run_changes_nothing(installed, database):
    app, _result = installed
    before = dump(database)
    again = app.test_cli_runner().invoke(args=["demo"])
    assert again.exit_code == 0, again.output
    assert dump(database) == before
    assert "Loading" not in again.stderr


def test_other_data_files_are_only_spoken_of(installed, database):
    app, _result = installed
    with app.app_context():
        kept = db.session.scalar(sa.select(Installation.data_version))
        write_version("an older one")
        before = dump(database)
        answer = app.test_cli_runner().invoke(args=["demo"])
        assert dump(database) == before
        write_version(kept)
    assert answer.exit_code == 0
    assert "The data files have changed" in answer.stderr


def write_version(version):
    db.session.execute(sa.update(Installation).values(data_version=version))
    db.session.commit()


def address(name):
    return f"{name}@example.com"


def test_officers_have_something_to_do(demo):
    assert count(Organisation.waiting()) > 0
    assert count(sa.select(Organisation).where(Organisation.approval == Approval.RETURNED)) > 0


def test_a_visitor_tries_the_demonstration_as_anybody(demo):
    browser = Browser(demo)
    page = browser.get("/try-as")
    assert page.text.index("새봄정밀") < page.text.index("다온전자")
    account = db.session.scalar(sa.select(Account).where(Account.email == address("company")))
    action = f"/try-as/{account.id}"
    assert action in page.form_actions
    browser.post(action, 302)
    assert "다온전자" in browser.get("/desk").text
