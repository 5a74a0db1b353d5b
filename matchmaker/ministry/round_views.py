"""The round desk: compute, look, compare, then publish or discard; officers only."""

from flask import Response, abort, flash, json, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from ..db import begin_writing, db, utcnow
from ..errors import Refusal
from ..organisations.models import Kind
from ..pairings.rounds import rounds as desk
from ..pairings.rounds.models import Round, RoundPlan, RoundState
from ..pairings.rounds.publishing import publish
from ..web.guard import access
from ..web.pages import named_id, paged
from . import round_lists, round_words
from .pages import bp
from .round_forms import RoundForm

bp.context_processor(lambda: round_words.FOR_TEMPLATES)
MOST_OFFERS = 5  # on the round's own page


@bp.get("/rounds")
@access(Kind.MINISTRY)
def rounds():
    return render_template(
        "ministry/rounds.html", page=paged(Round.latest_first()), plan=RoundPlan.current()
    )


@bp.route("/rounds/new", methods=["GET", "POST"])
@access(Kind.MINISTRY)
def new_round():
    before = db.session.get(Round, named_id("like") or 0)
    form = RoundForm(before.settings if before else None)
    if not form.accepted():
        return render_template("ministry/round_new.html", form=form, before=before), form.status
    now = utcnow()
    round_ = desk.request(form.settings, by=current_user, now=now, compared_with=before)
    db.session.commit()
    if desk.is_small(now):
        compute(round_.id, now)
    return redirect(url_for(".round", round_id=round_.id))


def compute(round_id, now):
    """Compute a small round while the officer waits; reading first, so that others can write."""
    result = desk.work_out(db.session.get(Round, round_id), now=now)
    db.session.commit()
    begin_writing()
    try:
        desk.keep(db.session.get(Round, round_id), result, now=now)
    except Refusal:  # the job was faster, or another officer discarded it: its page says so
        db.session.rollback()
    db.session.commit()


@bp.get("/rounds/<int:round_id>", endpoint="round")
@access(Kind.MINISTRY)
def show_round(round_id):
    round_ = db.get_or_404(Round, round_id)
    if not round_.is_computed:
        return render_template("ministry/round_waits.html", run=round_)
    other = db.session.get(Round, named_id("with") or round_.compared_with_id or 0)
    other = other if other and other.is_computed and other is not round_ else None
    return render_template(
        "ministry/round.html",
        run=round_,
        beside=other,
        choices=round_lists.computed_beside(round_),
        places=round_lists.places(round_, 1, MOST_OFFERS),
        form=RoundForm(round_.settings, formdata=None),
        words=round_words,
    )


@bp.get("/rounds/<int:round_id>/needs")
@access(Kind.MINISTRY)
def round_needs(round_id):
    round_ = computed(round_id)
    rules = round_.figures["without"]
    rule = request.args.get("rule", "")
    rule = rule if rule in rules or rule == "proposed" else ""
    page = paged(round_lists.needs(round_, rule))
    return render_template(
        "ministry/round_needs.html",
        run=round_,
        page=page,
        rule=rule,
        rules=rules,
        chosen=round_lists.chosen_for(round_, page.items),
    )


@bp.get("/rounds/<int:round_id>/offers")
@access(Kind.MINISTRY)
def round_offers(round_id):
    round_ = computed(round_id)
    wanted = max(request.args.get("page", 1, type=int), 1)
    return render_template(
        "ministry/round_offers.html", run=round_, page=round_lists.places(round_, wanted)
    )


@bp.get("/rounds/<int:round_id>/certificate.json")
@access(Kind.MINISTRY)
def round_certificate(round_id):
    round_ = computed(round_id)
    text = json.dumps(round_lists.certificate(round_), ensure_ascii=False, indent=1)
    name = f"round-{round_.id}.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text, mimetype="application/json", headers=headers)


@bp.route("/rounds/<int:round_id>/publish", methods=["GET", "POST"])
@access(Kind.MINISTRY)
def publish_round(round_id):
    round_ = computed(round_id)
    if request.method == "GET":
        if round_.state is not RoundState.PROVISIONAL:
            return redirect(url_for(".round", round_id=round_id))
        return render_template("ministry/round_publish.html", run=round_)
    many = publish(round_, by=current_user, now=utcnow())
    db.session.commit()
    message = ngettext("One proposal has gone out.", "%(num)d proposals have gone out.", many)
    flash(message if many else _("Nothing was left to propose."), "good")
    return redirect(url_for(".round", round_id=round_id))


@bp.post("/rounds/<int:round_id>/discard")
@access(Kind.MINISTRY)
def discard_round(round_id):
    desk.discard(db.get_or_404(Round, round_id), by=current_user, now=utcnow())
    db.session.commit()
    flash(_("The round is discarded. Nobody but officers has seen it."))
    return redirect(url_for(".rounds"))


@bp.post("/rounds/weekly")
@access(Kind.MINISTRY)
def weekly_rounds():
    """Switch the weekly round on with the settings of a round, or off."""
    like = db.session.get(Round, named_id("like", request.form) or 0)
    plan, is_on = RoundPlan.current(), request.form.get("on") == "1"
    settings = like.settings if like else desk.plan_settings(plan)
    RoundPlan.set(is_on, settings, by=current_user, now=utcnow())
    db.session.commit()
    if is_on:
        flash(_("From next Monday on, a round is computed and published at 09:00."), "good")
    else:
        flash(_("No round is published by itself any more."))
    return redirect(url_for(".rounds"))


def computed(round_id):
    """Load a round that has been computed; else it has no such pages."""
    round_ = db.get_or_404(Round, round_id)
    if not round_.is_computed:
        abort(404)
    return round_
