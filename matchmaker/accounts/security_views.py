"""What surrounds the pages that Flask-Security brings: their commit, their status, their way in."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from ..db import db

BLUEPRINT = "security"


def init_app(app):
    security = app.extensions["security"]
    security.render_template = render
    security.unauthn_handler(ask_to_sign_in)
    app.login_manager.unauthorized_callback = ask_to_sign_in
    app.after_request(commit)


def render(template, **context):
    """Return one of the pages, with its form as `form`; 422 where it comes back with errors."""
    form = next(value for name, value in context.items() if name.endswith("_form"))
    if hasattr(form, "restore"):
        form.restore()
    return render_template(template, form=form, **context), 422 if form.errors else 200


def ask_to_sign_in(mechanisms=None, headers=None):
    """Lead a visitor to the sign-in page, and from there back to what was asked for."""
    flash(_("Sign in to open this page."))
    asked = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("security.login", next=asked))


def commit(response):
    """Commit what one of the pages did: once, and with its audit events."""
    if request.blueprint == BLUEPRINT and response.status_code < 500:
        db.session.commit()
    return response
