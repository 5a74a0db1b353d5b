"""Each role's first page after signing in: what to do next."""

from flask import Blueprint, redirect, render_template, url_for
from flask_login import current_user

from ..db import db, utcnow
from ..organisations.models import Kind
from ..pairings.clock import day_of
from ..web.guard import SIGNED_IN, access
from . import counts
from .navigation import context
from .tasks import tasks

bp = Blueprint("desk", __name__)
bp.app_context_processor(context)


@bp.get("/desk")
@access(SIGNED_IN)
def index():
    organisation = current_user.organisation
    if organisation is None:
        return redirect(url_for("accounts.waiting"))
    if organisation.kind is Kind.MINISTRY:
        return redirect(url_for("ministry.index"))
    now = utcnow()
    numbers = db.session.execute(counts.of(current_user, now=now, today=day_of(now))).one()
    return render_template(
        "desk/index.html",
        organisation=organisation,
        numbers=numbers,
        tasks=tasks(organisation, numbers, is_owner=current_user.is_owner),
        now=now,
    )
