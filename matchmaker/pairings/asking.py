"""Asking and inviting: how a pairing begins by the yes of one side."""

from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from .. import audit
from ..accounts.models import Account
from ..db import db
from ..needs.models import Need
from ..offers.models import Offer
from ..organisations.models import Organisation
from .clock import day_of, deadline
from .contacts import consent_to_disclosure
from .models import Pairing
from .next_offers import NextOffer
from .ranking.basis import basis_of
from .relations import RelationKind, declare
from .rules import refuse
from .states import LIVE, Side, State
from .telling import tell_company, tell_firm
from .visible import may_read_need
from .wishes.preferences import wishes_of

MOST_FURTHER = 3


class Further(NamedTuple):
    """An offer to be asked next if no yes comes, with what the firm says about it."""

    offer: Offer
    relation: RelationKind
    consent: bool
    contact: Account | None = None


def ask(need, offer, *, by, now, relation, consent, contact=None, message=None, further=()):
    """Ask for an offer, or wait in line where it is full; return the pairing.

    `further` are the offers to be asked in their order if this one brings no yes. Raises
    Refusal with the rule that says no; the caller rolls back.
    """
    hold_still(need, offer)
    if not by.is_of(need.organisation_id) or not need.organisation.is_approved:
        refuse("not_approved")
    basis = may_ask(need, offer, now=now, relation=relation)
    if len(further) > MOST_FURTHER or not _all_differ(offer, further):
        refuse("further")
    contact = contact or by
    with db.session.begin_nested():  # an ask is whole, or it has not been made
        given = consent_to_disclosure(
            consent, by=by, now=now, contact=contact, recipient=offer.organisation
        )
        declare(need.organisation_id, offer.organisation_id, relation, by=by, now=now)
        pairing = begin_ask(
            need,
            offer,
            basis,
            by=by,
            now=now,
            consent=given,
            contact_id=contact.id,
            message=message,
        )
        for position, each in enumerate(further, start=1):
            _name_next(pairing, position, each, by=by, now=now, contact=each.contact or contact)
    return pairing


def hold_still(need, offer):
    """Let a closing or a suspension that comes now wait its turn, and see one that was faster.

    Else it would withdraw all that is open but what begins at the same moment. SQLite lets
    those who write take turns anyway.
    """
    firms = sa.select(Organisation.id).where(
        Organisation.id.in_((need.organisation_id, offer.organisation_id))
    )
    db.session.execute(firms.order_by(Organisation.id).with_for_update(read=True))
    for model, row, lock in (
        (Offer, offer, {"read": True}),
        (Need, need, {"key_share": True}),  # asks of one need take turns: each counts one up
    ):
        held = sa.select(model).where(model.id == row.id).with_for_update(of=model, **lock)
        db.session.scalars(held.execution_options(populate_existing=True)).one()


def may_ask(need, offer, *, now, relation):
    """Return the basis of an ask. Raises Refusal with the rule that says no."""
    today = day_of(now)
    if not need.is_open_on(today):
        refuse("need_closed")
    if not is_open(offer, today):
        refuse("closed")
    refuse_if_met(need, offer)
    rule = veto_rule(need, offer, wishes_of([need], [offer]))
    if rule:
        refuse(rule)
    basis = basis_of(need, offer, today=today, relation=relation)
    if basis.refusals:
        refuse(basis.refusals[0])
    return basis


def is_open(offer, today):
    """Say whether an offer may be asked for on a day, its company's approval included."""
    return offer.is_open_on(today) and offer.organisation.is_approved


def refuse_if_met(need, offer):
    """Raise Refusal where the pair is live, or closed for good.

    A closed pair comes back only by the firm's own ask, and only once: after time ran out or
    after it withdrew itself.
    """
    rule = met_rule(db.session.scalars(Pairing.between(need.id, offer.id)).all())
    if rule:
        refuse(rule)


def met_rule(earlier):
    """Return "live" or "met" where earlier pairings of a pair keep it from being asked again."""
    if any(pairing.state in LIVE for pairing in earlier):
        return "live"
    if not earlier or (len(earlier) == 1 and _may_return(earlier[0])):
        return None
    return "met"


def veto_rule(need, offer, wishes):
    """Return "own_veto" or "own_setting" where a veto keeps the firm from asking, else None.

    Whose setting it is the firm reads only where it is its own.
    """
    if wishes.firm_vetoes(need, offer):
        return "own_veto"
    return "own_setting" if wishes.company_vetoes(need, offer) else None


def may_ask_again(pairing):
    """Say whether the firm may ask once more for the offer of a pairing that has closed."""
    earlier = db.session.scalars(Pairing.between(pairing.need_id, pairing.offer_id)).all()
    return met_rule(earlier) is None


def _may_return(pairing):
    """Say whether the firm may ask once more after this one."""
    own = pairing.state is State.WITHDRAWN and pairing.closed_by is Side.SME
    return own or pairing.state is State.EXPIRED


def begin_ask(need, offer, basis, *, by, now, consent, contact_id, message=None):
    """Write an ask that the rules let through; return it, asked or waiting in line."""
    need.take_ask()
    full = offer.is_full
    pairing = _begin(
        need,
        offer,
        basis,
        state=State.WAITING if full else State.ASKED,
        now=now,
        waiting_since=now if full else None,
        asked_at=None if full else now,
        sme_contact_id=contact_id,
        sme_consent_id=consent.id,
        message=message,
    )
    audit.record("ask", pairing, by=by, now=now, after=pairing.state)
    if not full:
        tell_company(pairing, "asked", now=now)
    return pairing


def invite(offer, need, *, by, now, consent, contact=None):
    """Invite the firm behind a need to take an offer; return the pairing.

    The relation is asked for when the firm accepts: held against the criteria before, it would
    tell who the firm is. Raises Refusal with the rule that says no; the caller rolls back.
    """
    hold_still(need, offer)
    company, today = offer.organisation, day_of(now)
    if not by.is_of(offer.organisation_id) or not company.is_approved:
        refuse("not_approved")
    if not is_open(offer, today):
        refuse("closed")
    if offer.is_full:  # before what has met, which would say who waits in line
        refuse("full")
    _refuse_to_invite_again(need, offer)
    if need.only_asked:
        refuse("setting")
    _refuse_where_vetoed(need, offer)
    if not may_read_need(company, need, today=today):
        refuse("need_closed")
    basis = basis_of(need, offer, today=today)
    if basis.refusals:
        refuse(basis.refusals[0])
    contact = contact or by
    given = consent_to_disclosure(consent, by=by, now=now, contact=contact, need=need)
    pairing = _begin(
        need,
        offer,
        basis,
        state=State.INVITED,
        now=now,
        invited_at=now,
        company_contact_id=contact.id,
        company_consent_id=given.id,
    )
    audit.record("invite", pairing, by=by, now=now, after=pairing.state)
    tell_firm(pairing, "invited", now=now)
    return pairing


def _refuse_to_invite_again(need, offer):
    """Raise Refusal where the pair has met: a closed one never returns through an invitation.

    That the firm stands in line, or did and left, is not told to the company.
    """
    earlier = db.session.scalars(Pairing.between(need.id, offer.id)).all()
    known = [pairing for pairing in earlier if not pairing.only_waited]
    if known:
        refuse("live" if any(pairing.is_live for pairing in known) else "met")
    if earlier:
        refuse("not_now")


def _refuse_where_vetoed(need, offer):
    """Raise Refusal where the company set this need aside, or the firm the company.

    A company's veto of a firm that it knows by name does not count here: an invitation
    refused for it would tell which other needs are that firm's.
    """
    wishes = wishes_of([need], [offer])
    if wishes.company_set_aside(need, offer):
        refuse("own_veto")
    if wishes.firm_vetoes(need, offer):
        refuse("not_now")


def _all_differ(offer, further):
    offers = [offer, *(each.offer for each in further)]
    return len(set(offers)) == len(offers)


def _begin(need, offer, basis, *, state, now, **facts):
    """Store a new pairing. Raises Refusal where the pair is live already (the unique rule)."""
    pairing = Pairing(
        need=need,
        offer=offer,
        sme=need.organisation,
        company=offer.organisation,
        state=state,
        created_at=now,
        changed_at=now,
        expires_at=None if state is State.WAITING else deadline(now),
        **basis.columns(offer),
        **facts,
    )
    try:
        with db.session.begin_nested():
            db.session.add(pairing)
    except IntegrityError:  # a second click, or the other side, at the same moment
        refuse("live")
    return pairing


def _name_next(pairing, position, further, *, by, now, contact):
    """Keep an offer to be asked next, with its relation and its own consent."""
    offer = further.offer
    consent = consent_to_disclosure(
        further.consent, by=by, now=now, contact=contact, recipient=offer.organisation
    )
    declare(pairing.sme_id, offer.organisation_id, further.relation, by=by, now=now)
    db.session.add(
        NextOffer(
            pairing_id=pairing.id,
            offer_id=offer.id,
            position=position,
            relation=further.relation,
            consent=consent,
            contact_id=contact.id,
        )
    )
