"""How many published needs an offer's criteria leave, one criterion after the other."""

import sqlalchemy as sa

from ..db import db
from ..needs.models import Need
from ..organisations import industries
from ..organisations.facts import SME_SIZES
from ..organisations.models import Organisation, OrganisationTrait
from .models import Limit

FEWEST = 5  # smaller counts are not shown: they could point at one firm


def reach(offer, day):
    """Return [(limit, count)], cumulative: None for all published needs, then each criterion.

    Needs that only those may read whom they ask are left out. One select.
    """
    criteria = offer.criteria
    tests = {
        Limit.REGION: _region,
        Limit.SIZE: _size,
        Limit.INDUSTRY: _industry,
        Limit.TRAIT: _trait,
    }
    limits = [limit for limit in tests if limit in criteria or limit is Limit.SIZE]
    conditions, columns = [], [sa.func.count()]
    for limit in limits:
        conditions.append(tests[limit](criteria.get(limit, ())))
        columns.append(sa.func.count().filter(*conditions))
    select = Need.open_on(day).where(Need.only_asked.is_(False)).order_by(None)
    counts = db.session.execute(select.with_only_columns(*columns)).one()
    return list(zip([None, *limits], counts, strict=True))


def _region(codes):
    return sa.func.coalesce(Need.region, Organisation.region).in_(codes)


def _size(sizes):
    allowed = set(sizes) or {size.value for size in SME_SIZES}
    unknown = Organisation.size.is_(None) if allowed & {*SME_SIZES} else sa.false()
    return sa.or_(Organisation.size.in_(allowed), unknown)


def _industry(codes):
    starts = []
    for code in codes:
        digits = code.lstrip("ABCDEFGHIJKLMNOPQRSTU")
        section = code[: len(code) - len(digits)]
        within = [
            each
            for each in industries.ENTRIES
            if len(each) == 2 and industries.is_within(each, section)
        ]
        starts += [digits] if digits else within
    return sa.or_(sa.false(), *(Organisation.industry.startswith(start) for start in starts))


def _trait(traits):
    return (
        sa.exists()
        .where(
            OrganisationTrait.organisation_id == Organisation.id,
            OrganisationTrait.trait.in_(traits),
        )
        .correlate(Organisation)
    )
