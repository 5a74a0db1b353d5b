"""Criteria and relations in words, told to the firm that they judge or to the company."""

from typing import NamedTuple

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from markupsafe import Markup, escape

from ..i18n import language
from ..listing.words import in_a_row
from ..matching.eligibility import Criterion, Rule, Status
from ..offers.words import criterion_words
from ..organisations import facts
from .relations import RelationKind
from .states import Side

LABELS = {
    Rule.REGION: _l("Region"),
    Rule.SIZE: _l("Size"),
    Rule.INDUSTRY: _l("Industry"),
    Rule.TRAITS: _l("Traits"),
    Rule.RELATION: _l("Relation"),
}

# How a small firm says what it has to do with the company.
RELATIONS = {
    RelationKind.NONE: _l("We have never traded"),
    RelationKind.SUPPLIER: _l("We supply them"),
    RelationKind.AFFILIATE: _l("We belong to the same group"),
    RelationKind.UNKNOWN: _l("We are not sure"),
}
# The same as a fact about the two.
TOLD = {
    RelationKind.NONE: _l("no trade so far"),
    RelationKind.SUPPLIER: _l("supplier"),
    RelationKind.AFFILIATE: _l("same group"),
    RelationKind.UNKNOWN: _l("not known"),
}


class Line(NamedTuple):
    """One line of a list of criteria: met, unmet or unknown, and its sentence."""

    state: str
    text: str


def relation_choices():
    """Return (value, label) of the relations, as a small firm says them."""
    return [(kind.value, label) for kind, label in RELATIONS.items()]


def told_choices():
    """Return (value, label) of the relations, as facts about the two."""
    return [(kind.value, label) for kind, label in TOLD.items()]


def kept_criteria(pairing):
    """Return the criteria that a pairing keeps, as they stood."""
    return [
        Criterion(Rule(name), Status(kept["status"]), tuple(kept["wanted"]))
        for name, kept in pairing.criteria.items()
    ]


def lines(criteria, need, side):
    """Return the criteria as lines for one side; a region that is not stated is nation-wide."""
    found = [_line(each, need, side) for each in criteria if each.name is not Rule.RELATION]
    if not any(each.name is Rule.REGION for each in criteria):
        found.insert(0, Line(Status.MET, _("Region: anywhere in Korea")))
    return found


def summary(criteria, need, side):
    """Return one line where every criterion is met, else a line for each that is not."""
    failed = [each for each in criteria if each.status is not Status.MET]
    if failed:
        return [_line(each, need, side) for each in failed]
    count = len(criteria)
    text = ngettext("The one criterion is met", "All %(num)d criteria are met", count)
    return [Line(Status.MET, text if count else _("The offer states no criteria"))]


def _line(criterion, need, side):
    wanted = _words(criterion.name, criterion.wanted)
    texts = {"label": LABELS[criterion.name], "wanted": wanted}
    if criterion.status is Status.MET:
        return Line(Status.MET, _("%(label)s: %(wanted)s", **texts))
    fact = _fact(criterion.name, need)
    if criterion.name is not Rule.REGION:  # provinces keep their capital letter
        texts["wanted"], fact = in_a_row(wanted), in_a_row(fact)
    if criterion.status is Status.UNMET and fact:
        texts["fact"] = fact
        if side is Side.SME:
            text = _("%(label)s: only %(wanted)s. Your facts say %(fact)s.", **texts)
        else:
            text = _("%(label)s: only %(wanted)s. The firm’s facts say %(fact)s.", **texts)
        return Line(Status.UNMET, text)
    return Line(criterion.status, _unknown(texts, side))


def _unknown(texts, side):
    if side is not Side.SME:
        return _("%(label)s: only %(wanted)s. The firm has not said.", **texts)
    text = _(
        "%(label)s: only %(wanted)s. Your facts do not say. {link} to see at once whether it fits.",
        **texts,
    )
    link = Markup('<a class="m-link" href="{}">{}</a>').format(
        url_for("organisations.edit"), _("Add it to your organisation")
    )
    return escape(text).replace(escape("{link}"), link)


def _fact(rule, need):
    """Return what is known of the firm, in words; empty where nothing is."""
    firm = need.organisation
    values = {
        Rule.REGION: [need.place],
        Rule.SIZE: [firm.size],
        Rule.INDUSTRY: [firm.industry],
        Rule.TRAITS: firm.traits,
    }[rule]
    known = [value for value in values if value]
    return _words(rule, known) if known else ""


def _words(rule, values):
    """Return the values that a criterion allows, or a firm has, in words."""
    if rule is Rule.TRAITS:
        return _joined(str(facts.label(trait)) for trait in facts.Trait if trait in values)
    if rule is Rule.RELATION:
        return _joined(str(TOLD[RelationKind(value)]) for value in values)
    return criterion_words(rule, values)[1]


def _joined(words):
    return ("·" if language() == "ko" else ", ").join(words)


def relation_line(offer, relation):
    """Return what an offer says of trade between the two, to the firm that might ask.

    `relation` is the row of the two, or None where the firm has said nothing yet.
    """
    allowed = offer.criteria.get("relation", ())
    if not allowed:
        return Line(Status.MET, _("Relation: no trade with the company is needed"))
    wanted = _words(Rule.RELATION, allowed)
    if relation is None or relation.declared is RelationKind.UNKNOWN:
        return Line(
            Status.UNKNOWN, _("Relation: only %(wanted)s. You say so when you ask.", wanted=wanted)
        )
    state = Status.MET if relation.declared.value in allowed else Status.UNMET
    return Line(
        state,
        _(
            "Relation: only %(wanted)s. You said: %(fact)s.",
            wanted=wanted,
            fact=TOLD[relation.declared],
        ),
    )


def declared_line(relation):
    """Return what the firm said of its trade with the company, to the company."""
    if relation is None:
        return Line(Status.UNKNOWN, _("Trade: the firm says so when it asks or accepts"))
    if relation.declared is RelationKind.UNKNOWN:
        return Line(Status.UNKNOWN, _("Trade: the firm is not sure"))
    return Line(Status.MET, _("Trade: %(fact)s, says the firm", fact=TOLD[relation.declared]))
