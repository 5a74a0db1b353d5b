"""What pairings do, in the same transaction, when a listing, a firm or its people change."""

import sqlalchemy as sa

from ..accounts.erasing import account_erased
from ..accounts.models import member_removed
from ..db import db
from ..listing.models import Stage, listing_changed, listing_closed
from ..needs.models import Need
from ..offers.models import Offer
from ..organisations.models import (
    Approval,
    organisation_restored,
    organisation_suspended,
)
from .answering import close_proposals
from .contacts import let_go
from .conversation import conversation, reports
from .models import Pairing
from .next_offers import NextOffer
from .passing import close
from .states import OPEN, Reason, State
from .waiting import move_up

RESTING = (State.AGREED, State.ACTIVE)  # what a suspension freezes


def connect():
    """Listen to what listings and organisations say; connecting again changes nothing."""
    listing_closed.connect(withdraw_what_is_open)
    listing_changed.connect(give_new_places)
    organisation_suspended.connect(freeze)
    organisation_restored.connect(thaw)
    member_removed.connect(take_out)
    account_erased.connect(forget)


def withdraw_what_is_open(listing, *, by, now):
    """Close the undecided pairings of a listing that closed; what both agreed goes on."""
    column = Pairing.need_id if isinstance(listing, Need) else Pairing.offer_id
    _close_all(column == listing.id, Reason.LISTING_CLOSED, by=by, now=now)


def give_new_places(listing, **_facts):
    """Let the line move up when an offer was changed: it may have more places now, or none left."""
    if isinstance(listing, Offer):
        move_up(listing, now=listing.changed_at)
        if listing.stage is Stage.PUBLISHED and listing.is_full:
            close_proposals(listing, now=listing.changed_at)


def freeze(organisation, *, by, now):
    """Close what is undecided, and let rest what both agreed, while it is suspended."""
    own = sa.or_(Pairing.sme_id == organisation.id, Pairing.company_id == organisation.id)
    _close_all(own, Reason.SUSPENDED, by=by, now=now)
    for pairing in _in(RESTING, own, Pairing.frozen_at.is_(None)):
        pairing.freeze(by=by, now=now)


def thaw(organisation, *, by, now):
    """Let what rested go on, unless the other organisation is suspended still."""
    own = sa.or_(Pairing.sme_id == organisation.id, Pairing.company_id == organisation.id)
    for pairing in _in(RESTING, own, Pairing.frozen_at.is_not(None)):
        if Approval.SUSPENDED not in (pairing.sme.approval, pairing.company.approval):
            pairing.thaw(by=by, now=now)


def take_out(account, *, organisation, by, now):
    """Let no contact of a person open who no longer acts for the organisation.

    Its offers suggest whoever removed the person, or an owner who remains; what opens needs
    the consent that is asked for then.
    """
    let_go(account, organisation, by=by, now=now)
    for following in db.session.scalars(NextOffer.naming(account, organisation)).all():
        following.let_go(now=now)
    owners = [person for person in organisation.people if person.is_owner and person.active]
    heir = owners[0] if by.id == account.id else by
    own = Offer.of(organisation).where(Offer.contact_id == account.id, Offer.stage != Stage.CLOSED)
    for offer in db.session.scalars(own).all():
        offer.change({"contact_id": heir.id}, by=by, now=now)


def forget(account, *, by, now):
    """Let what a person wrote go with the account."""
    conversation.forget(account, by=by, now=now)
    reports.forget(account)


def _close_all(condition, reason, *, by, now):
    """Close what is undecided; who waits in line goes first, so that nobody moves up in vain."""
    for pairing in _in((State.WAITING,), condition) + _in(OPEN, condition):
        close(pairing, reason, by=by, now=now)


def _in(states, *conditions):
    select = sa.select(Pairing).where(Pairing.state.in_(states), *conditions)
    return db.session.scalars(select.order_by(Pairing.id)).all()
