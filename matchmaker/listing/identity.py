"""A small firm without its name: province, kind of business, size."""

from collections import defaultdict

import sqlalchemy as sa
from flask_babel import gettext as _

from ..db import db
from ..i18n import language
from ..organisations import facts, industries
from ..organisations.models import Approval, Kind, Organisation
from .words import in_a_row, region_name

FEWEST = 5  # firms of one province and business; below that the business is named more widely


def identity(organisation, need=None):
    """Return "경기도 · 금속 가공제품 · 소기업", in the page's language.

    A need may lie in another province than its firm. Where the province has fewer than
    `FEWEST` approved small firms of the business, the business is widened by one level. Of an
    association the province and the kind are told.
    """
    return _line(organisation, need, _firms())


def identities(needs):
    """Return {need id: identity} for a list of needs with their organisations, by one query."""
    firms = _firms()
    return {need.id: _line(need.organisation, need, firms) for need in needs}


def _firms():
    """Return {province: {industry: number of approved small firms}}."""
    rows = db.session.execute(
        sa.select(Organisation.region, Organisation.industry, sa.func.count())
        .where(Organisation.kind == Kind.SME, Organisation.approval == Approval.APPROVED)
        .group_by(Organisation.region, Organisation.industry)
    )
    firms = defaultdict(dict)
    for region, industry, count in rows:
        firms[region][industry] = count
    return firms


def _line(organisation, need, firms):
    region = need.place if need else organisation.region
    if organisation.kind is Kind.ASSOCIATION:
        return " · ".join(filter(None, (region_name(region), _("Association"))))
    code = _told_industry(organisation.industry, firms.get(region, {}))
    size = str(facts.label(organisation.size)) if organisation.size else ""
    business = industries.short_name(code, language())
    parts = (region_name(region), in_a_row(business), in_a_row(size))
    return " · ".join(filter(None, parts))


def _told_industry(code, firms):
    entry = industries.nearest(code)
    if entry is None:
        return None
    count = sum(n for each, n in firms.items() if industries.is_within(each, entry.code))
    return entry.code if count >= FEWEST else _wider(entry)


def _wider(entry):
    return entry.code[:2] if len(entry.code) > 2 else entry.section
