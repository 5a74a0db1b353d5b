"""Publishing a round: every rule looked at again, then all its proposals in one transaction."""

from collections import Counter

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from ... import audit
from ...db import db
from ...matching import eligibility
from ...needs.cards import need_card
from ...needs.models import OPEN_ASKS, Need
from ...offers.cards import offer_card
from ...offers.models import Offer
from ...organisations.models import Organisation
from ..clock import day_of, deadline
from ..models import Pairing
from ..ranking import index
from ..ranking.basis import kept_hash, kept_terms
from ..states import OPEN, State
from ..telling import tell_both
from ..wishes.preferences import wishes_of
from .models import ChoiceKind, Round, RoundChoice, RoundState, held_places
from .rounds import move


def publish(round_, *, by, now):
    """Propose to both sides what a provisional round chose; return how many pairs that were.

    A pair that no longer holds is dropped, and the rule is kept. Raises Refusal where the round
    was published or discarded already. `by` is None for the schedule.
    """
    _one_at_a_time()
    move(
        round_,
        RoundState.PROVISIONAL,
        RoundState.PUBLISHED,
        published_at=now,
        published_by_id=by and by.id,
    )
    standing = Standing(round_, now)
    proposals, dropped = {}, {}
    for choice in standing.choices:
        rule = standing.rule(choice)
        if rule:
            dropped[choice.id] = rule
        else:
            standing.count(choice)
            proposals[choice.id] = _proposal(round_, choice, now)
    db.session.add_all(proposals.values())
    db.session.flush()  # gives all pairings the ids that events and notices name
    for pairing in proposals.values():
        audit.record("propose", pairing, by=by, now=now, after=pairing.state, round=round_.id)
        tell_both(pairing, "proposed", now=now)
    _note({id_: {"pairing_id": pairing.id} for id_, pairing in proposals.items()})
    _note({id_: {"dropped": rule} for id_, rule in dropped.items()})
    counted = dict(Counter(dropped.values()))
    round_.figures = {**round_.figures, "published": len(proposals), "dropped": counted}
    audit.record("publish_round", round_, by=by, now=now, proposed=len(proposals), dropped=counted)
    return len(proposals)


def _note(facts):
    """Write what became of choices, {id: columns}, in one statement."""
    if facts:
        rows = [{"id": id_, **columns} for id_, columns in facts.items()]
        db.session.execute(sa.update(RoundChoice), rows)


def _one_at_a_time():
    """Let officers who publish at one moment take turns, also with two rounds.

    Else each would count the places without what the other proposes.
    """
    waiting = sa.select(Round.id).where(Round.state == RoundState.PROVISIONAL)
    db.session.execute(waiting.order_by(Round.id).with_for_update())


def _proposal(round_, choice, now):
    need, offer = choice.need, choice.offer
    return Pairing(
        need_id=need.id,
        offer_id=offer.id,
        sme=need.organisation,
        company=offer.organisation,
        state=State.PROPOSED,
        created_at=now,
        changed_at=now,
        expires_at=deadline(now),
        score=choice.score,
        evidence=choice.evidence,
        criteria=choice.criteria,
        terms=kept_terms(offer),
        ranker_version=round_.ranker_version,
        input_hash=choice.input_hash,
    )


class Standing:
    """How everything that a round proposes stands at this moment, held still until the commit."""

    def __init__(self, round_, now):
        self.today = day_of(now)
        self.ranker = index.ranker(self.today)
        proposed = (RoundChoice.round_id == round_.id, RoundChoice.kind == ChoiceKind.PROPOSED)
        self._hold(
            sa.select(RoundChoice.need_id).where(*proposed),
            sa.select(RoundChoice.offer_id).where(*proposed),
        )
        loaded = (selectinload(RoundChoice.need), selectinload(RoundChoice.offer))
        self.choices = db.session.scalars(RoundChoice.proposed_in(round_).options(*loaded)).all()
        self.wishes = wishes_of(self.needs, self.offers)
        self._count_what_is_open(sa.select(RoundChoice.need_id).where(*proposed))

    def _hold(self, need_ids, offer_ids):
        """Lock organisations, offers and needs, in the order in which those who ask do."""
        firms = sa.select(Need.organisation_id).where(Need.id.in_(need_ids))
        companies = sa.select(Offer.organisation_id).where(Offer.id.in_(offer_ids))

        either = sa.or_(Organisation.id.in_(firms), Organisation.id.in_(companies))
        _held(Organisation, either, read=True)
        self.offers = _held(Offer, Offer.id.in_(offer_ids), read=True)
        self.needs = _held(Need, Need.id.in_(need_ids), key_share=True)
        people = sa.select(Organisation).where(either).options(selectinload(Organisation.people))
        # kept, so that the session does not let go of them
        self.organisations = db.session.scalars(people).all()

    def _count_what_is_open(self, need_ids):
        columns = (Pairing.need_id, Pairing.offer_id, Pairing.state)
        met = sa.select(*columns).where(Pairing.need_id.in_(need_ids))
        self.met, self.proposed, self.served = set(), Counter(), set()
        for need_id, offer_id, state in db.session.execute(met):
            self.met.add((need_id, offer_id))
            self.proposed[need_id] += state is State.PROPOSED
            if state in (State.AGREED, State.ACTIVE):
                self.served.add(need_id)
        self.held = Counter(dict(db.session.execute(held_places()).all()))
        self.open = Counter()
        open_now = sa.select(Pairing.sme_id, Pairing.company_id).where(Pairing.state.in_(OPEN))
        for pair in db.session.execute(open_now):
            self.open.update(pair)

    def count(self, choice):
        """Take a pair into the counts that the next ones are held against."""
        self.proposed[choice.need_id] += 1
        self.held[choice.offer_id] += 1
        self.open.update((choice.need.organisation_id, choice.offer.organisation_id))

    def rule(self, choice):
        """Return the first rule that keeps a pair apart by now, or None."""
        need, offer = choice.need, choice.offer
        return next(
            (
                rule
                for rule, says_no in (
                    ("suspended", not (need.organisation.is_approved and self._approved(offer))),
                    ("need_closed", not need.is_open_on(self.today)),
                    ("closed", not offer.is_open_on(self.today)),
                    ("met", (need.id, offer.id) in self.met),
                    ("setting", self._is_kept_out(need, offer)),
                    ("served", need.id in self.served),
                    ("ask_limit", need.open_asks + self.proposed[need.id] >= OPEN_ASKS),
                    ("full", self._is_full(offer)),
                )
                if says_no
            ),
            None,
        ) or self._changed(choice)

    def _approved(self, offer):
        return offer.organisation.is_approved and any(p.active for p in offer.organisation.people)

    def _is_kept_out(self, need, offer):
        sides = (need, offer)
        if need.only_asked or not all(self.wishes.takes_part(side) for side in sides):
            return True
        owners = [side.organisation_id for side in sides]
        limits = [self.wishes.most_open(owner) for owner in owners]
        reached = any(
            most is not None and self.open[owner] >= most
            for owner, most in zip(owners, limits, strict=True)
        )
        return reached or self.wishes.refuses(need, offer)

    def _is_full(self, offer):
        taken = offer.places_taken + self.held[offer.id]
        return offer.capacity is not None and taken >= offer.capacity

    def _changed(self, choice):
        """Return the rule where facts or words are no longer those that the round saw."""
        card, wanted = need_card(choice.need), offer_card(choice.offer)
        if kept_hash(self.ranker, card, wanted) == choice.input_hash:
            return None
        refused = eligibility.refusals(card, wanted)
        return refused[0].value if refused else "changed"


def _held(model, condition, **lock):
    """Lock rows in the order of their ids, and read them as they are by then."""
    select = sa.select(model).where(condition).order_by(model.id)
    select = select.with_for_update(of=model, **lock)
    return db.session.scalars(select.execution_options(populate_existing=True)).all()
