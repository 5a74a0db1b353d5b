"""A moving clock over random markets: every need ends, no clock is overrun, all adds up."""

import random
from contextlib import contextmanager
from datetime import timedelta

import pytest
import sqlalchemy as sa

from matchmaker.accounts.models import Account
from matchmaker.audit import Event
from matchmaker.db import begin_writing, db
from matchmaker.errors import Refusal
from matchmaker.listing.models import Stage
from matchmaker.needs.models import IDLE_DAYS, Need
from matchmaker.needs.unmet import UnmetNeed
from matchmaker.offers.models import Offer
from matchmaker.organisations.models import Organisation
from matchmaker.outbox import Notice
from matchmaker.pairings import answering, jobs
from matchmaker.pairings.asking import Further, ask, invite
from matchmaker.pairings.clock import day_of
from matchmaker.pairings.models import Pairing
from matchmaker.pairings.relations import RelationKind
from matchmaker.pairings.rounds import rounds
from matchmaker.pairings.rounds.publishing import publish
from matchmaker.pairings.rounds.settings import Settings
from matchmaker.pairings.states import COUNTS_AS_ASK, OPEN, PLACED, UNDECIDED, State

from .factories import NOW, make_account, make_need, make_offer

DAY = timedelta(days=1)
JOBS = (
    jobs.expire_overdue,
    jobs.remind_of_deadlines,
    jobs.move_up_lines,
    jobs.watch_needs,
    jobs.watch_responsiveness,
)
ELSEWHERE = "경리 담당자가 쓸 회계 장부를 번역해 줄 사람을 찾습니다."  # nothing fits it


class Killed(BaseException):
    """The worker is gone, in the middle of what it did."""


@contextmanager
def killed_at(step, event):
    """Let the process die just before its n-th commit, or as its n-th transaction begins."""
    left = [step]

    def count(*_arguments):
        left[0] -= 1
        if left[0] == 0:
            raise Killed

    sa.event.listen(db.session, event, count)
    try:
        yield
    finally:
        sa.event.remove(db.session, event, count)


class World:
    """A small market and what people do in it by chance."""

    def __init__(self, seed):
        self.dice = random.Random(seed)  # noqa: S311 a market of its own, not a secret
        self.now = NOW
        today = day_of(NOW)
        self.officer_id = make_account(kind="ministry").id
        for place in range(4):
            last = today + self.dice.randint(20, 120) * DAY if place % 2 else None
            make_offer(capacity=self.dice.choice((1, 1, 2, None)), closes_on=last)
        for place in range(7):
            last = today + self.dice.randint(5, 80) * DAY if place % 3 else None
            words = {"text": ELSEWHERE, "title": "번역"} if place == 6 else {}
            make_need(closes_on=last, **words)

    @property
    def officer(self):
        return db.session.get(Account, self.officer_id)

    def rows(self, model, *conditions):
        return db.session.scalars(sa.select(model).where(*conditions).order_by(model.id)).all()

    def one(self, model, *conditions):
        rows = self.rows(model, *conditions)
        if not rows:
            raise Refusal("nobody to act on", "none")
        return self.dice.choice(rows)

    def live(self):
        """Let one person try one thing; what a rule refuses changes nothing."""
        db.session.commit()  # of what was read so far
        begin_writing()
        acts = (
            *(self.asks,) * 4,
            *(self.answers,) * 4,
            *(self.proposes, self.invites, self.withdraws, self.confirms, self.still_wants),
            *(self.changes_need, self.renews, self.changes_offer, self.ends, self.suspends),
        )
        try:
            self.dice.choice(acts)()
            db.session.commit()
        except Refusal:
            db.session.rollback()

    def asks(self):
        need = self.one(Need, Need.stage == Stage.PUBLISHED)
        offers = self.rows(Offer)
        self.dice.shuffle(offers)
        further = [
            Further(offer, RelationKind.NONE, True)
            for offer in offers[1 : 1 + self.dice.randint(0, 3)]
        ]
        ask(
            need,
            offers[0],
            by=need.organisation.people[0],
            now=self.now,
            relation=RelationKind.NONE,
            consent=True,
            further=further,
        )

    def proposes(self):
        """Let the ministry publish a round."""
        round_ = rounds.compute(Settings(least="partial"), by=self.officer, now=self.now)
        publish(round_, by=self.officer, now=self.now)

    def invites(self):
        offer = self.one(Offer)
        person = offer.organisation.people[0]
        invite(offer, self.one(Need), by=person, now=self.now, consent=True)

    def answers(self):
        pairing = self.one(Pairing, Pairing.state.in_(OPEN))
        person = self.dice.choice((pairing.sme, pairing.company)).people[0]
        if self.dice.random() < 0.5:
            answering.decline(pairing, by=person, now=self.now)
        else:
            relation = RelationKind.NONE
            answering.accept(pairing, by=person, now=self.now, consent=True, relation=relation)

    def withdraws(self):
        pairing = self.one(Pairing, Pairing.state.in_(UNDECIDED))
        person = self.dice.choice((pairing.sme, pairing.company)).people[0]
        answering.withdraw(pairing, by=person, now=self.now)

    def confirms(self):
        pairing = self.one(Pairing, Pairing.state.in_((State.AGREED, State.ACTIVE)))
        person = self.dice.choice((pairing.sme, pairing.company)).people[0]
        verbs = (answering.confirm_agreement, answering.confirm_completion)
        self.dice.choice(verbs)(pairing, by=person, now=self.now)

    def still_wants(self):
        pairing = self.one(Pairing, Pairing.state == State.WAITING)
        answering.still_wanted(pairing, by=pairing.sme.people[0], now=self.now)

    def ends(self):
        pairing = self.one(Pairing, Pairing.state.in_((State.AGREED, State.ACTIVE)))
        answering.end(pairing, by=pairing.sme.people[0], now=self.now)

    def changes_need(self):
        need = self.one(Need)
        verb = self.dice.choice((need.pause, need.resume, need.resume, need.close))
        if verb != need.close or self.dice.random() < 0.2:
            verb(by=need.organisation.people[0], now=self.now)

    def renews(self):
        need = self.one(Need, Need.stage == Stage.CLOSED)
        need.renew(by=need.organisation.people[0], now=self.now)

    def changes_offer(self):
        offer = self.one(Offer)
        person = offer.organisation.people[0]
        verb = self.dice.choice((offer.pause, offer.resume, offer.resume, None))
        if verb:
            verb(by=person, now=self.now)
        else:
            offer.change({"capacity": self.dice.randint(1, 3)}, by=person, now=self.now)

    def suspends(self):
        organisation = self.one(Organisation, Organisation.kind != "ministry")
        if self.dice.random() < 0.15:
            organisation.suspend(by=self.officer, now=self.now, reason="Checked by chance.")
        else:
            organisation.restore(by=self.officer, now=self.now)

    def works(self):
        """Let the jobs run in any order, some twice, some killed."""
        order = [*JOBS, *self.dice.sample(JOBS, 2)]
        self.dice.shuffle(order)
        for job in order:
            if self.dice.random() < 0.25:
                self.is_killed(job)
            else:
                job(self.now)
                db.session.commit()

    def is_killed(self, job):
        try:
            with killed_at(
                self.dice.randint(1, 6), self.dice.choice(("before_commit", "after_begin"))
            ):
                job(self.now)
                db.session.commit()
        except Killed:
            pass
        db.session.remove()  # as a new process begins

    def adds_up(self):
        for offer in self.rows(Offer):
            taken = self.rows(Pairing, Pairing.offer_id == offer.id, Pairing.state.in_(PLACED))
            assert offer.places_taken == sum(pairing.firms for pairing in taken)
            assert offer.capacity is None or offer.places_taken <= offer.capacity
        for need in self.rows(Need):
            asks = Pairing.state.in_(COUNTS_AS_ASK)
            assert need.open_asks == len(self.rows(Pairing, Pairing.need_id == need.id, asks))
            assert need.open_asks <= 3
            if need.stage is Stage.CLOSED:
                open_ = Pairing.state.in_(UNDECIDED)
                assert not self.rows(Pairing, Pairing.need_id == need.id, open_)

    def nobody_waits_too_long(self):
        jobs.expire_overdue(self.now)
        db.session.commit()
        assert not self.rows(Pairing, Pairing.state.in_(OPEN), Pairing.expires_at <= self.now)


def told_once(kind, act, subject):
    """Check that a notice went out as often as the audit says that its act was done."""
    acts = db.session.scalars(sa.select(Event).where(Event.act == act)).all()
    notices = db.session.scalars(sa.select(Notice).where(Notice.kind == kind)).all()
    assert len(notices) == len([event for event in acts if event.subject_kind == subject])


@pytest.mark.parametrize("seed", range(1, 5))
def test_every_need_ends_and_everything_adds_up(app, seed):
    world = World(seed)
    for _ in range(60):
        world.now += timedelta(hours=world.dice.randint(1, 40))
        for _ in range(world.dice.randint(0, 3)):
            world.live()
        world.works()
        world.adds_up()
        world.nobody_waits_too_long()
    for organisation in world.rows(Organisation, Organisation.approval == "suspended"):
        organisation.restore(by=world.officer, now=world.now)
        db.session.commit()
    for _ in range(2 * IDLE_DAYS // 5):  # nobody acts any more; only time does
        world.now += 5 * DAY
        for job in JOBS:
            job(world.now)
            db.session.commit()
        world.adds_up()
        world.nobody_waits_too_long()
    assert not world.rows(Pairing, Pairing.state.in_(UNDECIDED))
    unmet = {row.need_id for row in db.session.scalars(UnmetNeed.standing())}
    for need in world.rows(Need):
        agreed = world.rows(Pairing, Pairing.need_id == need.id, Pairing.state.in_(PLACED))
        assert need.stage is Stage.CLOSED or agreed
        if need.id in unmet:
            assert need.stage is Stage.CLOSED
            assert not agreed
    told_once("slow_began", "slow", "organisation")
    told_once("need_ends_soon", "warn", "need")
    endings = db.session.scalars(sa.select(UnmetNeed)).all()
    told = db.session.scalars(sa.select(Notice).where(Notice.kind == "need_unmet")).all()
    assert len(told) == len(endings)
