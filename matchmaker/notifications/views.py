"""The list of notices of the person who is signed in, and what counts as having read one."""

from datetime import UTC, datetime
from itertools import groupby

import sqlalchemy as sa
from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_login import current_user

from ..db import begin_writing, db, utcnow
from ..i18n import seoul
from ..outbox import Notice
from ..web.guard import SIGNED_IN, access
from ..web.pages import paged
from .sentences import kinds_about, link, sentence

bp = Blueprint("notifications", __name__, url_prefix="/notices")


@bp.get("")
@access(SIGNED_IN)
def index():
    page = paged(Notice.of(current_user))
    unread = sa.select(sa.func.count()).where(
        Notice.account_id == current_user.id, Notice.seen_at.is_(None)
    )
    return render_template(
        "notifications/index.html",
        page=page,
        days=groupby(page.items, key=lambda notice: seoul(notice.created_at).date()),
        unread=db.session.scalar(unread),
        just_read=just_read(),
        sentence=sentence,
    )


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
    """Mark all notices as read; the moment goes along, by which it can be undone."""
    now = utcnow()
    _mark(Notice.seen_at.is_(None), now)
    db.session.commit()
    return redirect(url_for(".index", read=now.isoformat()))


@bp.post("/unseen")
@access(SIGNED_IN)
def unseen():
    """Undo that all notices were marked as read at a moment."""
    _mark(Notice.seen_at == (just_read() or abort(404)), None)
    db.session.commit()
    return redirect(url_for(".index"))


def just_read():
    """Return the moment that the address names, or None."""
    try:
        moment = datetime.fromisoformat(request.values.get("read", ""))
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):  # the first and last hours of the calendar
        return None


def _mark(condition, seen_at):
    own = sa.update(Notice).where(Notice.account_id == current_user.id, condition)
    db.session.execute(own.values(seen_at=seen_at))


@bp.before_app_request
def reached():
    """Count a notice as read when its reader opens the page that it is about by another way."""
    kinds = kinds_about(request.endpoint)
    if request.method != "GET" or not kinds or not current_user.is_authenticated:
        return
    unread = Notice.of(current_user).where(Notice.seen_at.is_(None), Notice.kind.in_(kinds))
    ids = [notice.id for notice in db.session.scalars(unread) if _is_about_this_page(notice)]
    if ids:
        db.session.commit()
        begin_writing()
        _mark(Notice.id.in_(ids), utcnow())
        db.session.commit()


def _is_about_this_page(notice):
    facts = kinds_about(request.endpoint)[notice.kind]
    return all(notice.facts.get(name) == request.view_args.get(name) for name in facts)
