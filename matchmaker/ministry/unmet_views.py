"""Needs that ended without a yes, by reason: what the programme does not reach yet."""

from flask import render_template

from ..db import db
from ..listing.identity import identities
from ..needs.unmet import REASONS
from ..organisations.models import Kind
from ..web.guard import access
from ..web.pages import paged
from . import lists, queries, words
from .filters import picked
from .pages import bp


@bp.get("/unmet")
@access(Kind.MINISTRY)
def unmet():
    options = words.options(
        reason=words.listed(REASONS), category=words.fields(), region=words.places()
    )
    filters = picked(**options)
    page = paged(lists.unmet(**filters))
    return render_template(
        "ministry/unmet.html",
        page=page,
        options=options,
        filters=filters,
        by_reason=[
            (REASONS[reason], many)
            for reason, many in db.session.execute(queries.unmet_by_reason())
        ],
        identities=identities([row.need for row in page.items]),
    )
