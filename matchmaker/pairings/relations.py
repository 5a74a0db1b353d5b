"""Whether a small firm and a company trade already: declared by one, confirmed by the other."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from .. import audit
from ..db import choice, db


class RelationKind(StrEnum):
    NONE = "none"  # the point of the programme
    SUPPLIER = "supplier"
    AFFILIATE = "affiliate"
    UNKNOWN = "unknown"


class Relation(db.Model):  # type: ignore[name-defined]
    """One row for a small firm and a company."""

    __table_args__ = (sa.UniqueConstraint("sme_id", "company_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sme_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id", ondelete="CASCADE"))
    company_id: Mapped[int] = mapped_column(
        sa.ForeignKey("organisation.id", ondelete="CASCADE"), index=True
    )
    declared: Mapped[RelationKind] = mapped_column(choice(RelationKind))
    declared_at: Mapped[datetime]
    confirmed: Mapped[RelationKind | None] = mapped_column(
        choice(RelationKind, name="confirmed_known")
    )
    confirmed_at: Mapped[datetime | None]

    @property
    def counts(self):
        """Say whether a pairing counts in the programme's totals: no trade, not contradicted."""
        return self.declared is RelationKind.NONE and self.confirmed in (None, RelationKind.NONE)

    @classmethod
    def between(cls, sme_id, company_id):
        """Select the relation of a small firm and a company."""
        return sa.select(cls).where(cls.sme_id == sme_id, cls.company_id == company_id)


def declare(sme_id, company_id, kind, *, by, now):
    """Keep what the small firm says about its trade with the company; return the row."""
    relation = db.session.scalar(Relation.between(sme_id, company_id))
    relation = relation or _first(sme_id, company_id, kind, now)
    relation.declared, relation.declared_at = kind, now
    audit.record("declare_relation", relation, by=by, now=now, declared=kind)
    return relation


def confirm(relation, kind, *, by, now):
    """Keep what the company says; a difference is kept as such, neither overwrites the other."""
    relation.confirmed, relation.confirmed_at = kind, now
    audit.record("confirm_relation", relation, by=by, now=now, confirmed=kind)


def _first(sme_id, company_id, kind, now):
    """Store the first word on this trade, or find the one stored at the same moment."""
    relation = Relation(sme_id=sme_id, company_id=company_id, declared=kind, declared_at=now)
    try:
        with db.session.begin_nested():
            db.session.add(relation)
    except IntegrityError:
        return db.session.scalar(Relation.between(sme_id, company_id))
    return relation
