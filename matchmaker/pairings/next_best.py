"""Whom a firm may ask next: the best offers that it can ask at once."""

from ..needs.models import OPEN_ASKS
from .clock import day_of
from .ranking.ranked import ranked_offers

MOST = 3


def next_best(need, *, now):
    """Return the best offers that a need can ask for now and that have a place, at most three."""
    today = day_of(now)
    may_ask = need.organisation.is_approved and need.is_open_on(today)
    if not may_ask or need.open_asks >= OPEN_ASKS:
        return []
    fitting = ranked_offers(need, today=today).fitting
    return [each for each in fitting if each.blocked is None and not each.full][:MOST]
