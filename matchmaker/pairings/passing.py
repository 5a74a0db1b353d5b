"""How a pairing ends by itself, and how the next offer that the firm named is asked."""

from ..db import db
from ..errors import Refusal
from ..listing.models import Stage
from .asking import begin_ask, hold_still, may_ask
from .contacts import end_consents
from .models import Pairing
from .next_offers import NextOffer
from .rules import refuse
from .states import COUNTS_AS_ASK, Act, Reason, Side, State
from .telling import tell_both, tell_company, tell_firm
from .waiting import move_up


def brought_no_yes(pairing, how, *, now):
    """Go on after an ask that ended without a yes: the next in line, and the next offer.

    `how` is declined, expired or closed. The firm is told at once what happened and what
    comes next: the ask that follows by itself, or that it may choose. Returns that ask, or
    None.
    """
    move_up(pairing.offer, now=now)
    asked = pass_on(pairing, now=now)
    if asked:
        tell_firm(asked, f"{how}_passed_on", now=now)
    else:
        tell_firm(pairing, f"{how}_choose", now=now)
    return asked


def pass_on(pairing, *, now):
    """Ask the next offer that the firm named, if one is left and may still be asked.

    One that may not is passed over, and the rule that said no is kept. Returns the new ask,
    or None.
    """
    for following in db.session.scalars(NextOffer.left(pairing)).all():
        try:
            asked = _ask_next(following, now=now)
        except Refusal as refusal:
            following.skip(refusal.rule, now=now)
            continue
        following.used_at, following.asked_pairing = now, asked
        return asked
    return None


def expire(pairing, *, now):
    """Let time run out. Both sides learn it; an ask goes on to the next offer."""
    before = pairing.state
    pairing.apply(Act.EXPIRES, by=None, now=now, side=Side.TIME, reason=Reason.TIMED_OUT)
    end_consents(pairing, now=now)
    if before is State.ASKED:
        tell_company(pairing, "expired", now=now)
        brought_no_yes(pairing, "expired", now=now)
    else:
        tell_both(pairing, "expired", now=now)


def close(pairing, reason, *, by, now):
    """Close what is undecided for a reason of the system's; tell whom it concerns.

    An ask, or a place in line, goes on to the next offer where the company's side fell away.
    """
    before = pairing.state
    pairing.apply(Act.CLOSES, by=by, now=now, reason=reason)
    end_consents(pairing, now=now)
    if before not in COUNTS_AS_ASK:
        tell_both(pairing, "closed", now=now)
    elif pairing.need.stage is not Stage.CLOSED and pairing.sme.is_approved:
        brought_no_yes(pairing, "closed", now=now)
    else:
        NextOffer.end_consents(pairing, now=now)
        if before is State.ASKED:
            tell_company(pairing, "closed", now=now)
        move_up(pairing.offer, now=now)


def _ask_next(following, *, now):
    """Ask one named offer. Raises Refusal, and changes nothing, where a rule says no."""
    need, offer = following.pairing.need, following.offer
    hold_still(need, offer)
    if not need.organisation.is_approved:
        refuse("suspended")
    if following.consent.withdrawn_at or following.contact_id is None:
        refuse("consent")
    with db.session.begin_nested():
        if offer.is_full:
            refuse("full")
        if db.session.scalar(Pairing.between(need.id, offer.id).limit(1)):
            refuse("met")  # a closed pair never returns by passing on
        return begin_ask(
            need,
            offer,
            may_ask(need, offer, now=now, relation=following.relation),
            by=None,
            now=now,
            consent=following.consent,
            contact_id=following.contact_id,
        )
