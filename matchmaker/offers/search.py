"""Which offers a visitor finds: published, of approved companies, by words and by criteria."""

import sqlalchemy as sa

from ..matching.eligibility import ksic
from ..organisations.facts import SME_SIZES
from ..organisations.models import Organisation
from .models import Criterion, Limit, Offer

MOST_WORDS = 8
LONGEST_WORD = 50
SEARCHED = (
    *(Offer.title, Offer.text, Offer.title_en, Offer.text_en, Offer.conditions),
    *(Organisation.name, Organisation.name_en),
)


def found(day, *, text="", category=None, region=None, size=None, firm=None):
    """Select the offers that are shown on this day and pass the filters, the newest first.

    `region` and `size` keep what is open to them, `firm` what is open to all that is known of
    this organisation.
    """
    select = Offer.listed_on(day).order_by(None)
    for word in (text or "").split()[:MOST_WORDS]:
        part = word[:LONGEST_WORD]
        select = select.where(
            sa.or_(*(column.icontains(part, autoescape=True) for column in SEARCHED))
        )
    if category:
        select = select.where(Offer.category == category)
    if region:
        select = select.where(_open_to(Limit.REGION, [region]))
    if size:
        select = select.where(_open_to_size(size))
    if firm:
        select = select.where(
            _open_to(Limit.REGION, [firm.region]),
            # without a size a firm passes as a small or medium-sized one
            _open_to_size(firm.size) if firm.size else _open_to(Limit.SIZE, SME_SIZES),
            _open_to(Limit.INDUSTRY, _prefixes(firm.industry)),
            _open_to(Limit.TRAIT, firm.traits),
        )
    return select.order_by(Offer.published_at.desc(), Offer.id.desc())


def _states(limit, *conditions):
    return (
        sa.exists()
        .where(Criterion.offer_id == Offer.id, Criterion.limit == limit, *conditions)
        .correlate(Offer)
    )


def _open_to(limit, values):
    values = [str(value) for value in values if value]
    return sa.or_(~_states(limit), _states(limit, Criterion.value.in_(values)))


def _open_to_size(size):
    named = _states(Limit.SIZE, Criterion.value == str(size))
    return sa.or_(~_states(Limit.SIZE), named) if size in SME_SIZES else named


def _prefixes(industry):
    """Return every criterion that this industry meets: for 25911 also 259, 25, C and C25."""
    code = ksic(industry or "") or ""
    letter, digits = code[:1], code[1:]
    parts = [digits[:length] for length in range(2, len(digits) + 1)]
    return [letter, *parts, *(letter + part for part in parts)]
