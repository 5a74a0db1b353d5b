"""Asking for an offer, with what is to be asked next if no yes comes."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from ..db import db, utcnow
from ..listing.giveaways import giveaways
from ..listing.identity import identity
from ..web.guard import access
from . import asking
from .blueprint import bp, own_need, own_pairing, people, public_offer
from .clock import day_of, deadline
from .forms import MOST_FURTHER, AskForm
from .next_offers import NextOffer
from .ranking.ranked import one_offer, ranked_offers
from .rules import refuse
from .states import State


@bp.route("/needs/<int:need_id>/offers/<int:offer_id>/ask", methods=["GET", "POST"])
@access("sme", approved=True)
def ask(need_id, offer_id):
    need, offer, now = own_need(need_id), public_offer(offer_id), utcnow()
    ranked = one_offer(need, offer, today=day_of(now))
    if request.method == "GET" and ranked.pairing and ranked.pairing.is_live:
        return redirect(url_for(".show", pairing_id=ranked.pairing.id))  # back from having asked
    refuse_where_closed(need, ranked, now)
    form = ask_form(need, ranked, now)
    status = 200
    if place := request.form.get("up", type=int):
        form.move_up(place)
    elif form.accepted():
        if ranked.full and not form.waits.data:
            status = 409  # the last place has just gone: nobody stands in line unawares
        else:
            return asked(need, offer, form, now)
    return render_template(
        "pairings/ask.html",
        need=need,
        ranked=ranked,
        form=form,
        identity=identity(need.organisation, need),
        told=giveaways(need.organisation, need.display_title, need.display_text),
        deadline=deadline(now),
        overtaken=status == 409,
    ), max(form.status, status)


def refuse_where_closed(need, ranked, now):
    """Say why this need cannot ask for this offer now, before anything is typed."""
    if not need.is_open_on(day_of(now)):
        refuse("need_closed")
    if ranked.blocked:
        refuse(ranked.blocked)


def ask_form(need, ranked, now):
    """Return the form; the best further offers that may be asked are suggested in it."""
    others = [
        one
        for one in ranked_offers(need, today=day_of(now)).fitting
        if one.offer.id != ranked.offer.id and one.blocked in (None, "ask_limit")
    ]
    draft = _(
        "We ask you because of this: %(need)s. Your offer speaks to us: %(offer)s. "
        "What should we prepare first?",
        need=need.display_title,
        offer=ranked.offer.display_title,
    )
    return AskForm(
        people=people(),
        contact=current_user,
        full=ranked.full,
        suggested=others[:MOST_FURTHER],
        message=draft,
    )


def asked(need, offer, form, now):
    """Ask, commit, and lead to the pairing."""
    pairing = asking.ask(
        need,
        offer,
        by=current_user,
        now=now,
        relation=form.chosen_relation,
        consent=form.consent.data,
        contact=form.chosen_contact,
        message=form.message.data,
        further=form.chosen_further(),
    )
    db.session.commit()
    if pairing.state is State.WAITING:
        flash(_("You are in line now."), "good")
    else:
        flash(_("Your ask has been sent."), "good")
    return redirect(url_for(".show", pairing_id=pairing.id))


@bp.post("/pairings/<int:pairing_id>/next/<int:next_id>/drop")
@access("sme", approved=True)
def drop_next(pairing_id, next_id):
    pairing = own_pairing(pairing_id)
    following = db.one_or_404(NextOffer.after(pairing).where(NextOffer.id == next_id))
    following.drop(by=current_user, now=utcnow())
    db.session.commit()
    flash(_("The offer has been taken off the list."))
    return redirect(url_for(".show", pairing_id=pairing.id))
