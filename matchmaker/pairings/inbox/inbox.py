"""The company's inbox: its filters, and what its people know of each pairing besides."""

from dataclasses import dataclass

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from ...db import db
from ...listing.categories import Category
from ...matching.regions import BY_CODE
from ...needs.models import Need
from ...organisations.models import Organisation
from ..models import Pairing
from ..states import State
from ..wishes.preferences import Mark, Verdict
from .handling import Assignment, Note

WHOSE = {
    "mine": _l("Assigned to me"),
    "nobody": _l("Assigned to nobody"),
    "shortlist": _l("On the shortlist"),
}


@dataclass(frozen=True, slots=True)
class Filters:
    """What of the inbox is shown; None means all. Values that do not exist are as good as none."""

    offer: int | None = None
    category: str | None = None
    region: str | None = None
    state: str | None = None
    whose: str | None = None

    @classmethod
    def read(cls, arguments, offer):
        """Return the filters that an address names; `show` is a state or one of `WHOSE`."""

        def known(name, values):
            value = arguments.get(name)
            return value if value in values else None

        return cls(
            offer,
            known("category", set(Category)),
            known("region", set(BY_CODE)),
            known("show", set(State)),
            known("show", WHOSE),
        )

    @property
    def named(self):
        """Return {name: value} of the filters that are set, as they stand in an address."""
        named = {"offer": self.offer, "category": self.category, "region": self.region}
        named["show"] = self.state or self.whose
        return {name: value for name, value in named.items() if value}

    def apply(self, pairings, account):
        """Narrow a select of a company's pairings to what these filters let through."""
        if self.offer:
            pairings = pairings.where(Pairing.offer_id == self.offer)
        if self.state:
            pairings = pairings.where(Pairing.state == self.state)
        if self.category:
            pairings = pairings.where(Pairing.need_id.in_(_needs(Need.category == self.category)))
        if self.region:
            place = sa.func.coalesce(Need.region, Organisation.region)
            pairings = pairings.where(Pairing.need_id.in_(_needs(place == self.region)))
        if self.whose:
            pairings = pairings.where(_whose(self.whose, account))
        return pairings


def _needs(condition):
    own = Need.organisation_id == Organisation.id
    return sa.select(Need.id).join(Organisation, own).where(condition)


def _whose(whose, account):
    organisation = account.organisation
    if whose == "shortlist":
        return Pairing.need_id.in_(
            sa.select(Mark.need_id).where(
                Mark.organisation_id == organisation.id,
                Mark.verdict == Verdict.FAVOURITE,
                Mark.need_id.is_not(None),
            )
        )
    given = Assignment.of(organisation).with_only_columns(Assignment.pairing_id)
    if whose == "mine":
        return Pairing.id.in_(given.where(Assignment.account_id == account.id))
    return Pairing.id.not_in(given)


@dataclass(slots=True)
class Handling:
    """What a company's own people know of some pairings."""

    notes: dict  # {need id: Note}
    marks: dict  # {need id: verdict}
    assigned: dict  # {pairing id: Account}


def handling_of(company, pairings):
    """Return notes, marks and who takes care, for a page of pairings by three selects."""
    needs = {pairing.need_id for pairing in pairings}
    ids = {pairing.id for pairing in pairings}
    marks = sa.select(Mark.need_id, Mark.verdict).where(
        Mark.organisation_id == company.id, Mark.need_id.in_(needs)
    )
    given = Assignment.of(company).where(Assignment.pairing_id.in_(ids))
    loaded = given.options(sa.orm.contains_eager(Assignment.account))
    return Handling(
        {note.need_id: note for note in db.session.scalars(Note.of(company, needs)) if note.text},
        dict(db.session.execute(marks).all()),
        {each.pairing_id: each.account for each in db.session.scalars(loaded)},
    )
