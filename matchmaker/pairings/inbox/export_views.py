"""The company's inbox as a table: what it may see on the page, and no more."""

from flask import request
from flask_babel import gettext as _
from flask_login import current_user

from ...db import db, utcnow
from ...i18n import seoul
from ...listing import categories
from ...listing.identity import identities
from ...web.guard import access
from ...web.pages import named_id
from ...web.spreadsheets import csv_file
from ..blueprint import bp
from ..lists import TABS, listed
from ..models import Pairing
from ..states import Side
from ..wishes.preferences import Verdict
from ..words import state_label
from .inbox import Filters, handling_of

MOST_ROWS = 10_000
AT_ONCE = 500  # rows whose notes and people are looked up together


@bp.get("/pairings/export.csv")
@access("company")
def export():
    company = current_user.organisation
    tabs = {tab.name: tab for tab in TABS[Side.COMPANY]}
    tab = tabs.get(request.args.get("tab"), TABS[Side.COMPANY][0])
    filters = Filters.read(request.args, named_id("offer"))
    select = listed(filters.apply(Pairing.of(company), current_user), tab, Side.COMPANY)
    pairings = db.session.scalars(select.limit(MOST_ROWS)).all()
    day = seoul(utcnow()).date().isoformat()
    return csv_file(f"{tab.name}-{day}.csv", header(), lines(company, pairings))


def header():
    return [
        _("Number"),
        _("State"),
        _("Firm"),
        _("Need"),
        _("Field"),
        _("Offer"),
        _("Share answered (of 100)"),
        _("Came on"),
        _("Answer until"),
        _("Shortlist"),
        _("Taken care of by"),
        _("Note for yourselves"),
    ]


def lines(company, pairings):
    """Yield a line for each pairing; a firm stands without its name until both accepted."""
    for start in range(0, len(pairings), AT_ONCE):
        part = pairings[start : start + AT_ONCE]
        names, known = identities([one.need for one in part]), handling_of(company, part)
        for pairing in part:
            yield line(pairing, names[pairing.need_id], known)


def line(pairing, name, known):
    need, note = pairing.need, known.notes.get(pairing.need_id)
    care = known.assigned.get(pairing.id)
    return [
        pairing.id,
        state_label(pairing.state, Side.COMPANY),
        pairing.sme.display_name if pairing.contacts_are_open else name,
        need.display_title,
        categories.label(need.category) if need.category else "",
        pairing.offer.display_title,
        round(pairing.score * 100),
        day_in_seoul(pairing.created_at),
        day_in_seoul(pairing.expires_at),
        _("yes") if known.marks.get(need.id) == Verdict.FAVOURITE else "",
        care and care.name,
        note and note.text,
    ]


def day_in_seoul(moment):
    return moment and seoul(moment).date().isoformat()
