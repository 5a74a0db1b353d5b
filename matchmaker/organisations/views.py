"""Pages of one's own organisation: what is known of it, its approval, its people."""

import sqlalchemy as sa
from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from .. import audit
from ..db import db, utcnow
from ..web.guard import access
from . import words
from .forms import AnswerForm, EditForm
from .models import Kind, Organisation

bp = Blueprint("organisations", __name__)

OWN = (Kind.SME, Kind.COMPANY, Kind.ASSOCIATION)


@bp.app_context_processor
def spoken():
    """Give templates the words for what is known of an organisation."""
    return {"organisation_words": words}


@bp.get("/organisation")
@access(*OWN)
def show():
    return page(AnswerForm())


@bp.route("/organisation/edit", methods=["GET", "POST"])
@access(*OWN, owner=True)
def edit():
    organisation = current_user.organisation
    form = EditForm(organisation)
    if form.accepted():
        organisation.change_facts(form.facts(), by=current_user, now=utcnow())
        db.session.commit()
        flash(_("The facts are saved."), "good")
        return redirect(url_for(".show"))
    return render_template("organisations/edit.html", form=form, organisation=organisation), (
        form.status
    )


@bp.post("/organisation/submit")
@access(*OWN, owner=True)
def submit():
    """Hand the facts to the ministry; after a return an answer belongs to it."""
    organisation, form = current_user.organisation, AnswerForm()
    if organisation.needs_answer and not form.accepted():
        return page(form)
    answer = form.answer.data if organisation.needs_answer else None
    organisation.submit(by=current_user, now=utcnow(), answer=answer)
    db.session.commit()
    flash(_("Your organisation is with the ministry. It usually answers within a day."), "good")
    return redirect(url_for(".show"))


@bp.post("/organisation/take-back")
@access(*OWN, owner=True)
def take_back():
    current_user.organisation.take_back(by=current_user, now=utcnow())
    db.session.commit()
    flash(_("The ministry no longer looks at it. Correct the facts and submit them again."))
    return redirect(url_for(".show"))


def page(form):
    """Return the organisation's page, with the answer to the ministry as it was typed."""
    organisation = current_user.organisation
    waiting = [request for request in organisation.join_requests if request.awaits_owner]
    return render_template(
        "organisations/show.html",
        form=form,
        organisation=organisation,
        joins=waiting if current_user.is_owner else [],
        changed_at=facts_changed_at(organisation),
        number_is_taken=number_is_taken(organisation),
    ), form.status


def facts_changed_at(organisation):
    """Return {fact: when it was last changed after the ministry had checked it}."""
    changes = audit.Event.about(organisation).where(audit.Event.act == "facts_changed")
    checked = organisation.approved_at
    return {
        name: event.at
        for event in db.session.scalars(changes)
        if checked and event.at > checked
        for name in event.facts["changed"]
    }


def number_is_taken(organisation):
    """Say whether another organisation was approved with this number in the meantime."""
    if organisation.holds_number or not organisation.business_number:
        return False
    holder = Organisation.holder_of(organisation.business_number)
    return db.session.scalar(sa.select(holder.exists()))
