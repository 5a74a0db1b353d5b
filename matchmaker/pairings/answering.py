"""Answers and what follows: yes, no, taking back, confirming, ending."""

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from .. import audit
from ..db import db
from ..errors import Refusal
from .contacts import consent_to_disclosure, end_consents, open_contacts
from .models import Pairing
from .next_offers import NextOffer
from .passing import brought_no_yes
from .relations import Relation, confirm, declare
from .rules import refuse
from .states import CHOSEN_REASONS, COUNTS_AS_ASK, Act, Reason, Side, State
from .telling import tell_both, tell_firm, tell_other
from .waiting import move_up
from .wishes.preferences import learn


def accept(pairing, *, by, now, consent, relation=None, contact=None):
    """Say yes for one side; the second yes makes it agreed and opens the contacts.

    The firm says in `relation` whether it trades with the company. Raises Refusal where the
    move does not exist, the last place has gone, or the criteria exclude the relation.
    """
    side = _side(pairing, by)
    if not by.organisation.is_approved:
        refuse("not_approved")
    with db.session.begin_nested():  # a yes is whole, or it has not been said
        if side is Side.SME:
            _firm_accepts(pairing, by, now, consent, contact or by, relation)
        else:
            _company_accepts(pairing, by, now, consent, contact or by)
        if pairing.state is State.AGREED:
            _agreed(pairing, now=now)
            return
    kind = "asked" if side is Side.SME else "invited"
    tell_other(pairing, side, kind, now=now)


def decline(pairing, *, by, now, reason=None, comment=None):
    """Say no for one side; after a company's no, the next offer that was named is asked.

    Return what the reason changes in what the decliner itself is shown, or None.
    """
    side, before = _side(pairing, by), pairing.state
    act = {Side.SME: Act.SME_DECLINES, Side.COMPANY: Act.COMPANY_DECLINES}[side]
    _close(pairing, act, by=by, now=now, side=side, reason=reason, comment=comment)
    if before is State.ASKED:
        brought_no_yes(pairing, "declined", now=now)
    else:
        tell_other(pairing, side, "declined", now=now)
    return learn(pairing, side, reason, by=by, now=now)


def withdraw(pairing, *, by, now, reason=None, comment=None):
    """Take back an ask, a place in line or an invitation."""
    side, before = _side(pairing, by), pairing.state
    act = {Side.SME: Act.SME_WITHDRAWS, Side.COMPANY: Act.COMPANY_WITHDRAWS}[side]
    _close(pairing, act, by=by, now=now, side=side, reason=reason, comment=comment)
    if side is Side.SME:
        NextOffer.end_consents(pairing, now=now)
    if before is not State.WAITING:  # the company does not know who waits in line
        tell_other(pairing, side, "withdrawn", now=now)
        move_up(pairing.offer, now=now)


def end(pairing, *, by, now, reason=None, comment=None):
    """End what both had agreed; its place frees, and the first in line moves up."""
    side = _side(pairing, by)
    act = {Side.SME: Act.SME_ENDS, Side.COMPANY: Act.COMPANY_ENDS}[side]
    _close(pairing, act, by=by, now=now, side=side, reason=reason, comment=comment)
    tell_other(pairing, side, "ended", now=now)
    move_up(pairing.offer, now=now)


def confirm_agreement(pairing, *, by, now):
    """Confirm for one side what was agreed; the second confirmation makes it active."""
    _confirm(pairing, "agreement", by=by, now=now)


def confirm_completion(pairing, *, by, now):
    """Confirm for one side that it is done; the second confirmation completes it."""
    _confirm(pairing, "completion", by=by, now=now)


def confirm_relation(pairing, kind, *, by, now):
    """Keep what the company says about its trade with the firm, once both accepted."""
    relation = db.session.scalar(Relation.between(pairing.sme_id, pairing.company_id))
    if _side(pairing, by) is not Side.COMPANY or not pairing.contacts_are_open or not relation:
        refuse("no_move")
    confirm(relation, kind, by=by, now=now)


def still_wanted(pairing, *, by, now):
    """Say that the firm still wants its place in line."""
    if _side(pairing, by) is not Side.SME or pairing.state is not State.WAITING:
        refuse("no_move")
    pairing.still_wanted_at = pairing.changed_at = now
    audit.record("still_wanted", pairing, by=by, now=now)
    move_up(pairing.offer, now=now)


def _side(pairing, by):
    side = by.organisation and pairing.side_of(by.organisation)
    if side is None:
        refuse("no_move")
    return side


def _firm_accepts(pairing, by, now, consent, contact, relation):
    if pairing.can(Act.SME_ACCEPTS):
        _check_relation(pairing, relation)
    pairing.apply(Act.SME_ACCEPTS, by=by, now=now, side=Side.SME)
    given = consent_to_disclosure(
        consent, by=by, now=now, contact=contact, recipient=pairing.company
    )
    pairing.sme_contact_id, pairing.sme_consent_id = contact.id, given.id
    declare(pairing.sme_id, pairing.company_id, relation, by=by, now=now)


def _company_accepts(pairing, by, now, consent, contact):
    pairing.apply(Act.COMPANY_ACCEPTS, by=by, now=now, side=Side.COMPANY)
    given = consent_to_disclosure(consent, by=by, now=now, contact=contact, need=pairing.need)
    pairing.company_contact_id, pairing.company_consent_id = contact.id, given.id


def _check_relation(pairing, relation):
    """Hold the declared relation against the criteria as they stood."""
    if relation is None:
        raise Refusal(_l("Say whether you trade with this company."), "relation")
    allowed = pairing.terms.get("criteria", {}).get("relation")
    if allowed and relation.value not in allowed:
        refuse("relation")


def _close(pairing, act, *, by, now, side, reason, comment):
    if reason is not None and reason not in CHOSEN_REASONS:
        raise ValueError(f"{reason} is not a reason that people choose")
    pairing.apply(act, by=by, now=now, side=side, reason=reason, comment=comment or None)
    end_consents(pairing, now=now)


def _agreed(pairing, *, now):
    open_contacts(pairing, now=now)
    NextOffer.end_consents(pairing, now=now)
    tell_both(pairing, "agreed", now=now)
    if pairing.offer.is_full:
        close_proposals(pairing.offer, now=now)
    others = sa.select(Pairing.id).where(
        Pairing.need_id == pairing.need_id, Pairing.state.in_(COUNTS_AS_ASK)
    )
    if db.session.scalar(sa.select(others.exists())):
        tell_firm(pairing, "others_open", now=now, need_id=pairing.need_id)


def close_proposals(offer, *, now):
    """Close the proposals of an offer that is full: their place went to somebody else."""
    open_proposals = sa.select(Pairing).where(
        Pairing.offer_id == offer.id, Pairing.state == State.PROPOSED
    )
    for proposal in db.session.scalars(open_proposals.order_by(Pairing.id)).all():
        proposal.apply(Act.CLOSES, by=None, now=now, reason=Reason.PLACE_TAKEN)
        tell_both(proposal, "place_taken", now=now)


def _confirm(pairing, name, *, by, now):
    side = _side(pairing, by)
    if pairing.awaits(side) != name:
        refuse("no_move")
    pairing.confirm(side, by=by, now=now)
    tell_other(pairing, side, f"{name}_confirmed", now=now)
