"""What a published listing said at each time, as steps that people can read."""

from typing import NamedTuple

from ..db import db
from .models import Version
from .words import FACTS


class Step(NamedTuple):
    """One version that differs from the one before; `changed` names the facts, first: none."""

    at: object
    changed: list
    facts: dict


def steps(listing):
    """Return the versions that say something new, the latest first."""
    found, before = [], None
    for version in db.session.scalars(Version.of(listing)):
        if before is None:
            found.append(Step(version.at, [], version.facts))
        elif changed := _changed(before, version.facts):
            found.append(Step(version.at, changed, version.facts))
        before = version.facts
    return found[::-1]


def _changed(before, after):
    names = [name for name in FACTS if before.get(name) != after.get(name)]
    return list(dict.fromkeys(str(FACTS[name]) for name in names))
