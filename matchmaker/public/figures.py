"""The live figures of the front page, counted in the market and nowhere else."""

import sqlalchemy as sa

from ..ministry.queries import with_relation
from ..needs.models import Need
from ..offers.models import Offer
from ..pairings.models import Pairing
from ..pairings.relations import Relation, RelationKind


def market(today):
    """Select what is open today: offers, companies that offer, needs; and what both accepted.

    Accepted counts pairings between sides that had not traded before, as the small firm
    declared and the company has not contradicted; the others stand apart, with the ministry.
    """
    offers = Offer.open_on(today).order_by(None)
    accepted = with_relation(sa.select(sa.func.count(Pairing.id)).select_from(Pairing)).where(
        Pairing.agreed_at.is_not(None),
        Relation.declared == RelationKind.NONE,
        sa.or_(Relation.confirmed.is_(None), Relation.confirmed == RelationKind.NONE),
    )
    return sa.select(
        offers.with_only_columns(sa.func.count()).scalar_subquery().label("offers"),
        offers.with_only_columns(sa.func.count(sa.distinct(Offer.organisation_id)))
        .scalar_subquery()
        .label("companies"),
        Need.open_on(today)
        .order_by(None)
        .with_only_columns(sa.func.count())
        .scalar_subquery()
        .label("needs"),
        accepted.scalar_subquery().label("accepted"),
    )


def offers_by_category(today):
    """Select (category, how many) over the offers that are open today."""
    return (
        Offer.open_on(today)
        .order_by(None)
        .with_only_columns(Offer.category, sa.func.count())
        .group_by(Offer.category)
    )
