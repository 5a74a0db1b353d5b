"""Each role's first page after signing in: what to do next."""

from flask import Blueprint, redirect, render_template, url_for
from flask_login import current_user

from ..web.guard import SIGNED_IN, access
from .navigation import context

bp = Blueprint("desk", __name__)
bp.app_context_processor(context)


@bp.get("/desk")
@access(SIGNED_IN)
def index():
    if current_user.organisation is None:
        return redirect(url_for("accounts.waiting"))
    return render_template("desk/index.html")
