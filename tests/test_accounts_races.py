"""Two people at once, on both databases: one address, one number, the last two owners."""

import threading

import pytest
import sqlalchemy as sa

from matchmaker import create_app
from matchmaker.accounts.models import Account
from matchmaker.config import Testing
from matchmaker.db import begin_writing, db
from matchmaker.errors import Refusal
from matchmaker.organisations.models import Organisation
from matchmaker.outbox import Mail

from .factories import NOW, business_number, make_account, make_organisation
from .test_accounts_registration import answers

TOGETHER = 4


@pytest.fixture(
    name="house", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
)
def _house(request, tmp_path):
    """An application on a database that several sessions can really use at once."""
    if request.param == "sqlite":
        address = f"sqlite:///{tmp_path / 'accounts.db'}"
    else:
        address = request.getfixturevalue("postgres_database")

    class Raced(Testing):
        SQLALCHEMY_DATABASE_URI = address

    app = create_app(Raced())
    with app.app_context():
        db.create_all()
        yield app
        db.session.remove()
        db.engine.dispose()


def together(app, *works):
    """Start all works at one moment, each as a request would; return what each returned."""
    db.session.commit()
    barrier, came = threading.Barrier(len(works)), [None] * len(works)

    def run(place, work):
        barrier.wait()
        came[place] = work()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    db.session.expire_all()
    return came


def registering(app, **typed):
    """Return a visitor who sends the form."""
    client = app.test_client()
    return lambda: client.post("/register/sme", data=typed).status_code


def count(model):
    return db.session.scalar(sa.select(sa.func.count(model.id)))


def test_one_address_registered_at_once_is_one_account(house):
    email = "both@example.com"
    forms = [answers(email=email) for _ in range(TOGETHER)]
    assert together(house, *(registering(house, **form) for form in forms)) == [302] * TOGETHER
    assert (count(Account), count(Organisation), count(Mail)) == (1, 1, TOGETHER)


def test_one_number_registered_at_once_is_approved_once(house):
    number, officer = business_number(), make_account(kind="ministry")
    forms = [answers(business_number=number) for _ in range(2)]
    assert together(house, *(registering(house, **form) for form in forms)) == [302, 302]
    drafts = db.session.scalars(
        sa.select(Organisation).where(Organisation.business_number == number)
    ).all()
    assert len(drafts) == 2
    for draft in drafts:
        draft.submit(by=officer, now=NOW)
    drafts[0].approve(by=officer, now=NOW)
    db.session.commit()
    with pytest.raises(Refusal):
        drafts[1].approve(by=officer, now=NOW)


def doing(app, model, row_id, verb):
    """Return an act on one row, done as a request does it; it returns the rule that refused."""

    def act():
        with app.app_context():
            begin_writing()
            try:
                verb(db.session.get(model, row_id))
            except Refusal as refusal:
                db.session.rollback()
                return refusal.rule
            db.session.commit()
            return "done"

    return act


def approve(organisation):
    organisation.approve(by=None, now=NOW)


def send_back(organisation):
    organisation.send_back(by=None, now=NOW, reason="확인이 필요합니다.")


def test_one_number_approved_at_once_belongs_to_one(house):
    number = business_number()
    rivals = [
        make_organisation(business_number=number, approval="submitted", approved_at=None).id
        for _ in range(2)
    ]
    acts = [doing(house, Organisation, each, approve) for each in rivals]
    assert sorted(together(house, *acts)) == ["done", "number_held"]


def test_of_two_officers_who_decide_at_once_one_does(house):
    waiting = make_organisation(approval="submitted", approved_at=None)
    acts = [doing(house, Organisation, waiting.id, verb) for verb in (approve, send_back)]
    assert sorted(together(house, *acts)) == ["done", "state"]
    assert len(waiting.reviews) == 1


def test_the_last_two_owners_do_not_both_go(house):
    organisation = make_organisation()
    ids = [make_account(organisation).id for _ in range(2)]
    acts = [doing(house, Account, each, leave) for each in ids]
    assert sorted(together(house, *acts)) == ["done", "last_owner"]
    assert len(db.session.get(Organisation, organisation.id).people) == 1


def leave(account):
    account.leave(by=account, now=NOW)


def test_wrong_passwords_at_once_are_all_counted(house):
    account_id = make_account().id

    def failing():
        with house.app_context():
            begin_writing()
            db.session.get(Account, account_id).fail_sign_in(now=NOW)
            db.session.commit()

    together(house, *[failing] * TOGETHER)
    assert db.session.get(Account, account_id).failed_logins == TOGETHER
