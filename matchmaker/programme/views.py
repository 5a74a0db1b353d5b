"""The historical record of the programme, 2019-2022: read-only pages apart from the market."""

import sqlalchemy as sa
from flask import Blueprint, render_template, request
from sqlalchemy.orm import joinedload, selectinload

from ..db import db
from ..matching.categories import CATEGORIES
from ..matching.regions import BY_CODE
from ..web.forms import tidy
from ..web.guard import PUBLIC, access
from ..web.pages import paged
from . import words
from .models import (
    HistoryCompany,
    HistoryHonour,
    HistoryMemorandum,
    HistoryMilestone,
    HistoryOffer,
    HistoryOutcome,
    HistoryPledge,
    HistoryPractice,
    HistoryRecord,
    ReconstructedNeed,
)

bp = Blueprint("programme", __name__, url_prefix="/history")
bp.add_app_template_filter(words.spoken)
bp.add_app_template_filter(words.reported_date)
bp.add_app_template_filter(words.change)
bp.add_app_template_filter(words.KINDS.get, "history_kind")
bp.add_app_template_filter(words.ACCOUNTS.get, "history_account")

KNOWN_CATEGORIES = {category.code for category in CATEGORIES}


@bp.get("")
@access(PUBLIC)
def index():
    text = (tidy(request.args.get("text", "")) or "")[:100]
    category = request.args.get("category", "")
    companies = db.session.scalars(
        HistoryCompany.listed(
            text=text, category=category if category in KNOWN_CATEGORIES else ""
        ).options(
            selectinload(HistoryCompany.memoranda),
            selectinload(HistoryCompany.offers),
            selectinload(HistoryCompany.outcomes),
        )
    ).all()
    milestones = db.session.scalars(sa.select(HistoryMilestone).order_by(HistoryMilestone.id)).all()
    honours = db.session.scalars(sa.select(HistoryHonour).order_by(HistoryHonour.id)).all()
    return render_template(
        "programme/index.html",
        record=db.session.scalar(sa.select(HistoryRecord)),
        totals=db.session.execute(_totals()).one(),
        companies=companies,
        related=db.session.scalars(
            sa.select(HistoryCompany).where(HistoryCompany.is_related).order_by(HistoryCompany.id)
        ).all(),
        milestones=milestones,
        honours=honours,
        sources=words.sources_of(*milestones, *honours),
        categories=[category.code for category in CATEGORIES],
        text=text,
        category=category,
    )


def _totals():
    """Select how much the record holds of the inclusive companies."""
    counts = {"companies": sa.select(sa.func.count()).where(~HistoryCompany.is_related)}
    for name, model in (("offers", HistoryOffer), ("outcomes", HistoryOutcome)):
        counts[name] = (
            sa.select(sa.func.count(model.id)).join(model.company).where(~HistoryCompany.is_related)
        )
    counts["needs"] = sa.select(sa.func.count()).select_from(ReconstructedNeed)
    return sa.select(*(select.scalar_subquery().label(name) for name, select in counts.items()))


@bp.get("/first-anniversary")
@access(PUBLIC)
def practices():
    rows = db.session.scalars(sa.select(HistoryPractice).order_by(HistoryPractice.id)).all()
    slugs = {slug for row in rows for slug in row.companies}
    companies = db.session.scalars(
        sa.select(HistoryCompany).where(HistoryCompany.slug.in_(slugs))
    ).all()
    return render_template(
        "programme/practices.html",
        practices=rows,
        companies={company.slug: company for company in companies},
        words=words.Words(),
        sources=words.sources_of(*rows),
    )


@bp.get("/needs")
@access(PUBLIC)
def needs():
    page = paged(
        sa.select(ReconstructedNeed)
        .options(joinedload(ReconstructedNeed.company))
        .order_by(ReconstructedNeed.id)
    )
    return render_template(
        "programme/needs.html",
        record=db.session.scalar(sa.select(HistoryRecord)),
        page=page,
        regions=BY_CODE,
        confidence=words.CONFIDENCE,
        sources=words.sources_of(*page.items),
    )


@bp.get("/<slug:slug>")
@access(PUBLIC)
def show(slug):
    company = db.one_or_404(
        sa.select(HistoryCompany)
        .where(HistoryCompany.slug == slug)
        .options(
            selectinload(HistoryCompany.offers),
            selectinload(HistoryCompany.outcomes).joinedload(HistoryOutcome.part_of),
            selectinload(HistoryCompany.memoranda)
            .selectinload(HistoryMemorandum.pledges)
            .joinedload(HistoryPledge.offer),
        )
    )
    pledges = [pledge for memo in company.memoranda for pledge in memo.pledges]
    rows = (company, *company.offers, *company.outcomes, *company.memoranda, *pledges)
    before, after = _neighbours(company)
    return render_template(
        "programme/show.html",
        company=company,
        pledges=pledges,
        words=words.Words(),
        sources=words.sources_of(*rows),
        before=before,
        after=after,
    )


def _neighbours(company):
    """Return the companies before and after one in the record, or None."""
    rows = db.session.scalars(HistoryCompany.listed()).all()
    if company not in rows:
        return None, None
    place = rows.index(company)
    return (
        rows[place - 1] if place else None,
        rows[place + 1] if place + 1 < len(rows) else None,
    )
