"""The Korean standard industrial classification (KSIC, tenth revision) down to three digits.

Sections are letters (`C`), divisions two digits (`25`), groups three (`259`). Codes of four and
five digits, as they stand in a business registration, are understood by their first digits.
"""

import csv
from pathlib import Path
from typing import NamedTuple


class Industry(NamedTuple):
    """One entry of the classification; `section` is its letter, for a section its own."""

    code: str
    ko: str
    en: str
    section: str


def _read():
    entries, section = {}, None
    with Path(__file__).with_name("industries.csv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            if row["code"].isalpha():  # a section stands before its divisions
                section = row["code"]
            entries[row["code"]] = Industry(row["code"], row["ko"], row["en"], section)
    return entries


ENTRIES = _read()


def industries():
    """Return all entries in the order of the classification, each above what it contains."""
    return tuple(ENTRIES.values())


def industry(code):
    """Return the entry with exactly this code, or None."""
    return ENTRIES.get(code)


def nearest(code):
    """Return the entry of a code or, for a longer one, of its first digits; None if unknown."""
    code = code or ""
    if not code.isascii() or not (code.isdigit() or code in ENTRIES) or len(code) > 5:
        return None
    return ENTRIES.get(code) or ENTRIES.get(code[:3]) or ENTRIES.get(code[:2])


def name(code, language):
    """Return the name in `ko` or `en`; of an unknown code the code itself."""
    entry = nearest(code)
    return getattr(entry, language) if entry else code or ""


def short_name(code, language):
    """Return the name without what it excepts, and in Korean without 제조업: 금속 가공제품."""
    words = name(code, language)
    if language == "ko":
        words = words.split(";")[0]
        return words.removesuffix(" 제조업")
    return words.split(", except")[0]


def section_of(code):
    """Return the letter of the section, or None for an unknown code."""
    entry = nearest(code)
    return entry.section if entry else None


def is_within(code, prefix):
    """Say whether an industry is the one of `prefix` (a section's letter or digits) or in it."""
    if not code or not prefix or nearest(code) is None:
        return False
    if prefix.isalpha():
        return section_of(code) == prefix
    return code.startswith(prefix)


def choices(language, with_sections=False):
    """Return (section, code, label) of what a form offers, to be grouped by section.

    A group that is all of its division is left out. `with_sections` adds each section as a
    whole, for criteria.
    """
    found = []
    for entry in ENTRIES.values():
        section = getattr(ENTRIES[entry.section], language)
        words = f"{getattr(entry, language)} ({entry.code})"
        if len(entry.code) == 3 and entry.ko == ENTRIES[entry.code[:2]].ko:
            continue
        if len(entry.code) > 1 or with_sections:
            found.append((f"{entry.section} {section}", entry.code, words))
    return found
