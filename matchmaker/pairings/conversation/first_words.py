"""A first message to begin with, drafted from the need and what matched; what is missing yet."""

from typing import NamedTuple

from flask import url_for
from flask_babel import gettext as _

from ..ranking.marked import is_readable, kept_evidence, shown_terms
from ..states import Side

MOST_TERMS = 3
LONG_ENOUGH = 80  # characters of a text that somebody can prepare from


class Item(NamedTuple):
    """One thing that the other side will ask for, and where to add it."""

    label: str
    is_there: bool
    url: str


def draft(pairing, side):
    """Return a first message in the page's language: the need, what matched, one question."""
    own, other = pairing.sme, pairing.company
    if side is Side.COMPANY:
        own, other = other, own
    parts = [_greeting(pairing, side, own)]
    terms = ", ".join(_terms(pairing))
    if terms:
        parts.append(
            _("The words that brought us together: %(terms)s.", terms=terms)
            if side is Side.SME
            else _("What we can help with: %(terms)s.", terms=terms)
        )
    question = (
        _("What should we prepare before we first meet?")
        if side is Side.SME
        else _("What would help you most at first, and when may we come?")
    )
    return f"{' '.join(parts)}\n\n{question}"


def _greeting(pairing, side, own):
    names = {"firm": own.display_name, "need": pairing.need.display_title}
    if side is Side.SME:
        return _("Hello, this is %(firm)s. Our need is: “%(need)s”.", **names)
    return _("Hello, this is %(firm)s. We have read your need: “%(need)s”.", **names)


def _terms(pairing):
    """Return the heaviest words of both that read in the letter's language; there may be none."""
    evidence = [item for item in kept_evidence(pairing) if item.kind != "category"]
    shown = shown_terms(evidence, pairing.score, pairing.need) if evidence else []
    own = [term.term for term in shown if getattr(term, "kind", "") != "rest"]
    return [term for term in own if is_readable(term)][:MOST_TERMS]


def completeness(pairing, side):
    """Return what the other side will ask for, each with whether it is there already."""
    if side is Side.SME:
        return _of_firm(pairing)
    return _of_company(pairing)


def _described(listing, edit):
    label = _("A description of at least %(num)s characters", num=LONG_ENOUGH)
    return Item(label, len(listing.text or "") >= LONG_ENOUGH, edit)


def _of_firm(pairing):
    need, contact = pairing.need, pairing.sme_contact
    edit = url_for("needs.edit", need_id=need.id)
    return [
        _described(need, edit),
        Item(_("A day by which you want it"), need.wanted_on is not None, edit),
        Item(_("What you can spend yourselves"), need.own_share_krw is not None, edit),
        *_of_both(pairing.sme, contact),
    ]


def _of_company(pairing):
    offer, contact = pairing.offer, pairing.company_contact
    edit = url_for("offers.edit", offer_id=offer.id)
    return [
        _described(offer, edit),
        Item(_("How many places there are"), offer.capacity is not None, edit),
        Item(_("Until when the offer stands"), offer.closes_on is not None, edit),
        *_of_both(pairing.company, contact),
    ]


def _of_both(organisation, contact):
    return [
        Item(
            _("An introduction of your organisation"),
            bool(organisation.introduction),
            url_for("organisations.edit"),
        ),
        Item(
            _("A phone number of your contact"),
            bool(contact and contact.phone),
            url_for("accounts.show"),
        ),
    ]


def share(items):
    """Return the share of what is there, in whole hundredths."""
    return round(100 * sum(item.is_there for item in items) / len(items))
