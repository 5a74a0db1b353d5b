"""Why pairings did not come about, by field: counts alone, and none that points at somebody."""

from flask import render_template
from flask_babel import gettext as _

from ..db import db, utcnow
from ..organisations.models import Kind
from ..web.guard import access
from . import queries, words
from .pages import bp
from .small_cells import FEW, HIDDEN, guarded, totals


@bp.get("/reasons")
@access(Kind.MINISTRY)
def reasons():
    counted = db.session.execute(queries.reasons_by_field())
    cells = {(category, reason): many for reason, category, many in counted}
    told, (by_field, by_reason) = guarded(cells), totals(cells)
    order = sorted(by_reason, key=lambda reason: (-size(by_reason[reason]), str(reason)))
    fields = sorted(by_field, key=lambda field: (-size(by_field[field]), str(field)))
    return render_template(
        "ministry/reasons.html",
        now=utcnow(),
        columns=[words.reason(reason) for reason in order],
        rows=[
            (
                words.field(field),
                [said(told[field, reason]) for reason in order],
                said(by_field[field]),
            )
            for field in fields
        ],
        sums=[said(by_reason[reason]) for reason in order],
    )


def size(told):
    """Return a number to sort by: what is guarded counts as small."""
    return told if isinstance(told, int) else 1


def said(told):
    """Return a cell in words."""
    if told == FEW:
        return _("under 5")
    return _("left out") if told == HIDDEN else told
