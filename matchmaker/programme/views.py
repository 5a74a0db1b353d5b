"""The historical record of the programme, 2019-2022: read-only pages apart from the market."""

from flask import Blueprint, render_template

from ..web.guard import PUBLIC, access

bp = Blueprint("programme", __name__, url_prefix="/history")


@bp.get("")
@access(PUBLIC)
def index():
    return render_template("programme/index.html")


@bp.get("/first-anniversary")
@access(PUBLIC)
def practices():
    return render_template("programme/practices.html")


@bp.get("/needs")
@access(PUBLIC)
def needs():
    return render_template("programme/needs.html")


@bp.get("/<slug>")
@access(PUBLIC)
def show(slug):
    return render_template("programme/show.html", slug=slug)
