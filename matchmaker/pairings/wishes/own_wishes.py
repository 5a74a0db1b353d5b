"""The wishes that bear on one list: the reader's own, and the vetoes against it."""

import sqlalchemy as sa

from ...db import db
from ...organisations.models import Kind, Organisation
from .preferences import Mark, Preference, Verdict
from .wishes import Settings, Wishes


def wishes_about_need(need):
    """Return what bears on a need's list of offers, by four selects however many offers.

    The firm's own settings, and which companies have set this need, or the firm, aside.
    """
    own = _settings_of(need.organisation_id)
    against = _vetoes(Mark.need_id == need.id, Mark.counterpart_id == need.organisation_id)
    companies = sa.select(Organisation.id, Organisation.region, Organisation.size).where(
        Organisation.kind == Kind.COMPANY
    )
    facts = {id_: (region, size) for id_, region, size in db.session.execute(companies)}
    return Wishes(against | {need.organisation_id: own}, facts)


def wishes_about_offer(offer):
    """Return what bears on an offer's list of needs, by three selects however many needs.

    The company's own settings, and which firms have set this offer, or the company, aside.
    """
    own = _settings_of(offer.organisation_id)
    against = _vetoes(Mark.offer_id == offer.id, Mark.counterpart_id == offer.organisation_id)
    return Wishes(against | {offer.organisation_id: own}, {})


def firms_against(company):
    """Select the firms that have set a company aside: it does not read their needs."""
    return sa.select(Mark.organisation_id).where(
        Mark.counterpart_id == company.id, Mark.verdict == Verdict.VETO
    )


def _settings_of(organisation_id):
    """Return all that one organisation set, by two selects."""
    stored = db.session.scalar(
        sa.select(Preference).where(Preference.organisation_id == organisation_id)
    )
    own = Settings()
    if stored:
        own.automatic, own.most_open = stored.automatic, stored.most_open
        own.categories, own.regions = frozenset(stored.categories), frozenset(stored.regions)
    marks = db.session.scalars(sa.select(Mark).where(Mark.organisation_id == organisation_id))
    own.marks = {mark.on: mark.verdict.value for mark in marks}
    return own


def _vetoes(*conditions):
    """Return {organisation id: settings} of the vetoes on one thing or another."""
    found = {}
    select = sa.select(Mark).where(Mark.verdict == Verdict.VETO, sa.or_(*conditions))
    for mark in db.session.scalars(select):
        found.setdefault(mark.organisation_id, Settings()).marks[mark.on] = "veto"
    return found
