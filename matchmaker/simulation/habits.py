"""The stated model of how people behave in a simulation: all its numbers stand here."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from ..i18n import SEOUL
from ..pairings.relations import RelationKind
from ..pairings.states import Reason

OPENS, CLOSES = time(9), time(17)  # of an office; nobody answers at night or at weekends

# Which reasons companies give, and how often.
REASONS = {
    Reason.NONE_GIVEN: 0.4,
    Reason.NO_CAPACITY: 0.2,
    Reason.TOO_EARLY: 0.15,
    Reason.TERMS_DIFFER: 0.1,
    Reason.NEEDS_DOCUMENTS: 0.1,
    Reason.WRONG_KIND: 0.05,
}
RELATIONS = {RelationKind.NONE: 0.92, RelationKind.SUPPLIER: 0.05, RelationKind.UNKNOWN: 0.03}


@dataclass(frozen=True, slots=True)
class Habits:
    """Shares and probabilities in [0, 1]; hours until an answer are log-normal.

    Each company has a share of silence of its own, drawn from a beta distribution: most
    answer mostly, some hardly ever. Who says yes rather does so where more of the need is
    answered: probability `least_yes + more_yes * score`.
    """

    silence: tuple = (1.2, 3.6)  # of the companies: a quarter on average, very unequal
    firm_silence: float = 0.15
    answer_hours: float = 40.0  # the median of a company; each has its own around it
    firm_answer_hours: float = 30.0
    spread: float = 0.9  # sigma of the logarithm
    least_yes: float = 0.35
    more_yes: float = 0.5
    firm_least_yes: float = 0.55
    firm_more_yes: float = 0.4
    asks_at_all: float = 0.85  # the others wait to be found
    names_further: float = 0.6  # offers to be asked next
    looks_again: float = 0.85  # after an ask that brought no yes
    waits_in_line: float = 0.3  # asks for a full offer where one with a place would fit less
    still_wants: float = 0.7
    withdraws_others: float = 0.8  # after a yes of both
    gives_up: float = 0.04  # closes the need early: settled elsewhere
    invites: float = 0.35  # a company, an offer with places, a week
    confirms: float = 0.85
    completes: float = 0.5
    ends: float = 0.08


class Chance:
    """Draws what people do; the same seed and order give the same."""

    def __init__(self, rng, habits):
        self.rng = rng
        self.habits = habits

    def happens(self, probability):
        return bool(self.rng.random() < probability)

    def pick(self, weights):
        """Return one of the keys, as often as its weight says."""
        keys = list(weights)
        parts = list(weights.values())
        total = sum(parts)
        return keys[int(self.rng.choice(len(keys), p=[part / total for part in parts]))]

    def after(self, now, hours):
        """Return a moment in office hours, log-normally long after now."""
        drawn = hours * float(self.rng.lognormal(0, self.habits.spread))
        return self.in_office(now + timedelta(hours=drawn))

    def in_office(self, moment):
        """Return the moment, or a minute of the next morning on which somebody works."""
        local = moment.astimezone(SEOUL)
        if OPENS <= local.time() < CLOSES and local.weekday() < 5:
            return moment
        day = local.date() + timedelta(days=local.time() >= CLOSES)
        while day.weekday() >= 5:
            day += timedelta(days=1)
        minutes = 5 + int(self.rng.integers(0, 120))
        return datetime.combine(day, OPENS, SEOUL) + timedelta(minutes=minutes)
