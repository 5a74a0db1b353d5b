"""Why a need and an offer were not brought together: officers may ask for any pair."""

from flask import render_template

from ..db import db, utcnow
from ..i18n import seoul
from ..needs.models import Need
from ..offers.models import Offer
from ..pairings.blueprint import IN_TEMPLATES
from ..pairings.ranking.whynot import why_not
from ..web.guard import access
from ..web.pages import paged
from . import lists
from .filters import searched
from .pages import bp


@bp.get("/needs/<int:need_id>/why")
@access("ministry")
def why_offers(need_id):
    need = _need(need_id)
    return _choose(need=need, offer=None, page=paged(lists.offers(text=searched())))


@bp.get("/offers/<int:offer_id>/why")
@access("ministry")
def why_needs(offer_id):
    offer = _offer(offer_id)
    return _choose(need=None, offer=offer, page=paged(lists.needs(text=searched())))


@bp.get("/needs/<int:need_id>/offers/<int:offer_id>/why")
@access("ministry")
def why(need_id, offer_id):
    need, offer = _need(need_id), _offer(offer_id)
    answer = why_not(need, offer, today=seoul(utcnow()).date())
    return render_template(
        "ministry/why.html",
        **IN_TEMPLATES,
        need=need,
        offer=offer,
        answer=answer,
        missing=answer.missing,
        rules=["own_setting" if rule == "own_veto" else rule for rule in answer.rules],
    )


def _choose(**found):
    return render_template("ministry/why_choose.html", text=searched(), **found)


def _need(need_id):
    return db.one_or_404(lists.needs().where(Need.id == need_id))


def _offer(offer_id):
    return db.one_or_404(lists.offers().where(Offer.id == offer_id))
