"""Notices about a pairing to the people of one side or of both; they hold ids and no names."""

from .. import outbox
from .states import Side


def tell_firm(pairing, kind, *, now, **facts):
    _tell(pairing.sme, pairing, kind, now, facts)


def tell_company(pairing, kind, *, now, **facts):
    _tell(pairing.company, pairing, kind, now, facts)


def tell_both(pairing, kind, *, now):
    tell_firm(pairing, kind, now=now)
    tell_company(pairing, kind, now=now)


def tell_other(pairing, side, kind, *, now):
    """Tell the side that did not act."""
    (tell_company if side is Side.SME else tell_firm)(pairing, kind, now=now)


def tell_own(pairing, side, kind, *, now):
    """Tell one side what has become of its own."""
    (tell_firm if side is Side.SME else tell_company)(pairing, kind, now=now)


def _tell(organisation, pairing, kind, now, facts):
    people = [account for account in organisation.people if account.active]
    outbox.notify(people, kind, now=now, pairing_id=pairing.id, **facts)
