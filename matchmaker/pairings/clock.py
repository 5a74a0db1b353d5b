"""When an open pairing runs out: on the seventh day at 18:00 in Seoul, never on a weekend."""

from datetime import datetime, time, timedelta

from ..i18n import SEOUL

ANSWER_DAYS = 7
ANSWER_HOUR = 18
REMINDED_BEFORE = timedelta(hours=48)
WAITING_DAYS = 30  # after so long in line, the firm confirms that it still wants the place
SATURDAY = 5


def day_of(now):
    """Return the day of a moment in Seoul, by which listings are open or past."""
    return now.astimezone(SEOUL).date()


def deadline(now):
    """Return the moment by which an answer is due, counted from `now`.

    A deadline on a Saturday or Sunday moves to the Monday.
    """
    day = now.astimezone(SEOUL).date() + timedelta(days=ANSWER_DAYS)
    if day.weekday() >= SATURDAY:
        day += timedelta(days=7 - day.weekday())
    return datetime.combine(day, time(ANSWER_HOUR), SEOUL)
