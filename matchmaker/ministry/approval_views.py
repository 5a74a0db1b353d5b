"""Organisations before the officers: the queue, the list, each one, and the ministry's word."""

import sqlalchemy as sa
from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import selectinload

from ..accounts.joining import JoinRequest
from ..db import db, utcnow
from ..organisations.models import Kind, Organisation
from ..organisations.words import APPROVALS, KINDS
from ..web.guard import access
from ..web.pages import back_or, paged
from . import checks, lists, queries, words
from .filters import picked, searched
from .forms import ReasonForm
from .history import approval
from .pages import bp


@bp.get("/approvals")
@access(Kind.MINISTRY)
def approvals():
    page = paged(Organisation.waiting().options(selectinload(Organisation.reviews)))
    return render_template(
        "ministry/approvals.html",
        page=page,
        cases=checks.cases(page.items),
        forms={row.id: ReasonForm.of(f"reason-{row.id}") for row in page.items},
        joins=db.session.scalar(queries.joins_waiting(JoinRequest.escalated())),
        now=utcnow(),
    )


@bp.get("/joins")
@access(Kind.MINISTRY)
def joins():
    return render_template("ministry/joins.html", page=paged(JoinRequest.escalated()), now=utcnow())


@bp.get("/organisations")
@access(Kind.MINISTRY)
def organisations():
    options = words.options(
        kind=words.listed(KINDS), approval=words.listed(APPROVALS), region=words.places()
    )
    filters, text = picked(**options), searched()
    return render_template(
        "ministry/organisations.html",
        page=paged(lists.organisations(**filters, text=text)),
        options=options,
        filters=filters,
        text=text,
    )


@bp.get("/organisations/<int:organisation_id>")
@access(Kind.MINISTRY)
def organisation(organisation_id):
    return _page(db.get_or_404(Organisation, organisation_id), ReasonForm(formdata=None))


@bp.post("/organisations/<int:organisation_id>/approve")
@access(Kind.MINISTRY)
def approve(organisation_id):
    organisation = _before_officers(organisation_id)
    organisation.approve(by=current_user, now=utcnow())
    db.session.commit()
    flash(_("%(name)s is approved.", name=organisation.display_name), "good")
    return redirect(back_or(url_for(".approvals")))


@bp.post("/organisations/<int:organisation_id>/return")
@access(Kind.MINISTRY)
def send_back(organisation_id):
    organisation, form = _before_officers(organisation_id), ReasonForm()
    if not form.accepted():
        return _page(organisation, form)
    organisation.send_back(by=current_user, now=utcnow(), reason=form.reason.data)
    db.session.commit()
    flash(_("%(name)s is returned with your reason.", name=organisation.display_name))
    return redirect(url_for(".approvals"))


@bp.post("/organisations/<int:organisation_id>/suspend")
@access(Kind.MINISTRY)
def suspend(organisation_id):
    organisation, form = _before_officers(organisation_id), ReasonForm()
    if not form.accepted():
        return _page(organisation, form)
    organisation.suspend(by=current_user, now=utcnow(), reason=form.reason.data)
    db.session.commit()
    flash(
        _("%(name)s is suspended. What it had open is withdrawn.", name=organisation.display_name)
    )
    return redirect(url_for(".organisation", organisation_id=organisation.id))


@bp.post("/organisations/<int:organisation_id>/restore")
@access(Kind.MINISTRY)
def restore(organisation_id):
    organisation = _before_officers(organisation_id)
    organisation.restore(by=current_user, now=utcnow())
    db.session.commit()
    flash(_("The suspension of %(name)s is lifted.", name=organisation.display_name), "good")
    return redirect(url_for(".organisation", organisation_id=organisation.id))


@bp.post("/joins/<int:join_id>/<any(accept, decline):answer>")
@access(Kind.MINISTRY)
def answer_join(join_id, answer):
    request = db.one_or_404(
        sa.select(JoinRequest).where(
            JoinRequest.id == join_id, JoinRequest.escalated_at.is_not(None)
        )
    )
    request.decide(answer == "accept", by=current_user, now=utcnow())
    db.session.commit()
    flash(_("You have answered the request to join."), "good")
    return redirect(url_for(".joins"))


def _before_officers(organisation_id):
    """Load an organisation on which officers decide: any but the ministry itself."""
    return db.one_or_404(
        sa.select(Organisation).where(
            Organisation.id == organisation_id, Organisation.kind != Kind.MINISTRY
        )
    )


def _page(organisation, form):
    """Return the organisation's page, with the reason as it was typed."""
    return render_template(
        "ministry/organisation.html",
        organisation=organisation,
        form=form,
        case=checks.cases([organisation])[organisation.id],
        steps=approval(organisation),
        now=utcnow(),
    ), form.status
