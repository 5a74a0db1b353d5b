"""Marks in words: what each is on, why it is there, and the way back by one click."""

from typing import NamedTuple
from urllib.parse import urlencode, urlsplit

from flask import request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from ...db import db
from ...listing import categories
from ...listing.words import region_name
from ...organisations import facts
from ...organisations.models import Kind
from ...web.pages import named_id
from ..words import reason_label
from .preferences import Mark, Origin, Verdict

# What a form calls a thing, and the column of a mark on it.
COLUMNS = {"need": "need_id", "offer": "offer_id", "organisation": "counterpart_id"}


class MarkWords(NamedTuple):
    """One mark as its owner reads it."""

    mark: Mark
    title: str
    text: str
    url: str | None
    why: str


def mark_words(mark, needs):
    """Return a mark in words; `needs` is {need id: the firm's line} of those one may read."""
    return MarkWords(mark, *_on(mark, needs), _why(mark))


def _on(mark, needs):
    """Return (title, text below it, address) of what a mark is on."""
    if mark.need_id:
        if mark.need_id not in needs:
            return _("A need that is no longer open to you"), "", None
        return mark.need.display_title, needs[mark.need_id], None
    if mark.offer_id:
        url = url_for("offers.show", offer_id=mark.offer_id)
        return mark.offer.display_title, mark.offer.organisation.display_name, url
    if mark.counterpart_id:
        return mark.counterpart.display_name, _("The whole organisation"), None
    return kind_words(mark), "", None


def kind_words(mark):
    """Return in words which kind, region or size a mark is on."""
    if mark.category:
        return _("Field: %(field)s", field=categories.label(mark.category))
    if mark.region:
        return _("Region: %(region)s", region=region_name(mark.region))
    return _("Size: %(size)s", size=facts.label(mark.size))


def _why(mark):
    if mark.origin is Origin.CHOSEN:
        return ""
    return _("Since you declined for this reason: %(reason)s", reason=reason_label(mark.reason))


def undo_address(address, mark):
    """Return an address of ours that also offers to take a mark back."""
    parts = urlsplit(address)
    query = "&".join(filter(None, (parts.query, urlencode({"undo": mark.id}))))
    return parts._replace(query=query).geturl()


def mark_on(kind, id_):
    """Return one's own verdict on a need, an offer or an organisation, or None."""
    column = getattr(Mark, COLUMNS[kind])
    own = Mark.of(current_user.organisation).where(column == id_)
    mark = db.session.scalar(own)
    return mark and mark.verdict


def mark_to_undo():
    """Return the mark of one's own that the address names, in words for its undoing, or None."""
    mark_id = named_id("undo")
    organisation = current_user.is_authenticated and current_user.organisation
    if mark_id is None or not organisation:
        return None
    mark = db.session.scalar(Mark.of(organisation).where(Mark.id == mark_id))
    return mark and (mark, _said(mark, organisation.kind is Kind.SME))


def _said(mark, is_sme):
    """Return the sentence that says what a mark does from now on."""
    if mark.verdict is Verdict.FEWER:
        return _fewer(mark, is_sme)
    if mark.verdict is Verdict.FAVOURITE:
        if mark.need_id:
            return _("What is on the shortlist stands first in rounds; its score stays as it is.")
        return _("A favourite stands first in rounds; its score stays as it is.")
    if mark.counterpart_id and not is_sme:
        return _("This firm can no longer ask you, and no round proposes it.")
    return _("It is left out of your lists and of rounds. What is open already stays.")


def _fewer(mark, is_sme):
    if mark.need_id or mark.offer_id:
        return _("It now stands last in your lists, as help has been found already.")
    if is_sme:
        return _("Offers like this now stand last in your lists. %(what)s.", what=kind_words(mark))
    return _("Needs like this now stand last in your lists. %(what)s.", what=kind_words(mark))


def here_without_undo():
    """Return this page's address without the undoing, to come back to."""
    kept = [(name, value) for name, value in request.args.items(multi=True) if name != "undo"]
    return request.path + (f"?{urlencode(kept)}" if kept else "")
