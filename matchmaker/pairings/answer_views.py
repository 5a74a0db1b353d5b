"""The answers: yes, whose contact opens, no, taking back, confirming, ending; one verb each."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from ..db import db, utcnow
from ..listing.identity import identity
from ..web.guard import access
from ..web.pages import back_or
from . import answering, contacts, others
from .blueprint import bp, our_side, own_pairing, people
from .forms import AcceptAsCompanyForm, AcceptAsFirmForm, ContactForm, ReasonForm, RelationForm
from .relations import RelationKind
from .rules import refuse
from .show_views import show_page
from .states import Act, Side
from .wishes.mark_words import undo_address

ACCEPTS = {Side.SME: Act.SME_ACCEPTS, Side.COMPANY: Act.COMPANY_ACCEPTS}


@bp.route("/pairings/<int:pairing_id>/accept", methods=["GET", "POST"])
@access("sme", "company", approved=True)
def accept(pairing_id):
    pairing, side = own_pairing(pairing_id), our_side()
    if not pairing.can(ACCEPTS[side]):
        if request.method == "GET":
            return redirect(url_for(".show", pairing_id=pairing.id))  # back from having answered
        refuse("no_move")
    if pairing.is_overdue(utcnow()):
        refuse("timed_out")
    form = accept_form(pairing, side)
    if not form.accepted():
        return render_template(
            "pairings/accept.html",
            pairing=pairing,
            side=side,
            form=form,
            identity=identity(pairing.sme, pairing.need),
        ), form.status
    answering.accept(
        pairing,
        by=current_user,
        now=utcnow(),
        consent=form.consent.data,
        relation=form.chosen_relation,
        contact=form.chosen_contact,
    )
    db.session.commit()
    flash(_("You have accepted."), "good")
    return redirect(url_for(".show", pairing_id=pairing.id))


def accept_form(pairing, side):
    if side is Side.SME:
        return AcceptAsFirmForm(people=people(), contact=current_user)
    return AcceptAsCompanyForm(people=people(), contact=pairing.offer.contact or current_user)


@bp.route("/pairings/<int:pairing_id>/contact", methods=["GET", "POST"])
@access("sme", "company", approved=True)
def name_contact(pairing_id):
    """Name another person where the one whose contact was to open has left."""
    pairing, side = own_pairing(pairing_id), our_side()
    if not contacts.lacks_contact(pairing, side):
        refuse("no_move")
    form = ContactForm(people=people(), contact=current_user)
    if not form.accepted():
        return render_template(
            "pairings/contact.html", pairing=pairing, side=side, form=form
        ), form.status
    contacts.name_contact(
        pairing,
        by=current_user,
        now=utcnow(),
        consent=form.consent.data,
        contact=form.chosen_contact,
    )
    db.session.commit()
    flash(_("The contact is named."), "good")
    return redirect(url_for(".show", pairing_id=pairing.id))


@bp.post("/pairings/<int:pairing_id>/decline")
@access("sme", "company", approved=True)
def decline(pairing_id):
    """Decline; where the reason changes what one is shown, its undoing is offered at once."""
    return closed(pairing_id, answering.decline, _("You have declined."))


@bp.post("/pairings/<int:pairing_id>/withdraw")
@access("sme", "company", approved=True)
def withdraw(pairing_id):
    return closed(pairing_id, answering.withdraw, _("It has been taken back."))


@bp.post("/pairings/<int:pairing_id>/withdraw-others")
@access("sme", approved=True)
def withdraw_all_others(pairing_id):
    pairing = own_pairing(pairing_id)
    many = others.withdraw_others(pairing, by=current_user, now=utcnow())
    db.session.commit()
    flash(ngettext("The other one was taken back.", "All %(num)d were taken back.", many))
    return redirect(url_for(".show", pairing_id=pairing.id))


@bp.post("/pairings/<int:pairing_id>/end")
@access("sme", "company", approved=True)
def end(pairing_id):
    return closed(pairing_id, answering.end, _("It has been ended."))


def closed(pairing_id, verb, message):
    """Let one side close a pairing, with or without a reason."""
    pairing = own_pairing(pairing_id)
    form = ReasonForm(at=pairing.id)
    if not form.accepted():
        return show_page(pairing, reason_form=form)
    learnt = verb(pairing, by=current_user, now=utcnow(), **form.chosen)
    db.session.commit()
    flash(message)
    back = back_or(url_for(".show", pairing_id=pairing.id))
    return redirect(undo_address(back, learnt) if learnt else back)


@bp.post("/pairings/<int:pairing_id>/confirm")
@access("sme", "company", approved=True)
def confirm(pairing_id):
    return confirmed(pairing_id, answering.confirm_agreement)


@bp.post("/pairings/<int:pairing_id>/complete")
@access("sme", "company", approved=True)
def complete(pairing_id):
    return confirmed(pairing_id, answering.confirm_completion)


@bp.post("/pairings/<int:pairing_id>/still-wanted")
@access("sme", approved=True)
def still_wanted(pairing_id):
    return confirmed(pairing_id, answering.still_wanted)


def confirmed(pairing_id, verb):
    """Let one side confirm something with one click."""
    pairing = own_pairing(pairing_id)
    verb(pairing, by=current_user, now=utcnow())
    db.session.commit()
    flash(_("Your word has been recorded."), "good")
    return redirect(url_for(".show", pairing_id=pairing.id))


@bp.post("/pairings/<int:pairing_id>/relation")
@access("company", approved=True)
def relation(pairing_id):
    pairing = own_pairing(pairing_id)
    form = RelationForm()
    if not form.accepted():
        return show_page(pairing, relation_form=form)
    answering.confirm_relation(pairing, RelationKind(form.kind.data), by=current_user, now=utcnow())
    db.session.commit()
    flash(_("Your word has been recorded."), "good")
    return redirect(url_for(".show", pairing_id=pairing.id))
