"""The letters that could not be delivered: officers see why, and may have them tried again."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from ..db import db, utcnow
from ..notifications import undelivered
from ..organisations.models import Kind
from ..outbox import Mail
from ..web.guard import access
from ..web.pages import paged
from .faults import mail_fault
from .pages import bp


@bp.get("/letters")
@access(Kind.MINISTRY)
def letters():
    page = paged(undelivered.given_up())
    return render_template(
        "ministry/letters.html",
        page=page,
        counts=undelivered.counts(),
        readers=undelivered.readers(page.items),
        masked=undelivered.masked,
        fault=mail_fault,
    )


@bp.post("/letters/<int:mail_id>/again")
@access(Kind.MINISTRY)
def try_letter_again(mail_id):
    undelivered.try_again(db.get_or_404(Mail, mail_id), by=current_user, now=utcnow())
    db.session.commit()
    flash(_("The letter is tried again within a minute."), "good")
    return redirect(url_for(".letters"))


@bp.post("/letters/again")
@access(Kind.MINISTRY)
def try_letters_again():
    undelivered.try_all_again(by=current_user, now=utcnow())
    db.session.commit()
    flash(_("All letters are tried again, a hundred a minute."), "good")
    return redirect(url_for(".letters"))
