"""Two who wish, note, assign or answer at one moment: one row, no lost words, no deadlock."""

import sqlalchemy as sa

from matchmaker.accounts.models import Account
from matchmaker.db import db
from matchmaker.needs.models import Need
from matchmaker.organisations.models import Organisation
from matchmaker.pairings.inbox import several
from matchmaker.pairings.inbox.handling import Assignment, Note, assign, write_note
from matchmaker.pairings.models import Pairing
from matchmaker.pairings.states import State
from matchmaker.pairings.wishes.preferences import Mark, Preference, Verdict, put

from .factories import NOW, make_account, make_need, make_offer, make_pairing
from .test_pairings_races import LATER, TOGETHER, market, race  # noqa: F401 the fixture


def acting(person, act):
    """Return an act of a person, who is loaded anew in its own session."""
    person_id = person.id

    def run():
        act(db.session.get(Account, person_id))

    return run


def many(model):
    return db.session.scalars(sa.select(model)).all()


def test_one_thing_has_one_mark_however_many_click(market):  # noqa: F811
    need, offer = make_need(), make_offer()
    need_id, company_id = need.id, offer.organisation_id
    verdicts = [Verdict.FAVOURITE, Verdict.VETO] * (TOGETHER // 2)
    person = offer.organisation.people[0]

    def marking(verdict):
        def act(by):
            company = db.session.get(Organisation, company_id)
            put(company, verdict, by=by, now=NOW, need_id=need_id)

        return acting(person, act)

    assert race(market, [marking(verdict) for verdict in verdicts]) == [None] * TOGETHER
    (mark,) = many(Mark)
    assert mark.verdict in (Verdict.FAVOURITE, Verdict.VETO)
    mark_id = mark.id

    def undoing(by):
        found = db.session.get(Mark, mark_id)
        if found:
            found.undo(by=by, now=LATER)

    assert race(market, [acting(person, undoing)] * 4) == [None] * 4
    assert many(Mark) == []


def test_settings_saved_at_one_moment_are_one_row(market):  # noqa: F811
    person = make_account()

    def saving(by):
        settings = Preference.of(by.organisation)
        wanted = {"automatic": False, "categories": [], "regions": ["50"]}
        settings.change(most_open=3, by=by, now=NOW, **wanted)

    assert race(market, [acting(person, saving)] * TOGETHER) == [None] * TOGETHER
    (row,) = many(Preference)
    assert (row.automatic, row.most_open, row.regions) == (False, 3, ["50"])


def test_of_two_notes_on_what_was_read_one_is_written(market):  # noqa: F811
    pairing = make_pairing("asked")
    need_id, person = pairing.need_id, pairing.company.people[0]

    def writing(by):
        need = db.session.get(Need, need_id)
        write_note(by.organisation, need, f"{by.id}", version=0, by=by, now=NOW)

    came = race(market, [acting(person, writing)] * TOGETHER)
    assert came.count(None) == 1 and came.count("overtaken") == TOGETHER - 1
    (note,) = many(Note)
    assert note.version == 1


def test_a_match_has_one_who_takes_care(market):  # noqa: F811
    pairing = make_pairing("asked")
    pairing_id, people = pairing.id, [make_account(pairing.company) for _ in range(4)]

    def giving(by):
        assign(db.session.get(Pairing, pairing_id), by, by=by, now=NOW)

    assert race(market, [acting(person, giving) for person in people]) == [None] * 4
    (row,) = many(Assignment)
    assert row.account_id in {person.id for person in people}


def test_two_lists_answered_at_once_neither_block_nor_overfill(market):  # noqa: F811
    offers = [make_offer(capacity=2) for _ in range(2)]
    for offer in offers[1:]:
        offer.organisation = offers[0].organisation
    db.session.commit()
    pairings = [make_pairing("asked", offer=offers[place % 2]) for place in range(8)]
    ids, person = [pairing.id for pairing in pairings], offers[0].organisation.people[0]

    def answering(order):
        def act(by):
            chosen = several.chosen(by.organisation, list(order))
            chosen = sorted(chosen, key=lambda pairing: order.index(pairing.id))
            came.append(several.answer(chosen, "accept", by=by, now=NOW, consent=True))

        return acting(person, act)

    came = []
    assert race(market, [answering(ids), answering(ids[::-1])]) == [None, None]
    assert [offer.places_taken for offer in offers] == [2, 2]
    agreed = sa.select(sa.func.count()).where(Pairing.state == State.AGREED)
    assert db.session.scalar(agreed.select_from(Pairing)) == 4
    said = [rule for answers in came for rule in answers.values()]
    assert said.count(None) == 4 and set(said) <= {None, "full", "no_move", "overtaken"}
