"""The ministry's overview: the numbers of `queries`, arranged as its page shows them."""

from collections import Counter, defaultdict
from itertools import pairwise

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from ..db import db
from ..i18n import percent, seoul
from ..matching.regions import REGIONS
from ..organisations.facts import Size
from ..pairings.conversation.reports import waiting_count
from ..pairings.rounds.models import Round
from . import queries, words
from .small_cells import by_size, totals

FEWEST_FOR_A_RATE = 10  # a rate of fewer cases would be read as more than it is

STAGES = {
    "registered": _l("Registered"),
    "verified": _l("Approved"),
    "published": _l("Published a need"),
    "met": _l("Asked, invited or proposed"),
    "answered": _l("Answered"),
    "agreed": _l("Accepted by both"),
}

STOPS = {
    "verified": _l("Most firms stop before their approval: %(lost)s of %(before)s."),
    "published": _l("Most firms stop before they publish a need: %(lost)s of %(before)s."),
    "met": _l("Most firms stop before anybody asks or is asked: %(lost)s of %(before)s."),
    "answered": _l("Most firms stop without an answer: %(lost)s of %(before)s."),
    "agreed": _l("Most firms stop between an answer and an agreement: %(lost)s of %(before)s."),
}

# The five parts of the country, each with the codes of its provinces.
PARTS = (
    (_l("Capital"), ("11", "28", "41")),
    (_l("Chungcheong"), ("30", "36", "43", "44")),
    (_l("Honam"), ("29", "46", "52")),
    (_l("Yeongnam"), ("26", "27", "31", "47", "48")),
    (_l("Gangwon, Jeju"), ("50", "51")),
)

# Where each province lies on the map of tiles: column and row.
TILES = {
    code: (column, line)
    for line, codes in enumerate(
        (
            ("28", "11", "41", "51"),
            ("44", "36", "43", "47"),
            ("52", "30", "27", "31"),
            ("29", "46", "48", "26"),
            ("50",),
        )
    )
    for column, code in enumerate(codes)
}
TILE = 116  # side and gap, in the map's own units
SHADES = ((0.25, "h4"), (0.35, "h3"), (0.45, "h2"), (0.5, "h1"))  # below this, this dark


def overview(now, escalated):
    """Return everything that the overview shows, as of `now`; a constant number of statements.

    `escalated` selects the requests to join that reached the officers.
    """
    today = seoul(now).date()
    firms = _one(queries.funnel())
    return {
        "needs": _one(queries.needs(today)),
        "market": _one(queries.market(today)),
        "approvals": _one(queries.approvals_waiting()),
        "due": _one(queries.answers_due(now)),
        "joins": db.session.scalar(queries.joins_waiting(escalated)),
        "reports": db.session.scalar(waiting_count()),
        "rounds": db.session.scalar(Round.provisional()),
        "answers": _answers(_one(queries.answers())),
        "funnel": _funnel(firms),
        "stop": _stop(firms),
        "provinces": _provinces(),
        "sizes": _sizes(),
        "gaps": _gaps(today),
        "relations_found": _relations(),
        "reason_rows": _reasons(),
        "stage_columns": [(label, True) for label in STAGES.values()],
    }


def _one(select):
    return db.session.execute(select).one()


def rate(part, whole):
    """Return the share in hundredths, or a dash for too few cases."""
    return percent(part / whole) if whole >= FEWEST_FOR_A_RATE else "–"


def _answers(row):
    cases = row.answered + row.timed_out
    share = percent(row.answered / cases, 1) if cases >= FEWEST_FOR_A_RATE else "–"
    return {"share": share.removesuffix("%"), "cases": cases}


def _funnel(firms):
    whole = max(firms.registered, 1)
    return [
        {"label": label, "count": getattr(firms, name), "percent": percent_of(firms, name, whole)}
        for name, label in STAGES.items()
    ]


def percent_of(firms, name, whole):
    """Return a stage as whole hundredths of those registered, for bars and their table."""
    return round(100 * getattr(firms, name) / whole)


def _reasons():
    """Return (reason, how many), as by field without numbers that point at somebody."""
    counted = {("", value): many for value, many in db.session.execute(queries.reasons())}
    _all, told = totals(counted)
    return [[words.reason(value), words.cell(told[value])] for value in by_size(told)]


def _stop(firms):
    """Return the sentence on the step at which most firms stop, or that there is none."""
    names = list(STAGES)
    lost = {
        after: (getattr(firms, before) - getattr(firms, after), getattr(firms, before))
        for before, after in pairwise(names)
    }
    name, (most, before) = max(lost.items(), key=lambda item: item[1][0])
    if not most:
        return _("No firm has stopped on its way.")
    return STOPS[name] % {"lost": most, "before": before}


def _provinces():
    """Return the funnel of each province, the least reached first, and their tiles."""
    found = {row[0]: row for row in db.session.execute(queries.by_region())}
    rows = [_province(region.code, found.get(region.code)) for region in REGIONS]
    rows.sort(key=lambda row: (row["share"] is None, row["share"] or 0, row["code"]))
    unknown = [_province(None, row) for code, row in found.items() if code is None]
    low = [row["name"] for row in rows if row["share"] is not None and row["share"] < 1 / 3]
    if low:
        answer = _(
            "In %(places)s fewer than one in three firms with a published need came to an "
            "agreement.",
            places=", ".join(low),
        )
    elif any(row["share"] is not None for row in rows):
        answer = _("In no province with ten firms or more is it fewer than one in three.")
    else:
        answer = _("No province has ten firms with a published need yet, so there are no rates.")
    cells = [
        [row["name"], row["registered"], row["published"], row["agreed"], row["rate"]]
        for row in rows + unknown
    ]
    return {"rows": cells, "answer": answer, "tiles": [_tile(row) for row in rows]}


def _province(code, firms):
    registered, published, agreed = (
        (firms.registered, firms.published, firms.agreed) if firms else (0, 0, 0)
    )
    share = agreed / published if published >= FEWEST_FOR_A_RATE else None
    return {
        "code": code or "",
        "name": words.place(code) if code else _("Unknown"),
        "registered": registered,
        "published": published,
        "agreed": agreed,
        "share": share,
        "rate": rate(agreed, published),
    }


def _tile(row):
    column, line = TILES[row["code"]]
    shade = "h9"
    if row["share"] is not None:
        shade = next((name for limit, name in SHADES if row["share"] < limit), "h0")
    ink = "on-dark" if shade in ("h3", "h4") else "on-light"
    return {**row, "x": column * TILE, "y": line * TILE, "shade": shade, "ink": ink}


def _sizes():
    found = {row[0]: row for row in db.session.execute(queries.by_size())}
    order = [size for size in (*Size, None) if size in found]
    return [[words.size(size), *(getattr(found[size], name) for name in STAGES)] for size in order]


def _gaps(today):
    """Return the unanswered needs by field and part of the country, the longest row first."""
    part_of = {code: place for place, (_name, codes) in enumerate(PARTS) for code in codes}
    cells, parts = defaultdict(Counter), [name for name, _codes in PARTS]
    for category, place, many in db.session.execute(queries.unanswered_by_field_and_place(today)):
        cells[category][part_of.get(place, len(PARTS))] += many
    total = sum(cells.values(), Counter())
    if total[len(PARTS)]:
        parts.append(_l("Unknown"))
    most = max((many for row in cells.values() for many in row.values()), default=0)
    rows = [
        {
            "name": words.field(category),
            "category": category,
            "cells": [_cell(row[place], most) for place in range(len(parts))],
            "sum": row.total(),
        }
        for category, row in sorted(
            cells.items(), key=lambda item: (-item[1].total(), str(item[0] or ""))
        )
    ]
    return {
        "parts": parts,
        "rows": rows,
        "sums": [total[place] for place in range(len(parts))],
        "sum": total.total(),
        "answer": _gap_answer(rows, total.total()),
    }


def _cell(many, most):
    return {
        "many": many,
        "shade": "h0" if not many else f"h{1 + 3 * (many - 1) // max(most - 1, 1)}",
    }


def _gap_answer(rows, total):
    if not rows:
        return _("Every open need has a yes.")
    if len(rows) < 3:
        return _("%(many)s open needs wait for a yes.", many=total)
    return _(
        "%(first)s and %(second)s make up %(many)s of the %(total)s.",
        first=rows[0]["name"],
        second=rows[1]["name"],
        many=rows[0]["sum"] + rows[1]["sum"],
        total=total,
    )


def _relations():
    """Return (what counts, what stands apart) by the relation of the two sides."""
    found = {row.relation: row for row in db.session.execute(queries.relations())}
    rows = {
        name: [getattr(found.get(name), column, 0) for column in ("pairings", "agreed", "firms")]
        for name in queries.RELATION_GROUPS
    }
    apart = sum(agreed for name, (_all, agreed, _firms) in rows.items() if name != "none")
    return {"rows": rows, "firms": rows["none"][2], "agreed": rows["none"][1], "apart": apart}
