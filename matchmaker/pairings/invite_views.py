"""What a company reads for its offers: ranked needs, one need, and the invitation."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from ..db import db, utcnow
from ..listing.identity import identities, identity
from ..web.guard import access
from . import asking
from .asking import is_open
from .blueprint import bp, own_offer, people, readable_need
from .clock import day_of, deadline
from .forms import AcceptAsCompanyForm
from .lists import lines_of
from .ranking.ranked_needs import one_need, ranked_needs
from .ranking.whynot import what_an_offer_lacks
from .rounds.shown_list import list_of


@bp.get("/offers/<int:offer_id>/needs")
@access("company", approved=True)
def for_offer(offer_id):
    offer, today = own_offer(offer_id), day_of(utcnow())
    page = ranked_needs(offer, today=today, page=max(request.args.get("page", 1, type=int), 1))
    round_list = list_of(offer, today=today) if page.page == 1 else None
    listed = [choice.need for choice in round_list.entries] if round_list else []
    return render_template(
        "pairings/for_offer.html",
        offer=offer,
        is_open=is_open(offer, today),
        page=page,
        missing=what_an_offer_lacks(offer, page.items, today=today),
        round_list=round_list,
        identities=identities([*(one.need for one in page.items), *listed]),
        in_line=lines_of(offer.organisation).get(offer.id, 0),
    )


@bp.get("/offers/<int:offer_id>/needs/<int:need_id>")
@access("company", approved=True)
def need_for_offer(offer_id, need_id):
    now = utcnow()
    offer, need = own_offer(offer_id), readable_need(need_id, today=day_of(now))
    return one_need_page(offer, need, invitation(offer), now)


@bp.route("/offers/<int:offer_id>/needs/<int:need_id>/invite", methods=["GET", "POST"])
@access("company", approved=True)
def invite(offer_id, need_id):
    now = utcnow()
    offer, need = own_offer(offer_id), readable_need(need_id, today=day_of(now))
    form = invitation(offer)
    if not form.accepted():
        return one_need_page(offer, need, form, now)
    pairing = asking.invite(
        offer,
        need,
        by=current_user,
        now=now,
        consent=form.consent.data,
        contact=form.chosen_contact,
    )
    db.session.commit()
    flash(_("Your invitation has been sent."), "good")
    return redirect(url_for(".show", pairing_id=pairing.id))


def invitation(offer):
    return AcceptAsCompanyForm(people=people(), contact=offer.contact or current_user)


def one_need_page(offer, need, form, now):
    """Show one need to a company, with the form to invite the firm behind it."""
    today = day_of(now)
    return render_template(
        "pairings/need_for_offer.html",
        offer=offer,
        need=need,
        found=one_need(offer, need, today=today),
        identity=identity(need.organisation, need),
        is_open=is_open(offer, today),
        form=form,
        deadline=deadline(now),
    ), form.status
