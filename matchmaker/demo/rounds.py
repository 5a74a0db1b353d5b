"""Two rounds of the demonstration: one that was published, and one that officers may look at."""

from datetime import timedelta

import sqlalchemy as sa

from ..db import db
from ..pairings.answering import accept, decline
from ..pairings.models import Pairing
from ..pairings.relations import RelationKind
from ..pairings.rounds.models import RoundChoice
from ..pairings.rounds.publishing import publish
from ..pairings.rounds.rounds import compute
from ..pairings.rounds.settings import Mode, Settings

PUBLISHED = timedelta(hours=30)  # before the loading: its notices are mailed, and still unread
ANSWERED = timedelta(hours=26)


def hold(officer, *, now):
    """Publish a small round of good fits, let some answer it, and compute a further one."""
    first = compute(Settings(mode=Mode.BEST), by=officer, now=now - PUBLISHED)
    publish(first, by=officer, now=now - PUBLISHED)
    proposals = sa.select(Pairing).join(RoundChoice, RoundChoice.pairing_id == Pairing.id)
    _answer(db.session.scalars(proposals.order_by(Pairing.id).limit(3)).all(), now - ANSWERED)
    compute(Settings(), by=officer, now=now)


def _answer(proposals, now):
    """Let a firm and a company say yes first, and a firm say no."""
    answers = (
        lambda one: accept(
            one, by=one.sme.people[0], now=now, consent=True, relation=RelationKind.NONE
        ),
        lambda one: accept(one, by=one.company.people[0], now=now, consent=True),
        lambda one: decline(one, by=one.sme.people[0], now=now),
    )
    for answer, proposal in zip(answers, proposals, strict=False):  # a market may give fewer
        answer(proposal)
