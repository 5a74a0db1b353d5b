"""What comes by mail: the page of whoever is signed in, and the page of a letter's link."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from ..db import db, utcnow
from ..web.guard import PUBLIC, SIGNED_IN, access
from . import links
from .forms import SettingsForm
from .settings import LABELS, How, choose, chosen, groups_for, resume, stop

bp = Blueprint("notice_settings", __name__)


@bp.route("/account/notices", methods=["GET", "POST"])
@access(SIGNED_IN)
def show():
    groups = groups_for(current_user)
    form = SettingsForm(groups, data=chosen(current_user))
    if form.accepted():
        choose(current_user, form.wanted(), by=current_user, now=utcnow())
        db.session.commit()
        flash(_("Your choice is saved."), "good")
        return redirect(url_for(".show"))
    return render_template("notifications/settings.html", form=form), form.status


def of_letter(token):
    """Return the account and the groups of a letter's link, or 404."""
    return links.read(token) or abort(404)


@bp.get("/notices/stop/<token>")
@access(PUBLIC)
def stop_page(token):
    """Ask before stopping: programs that look for harmful mail open every link."""
    return _stopping(token, *of_letter(token))


@bp.post("/notices/stop/<token>", endpoint="stop")
@access(PUBLIC)
def stop_letters(token):
    """Stop the letters of this kind, for a person or for the button of a mail program.

    It answers with a page of its own, for mail programs must not be sent on (RFC 8058).
    """
    account, groups = of_letter(token)
    stop(account, groups, now=utcnow())
    db.session.commit()
    return _stopping(token, account, groups)


@bp.post("/notices/stop/<token>/undo")
@access(PUBLIC)
def undo(token):
    """Let the letters come again as they came before."""
    account, groups = of_letter(token)
    resume(account, groups, now=utcnow())
    db.session.commit()
    flash(_("The letters come again as before."), "good")
    return redirect(url_for(".stop_page", token=token))


def _stopping(token, account, groups):
    now_wanted = chosen(account)
    return render_template(
        "notifications/stop.html",
        token=token,
        labels=[LABELS[group] for group in groups],
        is_stopped=all(now_wanted[group] == How.NEVER for group in groups),
    )
