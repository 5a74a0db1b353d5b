"""A firm's pairings: what it asked and was asked, and the company's inbox by deadline."""

from itertools import groupby

from flask import render_template, request
from flask_login import current_user

from ..db import db, utcnow
from ..listing.models import Stage
from ..offers.models import Offer
from ..web.guard import access
from ..web.pages import named_id, paged
from .blueprint import bp, our_side
from .clock import day_of
from .forms import ReasonForm
from .lists import (
    TABS,
    counts,
    lines_of,
    listed,
    needs_with_pairings,
    offers_with_pairings,
    rows,
)
from .models import Pairing
from .states import Side

SOON_DAYS = 3  # the group after today's
MOST_PLACES = 3  # offers beside the inbox


@bp.get("/pairings")
@access("sme", "company")
def index():
    firm, side = current_user.organisation, our_side()
    pairings = chosen(Pairing.of(firm), side)
    number = counts(pairings, TABS[side])
    tab = chosen_tab(side, number)
    page = paged(listed(pairings, tab, side))
    return render_template(
        f"pairings/index_{side}.html",
        page=page,
        rows=rows(page.items, side),
        tab=tab,
        tabs=TABS[side],
        counts=number,
        filters=needs_with_pairings(firm) if side is Side.SME else offers_with_pairings(firm),
        chosen=named_id("need" if side is Side.SME else "offer"),
        **(company_context(firm) if side is Side.COMPANY else {"groups": by_need}),
    )


def chosen(pairings, side):
    """Keep what belongs to the need or offer that the address names."""
    need, offer = named_id("need"), named_id("offer")
    if side is Side.SME and need:
        return pairings.where(Pairing.need_id == need)
    if side is Side.COMPANY and offer:
        return pairings.where(Pairing.offer_id == offer)
    return pairings


def chosen_tab(side, number):
    """Return the tab of the address, else the first one with something in it."""
    tabs = TABS[side]
    named = next((tab for tab in tabs if tab.name == request.args.get("tab")), None)
    return named or next((tab for tab in tabs if number[tab.name]), tabs[0])


def company_context(company):
    """Return what stands beside the inbox: the places of the offers, and who waits for them."""
    offers = db.session.scalars(Offer.of(company).where(Offer.stage == Stage.PUBLISHED)).all()
    wanted = named_id("offer")
    return {
        "groups": by_deadline,
        "lines": lines_of(company),
        "places": [one for one in offers if wanted in (None, one.id)][:MOST_PLACES],
        "reason_form": ReasonForm,
    }


def by_need(found):
    """Return (need, rows) for a page of rows that stand in the order of their needs."""
    grouped = groupby(found, key=lambda row: row.pairing.need)
    return [(need, list(members)) for need, members in grouped]


def by_deadline(found):
    """Return (when, rows): today, soon or later; rows stand in the order of their deadlines."""
    today = day_of(utcnow())

    def when(row):
        days = (day_of(row.pairing.expires_at) - today).days
        return "today" if days < 1 else "soon" if days <= SOON_DAYS else "later"

    return [(name, list(members)) for name, members in groupby(found, key=when)]
