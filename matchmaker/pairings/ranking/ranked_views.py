"""What fits a need, best first, and why something was not proposed."""

from flask import abort, render_template
from flask_login import current_user

from ...db import utcnow
from ...listing.identity import identity
from ...web.guard import access
from ..blueprint import bp, our_side, own_need, own_offer, public_offer, readable_need
from ..clock import day_of
from ..lists import relations_of
from ..states import Side
from ..wishes.preferences import wishes_of
from .ranked import ranked_offers
from .whynot import what_would_raise
from .whynot import why_not as explain

SETTINGS = ("own_veto", "own_setting")


@bp.get("/needs/<int:need_id>/offers")
@access("sme")
def ranked(need_id):
    need, today = own_need(need_id), day_of(utcnow())
    found = ranked_offers(need, today=today)
    return render_template(
        "pairings/ranked.html",
        need=need,
        found=found,
        missing=what_would_raise(need, found.fitting, today=today),
        is_open=need.is_open_on(today),
        identity=identity(need.organisation, need),
        relations=relations_of(need.organisation),
    )


@bp.get("/needs/<int:need_id>/offers/<int:offer_id>/why")
@access("sme", "company")
def why_not(need_id, offer_id):
    side, today = our_side(), day_of(utcnow())
    if side is Side.SME:
        need, offer = own_need(need_id), public_offer(offer_id)
    elif current_user.organisation.is_approved:
        offer, need = own_offer(offer_id), readable_need(need_id, today=today)
    else:
        abort(404)
    answer = explain(need, offer, today=today)
    return render_template(
        "pairings/why_not.html",
        need=need,
        offer=offer,
        side=side,
        answer=answer,
        missing=answer.missing,
        rules=rules_told(side, answer, need, offer),
        identity=identity(need.organisation, need),
    )


def rules_told(side, answer, need, offer):
    """Return the rules as a side may know them; a setting is named only to whoever set it."""
    rules = [rule for rule in answer.rules if rule not in hidden_from(side, answer)]
    if side is Side.SME:
        return rules
    if wishes_of([need], [offer]).company_set_aside(need, offer):
        return ["own_veto", *(rule for rule in rules if rule not in SETTINGS)]
    return ["not_now" if rule == "own_veto" else rule for rule in rules if rule != "own_setting"]


def hidden_from(side, answer):
    """Return the rules that say more of the firm than the company may know."""
    if side is Side.SME:
        return ()
    pairing = answer.found.pairing
    met = ("live", "met") if pairing and pairing.only_waited else ()
    return ("ask_limit", *met)
