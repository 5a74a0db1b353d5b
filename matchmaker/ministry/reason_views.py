"""Why pairings did not come about, by field: counts alone, and none that points at somebody."""

from flask import render_template

from ..db import db, utcnow
from ..organisations.models import Kind
from ..web.guard import access
from . import queries, words
from .pages import bp
from .small_cells import by_size, guarded, totals


@bp.get("/reasons")
@access(Kind.MINISTRY)
def reasons():
    counted = db.session.execute(queries.reasons_by_field())
    cells = {(category, reason): many for reason, category, many in counted}
    told, (by_field, by_reason) = guarded(cells), totals(cells)
    order = by_size(by_reason)
    fields = by_size(by_field)
    return render_template(
        "ministry/reasons.html",
        now=utcnow(),
        columns=[words.reason(reason) for reason in order],
        rows=[
            (
                words.field(field),
                [words.cell(told[field, reason]) for reason in order],
                words.cell(by_field[field]),
            )
            for field in fields
        ],
        sums=[words.cell(by_reason[reason]) for reason in order],
    )
