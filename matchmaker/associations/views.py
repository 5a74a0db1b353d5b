"""Pages of members: the association's list and invitations, the firm's answers."""

import sqlalchemy as sa
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from .. import outbox
from ..db import db, utcnow
from ..errors import Refusal
from ..organisations.business_number import formatted
from ..organisations.models import Kind
from ..web.guard import access
from ..web.pages import paged
from .forms import InvitationForm, MembershipForm
from .models import STANDINGS, Membership
from .models import invite as invite_firm

bp = Blueprint("associations", __name__)


@bp.get("/members")
@access(Kind.ASSOCIATION, approved=True)
def index():
    standing = request.args.get("standing", "members")
    standing = standing if standing in STANDINGS else "members"
    association = current_user.organisation
    return render_template(
        "associations/index.html",
        page=paged(Membership.of(association, standing)),
        standing=standing,
        counts=db.session.execute(Membership.counts_of(association)).one(),
        formatted=formatted,
    )


@bp.route("/members/invite", methods=["GET", "POST"])
@access(Kind.ASSOCIATION, approved=True)
def invite():
    form = InvitationForm()
    if form.accepted():
        try:
            _invite(form, now=utcnow())
        except Refusal as refusal:
            if refusal.rule != "invited":
                raise
            form.business_number.errors = [str(refusal)]
        else:
            db.session.commit()
            flash(_("You have invited %(firm)s.", firm=form.label.data), "good")
            return redirect(url_for(".index", standing="invited"))
    return render_template("associations/invite.html", form=form), form.status


@bp.post("/members/<int:membership_id>/remove")
@access(Kind.ASSOCIATION, approved=True)
def remove(membership_id):
    membership = db.one_or_404(
        sa.select(Membership).where(
            Membership.id == membership_id,
            Membership.association_id == current_user.organisation_id,
        )
    )
    membership.leave(by=current_user, now=utcnow())
    db.session.commit()
    flash(_("%(firm)s is no longer on your list.", firm=membership.label))
    return redirect(url_for(".index"))


@bp.get("/memberships")
@access(Kind.SME)
def memberships():
    firm = current_user.organisation
    return render_template(
        "associations/memberships.html",
        invitations=db.session.scalars(Membership.answerable_by(firm)).all(),
        memberships=db.session.scalars(Membership.accepted_by(firm).order_by(Membership.id)).all(),
    )


@bp.post("/memberships/<int:membership_id>/accept")
@access(Kind.SME, approved=True)
def accept(membership_id):
    membership = _invitation(membership_id)
    form = MembershipForm()
    membership.accept(
        current_user.organisation,
        shows_needs=form.shows_needs.data,
        by=current_user,
        now=utcnow(),
    )
    db.session.commit()
    flash(_("You are now a member."), "good")
    return redirect(url_for(".memberships"))


@bp.post("/memberships/<int:membership_id>/decline")
@access(Kind.SME, approved=True)
def decline(membership_id):
    _invitation(membership_id).decline(by=current_user, now=utcnow())
    db.session.commit()
    flash(_("You have declined the invitation. The association reads only that."))
    return redirect(url_for(".memberships"))


@bp.post("/memberships/<int:membership_id>/needs")
@access(Kind.SME)
def let_read(membership_id):
    membership = _own(membership_id)
    shows = MembershipForm().shows_needs.data
    membership.let_read(shows, by=current_user, now=utcnow())
    db.session.commit()
    if shows:
        flash(_("The association can read the needs that you publish."), "good")
    else:
        flash(_("The association can no longer read your needs."), "good")
    return redirect(url_for(".memberships"))


@bp.post("/memberships/<int:membership_id>/leave")
@access(Kind.SME)
def leave(membership_id):
    _own(membership_id).leave(by=current_user, now=utcnow())
    db.session.commit()
    flash(_("You have left the association. It no longer reads anything of yours."))
    return redirect(url_for(".memberships"))


def _invite(form, *, now):
    """Write the invitation and, where an address was given, the letter that tells of it."""
    association = current_user.organisation
    invite_firm(association, form.business_number.data, form.label.data, by=current_user, now=now)
    if form.email.data:
        names = {"association": association.display_name}
        outbox.post(
            form.email.data,
            _("%(association)s invites you to become a member", **names),
            render_template(
                "associations/invitation.txt",
                association=association.display_name,
                address=url_for(".memberships", _external=True),
            ),
            now=now,
        )


def _invitation(membership_id):
    """Load an invitation to this firm, also an answered one: the second click reads so."""
    return db.one_or_404(
        sa.select(Membership).where(
            Membership.id == membership_id,
            Membership.business_number == current_user.organisation.business_number,
        )
    )


def _own(membership_id):
    """Load a membership of this firm, also one that has ended."""
    return db.one_or_404(
        sa.select(Membership).where(
            Membership.id == membership_id,
            Membership.member_id == current_user.organisation_id,
        )
    )
