"""The days of the files, counted from the day of loading, as moments and dates."""

from datetime import datetime, time, timedelta

from ..i18n import SEOUL


class Calendar:
    """Counts back and on from the day of loading, as the clock in Seoul shows it."""

    def __init__(self, now):
        self.today = now.astimezone(SEOUL).date()

    def at(self, days_ago, hour, minute=0):
        """Return a moment so many days ago; minutes above 59 go on into the next hours."""
        morning = datetime.combine(self.day(-days_ago), time(hour), SEOUL)
        return morning + timedelta(minutes=minute)

    def day(self, days_on):
        """Return the date so many days on; None for None."""
        return None if days_on is None else self.today + timedelta(days=days_on)
