"""The list of notices of the person who is signed in."""

import sqlalchemy as sa
from flask import Blueprint, redirect, render_template, url_for
from flask_login import current_user

from ..db import db, utcnow
from ..outbox import Notice
from ..web.guard import SIGNED_IN, access
from ..web.pages import paged
from .sentences import link, sentence

bp = Blueprint("notifications", __name__, url_prefix="/notices")


@bp.get("")
@access(SIGNED_IN)
def index():
    page = paged(Notice.of(current_user))
    return render_template("notifications/index.html", page=page, sentence=sentence)


@bp.post("/<int:notice_id>")
@access(SIGNED_IN)
def follow(notice_id):
    """Mark one notice as read and go to its page."""
    notice = db.one_or_404(Notice.of(current_user).where(Notice.id == notice_id))
    notice.seen_at = notice.seen_at or utcnow()
    db.session.commit()
    return redirect(link(notice, external=False))


@bp.post("/seen")
@access(SIGNED_IN)
def seen():
    """Mark all notices as read."""
    db.session.execute(
        sa.update(Notice)
        .where(Notice.account_id == current_user.id, Notice.seen_at.is_(None))
        .values(seen_at=utcnow())
    )
    db.session.commit()
    return redirect(url_for(".index"))
