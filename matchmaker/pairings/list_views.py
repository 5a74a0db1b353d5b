"""A firm's pairings: what it asked and was asked, and the company's inbox by deadline."""

from itertools import groupby

from flask import render_template, request
from flask_babel import gettext as _
from flask_login import current_user

from ..db import db, utcnow
from ..listing import categories
from ..listing.models import Stage
from ..listing.words import region_choices
from ..offers.models import Offer
from ..web.guard import access
from ..web.pages import named_id, paged
from .blueprint import bp, colleagues, our_side
from .clock import day_of
from .conversation.conversation import unread_conversations
from .forms import ReasonForm
from .inbox.inbox import WHOSE, Filters, handling_of
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
from .words import state_label

SOON_DAYS = 3  # the group after today's
MOST_PLACES = 3  # offers beside the inbox


@bp.get("/pairings")
@access("sme", "company")
def index():
    firm, side = current_user.organisation, our_side()
    filters = Filters.read(request.args, named_id("offer")) if side is Side.COMPANY else None
    pairings = chosen(Pairing.of(firm), side, filters)
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
        new_talks=db.session.scalar(unread_conversations(current_user)),
        **(
            company_context(firm, filters, tab, page.items)
            if side is Side.COMPANY
            else {"groups": by_need}
        ),
    )


def chosen(pairings, side, filters):
    """Keep what the filters of the address let through."""
    if side is Side.COMPANY:
        return filters.apply(pairings, current_user)
    need = named_id("need")
    return pairings.where(Pairing.need_id == need) if need else pairings


def chosen_tab(side, number):
    """Return the tab of the address, else the first one with something in it."""
    tabs = TABS[side]
    named = next((tab for tab in tabs if tab.name == request.args.get("tab")), None)
    return named or next((tab for tab in tabs if number[tab.name]), tabs[0])


def company_context(company, filters, tab, pairings):
    """Return what stands beside the inbox: filters, places, and what the own people know."""
    offers = db.session.scalars(Offer.of(company).where(Offer.stage == Stage.PUBLISHED)).all()
    wanted = named_id("offer")
    return {
        "groups": by_deadline,
        "lines": lines_of(company),
        "places": [one for one in offers if wanted in (None, one.id)][:MOST_PLACES],
        "reason_form": ReasonForm,
        "named": filters.named,
        "choices": {
            "category": [("", _("All")), *categories.choices()],
            "region": [("", _("All")), *region_choices()],
            "show": [("", _("All")), *WHOSE.items(), *states_of(tab)],
        },
        "handling": handling_of(company, pairings),
        "colleagues": colleagues(),
    }


def states_of(tab):
    """Return (state, words) to choose from, where a tab holds several."""
    states = tab.states if len(tab.states) > 1 else ()
    return [(state.value, state_label(state, Side.COMPANY)) for state in states]


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
