"""What officers check of an organisation: its number, who else claims it, its people."""

from collections import defaultdict
from dataclasses import dataclass, field

import sqlalchemy as sa
from flask_babel import gettext as _

from ..accounts.joining import JoinRequest
from ..accounts.models import Account
from ..db import db
from ..organisations.business_number import is_valid
from ..organisations.models import HOLDING, Approval, Organisation


@dataclass(frozen=True, slots=True)
class People:
    """How many act for an organisation, how many proved their address, and the last sign-in."""

    accounts: int = 0
    owners: int = 0
    confirmed: int = 0
    last_sign_in_at: object = None
    asking: int = 0  # wait for its owner's answer


@dataclass(frozen=True, slots=True)
class Case:
    """One organisation as officers look at it."""

    number_is_right: bool | None  # None where no number was given
    people: People
    holder: Organisation | None = None  # another one that was approved with this number
    holder_people: People | None = None
    rivals: list = field(default_factory=list)  # others that wait with the same number

    @property
    def criteria(self):
        """What was checked, in the shape of the criteria macro."""
        people = self.people
        if self.number_is_right is None:
            numbers = [{"state": "unknown", "text": _("No business number was given.")}]
        else:
            numbers = [
                _found(
                    self.number_is_right,
                    _("The check digit of the business number is right."),
                    _("This is not a business number: its check digit is wrong."),
                ),
                _found(
                    self.holder is None,
                    _("No other approved organisation holds this number."),
                    _("Another approved organisation holds this number."),
                ),
            ]
        return [
            *numbers,
            {
                "state": "met" if people.confirmed else "unknown",
                "text": _(
                    "%(confirmed)s of %(accounts)s accounts have confirmed their e-mail address.",
                    confirmed=people.confirmed,
                    accounts=people.accounts,
                ),
            },
        ]

    @property
    def may_be_approved(self):
        """Say whether nothing but the officer's word is missing."""
        return bool(self.number_is_right) and self.holder is None


def _found(holds, yes, no):
    return {"state": "met", "text": yes} if holds else {"state": "unmet", "text": no}


def cases(organisations):
    """Return {organisation id: Case}; a constant number of statements for any number of them."""
    same_number = _with_same_number(organisations)
    people = _people([*organisations, *(row for rows in same_number.values() for row in rows)])
    found = {}
    for organisation in organisations:
        others = [
            row for row in same_number[organisation.business_number] if row is not organisation
        ]
        holder = next((row for row in others if row.approval in HOLDING), None)
        found[organisation.id] = Case(
            number_is_right=organisation.business_number and is_valid(organisation.business_number),
            people=people.get(organisation.id, People()),
            holder=holder,
            holder_people=people.get(holder.id, People()) if holder else None,
            rivals=[row for row in others if row.approval is Approval.SUBMITTED],
        )
    return found


def _with_same_number(organisations):
    """Return {business number: organisations that hold it or wait with it}."""
    numbers = {row.business_number for row in organisations if row.business_number}
    select = (
        sa.select(Organisation)
        .where(
            Organisation.business_number.in_(numbers),
            Organisation.approval.in_((*HOLDING, Approval.SUBMITTED)),
        )
        .order_by(Organisation.id)
    )
    found = defaultdict(list)
    for row in db.session.scalars(select):
        found[row.business_number].append(row)
    return found


def _people(organisations):
    """Return {organisation id: People}."""
    asking = (
        sa.select(sa.func.count())
        .select_from(JoinRequest)
        .where(
            JoinRequest.organisation_id == Account.organisation_id,
            JoinRequest.decided_at.is_(None),
            JoinRequest.escalated_at.is_(None),
        )
        .correlate(Account)
        .scalar_subquery()
    )
    rows = db.session.execute(
        sa.select(
            Account.organisation_id,
            sa.func.count(),
            sa.func.count(sa.case((Account.role == "owner", 1))),
            sa.func.count(Account.confirmed_at),
            sa.func.max(Account.last_sign_in_at),
            asking,
        )
        .where(Account.organisation_id.in_({row.id for row in organisations}), Account.active)
        .group_by(Account.organisation_id)
    )
    return {organisation_id: People(*counts) for organisation_id, *counts in rows}
