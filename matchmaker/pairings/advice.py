"""Where a firm can mend what a no was about: each reason with the pages that help."""

from typing import NamedTuple

from flask import url_for
from flask_babel import gettext as _

from .states import Reason


class Way(NamedTuple):
    """One page that helps, and what it is called."""

    url: str
    label: str


def advice_links(pairing):
    """Return where the firm can go from the reason of a no, the most helpful first."""
    need = pairing.need
    return [Way(*way) for way in WAYS.get(pairing.reason, _others)(need, pairing)]


def _edit(need, label):
    return url_for("needs.edit", need_id=need.id), label


def _show(need, label):
    return url_for("needs.show", need_id=need.id), label


def _others(need, _pairing):
    return [(url_for("pairings.ranked", need_id=need.id), _("See the other offers that fit"))]


def _no_capacity(need, pairing):
    field = {"category": need.category} if need.category else {}
    return [
        (url_for("offers.index", **field), _("Look for offers of the same field with places")),
        *_others(need, pairing),
    ]


def _wrong_kind(need, _pairing):
    return [_edit(need, _("Say more exactly what you need"))]


def _wrong_region(need, _pairing):
    place = {"region": need.place} if need.place else {}
    return [
        (url_for("offers.index", **place), _("Look for offers that are open to your province")),
        _edit(need, _("Check the region of your need")),
        (url_for("organisations.show"), _("Check the facts of your organisation")),
    ]


def _too_early(need, _pairing):
    return [
        _edit(need, _("Change the date of your need")),
        _show(need, _("Pause your need, and open it again when the time has come")),
    ]


def _too_small(_need, _pairing):
    return [(url_for("associations.memberships"), _("Ask together: your associations"))]


def _too_large(need, _pairing):
    field = {"category": need.category} if need.category else {}
    return [
        (url_for("needs.new", **field), _("Write a smaller part as a need of its own")),
        _edit(need, _("Make this need smaller")),
    ]


def _already_served(need, _pairing):
    return [
        _show(need, _("Close your need, if help has been found")),
        _edit(need, _("Or say what is still missing")),
    ]


def _needs_documents(need, _pairing):
    return [_edit(need, _("Add figures, dates and details to your need"))]


def _terms_differ(need, _pairing):
    return [_edit(need, _("Say what you can pay or do yourself"))]


WAYS = {
    Reason.NO_CAPACITY: _no_capacity,
    Reason.WRONG_KIND: _wrong_kind,
    Reason.WRONG_REGION: _wrong_region,
    Reason.TOO_EARLY: _too_early,
    Reason.TOO_SMALL: _too_small,
    Reason.TOO_LARGE: _too_large,
    Reason.ALREADY_SERVED: _already_served,
    Reason.NEEDS_DOCUMENTS: _needs_documents,
    Reason.TERMS_DIFFER: _terms_differ,
}
