"""Every number that the ministry reads, one select each.

`CASE … COUNT` instead of many statements: the overview takes the same number of
statements however large the market is. Each number is counted again in plain SQL by
`tests/test_ministry_numbers.py`.
"""

from datetime import timedelta

import sqlalchemy as sa

from ..accounts.joining import JoinRequest
from ..listing.models import Stage
from ..needs.models import Need
from ..needs.unmet import UnmetNeed
from ..offers.models import Offer
from ..organisations.models import Approval, Kind, Organisation
from ..pairings.models import Pairing
from ..pairings.onlookers import NOT_COME_ABOUT
from ..pairings.relations import Relation, RelationKind
from ..pairings.states import OPEN, Reason, State

STAGES = ("registered", "verified", "published", "met", "answered", "agreed")
DUE_SOON = timedelta(hours=24)

DISPUTED = "disputed"
RELATION_GROUPS = (*(kind.value for kind in RelationKind), DISPUTED)

# The other side said yes or no. Silence and taking an ask back are no answers.
ANSWERED = sa.or_(Pairing.agreed_at.is_not(None), Pairing.state == State.DECLINED)

need_place = sa.func.coalesce(Need.region, Organisation.region)
NEED_AGREED = sa.exists().where(Pairing.need_id == Need.id, Pairing.agreed_at.is_not(None))

# The relation of a pairing's two sides. `none` is what counts for the programme: declared so,
# and not contradicted by the company. Read with `with_relation` (no row means unknown).
relation_group = sa.case(
    (Relation.declared.is_(None), RelationKind.UNKNOWN.value),
    (
        sa.or_(Relation.confirmed.is_(None), Relation.confirmed == Relation.declared),
        sa.cast(Relation.declared, sa.String),
    ),
    (
        sa.or_(
            Relation.declared == RelationKind.UNKNOWN, Relation.confirmed == RelationKind.UNKNOWN
        ),
        RelationKind.UNKNOWN.value,
    ),
    else_=DISPUTED,
)


def with_relation(select):
    """Join the relation between the two sides to a select over pairings."""
    return select.outerjoin(
        Relation,
        sa.and_(Relation.sme_id == Pairing.sme_id, Relation.company_id == Pairing.company_id),
    )


def open_unanswered(today):
    """Return what makes a need open today and without a yes of both sides.

    A no is told apart from silence nowhere that one need can be seen: who reads that the only
    company that it met has answered would know that it declined.
    """
    return sa.and_(
        Need.stage == Stage.PUBLISHED,
        sa.or_(Need.closes_on.is_(None), Need.closes_on >= today),
        Organisation.approval == Approval.APPROVED,
        ~NEED_AGREED,
    )


def _count(condition):
    return sa.func.count(sa.case((condition, 1)))


def _stages():
    """Yield each stage of the funnel with its condition, which contains all those before it."""
    its_pairings = sa.exists().where(Pairing.sme_id == Organisation.id)
    condition = Organisation.kind == Kind.SME
    for name, further in (
        ("registered", sa.true()),
        # also those that were suspended later: the ministry did approve them
        ("verified", Organisation.approval.in_((Approval.APPROVED, Approval.SUSPENDED))),
        (
            "published",
            sa.exists().where(
                Need.organisation_id == Organisation.id, Need.published_at.is_not(None)
            ),
        ),
        ("met", its_pairings),
        ("answered", its_pairings.where(ANSWERED)),
        ("agreed", its_pairings.where(Pairing.agreed_at.is_not(None))),
    ):
        condition = sa.and_(condition, further)
        yield name, condition


def funnel(*groups):
    """Select how many distinct small firms reached each stage: one row, or one a group.

    Stages: registered, verified (approved), published a need, met (asked, invited or
    proposed at all), answered by the other side, agreed. Each contains only firms of the
    stage before, so that no stage is larger than the one before it.
    """
    return (
        sa.select(*groups, *(_count(condition).label(name) for name, condition in _stages()))
        .where(Organisation.kind == Kind.SME)
        .group_by(*groups)
    )


def by_region():
    """Select the funnel for each province of the firm; None is a firm without one."""
    return funnel(Organisation.region)


def by_size():
    """Select the funnel for each size class; None is a firm without one."""
    return funnel(Organisation.size)


def needs(today):
    """Select over needs: ever published, of these agreed, and open without a yes."""
    return (
        sa.select(
            sa.func.count().label("published"),
            _count(NEED_AGREED).label("agreed"),
            _count(open_unanswered(today)).label("unanswered"),
        )
        .select_from(Need)
        .join(Need.organisation)
        .where(Need.published_at.is_not(None))
    )


def unanswered(today):
    """Select the open needs without a pairing to which both sides said yes.

    The longest published stands first.
    """
    return (
        sa.select(Need)
        .join(Need.organisation)
        .where(open_unanswered(today))
        .order_by(Need.published_at, Need.id)
    )


def unanswered_by_field_and_place(today):
    """Select (category, province, how many) over the open needs without a yes."""
    place = need_place.label("place")
    return (
        sa.select(Need.category, place, sa.func.count())
        .join(Need.organisation)
        .where(open_unanswered(today))
        .group_by(Need.category, place)
    )


def unmet_by_reason():
    """Select (reason, how many) over needs that ended without a yes, the most frequent first."""
    many = sa.func.count()
    return (
        UnmetNeed.standing()
        .with_only_columns(UnmetNeed.reason, many)
        .group_by(UnmetNeed.reason)
        .order_by(many.desc(), UnmetNeed.reason)
    )


def relations():
    """Select for each relation: pairings, of these agreed, and distinct firms that agreed.

    Only `none` counts for the programme; the others, and what the two sides say
    differently, stand apart.
    """
    group = relation_group.label("relation")
    agreed = Pairing.agreed_at.is_not(None)
    return with_relation(
        sa.select(
            group,
            sa.func.count(Pairing.id).label("pairings"),
            _count(agreed).label("agreed"),
            sa.func.count(sa.distinct(sa.case((agreed, Pairing.sme_id)))).label("firms"),
        ).select_from(Pairing)
    ).group_by(group)


def reasons():
    """Select (reason, how many) over pairings that did not come about, the most frequent first."""
    many = sa.func.count()
    return (
        sa.select(Pairing.reason, many)
        .where(Pairing.state.in_(NOT_COME_ABOUT))
        .group_by(Pairing.reason)
        .order_by(many.desc(), Pairing.reason)
    )


def reasons_by_field():
    """Select (reason, category of the need, how many) over pairings that did not come about."""
    return (
        sa.select(Pairing.reason, Need.category, sa.func.count())
        .join(Need, Need.id == Pairing.need_id)
        .where(Pairing.state.in_(NOT_COME_ABOUT))
        .group_by(Pairing.reason, Need.category)
        .order_by(Pairing.reason, Need.category)
    )


def answers():
    """Select how many pairings were answered by the other side, and how many ran out of time."""
    return sa.select(
        _count(ANSWERED).label("answered"),
        _count(Pairing.reason == Reason.TIMED_OUT).label("timed_out"),
    ).select_from(Pairing)


def approvals_waiting():
    """Select how many organisations wait for the ministry, and since when the first."""
    return sa.select(
        sa.func.count().label("waiting"), sa.func.min(Organisation.submitted_at).label("since")
    ).where(Organisation.approval == Approval.SUBMITTED)


def answers_due(now):
    """Select how many open pairings are due within a day, how many are late, and the first."""
    return sa.select(
        sa.func.count().label("due"),
        _count(Pairing.expires_at <= now).label("late"),
        sa.func.min(Pairing.expires_at).label("first"),
    ).where(due_condition(now))


def due_condition(now):
    """Return what makes a pairing's answer due within a day, or late."""
    return sa.and_(
        Pairing.state.in_(OPEN), Pairing.frozen_at.is_(None), Pairing.expires_at <= now + DUE_SOON
    )


def joins_waiting(escalated):
    """Select how many requests to join reached the officers; `escalated` selects them."""
    return sa.select(sa.func.count()).select_from(
        escalated.with_only_columns(JoinRequest.id).order_by(None).subquery()
    )


def market(today):
    """Select what is open today: needs, offers, and pairings under way."""
    open_needs = Need.open_on(today).with_only_columns(sa.func.count()).order_by(None)
    open_offers = Offer.open_on(today).with_only_columns(sa.func.count()).order_by(None)
    under_way = (
        sa.select(sa.func.count())
        .select_from(Pairing)
        .where(Pairing.state.in_((State.AGREED, State.ACTIVE)))
    )
    return sa.select(
        open_needs.scalar_subquery().label("needs"),
        open_offers.scalar_subquery().label("offers"),
        under_way.scalar_subquery().label("under_way"),
    )
