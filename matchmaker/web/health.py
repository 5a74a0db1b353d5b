"""Is it up, and does its database answer? For whoever watches the machines."""

import sqlalchemy as sa
from flask import Blueprint

from ..db import db
from .guard import PUBLIC, access

bp = Blueprint("health", __name__)


@bp.get("/healthz")
@access(PUBLIC)
def healthz():
    db.session.execute(sa.text("SELECT 1"))
    return {"status": "ok"}
