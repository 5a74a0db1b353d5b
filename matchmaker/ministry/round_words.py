"""The words of the round desk: rules, settings, and figures as rows of its tables."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from ..i18n import percent
from ..listing import categories
from ..listing.words import region_name
from ..organisations.facts import Size
from ..pairings.ranking.fitting import word_for
from ..pairings.rounds.models import RoundState
from ..pairings.rounds.settings import LEAST, Mode
from . import words
from .overview import PARTS, rate

STATES = {
    RoundState.REQUESTED: _l("Being computed"),
    RoundState.PROVISIONAL: _l("Provisional"),
    RoundState.PUBLISHED: _l("Published"),
    RoundState.DISCARDED: _l("Discarded"),
}
GLYPHS = {
    RoundState.REQUESTED: "waiting",
    RoundState.PROVISIONAL: "proposed",
    RoundState.PUBLISHED: "completed",
    RoundState.DISCARDED: "ended",
}
MODES = {
    Mode.BEST: _l("Best fit only: nothing below the chosen fit"),
    Mode.EVERYBODY: _l("Nobody left out: whoever is left gets what fits at all, from places left"),
}

# Why a need stays without a proposal, or a pair was dropped; a party's settings have one name.
RULES = {
    "words": _l("No offer has enough in common with it"),
    "least": _l("Fits less than was chosen"),
    "region": _l("Region does not fit"),
    "size": _l("Size does not fit"),
    "industry": _l("Industry does not fit"),
    "traits": _l("Traits do not fit"),
    "full": _l("No place left"),
    "ask_limit": _l("Three asks or proposals are open already"),
    "served": _l("A company has accepted already"),
    "setting": _l("A party’s own setting"),
    "met": _l("They have met before"),
    "nobody": _l("Nobody acts for the company here"),
    "need_closed": _l("The need is no longer open"),
    "closed": _l("The offer is no longer open"),
    "suspended": _l("One of the two is suspended"),
    "changed": _l("Words or facts have changed since"),
}
WHAT_HELPS = {
    "words": _l("A company that offers this is missing."),
    "least": _l("A round for which nobody is left out would propose it."),
    "region": _l("A company may open its offer to more provinces."),
    "size": _l("A company may open its offer to more sizes."),
    "industry": _l("A company may open its offer, or a fact of the firm is missing."),
    "traits": _l("A company may open its offer, or a fact of the firm is missing."),
    "full": _l("A company may raise its places by itself."),
    "ask_limit": _l("It waits for answers."),
    "served": _l("Nothing to do: it has found help."),
    "setting": _l("They choose by themselves."),
    "met": _l("They may ask once more by themselves."),
    "nobody": _l("The company does not use this site."),
}
LENGTHS = {
    "short": _l("below 60 characters"),
    "medium": _l("60 to 199 characters"),
    "detailed": _l("200 characters and more"),
}


def least_choices():
    """Return (name, words) of the fits from which on a round may propose."""
    return [(name, least_words(name)) for name in LEAST]


def least_words(name):
    score = LEAST[name]
    return _("%(words)s (from %(percent)s)", words=word_for(score), percent=percent(score))


def settings_lines(settings):
    """Return what was set, as (name of the setting, label, words)."""
    every = _("all")
    fields = [str(categories.label(code)) for code in settings.categories]
    places = [region_name(code, short=True) for code in settings.regions]
    on, off = _("yes"), _("no")
    modes = {Mode.BEST: _("best fit only"), Mode.EVERYBODY: _("nobody left out")}
    most = ngettext("one", "up to %(num)d", settings.proposals)
    share = every if settings.place_share == 100 else f"{settings.place_share}%"
    return [
        ("least", _("Fit"), least_words(settings.least)),
        ("mode", _("For"), modes[settings.mode]),
        ("proposals", _("Proposals a need"), most),
        ("place_share", _("Free places used"), share),
        ("list_length", _("Length of the lists"), str(settings.list_length)),
        ("floor", _("Every firm once on the lists"), on if settings.floor else off),
        ("halve_slow", _("Half to late companies"), on if settings.halve_slow else off),
        ("categories", _("Fields"), ", ".join(fields) or every),
        ("regions", _("Provinces"), ", ".join(places) or every),
    ]


def without_rows(figures):
    """Return (rule, words, needs, what helps) of those who stay, the most frequent first."""
    return [
        (rule, RULES.get(rule, rule), many, WHAT_HELPS.get(rule, ""))
        for rule, many in sorted(figures["without"].items(), key=lambda item: (-item[1], item[0]))
    ]


def dropped_rows(figures):
    """Return (words, pairs) of what was dropped when the round was published."""
    return [(RULES.get(rule, rule), many) for rule, many in figures.get("dropped", {}).items()]


def skew(figures):
    """Return (heading, rows) of who is proposed: by size, part of the country, and length."""
    groups = figures["groups"]
    part_of = {code: name for name, codes in PARTS for code in codes}
    parts = {str(name): [0, 0] for name, _codes in PARTS}
    for code, (needs, served) in groups["region"].items():
        row = parts.setdefault(str(part_of.get(code, _("Unknown"))), [0, 0])
        row[0] += needs
        row[1] += served
    sizes = [(words.size(size or None), groups["size"].get(size)) for size in (*Size, "")]
    lengths = [(label, groups["length"].get(name)) for name, label in LENGTHS.items()]
    return [
        (_("Size"), _rows(sizes)),
        (_("Part of the country"), _rows(parts.items())),
        (_("Length of the text"), _rows(lengths)),
    ]


def _rows(groups):
    return [(name, *row, rate(row[1], row[0])) for name, row in groups if row and row[0]]


def skew_answer(figures):
    """Return in a sentence how far the lowest group lies below all, where rates can be told."""
    rates = [
        (served / needs, str(name))
        for _heading, rows in skew(figures)
        for name, needs, served, shown in rows
        if shown != "–"
    ]
    if not rates or not figures["needs"]:
        return _("No group has ten needs yet, so there are no rates.")
    least, name = min(rates)
    whole = figures["proposed_needs"] / figures["needs"]
    points = round(100 * (whole - least))
    if points < 5:
        return _("No group lies more than five points below the rest.")
    return _(
        "Lowest: %(group)s, %(points)s points below the rate of all.", group=name, points=points
    )


def compared(rounds):
    """Return the rows of the table that sets rounds beside each other.

    The first one's needs and places are also served in the order of their waiting.
    """
    rows = [
        [
            _("Round %(number)s", number=round_.id),
            *_cells(round_.figures),
            _gini(round_.figures["lists"]["gini"]),
        ]
        for round_ in rounds
    ]
    first_come = rounds[0].figures.get("first_come")
    if first_come:
        rows.append([_("First come, first served"), *_cells(first_come), "–"])
    return rows


def _cells(figures):
    mean = figures["mean_score"]
    return [figures["proposed"], figures["blocking"], "–" if mean is None else percent(mean)]


def _gini(value):
    return "–" if value is None else f"{value:.2f}"


def differences(one, other):
    """Return (label, this round's words, the other's) of the settings that differ."""
    return [
        (label, mine, theirs)
        for (_name, label, mine), (_same, _label, theirs) in zip(
            settings_lines(one), settings_lines(other), strict=True
        )
        if mine != theirs
    ]


def list_rows(figures):
    """Return what the lists do for the firms, as rows of a table: plain, and as they are."""
    lists = figures["lists"]
    return [
        [_("Firms on at least one list"), lists["plainly_exposed"], lists["exposed"]],
        [_("Most that lists of this length can show"), lists["bound"], lists["bound"]],
        [
            _("Unevenness (Gini, 0 is even)"),
            _gini(lists["plain_gini"]),
            _gini(lists["gini"]),
        ],
        [_("Mean fit given up"), "–", percent(lists["loss"] or 0, 1)],
    ]


FOR_TEMPLATES = {
    "round_states": STATES,
    "round_glyphs": GLYPHS,
    "round_rules": RULES,
    "settings_lines": settings_lines,
}
