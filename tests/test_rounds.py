"""Rounds from computing to an agreement: what is seen when, and what the rules say by then."""

import hashlib
from datetime import timedelta

import pytest
import sqlalchemy as sa

from matchmaker.audit import Event
from matchmaker.db import db
from matchmaker.errors import Refusal
from matchmaker.outbox import Notice
from matchmaker.pairings import answering
from matchmaker.pairings.asking import ask
from matchmaker.pairings.models import Pairing
from matchmaker.pairings.relations import RelationKind
from matchmaker.pairings.rounds import rounds
from matchmaker.pairings.rounds.models import ChoiceKind, Round, RoundChoice, RoundNeed, RoundState
from matchmaker.pairings.rounds.publishing import publish
from matchmaker.pairings.rounds.settings import Mode, Settings
from matchmaker.pairings.states import Reason, State
from matchmaker.pairings.wishes.preferences import Preference, Verdict, put

from .counting import statements
from .factories import (
    NOW,
    make_account,
    make_need,
    make_offer,
    make_organisation,
    make_pairing,
    stored,
)

LATER = NOW + timedelta(hours=1)
OTHER_WISHES = (
    "새 건물 도색, 차량 임차, 통역, 사진 촬영, 급식, 청소, 조경, 세무 상담, 건강 검진, 주차장, "
    "태양광 지붕, 소방 점검, 홈페이지 번역, 채용 박람회"
)
OWN = {"round", "round_need", "round_choice", "round_plan", "audit_event"}
ALL = Settings(least="partial", proposals=3)


@pytest.fixture
def officer(app):
    return make_account(kind="ministry")


def computed(officer, settings=ALL, now=NOW):
    round_ = rounds.compute(settings, by=officer, now=now)
    db.session.commit()
    return round_


def published(officer, settings=ALL):
    round_ = computed(officer, settings)
    publish(round_, by=officer, now=LATER)
    db.session.commit()
    return round_


def pairs(round_, kind=ChoiceKind.PROPOSED):
    rows = sa.select(RoundChoice.need_id, RoundChoice.offer_id).where(
        RoundChoice.round_id == round_.id, RoundChoice.kind == kind
    )
    return {tuple(row) for row in db.session.execute(rows)}


def rules(round_):
    rows = sa.select(RoundNeed.need_id, RoundNeed.rule).where(RoundNeed.round_id == round_.id)
    return dict(db.session.execute(rows).all())


def dump(without=OWN):
    """Return a hash of every row of every table but those of rounds and the audit."""
    digest = hashlib.sha256()
    for table in db.metadata.sorted_tables:
        if table.name not in without:
            for row in db.session.execute(sa.select(table).order_by(*table.primary_key)):
                digest.update(repr((table.name, tuple(row))).encode())
    return digest.hexdigest()


def test_a_round_chooses_and_touches_no_live_row(officer):
    need, offer = make_need(), make_offer()
    before = dump()
    round_ = computed(officer)
    assert round_.state is RoundState.PROVISIONAL
    assert pairs(round_) == {(need.id, offer.id)}
    assert round_.figures["proposed"] == 1
    assert round_.figures["blocking"] == round_.figures["over_capacity"] == 0
    assert dump() == before
    assert not db.session.scalar(sa.select(sa.func.count()).select_from(Notice))


def test_the_same_market_gives_the_same_round(officer):
    for _ in range(3):
        make_need()
        make_offer(capacity=1)
    first, second = computed(officer), computed(officer)
    assert first.input_hash == second.input_hash
    assert pairs(first) == pairs(second)
    assert first.figures == second.figures
    assert computed(officer, Settings()).input_hash != first.input_hash


def test_publishing_makes_proposals_and_tells_both_sides(officer):
    need, offer = make_need(), make_offer()
    round_ = computed(officer)
    assert publish(round_, by=officer, now=LATER) == 1
    db.session.commit()
    pairing = db.session.scalars(sa.select(Pairing)).one()
    assert (pairing.need_id, pairing.offer_id) == (need.id, offer.id)
    assert pairing.state is State.PROPOSED
    assert pairing.expires_at and pairing.evidence and pairing.score > 0
    assert pairing.ranker_version and len(pairing.input_hash) == 64
    assert sum(item["share"] for item in pairing.evidence) == pytest.approx(pairing.score)
    told = db.session.scalars(sa.select(Notice)).all()
    assert [notice.kind for notice in told] == ["proposed", "proposed"]
    assert {notice.account_id for notice in told} == {
        need.organisation.people[0].id,
        offer.organisation.people[0].id,
    }
    choice = db.session.scalar(sa.select(RoundChoice).where(RoundChoice.pairing_id == pairing.id))
    assert choice.round_id == round_.id
    acts = [event.act for event in db.session.scalars(Event.about(round_))]
    assert acts == ["request_round", "compute_round", "publish_round"]


@pytest.mark.parametrize("first", ["sme", "company"])
def test_both_sides_answer_a_proposal(officer, first):
    need, offer = make_need(), make_offer()
    published(officer)
    pairing = db.session.scalars(sa.select(Pairing)).one()
    firm, company = need.organisation.people[0], offer.organisation.people[0]
    yes = {
        "sme": lambda: answering.accept(
            pairing, by=firm, now=LATER, consent=True, relation=RelationKind.NONE
        ),
        "company": lambda: answering.accept(pairing, by=company, now=LATER, consent=True),
    }
    yes.pop(first)()
    assert pairing.state is (State.ASKED if first == "sme" else State.INVITED)
    assert not pairing.contacts_are_open
    next(iter(yes.values()))()
    assert pairing.state is State.AGREED
    assert offer.places_taken == 1


def test_publishing_twice_is_refused(officer):
    make_need(), make_offer()
    round_ = published(officer)
    with pytest.raises(Refusal) as refusal:
        publish(round_, by=officer, now=LATER)
    assert refusal.value.rule == "state"
    with pytest.raises(Refusal):
        rounds.discard(round_, by=officer, now=LATER)


def test_a_discarded_round_leaves_nothing(officer):
    make_need(), make_offer()
    round_ = computed(officer)
    rounds.discard(round_, by=officer, now=LATER)
    db.session.commit()
    assert round_.state is RoundState.DISCARDED
    with pytest.raises(Refusal):
        publish(round_, by=officer, now=LATER)
    assert not db.session.scalars(sa.select(Pairing)).all()


class Killed(BaseException):
    """What stops a process in the middle."""


@pytest.mark.parametrize("model", [Pairing, Notice, Event])
def test_a_publishing_that_is_killed_leaves_nothing(officer, model):
    for _ in range(3):
        make_need()
    make_offer()
    round_ = computed(officer)
    before = dump(without=())
    written = []

    def kill(_mapper, _connection, row):
        written.append(row)
        if len(written) == 2:
            raise Killed

    sa.event.listen(model, "after_insert", kill)

    def published_whole():
        publish(round_, by=officer, now=LATER)
        db.session.commit()

    try:
        with pytest.raises(Killed):
            published_whole()
    finally:
        sa.event.remove(model, "after_insert", kill)
    db.session.rollback()
    assert dump(without=()) == before
    assert publish(db.session.get(Round, round_.id), by=officer, now=LATER) == 3


# What keeps a need or a pair out of a round, and the rule that says so.


def not_automatic(need, _offer):
    firm = need.organisation
    Preference.of(firm).change(
        automatic=False, most_open=None, categories=[], regions=[], by=firm.people[0], now=NOW
    )


def only_asked(need, _offer):
    need.only_asked = True


def vetoed(need, offer):
    company = offer.organisation
    put(company, Verdict.VETO, by=company.people[0], now=NOW, need_id=need.id)


def three_asks(need, _offer):
    need.open_asks = 3


def agreed_elsewhere(need, _offer):
    make_pairing("agreed", need=need)


def met(need, offer):
    make_pairing("declined", need=need, offer=offer)


def filled(_need, offer):
    offer.capacity = offer.places_taken = 1


def for_another_region(_need, offer):
    offer.allow("region", ["11"], now=NOW)


def nobody_left(_need, offer):
    offer.organisation.people[0].active = False


def other_words(need, _offer):
    need.title, need.text = "꽃집 간판", "가게 앞에 걸 예쁜 간판을 만들어 줄 화가를 찾습니다."
    need.category = None


@pytest.mark.parametrize(
    ("act", "rule"),
    [
        (not_automatic, "setting"),
        (only_asked, "setting"),
        (vetoed, "setting"),
        (three_asks, "ask_limit"),
        (agreed_elsewhere, "served"),
        (met, "met"),
        (filled, "full"),
        (for_another_region, "region"),
        (nobody_left, "nobody"),
        (other_words, "words"),
    ],
)
def test_who_stays_without_stays_by_a_rule(officer, act, rule):
    need, offer = make_need(), make_offer()
    act(need, offer)
    db.session.commit()
    round_ = computed(officer)
    assert not any(pair[0] == need.id for pair in pairs(round_))
    assert rules(round_)[need.id] == rule
    assert round_.figures["without"][rule] >= 1


@pytest.mark.parametrize("outside", ["draft", "paused", "closed", "unapproved"])
def test_what_is_not_open_takes_no_part(officer, outside):
    need, offer = make_need(), make_offer()
    if outside == "unapproved":
        need.organisation.approval = "suspended"
    else:
        need.stage = outside
    db.session.commit()
    round_ = computed(officer)
    assert need.id not in rules(round_)
    assert not pairs(round_) and offer.places_taken == 0


def test_fields_and_provinces_limit_who_takes_part(officer):
    here = make_need()
    there = make_need(region="11")
    make_offer()
    assert set(rules(computed(officer, Settings(regions=("11",))))) == {there.id}
    assert set(rules(computed(officer, Settings(categories=("smart_factory",))))) == {
        here.id,
        there.id,
    }
    assert rules(computed(officer, Settings(categories=("finance",)))) == {}


# Places.


def test_a_round_fills_only_what_is_left_of_the_places(officer):
    offer = make_offer(capacity=3)
    make_pairing("agreed", offer=offer)
    needs = [make_need() for _ in range(4)]
    round_ = computed(officer)
    assert len(pairs(round_)) == 2
    left = [need for need in needs if rules(round_)[need.id]]
    assert {rules(round_)[need.id] for need in left} == {"full"}
    assert round_.figures["places_used"] == round_.figures["places_offered"] == 2


def test_open_proposals_hold_places_against_further_rounds_only(officer):
    """P9: one of two places agreed, one held by a proposal; then an ask takes it."""
    offer = make_offer(capacity=2)
    make_pairing("agreed", offer=offer)
    make_need()
    published(officer)
    proposal = db.session.scalars(sa.select(Pairing).where(Pairing.state == State.PROPOSED)).one()
    late = make_need()
    assert pairs(computed(officer)) == set()  # the place is held

    asks = ask(
        late,
        offer,
        by=late.organisation.people[0],
        now=LATER,
        relation=RelationKind.NONE,
        consent=True,
    )
    answering.accept(asks, by=offer.organisation.people[0], now=LATER, consent=True)
    db.session.commit()
    assert asks.state is State.AGREED and offer.is_full
    assert proposal.state is State.WITHDRAWN
    assert proposal.reason is Reason.PLACE_TAKEN
    told = db.session.scalars(sa.select(Notice).where(Notice.kind == "place_taken")).all()
    assert len(told) == 2
    third = make_need()
    waits = ask(
        third,
        offer,
        by=third.organisation.people[0],
        now=LATER,
        relation=RelationKind.NONE,
        consent=True,
    )
    assert waits.state is State.WAITING


def test_a_proposal_closes_where_the_company_takes_back_its_last_place(officer):
    offer = make_offer(capacity=2)
    make_pairing("agreed", offer=offer)
    make_need()
    published(officer)
    offer.change({"capacity": 1}, by=offer.organisation.people[0], now=LATER)
    db.session.commit()
    proposal = db.session.scalars(sa.select(Pairing).where(Pairing.state != State.AGREED)).one()
    assert (proposal.state, proposal.reason) == (State.WITHDRAWN, Reason.PLACE_TAKEN)


def test_a_part_of_the_places_can_be_kept_for_asks(officer):
    make_offer(capacity=4)
    for _ in range(6):
        make_need()
    half = computed(officer, Settings(least="partial", place_share=50))
    assert len(pairs(half)) == 2
    assert len(pairs(computed(officer, Settings(least="partial")))) == 4


def test_a_need_gets_at_most_what_is_left_of_three(officer):
    for _ in range(5):
        make_offer()
    need = make_need()
    make_pairing("asked", need=need)
    assert len(pairs(computed(officer))) == 2
    assert len(pairs(computed(officer, Settings(least="partial", proposals=1)))) == 1


def test_an_organisation_limits_what_is_open_at_once(officer):
    company = make_account(kind="company").organisation
    for _ in range(2):
        make_offer(organisation=company)
    Preference.of(company).change(
        automatic=True, most_open=3, categories=[], regions=[], by=company.people[0], now=NOW
    )
    make_pairing("asked", offer=make_offer(organisation=company))
    for _ in range(9):
        make_need()
    assert len(pairs(computed(officer))) == 2


# Modes, thresholds, lists.


def mixed_market():
    """Make needs of which some fit well and others only partly, and more offers than needs."""
    for _ in range(4):
        make_offer(capacity=2)
    for _ in range(3):
        make_need()
    for _ in range(3):
        make_need(
            title="여러 가지 도움을 찾습니다",
            text=f"{OTHER_WISHES}, 공정 개선 자문",
            category=None,
        )


def test_two_modes_trade_the_mean_score_against_who_is_served(officer):
    """P10: the best alone has the higher mean; nobody left out serves more."""
    mixed_market()
    best = computed(officer, Settings(least="good", mode=Mode.BEST))
    everybody = computed(officer, Settings(least="good", mode=Mode.EVERYBODY))
    assert best.figures["mean_score"] >= everybody.figures["mean_score"]
    assert everybody.figures["proposed_needs"] > best.figures["proposed_needs"] > 0
    assert everybody.figures["mop_up"] == len(pairs(everybody) - pairs(best))
    assert everybody.figures["blocking"] == 0
    assert "least" in best.figures["without"] and "least" not in everybody.figures["without"]


def test_the_floor_shows_every_firm_and_says_who_is_there_because_of_it(officer):
    make_offer()
    make_offer(title="공정 개선", text="작업 지시와 공정 개선")
    for _ in range(6):
        make_need()
    quiet = make_need(
        title="여러 가지 도움을 찾습니다",
        text=f"{OTHER_WISHES}, 공정 개선 자문",
        category=None,
    )
    with_floor = computed(officer, Settings(least="partial", list_length=5))
    without = computed(officer, Settings(least="partial", list_length=5, floor=False))
    figures = with_floor.figures["lists"]
    assert figures["exposed"] == figures["bound"] == 7
    assert without.figures["lists"]["exposed"] < 7
    assert pairs(with_floor) == pairs(without)  # the floor changes lists, never the matching
    listed = db.session.scalars(
        sa.select(RoundChoice).where(RoundChoice.round_id == with_floor.id, RoundChoice.by_floor)
    ).all()
    assert quiet.id in {choice.need_id for choice in listed}


def test_a_slow_company_gets_half_and_never_nothing(officer):
    offer = make_offer(capacity=None)
    for _ in range(6):  # none of six asks answered in time
        make_pairing(
            "expired",
            offer=offer,
            need=make_need(stage="closed"),
            asked_at=NOW - timedelta(days=20),
            closed_at=NOW - timedelta(days=10),
            reason="timed_out",
            closed_by="time",
        )
    for _ in range(5):
        make_need()
    assert len(pairs(computed(officer))) == 3
    whole = computed(officer, Settings(least="partial", halve_slow=False))
    assert len(pairs(whole)) == 5


# What has changed by the time of publishing.


def closed_need(need, _offer):
    need.close(by=need.organisation.people[0], now=LATER)


def paused_offer(_need, offer):
    offer.pause(by=offer.organisation.people[0], now=LATER)


def asked_itself(need, offer):
    by = need.organisation.people[0]
    ask(need, offer, by=by, now=LATER, relation=RelationKind.NONE, consent=True)


def suspended(need, _offer):
    need.organisation.approval = "suspended"


def rewritten(need, _offer):
    by = need.organisation.people[0]
    need.change({"title": "설비 보전을 맡기고 싶습니다"}, by=by, now=LATER)


def other_criteria(_need, offer):
    by = offer.organisation.people[0]
    offer.change({"criteria": {"region": ["11"]}}, by=by, now=LATER)


@pytest.mark.parametrize(
    ("act", "rule"),
    [
        (closed_need, "need_closed"),
        (paused_offer, "closed"),
        (filled, "full"),
        (asked_itself, "met"),
        (vetoed, "setting"),
        (not_automatic, "setting"),
        (suspended, "suspended"),
        (three_asks, "ask_limit"),
        (agreed_elsewhere, "served"),
        (rewritten, "changed"),
        (other_criteria, "region"),
    ],
)
def test_pairs_that_no_longer_hold_are_dropped_with_the_rule(officer, act, rule):
    need, offer = make_need(), make_offer()
    round_ = computed(officer)
    act(need, offer)
    db.session.commit()
    assert publish(round_, by=officer, now=LATER) == 0
    db.session.commit()
    choice = db.session.scalars(
        sa.select(RoundChoice).where(RoundChoice.kind == ChoiceKind.PROPOSED)
    ).one()
    assert choice.dropped == rule
    assert round_.figures["dropped"] == {rule: 1}
    assert not db.session.scalars(sa.select(Pairing).where(Pairing.state == "proposed")).all()


def test_of_two_rounds_the_second_finds_the_places_held(officer):
    make_offer(capacity=2)
    for _ in range(2):
        make_need()
    first, second = computed(officer), computed(officer)
    assert publish(first, by=officer, now=LATER) == 2
    assert publish(second, by=officer, now=LATER) == 0
    assert second.figures["dropped"] == {"met": 2}


def test_a_place_that_is_taken_meanwhile_is_not_proposed(officer):
    offer = make_offer(capacity=3)
    for _ in range(3):
        make_need()
    round_ = computed(officer)
    offer.places_taken = 1
    db.session.commit()
    assert publish(round_, by=officer, now=LATER) == 2
    assert round_.figures["dropped"] == {"full": 1}


# Why not.


def test_a_published_round_answers_why_and_a_provisional_one_does_not(officer):
    offer = make_offer(capacity=1)
    closed = make_offer(region=["11"])
    first, second = make_need(), make_need()
    round_ = computed(officer, Settings(least="partial"))
    assert rounds.answer_for(first.id, offer.id) is None
    publish(round_, by=officer, now=LATER)
    db.session.commit()
    (won,) = {need for need, _ in pairs(round_)}
    lost = second if won == first.id else first
    answer = rounds.answer_for(won, offer.id)
    assert answer.proposed and answer.rank == answer.of == 1 and answer.at == LATER
    answer = rounds.answer_for(lost.id, offer.id)
    assert (answer.rule, answer.rank, answer.proposed) == ("full", 1, False)
    assert rounds.answer_for(lost.id, closed.id).rule == "region"
    late = make_offer(published_at=LATER + timedelta(hours=1))
    assert rounds.answer_for(lost.id, late.id) is None
    other = make_offer(title="간판", text="간판과 조명을 답니다 무료", category=None)
    assert rounds.answer_for(lost.id, other.id).rule == "words"


# Statements.


def test_the_number_of_statements_does_not_grow_with_the_market(officer):
    def grow():
        for _ in range(5):
            make_need()
            make_offer()

    def one():
        round_ = rounds.compute(ALL, by=officer, now=NOW)
        db.session.commit()
        return round_

    grow()
    one()  # the index and what is read once
    few = statements(one)
    grow()
    grow()
    one()
    assert statements(one) == few


def test_publishing_takes_the_same_number_of_statements(officer):
    def publishing(many, region):
        for _ in range(many):
            make_need(region=region)
            make_offer()
        round_ = computed(officer, Settings(least="partial", regions=(region,)))
        assert len(pairs(round_)) == many

        def act():
            publish(db.session.get(Round, round_.id), by=officer, now=LATER)
            db.session.commit()

        return statements(act, writes=False)

    assert publishing(3, "11") == publishing(9, "26")


def test_people_of_the_other_kind_are_not_asked(officer):
    """A company without a person would never answer, so nothing is proposed to it."""
    company = make_organisation("company", reconstructed=True)
    make_offer(organisation=company)
    need = make_need()
    assert rules(computed(officer))[need.id] == "nobody"
    stored(company)
