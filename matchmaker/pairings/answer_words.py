"""How companies answer, in words: to those who may ask them, and to themselves."""

from flask_babel import gettext as _
from flask_babel import ngettext

from ..db import db, utcnow
from ..i18n import day
from .responsiveness import SlowSpell, responsiveness


def answers_told(company_ids):
    """Return {company id: sentence} of those of whom enough is known to say it."""
    found = responsiveness(set(company_ids), now=utcnow())
    return {company_id: in_words(each) for company_id, each in found.items() if each.is_known}


def in_words(found):
    """Return how soon and how often in time a company answers."""
    if not found.answered:
        return _("Answered none of %(asked)s in time over the last year.", asked=found.n)
    soon = ngettext(
        "Usually answers within a day.", "Usually answers within %(num)d days.", found.median_days
    )
    often = _(
        "Answered %(answered)s of %(asked)s in time over the last year.",
        answered=found.answered,
        asked=found.n,
    )
    return f"{soon} {often}"


def half_told(company):
    """Return what a company that gets half the proposals reads of it, or nothing."""
    select = SlowSpell.running(utcnow()).where(SlowSpell.company_id == company.id)
    spell = db.session.scalar(select.order_by(SlowSpell.id.desc()).limit(1))
    if spell is None:
        return None
    return _(
        "In the 90 days before %(began)s you answered %(answered)s of %(asked)s asks and "
        "proposals in time. Until %(until)s you get half as many new proposals; asks reach you "
        "as before. It ends by itself on that day, and what led to it does not count again.",
        began=day(spell.began_at),
        answered=spell.answered,
        asked=spell.asked,
        until=day(spell.until_at),
    )
