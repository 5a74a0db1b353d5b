"""Refusals and errors as pages: what happened, what to do, and what was kept."""

from urllib.parse import urlsplit

import structlog
from flask import render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from ..db import db
from ..errors import Refusal
from .guard import NotApproved
from .pages import OWN_ADDRESS, Id, Slug

log = structlog.get_logger()

# PostgreSQL's answers where two people at once each waited for the other's row; one goes on.
CROSSED = ("40P01", "40001")


def init_app(app):
    app.url_map.converters |= {"int": Id, "slug": Slug}  # what is none is an unknown page, no fault
    app.register_error_handler(Refusal, refused)
    app.register_error_handler(StaleDataError, overtaken)
    app.register_error_handler(NotApproved, not_approved)
    app.register_error_handler(CSRFError, forged)
    app.register_error_handler(HTTPException, failed)
    app.register_error_handler(Exception, broken)


def page(status, message=None, **context):
    """Return an error page; its heading and advice belong to the status."""
    context |= {"back_url": _form_page(), "reference": _reference()}
    return render_template("errors/error.html", status=status, message=message, **context), status


def _form_page():
    """Return the page of ours from which a form was sent, or None."""
    try:
        address = urlsplit(request.referrer or "")
    except ValueError:  # whatever was sent as such is no address
        return None
    if request.method != "POST" or address.netloc != request.host:
        return None
    target = address.path + (f"?{address.query}" if address.query else "")
    return target if OWN_ADDRESS.fullmatch(target) else None


def _reference():
    """Return the number under which the log knows this request."""
    return structlog.contextvars.get_contextvars().get("request_id")


def refused(refusal):
    db.session.rollback()
    return page(409, str(refusal))


def overtaken(_error):
    db.session.rollback()
    return page(409, _("Somebody else changed this first. Look at it again, then decide."))


def not_approved(_error):
    return page(403, _("This page opens once the ministry has approved your organisation."))


def forged(_error):
    return page(400, _("The page was open for too long. Go back, reload it and send it again."))


def failed(error):
    if error.code is None or error.code < 400:
        return error  # a redirect that the router raised
    answer = page(error.code)
    if error.code == 405:
        return answer[0], 405, {"Allow": ", ".join(error.valid_methods or ())}
    if error.code == 429:
        return answer[0], 429, {"Retry-After": "60"}
    return answer


def broken(error):
    """Answer a fault of ours: undo everything, log it without personal data, say so plainly."""
    if getattr(getattr(error, "orig", None), "sqlstate", None) in CROSSED:
        return overtaken(error)
    db.session.rollback()
    log.exception("request_failed", method=request.method, endpoint=request.endpoint)
    busy = isinstance(error, OperationalError) and "locked" in str(error)
    status = 503 if busy else 500
    return render_template("errors/plain.html", status=status, reference=_reference()), status
