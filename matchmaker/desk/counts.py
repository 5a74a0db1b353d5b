"""What waits for an organisation, counted in one statement for each kind."""

from datetime import timedelta

import sqlalchemy as sa

from ..accounts.joining import JoinRequest
from ..associations.models import STANDINGS, Membership
from ..listing.stages import Stage
from ..needs.models import Need
from ..offers.models import Offer
from ..organisations.models import Kind
from ..pairings.clock import WAITING_DAYS
from ..pairings.conversation.conversation import unread_conversations
from ..pairings.models import Pairing
from ..pairings.recommending.recommendations import Recommendation, needs_shown_to
from ..pairings.relations import Relation
from ..pairings.states import LIVE, OPEN, PLACED, Side, State

ENDS_SOON = timedelta(days=14)


def of(account, *, now, today):
    """Select every count that a person's first page needs for the organisation, as one row."""
    organisation = account.organisation
    counts = {
        Kind.SME: _of_firm,
        Kind.COMPANY: _of_company,
        Kind.ASSOCIATION: _of_association,
    }[organisation.kind](organisation, now, today)
    if organisation.kind in (Kind.SME, Kind.COMPANY):
        counts["conversations"] = unread_conversations(account)
    counts["joins"] = _many(JoinRequest.open_for(organisation), JoinRequest)
    return sa.select(*(select.scalar_subquery().label(name) for name, select in counts.items()))


def _many(select, model):
    return select.order_by(None).with_only_columns(sa.func.count(model.id))


def _own(model, organisation, *conditions):
    return sa.select(sa.func.count(model.id)).where(
        model.organisation_id == organisation.id, *conditions
    )


def _both(organisation):
    """What small firms and companies have in common."""
    inbox = Pairing.inbox(organisation).order_by(None)
    side = Side.SME if organisation.kind is Kind.SME else Side.COMPANY
    ours = Pairing.of(organisation).where(Pairing.frozen_at.is_(None))
    other = {Side.SME: Pairing.company_completed_at, Side.COMPANY: Pairing.sme_completed_at}[side]
    confirmed = getattr(Pairing, f"{side}_confirmed_at")
    completed = getattr(Pairing, f"{side}_completed_at")
    return {
        "answers": inbox.with_only_columns(sa.func.count(Pairing.id)),
        "first_due": inbox.with_only_columns(sa.func.min(Pairing.expires_at)),
        "agreements": _many(
            ours.where(Pairing.state == State.AGREED, confirmed.is_(None)), Pairing
        ),
        "completions": _many(
            ours.where(Pairing.state == State.ACTIVE, completed.is_(None), other.is_not(None)),
            Pairing,
        ),
        "accepted": _many(ours.where(Pairing.state.in_(PLACED)), Pairing),
    }


def _of_firm(firm, now, today):
    ours = Pairing.of(firm)
    since = sa.func.coalesce(Pairing.still_wanted_at, Pairing.waiting_since)
    open_needs = Need.open_on(today).where(Need.organisation_id == firm.id)
    asked_for = sa.exists().where(Pairing.need_id == Need.id, Pairing.state.in_(LIVE))
    return {
        **_both(firm),
        "still_wanted": _many(
            ours.where(Pairing.state == State.WAITING, since < now - timedelta(days=WAITING_DAYS)),
            Pairing,
        ),
        "recommendations": _many(Recommendation.awaiting(firm), Recommendation),
        "memberships": _many(Membership.answerable_by(firm), Membership),
        "listings": _own(Need, firm, Need.stage != Stage.CLOSED),
        "drafts": _own(Need, firm, Need.stage == Stage.DRAFT),
        "open_listings": _many(open_needs, Need),
        "unasked": _many(open_needs.where(sa.not_(asked_for)), Need),
        "asked": _many(ours.where(Pairing.state == State.ASKED), Pairing),
        "in_line": _many(ours.where(Pairing.state == State.WAITING), Pairing),
    }


def _of_company(company, now, today):
    ours = Pairing.of(company)
    offers = Offer.open_on(today).where(Offer.organisation_id == company.id)
    line = sa.exists().where(Pairing.offer_id == Offer.id, Pairing.state == State.WAITING)
    unconfirmed = sa.select(sa.func.count(Relation.id)).where(
        Relation.company_id == company.id,
        Relation.confirmed.is_(None),
        sa.exists().where(
            Pairing.company_id == Relation.company_id,
            Pairing.sme_id == Relation.sme_id,
            Pairing.state.in_(PLACED),
        ),
    )
    return {
        **_both(company),
        "relations": unconfirmed,
        "listings": _own(Offer, company, Offer.stage != Stage.CLOSED),
        "drafts": _own(Offer, company, Offer.stage == Stage.DRAFT),
        "open_listings": _many(offers, Offer),
        "full": _many(offers.where(line), Offer),
        "ending": _many(offers.where(Offer.closes_on <= today + ENDS_SOON), Offer),
        "invited": _many(ours.where(Pairing.state == State.INVITED), Pairing),
    }


def _of_association(association, now, today):
    own = sa.select(sa.func.count(Membership.id)).where(Membership.association_id == association.id)
    written = Recommendation.by(association).order_by(None)
    shown = needs_shown_to(association, today)
    recommended = sa.exists().where(
        Recommendation.association_id == association.id, Recommendation.need_id == Need.id
    )
    met = sa.exists().where(Pairing.need_id == Need.id, Pairing.state.in_((*OPEN, *PLACED)))
    return {
        "members": own.where(STANDINGS["members"]),
        "invited": own.where(STANDINGS["invited"]),
        "member_needs": _many(shown, Need),
        "needs": _many(shown.where(sa.not_(recommended), sa.not_(met)), Need),
        "unanswered": _many(
            written.where(
                Recommendation.agreed_at.is_(None),
                Recommendation.declined_at.is_(None),
                Recommendation.withdrawn_at.is_(None),
            ),
            Recommendation,
        ),
        "agreed": _many(
            written.where(
                Recommendation.agreed_at.is_not(None), Recommendation.withdrawn_at.is_(None)
            ),
            Recommendation,
        ),
    }
