"""The play of a simulation: what happens at which moment, each act by the product's own verb."""

import heapq
from collections import Counter
from datetime import timedelta
from itertools import count

import sqlalchemy as sa

from .. import schedule
from ..db import begin_writing, db
from ..errors import Refusal
from ..i18n import SEOUL
from ..listing.models import Stage
from ..needs.models import Need
from ..offers.models import Offer
from ..pairings.models import Pairing
from ..pairings.states import OPEN, PLACED, UNDECIDED
from .companies import Companies
from .firms import Firms

# The jobs that move the market; letters are written and sent by others.
JOBS = ("expire", "remind", "move-up-lines", "rounds")
DAILY_JOBS = ("watch-needs", "watch-responsiveness")
HOURS = (9, 12, 15, 18)  # when they run: soon after rounds are due and deadlines have passed
MOST_DAYS_AFTER = 60  # until the last clock must have run out


class Play:
    """A queue of acts by their moments; after each, whoever it concerns plans an answer."""

    def __init__(self, cast, chance, *, start, days):
        self.cast, self.chance = cast, chance
        self.start, self.days = start, days
        self.life = max(10, days // 3)  # days for which a need is open
        self.refused, self.breaches, self.acts = Counter(), 0, 0
        self._queue, self._order = [], count()
        self._handled, self._since = set(), start
        self.firms, self.companies = Firms(self), Companies(self)

    def plan(self, moment, act, *given):
        """Let something happen at a moment, or not at all where the queue ends before."""
        heapq.heappush(self._queue, (moment, next(self._order), act, given))

    def run(self, watch=lambda days: days):
        """Play all days, then let the clocks run until nothing is open; return the days it took."""
        self.firms.plan_needs()
        for day in watch(range(self.days)):
            self._day(day)
        while self._is_open() and day < self.days + MOST_DAYS_AFTER:
            day += 1
            self._day(day)
        return day + 1

    def _day(self, day):
        morning = self.start + timedelta(days=day)
        for hour in HOURS:
            names = (*JOBS, *DAILY_JOBS) if hour == HOURS[0] else JOBS
            self.plan(morning + timedelta(hours=hour, minutes=1), self._jobs, names)
        if morning.astimezone(SEOUL).weekday() == 2:
            self.plan(morning + timedelta(hours=10), self.companies.look_at_lists)
        self.plan(morning + timedelta(hours=11), self.firms.answer_whether_still_wanted)
        end = morning + timedelta(days=1)
        while self._queue and self._queue[0][0] < end:
            moment, _, act, given = heapq.heappop(self._queue)
            self._do(act, given, moment)
        self._count_breaches()

    def _do(self, act, given, now):
        """Let one act happen whole, or not at all where a rule says no."""
        self.acts += 1
        begin_writing()
        try:
            act(*given, now=now)
            db.session.commit()
        except Refusal as refusal:
            db.session.rollback()
            self.refused[refusal.rule] += 1
        self._look_around(now)
        db.session.remove()

    def _jobs(self, names, *, now):
        for job in schedule.JOBS:
            if job.name in names:
                job.work(now)
                db.session.commit()
                db.session.remove()
                begin_writing()

    def _look_around(self, now):
        """Let both sides take in what has changed, and plan what they do about it."""
        changed = sa.select(Pairing).where(Pairing.changed_at >= self._since).order_by(Pairing.id)
        for pairing in db.session.scalars(changed).all():
            seen = (pairing.id, pairing.state, pairing.changed_at)
            if seen in self._handled:
                continue
            self._handled.add(seen)
            if pairing.state in (*OPEN, *PLACED):
                self.companies.take_in(pairing, now)
            self.firms.take_in(pairing, now)
        if now > self._since:
            self._since = now
            self._handled = {seen for seen in self._handled if seen[2] >= now}

    def _is_open(self):
        going_on = Need.stage.in_((Stage.PUBLISHED, Stage.PAUSED))
        undecided = Pairing.state.in_(UNDECIDED)
        found = db.session.scalar(
            sa.select(sa.or_(sa.exists().where(going_on), sa.exists().where(undecided)))
        )
        db.session.remove()
        return found

    def _count_breaches(self):
        """Count the offers that have given more places than they have, by pairings themselves."""
        given = (
            sa.select(Pairing.offer_id, sa.func.sum(Pairing.firms).label("places"))
            .where(Pairing.state.in_(PLACED))
            .group_by(Pairing.offer_id)
            .subquery()
        )
        over = (
            sa.select(sa.func.count())
            .select_from(Offer)
            .join(given, given.c.offer_id == Offer.id)
            .where(sa.or_(given.c.places > Offer.capacity, given.c.places != Offer.places_taken))
        )
        self.breaches += db.session.scalar(over)
        db.session.remove()
