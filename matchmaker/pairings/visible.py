"""Who may read which need and which pairing."""

import sqlalchemy as sa

from ..associations.models import Membership
from ..db import db
from ..matching import eligibility
from ..needs.cards import need_card
from ..needs.models import Need
from ..offers.cards import offer_card
from ..offers.models import Offer
from ..organisations.models import Kind
from .models import Pairing
from .ranking import index
from .states import LIVE, State
from .wishes.own_wishes import firms_against
from .wishes.preferences import Mark

# A company goes on reading the need of a pairing that is open, or that both accepted; but it
# does not learn who waits in line.
STAYS_READABLE = ({*LIVE} - {State.WAITING}) | {State.COMPLETED}


def may_read_need(organisation, need, *, today):
    """Say whether an organisation may read a need on a day.

    Its own firm always; the ministry and the associations that the firm lets in once it was
    published; an approved company while the need is open, not reserved for those that the
    firm asks itself, and eligible for one of the company's open offers, unless the firm has
    set the company aside; or as long as the two have a pairing that lives.
    """
    if organisation.id == need.organisation_id:
        return True
    if not organisation.is_approved or need.published_at is None:
        return False
    if organisation.kind is not Kind.COMPANY:
        reads = db.session.scalar(needs_readable_by(organisation, today=today).where(_is(need)))
        return reads is not None
    if db.session.scalar(sa.select(_pairing_with(organisation, need.id).exists())):
        return True
    if db.session.scalar(firms_against(organisation).where(_by_firm_of(need)).limit(1)):
        return False
    if need.only_asked or not need.is_open_on(today) or not need.organisation.is_approved:
        return False
    card = need_card(need)
    return any(
        not eligibility.refusals(card, wanted) for wanted in _open_offers(organisation, today)
    )


def needs_readable_by(organisation, *, today):
    """Select the needs that an organisation may read on a day, the latest first."""
    readable = {
        Kind.SME: lambda: Need.organisation_id == organisation.id,
        Kind.MINISTRY: lambda: Need.published_at.is_not(None),
        Kind.ASSOCIATION: lambda: _of_members(organisation),
        Kind.COMPANY: lambda: _for_company(organisation, today),
    }[organisation.kind]
    may = organisation.is_approved or organisation.kind is Kind.SME
    return (
        sa.select(Need)
        .where(readable() if may else sa.false())
        .order_by(Need.published_at.desc(), Need.id.desc())
    )


def eligible_needs(offer, needs):
    """Return those of the open needs that an offer's company may read for this offer."""
    needs = [need for need in needs if not need.only_asked]
    allowed = eligibility.mask([need.card for need in needs], [offer_card(offer)])
    return [need for need, row in zip(needs, allowed, strict=True) if row[0]]


def pairing_of(organisation, pairing_id):
    """Select a pairing for one of its two sides; to anyone else it does not exist."""
    return Pairing.of(organisation).where(Pairing.id == pairing_id)


def _by_firm_of(need):
    return Mark.organisation_id == need.organisation_id


def _is(need):
    return Need.id == need.id


def _of_members(association):
    members = sa.select(Membership.member_id).where(
        Membership.association_id == association.id,
        Membership.accepted_at.is_not(None),
        Membership.left_at.is_(None),
        Membership.shows_needs,
    )
    return sa.and_(Need.published_at.is_not(None), Need.organisation_id.in_(members))


def _for_company(company, today):
    needs = [need for need in index.open_needs(today) if not need.only_asked]
    offers = _open_offers(company, today)
    allowed = eligibility.mask([need.card for need in needs], offers).any(axis=1)
    against = set(db.session.scalars(firms_against(company)))
    ids = [
        need.id
        for need, may in zip(needs, allowed, strict=True)
        if may and need.organisation_id not in against
    ]
    return sa.or_(Need.id.in_(ids), _pairing_with(company, Need.id).exists())


def _pairing_with(company, need_id):
    return sa.select(Pairing.id).where(
        Pairing.company_id == company.id,
        Pairing.state.in_(STAYS_READABLE),
        Pairing.need_id == need_id,
    )


def _open_offers(company, today):
    own = Offer.open_on(today).where(Offer.organisation_id == company.id)
    return [offer_card(offer) for offer in db.session.scalars(own)]
