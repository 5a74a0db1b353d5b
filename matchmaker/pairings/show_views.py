"""One pairing as its two sides see it: where it stands, who is next, and on what it rests."""

from flask import render_template
from flask_login import current_user

from ..db import db, utcnow
from ..listing.identity import identity
from ..web.guard import access
from . import asking
from .blueprint import bp, our_side, own_pairing
from .clock import day_of
from .contacts import lacks_contact
from .forms import ReasonForm, RelationForm
from .lists import places_in_line, recommendations
from .next_best import next_best
from .next_offers import NextOffer
from .others import others
from .relations import Relation
from .situation import situation
from .states import Side
from .timeline import timeline
from .visible import may_read_need


@bp.get("/pairings/<int:pairing_id>")
@access("sme", "company")
def show(pairing_id):
    return show_page(own_pairing(pairing_id))


def show_page(pairing, reason_form=None, relation_form=None):
    """Show a pairing to one of its sides; with a form that came back, its errors."""
    side, now = our_side(), utcnow()
    chain = db.session.scalars(NextOffer.after(pairing)).all() if side is Side.SME else []
    following = [each for each in chain if each.used_at is None]
    place = places_in_line([pairing]).get(pairing.id)
    now_is = situation(pairing, side, now=now, place=place, following=following)
    forms = [form for form in (reason_form, relation_form) if form]
    return render_template(
        "pairings/show.html",
        pairing=pairing,
        side=side,
        now_is=now_is,
        identity=identity(pairing.sme, pairing.need),
        chain=chain,
        following=following,
        steps=timeline(pairing, side, now_is, following),
        choices=choices(pairing, now) if side is Side.SME else [],
        relation=relation_shown(pairing, side),
        lacks_contact=lacks_contact(pairing, side),
        others=others(pairing) if side is Side.SME else [],
        words=recommendations([pairing])[pairing.need_id, pairing.offer_id],
        may_read=may_read_need(current_user.organisation, pairing.need, today=day_of(now)),
        may_return=side is Side.SME and asking.may_ask_again(pairing),
        reason_form=reason_form or ReasonForm(at=pairing.id),
        relation_form=relation_form or RelationForm(),
    ), max(form.status for form in forms) if forms else 200


def relation_shown(pairing, side):
    """Return what the firm said of its trade: its own word to itself, else once it said yes."""
    if side is not Side.SME and not pairing.firm_said_yes:
        return None
    return db.session.scalar(Relation.between(pairing.sme_id, pairing.company_id))


def choices(pairing, now):
    """Return whom the firm may ask next, once this one has come to nothing."""
    return [] if pairing.is_live or pairing.agreed_at else next_best(pairing.need, now=now)
