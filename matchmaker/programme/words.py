"""How the record's values, dates and marks are written, in the page's language."""

import re

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from ..db import db
from ..i18n import MINUS, MONTHS, in_language, language, number, won
from .models import HistorySource, HistoryWord

# What kind of value an outcome is; a measured one needs no word.
KINDS = {
    "target": _l("The value after is a target, not a result."),
    "planned_before": _l("The value before is a plan, not a result."),
    "plan": _l("A plan; no result was found."),
    "interim": _l("An interim value."),
    "before_agreement": _l("From before the agreement."),
}

CONFIDENCE = {
    "inferred": _l("Follows from the report"),
    "low": _l("Rather general"),
    "none": _l("Only the pair is known"),
}

# Two reports of the same pledge that contradict each other.
ACCOUNTS = {
    "signing_day": _l("Press of the signing day"),
    "press_release": _l("Ministry’s anniversary release"),
}

SEVERAL = re.compile(r"(\{\} \w+)s\b")  # the English plural after a number
QUARTER = re.compile(r"(\d{4})-Q([1-4])")
YEARS = re.compile(r"(\d{4})-(\d{4})")
DAY = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?")


def spoken(texts):
    """Return a text that is kept as {ko, en} in the page's language."""
    return in_language(texts["ko"], texts["en"])


def reported_date(text):
    """Write a date as exactly as it was reported: 2020, 2020-04, 2020-04-09, 2020-Q2, 2018-2022."""
    if not text:
        return ""
    korean = language() == "ko"
    if match := QUARTER.fullmatch(text):
        year, quarter = match.groups()
        return f"{year}년 {quarter}분기" if korean else f"Q{quarter} {year}"
    if match := YEARS.fullmatch(text):
        return "–".join(match.groups()) + ("년" if korean else "")
    year, month, day = DAY.fullmatch(text).groups()
    if korean:
        parts = (year, "년"), (month, "월"), (day, "일")
        return " ".join(f"{int(part)}{unit}" for part, unit in parts if part)
    parts = (day and str(int(day)), month and MONTHS[int(month) - 1], year)
    return " ".join(part for part in parts if part)


def change(before, after):
    """Compute the change between two values, with its sign and one decimal: +51.1%."""
    share = (after - before) / before
    return f"{share * 100:+,.1f}%".replace("-", MINUS)


class Words:
    """The record's own words for its units, counts, scopes and notes, read in one statement."""

    def __init__(self):
        rows = db.session.scalars(sa.select(HistoryWord))
        self._texts = {(row.kind, row.key): row.text for row in rows}

    def note(self, key):
        """Return what the record says about its marks: verified, eligible, region or names."""
        return self._texts.get(("note", key), "")

    def scope(self, key):
        """Return what an amount covers: in all, a year, per firm, …"""
        return self._texts.get(("scope", key), "")

    def value(self, unit, value):
        """Write a value with its unit: 92만 masks a day, 260억 원."""
        return self._written("unit", unit, value)

    def count(self, key, value):
        """Write one of an outcome's counts: 237 markets."""
        return self._written("count", key, value)

    def _written(self, kind, key, value):
        template = self._texts.get((kind, key)) or "{}"
        if "krw" in key:  # money is written as people say it, and brings its own unit
            template = template.replace("KRW {}", "{}").replace("{}원", "{}")
            return template.format(won(int(value)))
        if value == 1 and language() == "en":
            template = SEVERAL.sub(r"\1", template).replace("people", "person")
        return template.format(number(value))

    def result(self, outcome):
        """Write what an outcome reports where it is not a pair of values."""
        parts = [outcome.word] if outcome.word else []
        if outcome.after is not None and not outcome.has_change:
            parts.append(self.value(outcome.unit, outcome.after))
        parts += [self.count(key, value) for key, value in outcome.counts.items()]
        return ", ".join(parts) or _("No value given")


def sources_of(*rows):
    """Return {key: source} for all that these rows name, in one statement."""
    keys = {key for row in rows for key in row.sources}
    return {
        row.key: row
        for row in db.session.scalars(sa.select(HistorySource).where(HistorySource.key.in_(keys)))
    }
