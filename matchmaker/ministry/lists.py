"""The ministry's long lists: selects of rows by the filters that stand in the address."""

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload

from ..db import db
from ..jobs import LONGEST, JobRun
from ..listing.models import Stage
from ..needs.models import Need
from ..needs.unmet import UnmetNeed
from ..offers.models import Offer
from ..organisations.business_number import normalise
from ..organisations.models import Organisation
from ..pairings.models import Pairing
from ..pairings.onlookers import GROUPS
from . import queries

READABLE = (Stage.PUBLISHED, Stage.PAUSED, Stage.CLOSED)  # a draft is its writer's own


def organisations(*, kind="", approval="", region="", text=""):
    """Select organisations, the latest first; `text` is part of a name or a business number."""
    select = sa.select(Organisation).order_by(Organisation.id.desc())
    if kind:
        select = select.where(Organisation.kind == kind)
    if approval:
        select = select.where(Organisation.approval == approval)
    if region:
        select = select.where(Organisation.region == region)
    if text:
        select = select.where(
            sa.or_(
                Organisation.name.icontains(text, autoescape=True),
                Organisation.name_en.icontains(text, autoescape=True),
                Organisation.business_number == normalise(text)[:10],
            )
        )
    return select


def needs(*, category="", region="", stage="", text=""):
    """Select needs that were published, the latest first."""
    select = _listings(Need, category=category, stage=stage, text=text)
    return select.where(queries.need_place == region) if region else select


def offers(*, category="", region="", stage="", text=""):
    """Select offers that were published, the latest first; `region` is the company's."""
    select = _listings(Offer, category=category, stage=stage, text=text)
    return select.where(Organisation.region == region) if region else select


def unanswered(today, *, category="", region=""):
    """Select open needs without a yes, the longest waiting first."""
    select = queries.unanswered(today)
    if category:
        select = select.where(Need.category == category)
    return select.where(queries.need_place == region) if region else select


def unmet(*, reason="", category="", region=""):
    """Select the endings of needs without a yes, the latest first."""
    select = (
        UnmetNeed.standing()
        .join(UnmetNeed.need)
        .join(Need.organisation)
        .options(contains_eager(UnmetNeed.need))
        .order_by(UnmetNeed.at.desc(), UnmetNeed.id.desc())
    )
    if reason:
        select = select.where(UnmetNeed.reason == reason)
    if category:
        select = select.where(Need.category == category)
    return select.where(queries.need_place == region) if region else select


def pairings(now, *, state="", category="", region="", relation=""):
    """Select pairings, the latest change first; category and region are the need's."""
    select = (
        queries.with_relation(sa.select(Pairing))
        .join(Pairing.need)
        .join(Need.organisation)
        .order_by(Pairing.changed_at.desc(), Pairing.id.desc())
        .options(joinedload(Pairing.need), joinedload(Pairing.offer))
    )
    if state == "due":
        select = select.where(queries.due_condition(now))
    elif state:
        select = select.where(Pairing.state.in_(GROUPS[state]))
    if category:
        select = select.where(Need.category == category)
    if region:
        select = select.where(queries.need_place == region)
    if relation:
        select = select.where(queries.relation_group == relation)
    return select


def jobs(now, *, outcome=""):
    """Select the runs of jobs that did something, the latest first."""
    old = JobRun.started_at < now - LONGEST
    outcomes = {
        "": sa.true(),
        "failed": JobRun.error.is_not(None),
        "done": sa.and_(JobRun.ended_at.is_not(None), JobRun.error.is_(None)),
        "running": sa.and_(JobRun.ended_at.is_(None), sa.not_(old)),
        "stopped": sa.and_(JobRun.ended_at.is_(None), old),
    }
    did_something = sa.not_(JobRun.is_idle)
    return sa.select(JobRun).where(did_something, outcomes[outcome]).order_by(JobRun.id.desc())


def _listings(model, *, category, stage, text):
    select = (
        sa.select(model)
        .join(model.organisation)
        .where(model.stage.in_(READABLE))
        .order_by(model.published_at.desc(), model.id.desc())
    )
    if category:
        select = select.where(model.category == category)
    if stage:
        select = select.where(model.stage == stage)
    if text:
        columns = (model.title, model.title_en, model.text, Organisation.name, Organisation.name_en)
        select = select.where(sa.or_(*(c.icontains(text, autoescape=True) for c in columns)))
    return select


def relation_of(pairings):
    """Return {pairing id: its relation group} for the pairings of one page."""
    rows = queries.with_relation(
        sa.select(Pairing.id, queries.relation_group).where(
            Pairing.id.in_([p.id for p in pairings])
        )
    )
    return dict(db.session.execute(rows).all())


def pairing_counts(listings, column):
    """Return {listing id: (pairings, of these agreed)} for the listings of one page.

    `column` is `Pairing.need_id` or `Pairing.offer_id`.
    """
    rows = (
        sa.select(
            column, sa.func.count(), sa.func.count(sa.case((Pairing.agreed_at.is_not(None), 1)))
        )
        .where(column.in_([listing.id for listing in listings]))
        .group_by(column)
    )
    return {listing_id: (many, agreed) for listing_id, many, agreed in db.session.execute(rows)}
