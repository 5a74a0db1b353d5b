"""What companies do in a simulation: answer, or not; invite from their lists; confirm."""

import sqlalchemy as sa

from ..db import db
from ..needs.models import Need
from ..offers.models import Offer
from ..pairings.answering import accept, confirm_agreement, confirm_completion, decline, end
from ..pairings.asking import invite
from ..pairings.clock import day_of
from ..pairings.models import Pairing
from ..pairings.ranking.ranked_needs import ranked_needs
from ..pairings.rounds.shown_list import list_of
from ..pairings.states import Reason, State
from .habits import REASONS

DAYS_TO_CONFIRM, DAYS_OF_HELP = 5, 25  # medians


class Companies:
    """All companies, each with the silence and the pace that the cast gives it."""

    def __init__(self, play):
        self.play, self.chance, self.habits = play, play.chance, play.chance.habits
        self.cast = play.cast

    def take_in(self, pairing, now):
        """Plan what a company does about a pairing that has just moved."""
        state, chance, plan = pairing.state, self.chance, self.play.plan
        if state in (State.ASKED, State.PROPOSED):
            if not chance.happens(self.cast.silence[pairing.company_id]):
                moment = chance.after(now, self.cast.hours[pairing.company_id])
                if moment < pairing.expires_at:
                    plan(moment, self.answer, pairing.id, state)
        elif state is State.AGREED and pairing.company_confirmed_at is None:
            act = self.end if chance.happens(self.habits.ends) else self.confirm
            plan(chance.after(now, 24 * DAYS_TO_CONFIRM), act, pairing.id, state)
        elif state is State.ACTIVE and chance.happens(self.habits.completes):
            plan(chance.after(now, 24 * DAYS_OF_HELP), self.confirm, pairing.id, state)

    def answer(self, pairing_id, state, *, now):
        pairing = still(pairing_id, state)
        if pairing is None:
            return
        [owner] = pairing.company.people
        habits = self.habits
        wanted = self.chance.happens(habits.least_yes + habits.more_yes * pairing.score)
        if wanted and not pairing.offer.is_full:
            accept(pairing, by=owner, now=now, consent=True)
        else:
            reason = Reason.NO_CAPACITY if wanted else self.chance.pick(REASONS)
            decline(pairing, by=owner, now=now, reason=reason)

    def confirm(self, pairing_id, state, *, now):
        pairing = still(pairing_id, state)
        if pairing is not None:
            verb = confirm_agreement if state is State.AGREED else confirm_completion
            verb(pairing, by=pairing.company.people[0], now=now)

    def end(self, pairing_id, state, *, now):
        pairing = still(pairing_id, state)
        if pairing is not None:
            end(pairing, by=pairing.company.people[0], now=now)

    def look_at_lists(self, *, now):
        """Plan an invitation for some of the offers that have places, from what is listed."""
        today = day_of(now)
        offers = db.session.scalars(sa.select(Offer).order_by(Offer.id)).all()
        for offer in offers:
            if offer.is_full or not self.chance.happens(self.habits.invites):
                continue
            listed = list_of(offer, today=today)
            needs = [entry.need for entry in listed.entries] if listed else []
            if not needs:
                needs = [ranked.need for ranked in ranked_needs(offer, today=today).items]
            if needs:
                chosen = needs[min(int(self.chance.rng.geometric(0.4)) - 1, len(needs) - 1)]
                self.play.plan(self.chance.after(now, 8), self.invite, offer.id, chosen.id)

    def invite(self, offer_id, need_id, *, now):
        offer = db.session.get(Offer, offer_id)
        need = db.session.get(Need, need_id)
        invite(offer, need, by=offer.organisation.people[0], now=now, consent=True)


def still(pairing_id, state):
    """Return a pairing that is still in a state, or None where something came between."""
    pairing = db.session.get(Pairing, pairing_id)
    return pairing if pairing.state is state else None
