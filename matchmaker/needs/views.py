"""Pages of needs: a small firm writes, publishes and follows its own."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from ..db import db, utcnow
from ..errors import Refusal
from ..i18n import language
from ..listing import categories
from ..listing.giveaways import giveaways
from ..listing.history import steps
from ..listing.identity import identity
from ..listing.models import Stage
from ..organisations.models import Kind
from ..web.guard import access
from ..web.pages import paged
from .forms import NeedForm
from .models import Need
from .unmet import unmet_of

bp = Blueprint("needs", __name__)


@bp.get("/needs")
@access(Kind.SME)
def index():
    page = paged(Need.of(current_user.organisation))
    return render_template("needs/index.html", page=page, unmet=unmet_of(page.items))


@bp.route("/needs/new", methods=["GET", "POST"])
@access(Kind.SME)
def new():
    form = NeedForm(organisation=current_user.organisation, category=request.args.get("category"))
    if form.accepted():
        return _save(form, None)
    return _form_page(form, None)


@bp.get("/needs/<int:need_id>")
@access(Kind.SME)
def show(need_id):
    need = own_need(need_id)
    return render_template(
        "needs/show.html",
        need=need,
        obstacles=need.obstacles(utcnow()),
        steps=steps(need),
        unmet=unmet_of([need]).get(need.id),
        told=giveaways(need.organisation, need.title, need.text, need.title_en, need.text_en),
    )


@bp.route("/needs/<int:need_id>/edit", methods=["GET", "POST"])
@access(Kind.SME)
def edit(need_id):
    need = own_need(need_id)
    if need.stage is Stage.CLOSED:
        raise Refusal(_("What is closed can no longer be changed."), "state")
    form = NeedForm(organisation=need.organisation, listing=need)
    if form.accepted():
        return _save(form, need)
    return _form_page(form, need)


@bp.get("/needs/<int:need_id>/preview")
@access(Kind.SME)
def preview(need_id):
    need = own_need(need_id)
    return render_template(
        "needs/preview.html",
        need=need,
        identity=identity(need.organisation, need),
        told=giveaways(need.organisation, need.title, need.text, need.title_en, need.text_en),
    )


@bp.post("/needs/<int:need_id>/publish")
@access(Kind.SME)
def publish(need_id):
    need = own_need(need_id)
    need.publish(by=current_user, now=utcnow())
    db.session.commit()
    flash(_readers(need), "good")
    return redirect(url_for("pairings.ranked", need_id=need.id))


@bp.post("/needs/<int:need_id>/pause")
@access(Kind.SME)
def pause(need_id):
    need = own_need(need_id)
    need.pause(by=current_user, now=utcnow())
    db.session.commit()
    flash(_("Paused. Nothing new begins, what is open goes on."))
    return redirect(url_for("needs.show", need_id=need.id))


@bp.post("/needs/<int:need_id>/resume")
@access(Kind.SME)
def resume(need_id):
    need = own_need(need_id)
    need.resume(by=current_user, now=utcnow())
    db.session.commit()
    flash(_("Open again. Companies that fit can read it from now on."), "good")
    return redirect(url_for("needs.show", need_id=need.id))


@bp.post("/needs/<int:need_id>/close")
@access(Kind.SME)
def close(need_id):
    need = own_need(need_id)
    need.close(by=current_user, now=utcnow())
    db.session.commit()
    flash(_("Closed. No further company can read this need."))
    return redirect(url_for("needs.show", need_id=need.id))


@bp.post("/needs/<int:need_id>/renew")
@access(Kind.SME)
def renew(need_id):
    need = own_need(need_id)
    need.renew(by=current_user, now=utcnow())
    db.session.commit()
    flash(_("Open again. Companies that fit can read it from now on."), "good")
    then = "needs.edit" if "edit" in request.form else "pairings.ranked"
    return redirect(url_for(then, need_id=need.id))


def own_need(need_id):
    """Return the need if it is this person's firm's; another firm's is as unknown as none."""
    need = db.session.get(Need, need_id)
    if need is None or not current_user.is_of(need.organisation_id):
        abort(404)
    return need


def _readers(need):
    """Say who can read a need that has just been published."""
    if need.only_asked:
        return _("Published. Only the companies that you ask can read it.")
    return _("Published. Companies that fit can read it from now on.")


def _save(form, need):
    now = utcnow()
    organisation = current_user.organisation
    need = need or Need.start(organisation, by=current_user, now=now, form_key=form.key)
    need.change(form.facts(), by=current_user, now=now)
    if not form.as_draft and need.stage is Stage.DRAFT and organisation.is_approved:
        need.publish(by=current_user, now=now)
        flash(_readers(need), "good")
    db.session.commit()
    if form.as_draft:
        flash(_("Kept as a draft. Nobody else can read it."))
        return redirect(url_for("needs.show", need_id=need.id))
    if need.stage is Stage.DRAFT:
        flash(_("Kept as a draft. You can publish it once the ministry has approved your firm."))
    return redirect(url_for("pairings.ranked", need_id=need.id))


def _form_page(form, need):
    page = render_template(
        "needs/form.html",
        form=form,
        need=need,
        identity=identity(current_user.organisation, need),
        categories=[
            (categories.label(one), categories.help_of(one)) for one in categories.Category
        ],
        language=language(),
    )
    return page, form.status
