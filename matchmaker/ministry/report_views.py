"""Reported messages: each alone, without the conversation around it, and the word on it."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import joinedload

from ..db import db, utcnow
from ..organisations.models import Kind
from ..pairings.conversation import reports as reporting
from ..pairings.conversation.conversation import Message
from ..pairings.conversation.forms import HandleForm
from ..pairings.conversation.reports import Report
from ..pairings.models import Pairing
from ..web.guard import access
from ..web.pages import paged
from .pages import bp


@bp.get("/reports")
@access(Kind.MINISTRY)
def reports():
    return reports_page()


def reports_page(sent=None):
    """Show the queue; with a form that came back, its errors."""
    message = joinedload(Report.message)
    page = paged(
        Report.queue().options(
            message.selectinload(Message.attachments),
            message.joinedload(Message.pairing).selectinload(Pairing.sme),
            message.joinedload(Message.pairing).selectinload(Pairing.company),
        )
    )
    forms = {row.id: HandleForm(at=row.id, formdata=None) for row in page.items}
    if sent is not None:
        forms[sent.at] = sent
    return render_template(
        "ministry/reports.html",
        page=page,
        forms=forms,
        waiting=db.session.scalar(reporting.waiting_count()),
        labels=reporting.LABELS,
    ), sent.status if sent else 200


@bp.post("/reports/<int:report_id>/handle")
@access(Kind.MINISTRY)
def handle_report(report_id):
    found = db.get_or_404(Report, report_id)
    form = HandleForm(at=found.id)
    if not form.accepted():
        return reports_page(form)
    hide = form.decision.data == "hide"
    reporting.handle(found, hide=hide, note=form.note.data, by=current_user, now=utcnow())
    db.session.commit()
    flash(_("The message is hidden.") if hide else _("The message stays as it is."), "good")
    return redirect(url_for(".reports"))


@bp.post("/reports/<int:report_id>/show-again")
@access(Kind.MINISTRY)
def show_reported(report_id):
    found = db.get_or_404(Report, report_id)
    reporting.show_again(found, by=current_user, now=utcnow())
    db.session.commit()
    flash(_("The message can be read again."), "good")
    return redirect(url_for(".reports"))
