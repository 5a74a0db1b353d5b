"""The settings of an organisation for matching: what it wishes, each undone by one click."""

import sqlalchemy as sa
from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import joinedload

from ...db import db, utcnow
from ...listing.identity import identities
from ...needs.models import Need
from ...offers.models import Offer
from ...organisations.models import Kind, Organisation
from ...web.guard import access
from ...web.pages import back_or, named_id, paged
from ..blueprint import bp, public_offer
from ..clock import day_of
from ..models import Pairing
from ..visible import may_read_need, needs_readable_by
from .forms import PreferenceForm
from .mark_words import mark_words, undo_address
from .preferences import Mark, Preference, Verdict, put

SHOWN = ("favourite", "veto", "fewer")  # the parts of the list of marks
SAID = {
    "favourite": lambda: _("Marked as a favourite. Only your organisation sees it."),
    "veto": lambda: _("Set aside. Only your organisation sees it."),
}


@bp.route("/settings/matching", methods=["GET", "POST"])
@access("sme", "company")
def preferences():
    organisation = current_user.organisation
    settings = Preference.of(organisation)
    form = PreferenceForm(obj=settings)
    if form.accepted():
        settings.change(**form.chosen, by=current_user, now=utcnow())
        db.session.commit()
        flash(_("Your settings are saved."), "good")
        return redirect(url_for(".preferences"))
    number = numbers(organisation)
    show = request.args.get("show")
    show = show if show in SHOWN else next((name for name in SHOWN if number.get(name)), SHOWN[0])
    marks = Mark.of(organisation).where(Mark.verdict == show)
    on = (Mark.need, Mark.offer, Mark.counterpart)
    page = paged(marks.options(*(joinedload(each) for each in on)))
    known = readable(page.items)
    return render_template(
        "pairings/preferences.html",
        form=form,
        is_sme=organisation.kind is Kind.SME,
        page=page,
        show=show,
        counts=number,
        rows=[mark_words(mark, known) for mark in page.items],
    ), form.status


def numbers(organisation):
    """Return {verdict: how many marks} of an organisation."""
    counted = Mark.of(organisation).order_by(None).group_by(Mark.verdict)
    return dict(db.session.execute(counted.with_only_columns(Mark.verdict, sa.func.count())).all())


def readable(marks):
    """Return {need id: the firm's line} of the marked needs that one may still read."""
    ids = {mark.need_id for mark in marks if mark.need_id}
    if not ids:
        return {}
    open_to_us = needs_readable_by(current_user.organisation, today=day_of(utcnow()))
    return identities(db.session.scalars(open_to_us.where(Need.id.in_(ids))).all())


@bp.post("/settings/matching/marks")
@access("sme", "company")
def mark():
    """Mark one need, offer or organisation, or take its mark away."""
    on, verdict = target(), request.form.get("verdict")
    organisation = current_user.organisation
    ((name, value),) = on.items()
    if verdict not in SAID:
        undo(Mark.of(organisation).where(getattr(Mark, name) == value))
        return redirect(back_or(url_for(".preferences")))
    made = put(organisation, Verdict(verdict), by=current_user, now=utcnow(), **on)
    db.session.commit()
    flash(_said(verdict, is_need="need_id" in on), "good")
    return redirect(undo_address(back_or(url_for(".preferences")), made))


def _said(verdict, *, is_need):
    """Say what was marked; a company's favourite needs are its shortlist."""
    if is_need and verdict == "favourite":
        return _("Put on the shortlist. Only your organisation sees it.")
    return SAID[verdict]()


@bp.post("/settings/matching/marks/<int:mark_id>/undo")
@access("sme", "company")
def undo_mark(mark_id):
    undo(Mark.of(current_user.organisation).where(Mark.id == mark_id))
    return redirect(back_or(url_for(".preferences")))


def undo(select):
    """Take a mark of one's own away; one that is gone already is as good as undone."""
    found = db.session.scalar(select)
    if found:
        found.undo(by=current_user, now=utcnow())
        db.session.commit()
    flash(_("Undone. It is as it was before."))


def target():
    """Return {column: id} of what the form marks, if this organisation may know of it."""
    kind, id_ = request.form.get("on"), named_id("id", request.form)
    side = current_user.organisation.kind
    known = {
        (Kind.SME, "offer"): known_offer,
        (Kind.SME, "organisation"): known_company,
        (Kind.COMPANY, "need"): known_need,
        (Kind.COMPANY, "organisation"): known_firm,
    }.get((side, kind))
    if known is None or id_ is None:
        abort(404)
    return known(id_)


def known_offer(offer_id):
    return {"offer_id": public_offer(offer_id).id}


def known_company(company_id):
    """Load a company that has ever published an offer: by that it is known by name."""
    published = sa.exists().where(
        Offer.organisation_id == company_id, Offer.published_at.is_not(None)
    )
    found = sa.select(Organisation).where(Organisation.id == company_id, published)
    return {"counterpart_id": db.one_or_404(found).id}


def known_need(need_id):
    """Load a need that this company may read, or has met."""
    need = db.one_or_404(sa.select(Need).where(Need.id == need_id))
    company = current_user.organisation
    met = Pairing.of(company).where(Pairing.need_id == need.id).limit(1)
    if not may_read_need(company, need, today=day_of(utcnow())) and not db.session.scalar(met):
        abort(404)
    return {"need_id": need.id}


def known_firm(firm_id):
    """Load a firm whose name opened to this company: before that it is known by its need only."""
    company = current_user.organisation
    opened = Pairing.of(company).where(Pairing.sme_id == firm_id, Pairing.agreed_at.is_not(None))
    if not db.session.scalar(opened.limit(1)):
        abort(404)
    return {"counterpart_id": firm_id}
