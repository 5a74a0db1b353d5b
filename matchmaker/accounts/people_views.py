"""What owners decide about people: who joins, who is an owner, who leaves."""

from flask import Blueprint, abort, flash, redirect, url_for
from flask_babel import gettext as _
from flask_login import current_user

from ..db import db, utcnow
from ..organisations.models import Kind, Organisation
from ..web.guard import access
from .joining import JoinRequest
from .models import Account, Role

bp = Blueprint("people", __name__)

OWN = (Kind.SME, Kind.COMPANY, Kind.ASSOCIATION)


def colleague(account_id):
    """Return a person of one's own organisation, or 404."""
    found = db.get_or_404(Account, account_id)
    return found if found.is_of(current_user.organisation_id) else abort(404)


def back_to_people():
    db.session.commit()
    return redirect(url_for("organisations.show", _anchor="people"))


@bp.post("/organisation/joins/<int:request_id>/<any(accept, decline):answer>")
@access(*OWN, owner=True)
def decide(request_id, answer):
    """Let a person in, or say no."""
    request = db.get_or_404(JoinRequest, request_id)
    if request.organisation_id != current_user.organisation_id or not request.is_for_owner:
        abort(404)
    request.decide(answer == "accept", by=current_user, now=utcnow())
    if answer == "accept":
        flash(_("%(name)s is a member now.", name=request.account.name), "good")
    else:
        flash(_("The request is declined. The person may ask the ministry to look at it."))
    return back_to_people()


@bp.post("/organisation/people/<int:account_id>/<any(owner, member):role>")
@access(*OWN, owner=True)
def change_role(account_id, role):
    colleague(account_id).become(Role(role), by=current_user, now=utcnow())
    flash(_("The role is changed."), "good")
    return back_to_people()


@bp.post("/organisation/people/<int:account_id>/remove")
@access(*OWN, owner=True)
def remove(account_id):
    person = colleague(account_id)
    person.leave(by=current_user, now=utcnow())
    flash(_("%(name)s no longer acts for your organisation.", name=person.name), "good")
    return back_to_people()


@bp.post("/organisation/leave")
@access(*OWN)
def leave():
    """Leave one's organisation by oneself."""
    current_user.leave(by=current_user, now=utcnow())
    db.session.commit()
    flash(_("You no longer act for the organisation."), "good")
    return redirect(url_for("accounts.waiting"))


@bp.post("/organisation/ask-to-join")
@access(*OWN, owner=True)
def ask_to_join():
    """Ask the organisation that was approved with this number in the meantime."""
    own = current_user.organisation
    holder = db.session.scalar(Organisation.holder_of(own.business_number))
    if own.holds_number or holder is None:
        abort(404)
    JoinRequest.make(current_user._get_current_object(), holder, now=utcnow())
    db.session.commit()
    flash(_("The owner of the organisation with this number has been asked."), "good")
    return redirect(url_for("organisations.show"))
