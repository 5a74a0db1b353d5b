"""Open pages: the front door, how the ranking works, help, and the notices a service owes."""

import sqlalchemy as sa
from flask import Blueprint, render_template, url_for
from flask_login import current_user

from ..accounts.consent_texts import TERMS
from ..db import db, utcnow
from ..i18n import language
from ..listing import categories
from ..organisations.models import Kind
from ..pairings.clock import ANSWER_DAYS, day_of
from ..pairings.ranking.fitting import WORDS
from ..programme.models import HistoryOutcome
from ..web.guard import PUBLIC, access
from . import credit_list, figures
from .example import worked

bp = Blueprint("public", __name__)
bp.add_app_template_filter(categories.label, "category_name")

# The task behind each door of the front page, for those who are signed in.
TASKS = {Kind.SME: "needs.new", Kind.COMPANY: "offers.new", Kind.ASSOCIATION: "associations.index"}
# The change that the front page shows from the record.
SHOWN_OUTCOME = "samsung-r1"


@bp.get("/")
@access(PUBLIC)
def home():
    now = utcnow()
    today = day_of(now)
    return render_template(
        "public/home.html",
        now=now,
        market=db.session.execute(figures.market(today)).one(),
        by_category=dict(row for row in db.session.execute(figures.offers_by_category(today))),
        categories=list(categories.Category),
        doors={kind.value: _door(kind) for kind in TASKS},
        outcome=db.session.scalar(
            sa.select(HistoryOutcome).where(HistoryOutcome.slug == SHOWN_OUTCOME)
        ),
        answer_days=ANSWER_DAYS,
    )


def _door(kind):
    """Return where a door leads: to the task, or to registering for it."""
    organisation = current_user.organisation if current_user.is_authenticated else None
    if organisation is not None and organisation.kind is kind:
        return url_for(TASKS[kind])
    return url_for("accounts.register_kind", kind=kind.value)


@bp.get("/how-ranking-works")
@access(PUBLIC)
def ranking():
    return render_template("public/ranking.html", example=worked(language()), words=WORDS)


@bp.get("/help")
@access(PUBLIC)
def help():
    return render_template("public/help.html", answer_days=ANSWER_DAYS)


@bp.get("/terms")
@access(PUBLIC)
def terms():
    return render_template("public/terms.html", terms=TERMS)


@bp.get("/privacy")
@access(PUBLIC)
def privacy():
    return render_template("public/privacy.html")


@bp.get("/accessibility")
@access(PUBLIC)
def accessibility():
    return render_template("public/accessibility.html")


@bp.get("/credits")
@access(PUBLIC)
def credits():
    return render_template("public/credits.html", groups=credit_list.GROUPS)
