"""Words for the codes that stand on the ministry's pages, in the page's language."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from ..i18n import language, seoul
from ..jobs import NOTHING
from ..listing import categories
from ..listing.words import STAGES, region_choices, region_name
from ..organisations import facts, industries
from ..organisations.words import APPROVALS, KINDS, REVIEWS, checked_facts
from ..pairings import onlookers
from ..pairings.relations import RelationKind
from ..pairings.words import reason_label
from .lists import READABLE
from .queries import DISPUTED
from .small_cells import FEW, HIDDEN

RELATIONS = {
    RelationKind.NONE.value: _l("No trade between them"),
    RelationKind.SUPPLIER.value: _l("Supplier"),
    RelationKind.AFFILIATE.value: _l("Affiliate"),
    RelationKind.UNKNOWN.value: _l("Unknown"),
    DISPUTED: _l("The two sides differ"),
}

DUE = _l("Answer due within a day, or late")

OUTCOMES = {
    "failed": _l("Failed"),
    "done": _l("Done"),
    "running": _l("Running"),
    "stopped": _l("Stopped half-way"),
}


def place(code):
    """Return the short name of a province; of none, that it is not known."""
    return region_name(code, short=True) or _("Unknown")


def size(value):
    """Return the word for a size class; of none, that it is not known."""
    return facts.label(value) if value else _("Unknown")


def field(category):
    """Return the name of a listing's category; of none, that it was not chosen."""
    return categories.label(category) if category else _("No field chosen")


def reason(value):
    """Return the words for why a pairing did not come about; of none, that none was given."""
    return reason_label(value) if value else _("No reason given")


def cell(told):
    """Return a guarded count in words."""
    if told == FEW:
        return _("under 5")
    return _("left out") if told == HIDDEN else told


def identity(organisation, where=None):
    """Return province, business and size in one line: Gyeonggi · metal working · small firm."""
    parts = (
        region_name(where or organisation.region, short=True),
        industries.short_name(organisation.industry, language()),
        str(facts.label(organisation.size)) if organisation.size else "",
    )
    return " · ".join(part for part in parts if part)


def told(organisation):
    """Return the facts that officers check as (word, value) pairs; traits may well be none."""
    return [
        (fact.label, fact.value or ("" if fact.name == "traits" else _("Unknown")))
        for fact in checked_facts(organisation)
    ]


def waited(since, now):
    """Return how long something has waited, in whole days."""
    days = (seoul(now).date() - seoul(since).date()).days
    return ngettext("waits for %(num)d day", "waits for %(num)d days", days) if days else _("today")


JOBS = {
    "expire": _l("Let deadlines run out"),
    "move-up-lines": _l("Move up the lines"),
    "remind": _l("Remind of deadlines"),
    "watch-needs": _l("See that every need comes to an end"),
    "watch-responsiveness": _l("Look at how companies answer"),
    "write-letters": _l("Write letters"),
    "write-digests": _l("Gather notices into letters"),
    "send-letters": _l("Send letters"),
    "rounds": _l("Compute rounds, and publish the weekly one"),
    "keep-counts": _l("Read the texts of open listings, and forget closed ones"),
    "refit": _l("Learn all open offers anew"),
    "remove-leftovers": _l("Clear the folder of attachments"),
}
# What a run counts, as the jobs name it.
COUNTS = {
    "expired": _l("ran out: %(num)s"),
    "past": _l("closed with their listing: %(num)s"),
    "moved": _l("moved up: %(num)s"),
    "asked_again": _l("asked whether still wanted: %(num)s"),
    "reminded": _l("reminded: %(num)s"),
    "unmet": _l("needs ended: %(num)s"),
    "warned": _l("told that the last day is near: %(num)s"),
    "nudged": _l("told what fits: %(num)s"),
    "slow": _l("half the proposals from now on: %(num)s"),
    "letters": _l("letters: %(num)s"),
    "gathered": _l("gathered letters: %(num)s"),
    "sent": _l("sent: %(num)s"),
    "failed": _l("failed: %(num)s"),
    "computed": _l("computed: %(num)s"),
    "published": _l("published: %(num)s"),
    "overtaken": _l("overtaken: %(num)s"),
    "removed": _l("files removed: %(num)s"),
    "kept": _l("texts read: %(num)s"),
    "forgotten": _l("texts forgotten: %(num)s"),
    "refitted": _l("learned anew: %(num)s"),
    "missing": _l("files missing: %(num)s"),
}


def job(name):
    """Return what a job does, in words; of an unknown one, its name."""
    return JOBS.get(name, name)


def did(run):
    """Return what a run did, in numbers; what it counted none of is left out."""
    done = [
        (COUNTS.get(name), many)
        for name, many in run.counts.items()
        if many and name not in NOTHING
    ]
    return ", ".join(str(words) % {"num": many} for words, many in done if words)


def for_templates():
    """Return the words that every page of the ministry may use."""
    return {
        "approvals": APPROVALS,
        "did": did,
        "field": field,
        "identity": identity,
        "job": job,
        "kinds": KINDS,
        "onlookers": onlookers,
        "place": place,
        "reason": reason,
        "relations": RELATIONS,
        "reviews": REVIEWS,
        "size": size,
        "stages": STAGES,
        "told": told,
        "waited": waited,
    }


def options(**pairs):
    """Return the choices of a list's filters, each beginning with "all"."""
    return {name: [("", _("All")), *choices] for name, choices in pairs.items()}


def fields():
    """Return the fields of needs and offers as choices of a filter."""
    return categories.choices()


def places():
    """Return the provinces as choices of a filter."""
    return region_choices(short=True)


def readable_stages():
    """Return the stages of listings that officers read as choices of a filter."""
    return [(stage.value, STAGES[stage]) for stage in READABLE]


def listed(words):
    """Return a {member: word} as choices of a filter."""
    return [(str(member), word) for member, word in words.items()]
