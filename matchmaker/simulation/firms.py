"""What small firms do in a simulation: publish, ask, look again, answer, withdraw, confirm."""

from datetime import timedelta

import sqlalchemy as sa

from ..db import db
from ..listing.models import Stage
from ..needs.models import Need
from ..organisations.models import Organisation
from ..pairings.answering import (
    accept,
    confirm_agreement,
    confirm_completion,
    decline,
    still_wanted,
    withdraw,
)
from ..pairings.asking import Further, ask
from ..pairings.clock import day_of
from ..pairings.models import Pairing
from ..pairings.ranking.ranked import ranked_offers
from ..pairings.states import COUNTS_AS_ASK, LIVE, Side, State
from .companies import DAYS_OF_HELP, DAYS_TO_CONFIRM, still
from .habits import RELATIONS

LOOKS_AT = 5  # the first offers of the list
FURTHER = 3
QUIET_DAYS = 12  # at the end nobody publishes: the last clocks still run out within the days


class Firms:
    """All small firms; each has one need."""

    def __init__(self, play):
        self.play, self.chance, self.habits = play, play.chance, play.chance.habits
        self.relations = {}  # (firm, company): what the firm always says about their trade

    def plan_needs(self):
        """Plan when each firm publishes its need: evenly, as long as its time can still run out."""
        last = max(self.play.days - self.play.life - QUIET_DAYS, 1)
        for firm_id, facts in self.play.cast.firms:
            moment = self.play.start + timedelta(days=float(self.chance.rng.uniform(0, last)))
            self.play.plan(self.chance.in_office(moment), self.publish, firm_id, facts)

    def publish(self, firm_id, facts, *, now):
        firm = db.session.get(Organisation, firm_id)
        [owner] = firm.people
        need = Need.start(firm, by=owner, now=now)
        need.written_in = facts["written_in"]
        wanted = {name: value for name, value in facts.items() if name != "written_in"}
        closes_on = day_of(now) + timedelta(days=self.play.life)
        need.change(wanted | {"closes_on": closes_on}, by=owner, now=now)
        need.publish(by=owner, now=now)
        if self.chance.happens(self.habits.asks_at_all):
            self.play.plan(self.chance.after(now, 12), self.look, need.id)
        if self.chance.happens(self.habits.gives_up):
            self.play.plan(self.chance.after(now, 24 * self.play.life / 2), self.close, need.id)

    def look(self, need_id, *, now):
        """Look at the ranked offers and ask one, unless something is under way already."""
        need = db.session.get(Need, need_id)
        live = sa.exists().where(Pairing.need_id == need_id, Pairing.state.in_(LIVE))
        if not need.is_open_on(day_of(now)) or db.session.scalar(sa.select(live)):
            return
        found = ranked_offers(need, today=day_of(now), top=LOOKS_AT + FURTHER).fitting
        free = [each for each in found if each.blocked is None and self._may_have(need, each.offer)]
        if not self.chance.happens(self.habits.waits_in_line):
            free = [each for each in free if not each.full]
        if not free:
            return
        shown = {place: each.score for place, each in enumerate(free[:LOOKS_AT])}
        first = free.pop(self.chance.pick(shown))
        names = self.chance.happens(self.habits.names_further)
        further = [
            Further(each.offer, self._relation(need, each.offer), consent=True)
            for each in (free[:FURTHER] if names else ())
        ]
        ask(
            *(need, first.offer),
            by=need.organisation.people[0],
            now=now,
            relation=self._relation(need, first.offer),
            consent=True,
            further=further,
        )

    def take_in(self, pairing, now):
        """Plan what a firm does about a pairing that has just moved."""
        state, chance, plan = pairing.state, self.chance, self.play.plan
        if state in (State.INVITED, State.PROPOSED):
            if not chance.happens(self.habits.firm_silence):
                moment = chance.after(now, self.habits.firm_answer_hours)
                if moment < pairing.expires_at:
                    plan(moment, self.answer, pairing.id, state)
        elif state in (State.AGREED, State.ACTIVE):
            self._go_on(pairing, now)
        elif pairing.closed_at and pairing.closed_by is not Side.SME:
            self._look_again(pairing, now)

    def _go_on(self, pairing, now):
        """Plan to withdraw what else is open, and to confirm."""
        state, chance, plan = pairing.state, self.chance, self.play.plan
        if state is State.AGREED and chance.happens(self.habits.withdraws_others):
            plan(chance.after(now, 8), self.withdraw_others, pairing.need_id)
        begun = state is State.ACTIVE
        if chance.happens(self.habits.completes if begun else self.habits.confirms):
            days = DAYS_OF_HELP if begun else DAYS_TO_CONFIRM
            plan(chance.after(now, 24 * days), self.confirm, pairing.id, state)

    def _look_again(self, pairing, now):
        if self.chance.happens(self.habits.looks_again):
            self.play.plan(self.chance.after(now, 16), self.look, pairing.need_id)

    def answer(self, pairing_id, state, *, now):
        pairing = still(pairing_id, state)
        if pairing is None:
            return
        by, habits = pairing.sme.people[0], self.habits
        if self.chance.happens(habits.firm_least_yes + habits.firm_more_yes * pairing.score):
            relation = self._relation(pairing.need, pairing.offer)
            accept(pairing, by=by, now=now, consent=True, relation=relation)
        else:
            decline(pairing, by=by, now=now)

    def withdraw_others(self, need_id, *, now):
        others = sa.select(Pairing).where(
            Pairing.need_id == need_id, Pairing.state.in_(COUNTS_AS_ASK)
        )
        for pairing in db.session.scalars(others.order_by(Pairing.id)).all():
            withdraw(pairing, by=pairing.sme.people[0], now=now)

    def confirm(self, pairing_id, state, *, now):
        pairing = still(pairing_id, state)
        if pairing is not None:
            verb = confirm_agreement if state is State.AGREED else confirm_completion
            verb(pairing, by=pairing.sme.people[0], now=now)

    def close(self, need_id, *, now):
        need = db.session.get(Need, need_id)
        if need.stage is Stage.PUBLISHED:
            need.close(by=need.organisation.people[0], now=now)

    def answer_whether_still_wanted(self, *, now):
        """Let those who were asked in line say that they still want the place, or not."""
        since = sa.func.coalesce(Pairing.still_wanted_at, Pairing.waiting_since)
        asked = sa.select(Pairing).where(
            Pairing.state == State.WAITING, Pairing.still_wanted_asked_at > since
        )
        for pairing in db.session.scalars(asked.order_by(Pairing.id)).all():
            verb = still_wanted if self.chance.happens(self.habits.still_wants) else withdraw
            verb(pairing, by=pairing.sme.people[0], now=now)

    def _may_have(self, need, offer):
        """Say whether the offer is for firms that trade with the company as this one does."""
        allowed = offer.criteria.get("relation")
        return not allowed or self._relation(need, offer) in allowed

    def _relation(self, need, offer):
        pair = need.organisation_id, offer.organisation_id
        if pair not in self.relations:
            self.relations[pair] = self.chance.pick(RELATIONS)
        return self.relations[pair]
