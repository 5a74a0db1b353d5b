"""The job that fits the offers of a large market anew: at night, and after many changes."""

from datetime import datetime, time, timedelta

from ...db import begin_writing, db
from ...i18n import SEOUL
from ...offers.models import Offer
from ..clock import day_of
from . import index
from .base_file import belongs
from .kept_counts_jobs import store

MANY, SHARE = 1_000, 0.01  # changed offers, and their part of all
NIGHT = time(3)  # in Seoul


def refit(now):
    """Put a new fit into the file of this machine, if it is time; return what was done.

    The file is put in the place of the earlier one when it is whole, so a run may be killed
    at any point. A small market needs no file.
    """
    db.session.commit()  # fitting must not keep others from writing
    counts, market, today = {"refitted": 0}, index.market(), day_of(now)
    if market.file.path is not None:
        if index.is_small(today):
            market.file.remove()  # what closed offers said does not stay
        elif is_time(market.file, today, now):
            missed = []
            with market.file.alone() as can_write:
                if can_write and market.make_file(today, now, missed=missed):
                    counts["refitted"] = 1
            counts["kept"] = _keep(missed)
    db.session.rollback()
    begin_writing()  # for the caller, who writes its run
    return counts


def is_time(file, today, now):
    """Say whether there is no usable file, or that of an earlier night, or much has changed."""
    note = file.glance()
    if not belongs(note) or datetime.fromisoformat(note["made_at"]) < _last_night(now):
        return True
    trail = index.new_trail()
    trail.resume(note["trail"])
    changed = len(index.touched(Offer, trail.news()))
    return changed > min(MANY, SHARE * index.how_many_open(today))


def _last_night(now):
    night = datetime.combine(now.astimezone(SEOUL).date(), NIGHT, SEOUL)
    return night if night <= now else night - timedelta(days=1)


def _keep(missed):
    from ...matching.ranker import TfidfRanker  # scikit-learn and the analyser: ranking only

    return store(missed, TfidfRanker())
