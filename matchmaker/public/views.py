"""Open pages: the front door, how the ranking works, help, and the notices a service owes."""

from flask import Blueprint, render_template

from ..accounts.consent_texts import TERMS
from ..web.guard import PUBLIC, access

bp = Blueprint("public", __name__)


@bp.get("/")
@access(PUBLIC)
def home():
    return render_template("public/home.html")


@bp.get("/how-ranking-works")
@access(PUBLIC)
def ranking():
    return render_template("public/ranking.html")


@bp.get("/help")
@access(PUBLIC)
def help():
    return render_template("public/help.html")


@bp.get("/terms")
@access(PUBLIC)
def terms():
    return render_template("public/terms.html", terms=TERMS)


@bp.get("/privacy")
@access(PUBLIC)
def privacy():
    return render_template("public/privacy.html")


@bp.get("/accessibility")
@access(PUBLIC)
def accessibility():
    return render_template("public/accessibility.html")


@bp.get("/credits")
@access(PUBLIC)
def credits():
    return render_template("public/credits.html")
