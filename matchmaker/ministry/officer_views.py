"""Officers: the list of them, one more, one fewer."""

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from ..accounts.models import Account
from ..accounts.models import officers as select_officers
from ..accounts.officers import dismiss_officer, invite_officer
from ..db import db, utcnow
from ..errors import Refusal
from ..organisations.models import Kind
from ..web.guard import access
from ..web.pages import paged
from .forms import OfficerForm
from .pages import bp


@bp.route("/officers", methods=["GET", "POST"])
@access(Kind.MINISTRY)
def officers():
    form = OfficerForm()
    if form.accepted():
        try:
            _invite(form)
        except Refusal as refusal:
            if refusal.rule != "email":
                raise
            form.email.errors = [str(refusal)]
        else:
            db.session.commit()
            flash(_("%(name)s has received the invitation.", name=form.name.data), "good")
            return redirect(url_for(".officers"))
    page = paged(select_officers())
    return render_template("ministry/officers.html", form=form, page=page), form.status


@bp.post("/officers/<int:account_id>/remove")
@access(Kind.MINISTRY)
def remove_officer(account_id):
    officer = db.get_or_404(Account, account_id)
    if not officer.is_of(current_user.organisation_id):
        abort(404)
    dismiss_officer(officer, by=current_user, now=utcnow())
    db.session.commit()
    flash(_("%(name)s is no longer an officer.", name=officer.name))
    return redirect(url_for(".officers"))


def _invite(form):
    invite_officer(
        current_user.organisation,
        form.name.data,
        form.email.data,
        by=current_user,
        now=utcnow(),
    )
