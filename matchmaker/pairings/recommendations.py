"""An association's word for a member's need to an offer; never a state of a pairing."""

from datetime import datetime

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .. import audit, outbox
from ..db import db
from ..errors import Refusal
from ..needs.models import Need
from ..offers.models import Offer
from ..organisations.models import Organisation


class Recommendation(db.Model):  # type: ignore[name-defined]
    """One word of recommendation: written, agreed to by the member, then read by the company."""

    __table_args__ = (sa.UniqueConstraint("association_id", "need_id", "offer_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    association_id: Mapped[int] = mapped_column(
        sa.ForeignKey("organisation.id", ondelete="CASCADE"), index=True
    )
    need_id: Mapped[int] = mapped_column(sa.ForeignKey("need.id", ondelete="CASCADE"), index=True)
    offer_id: Mapped[int] = mapped_column(sa.ForeignKey("offer.id", ondelete="CASCADE"), index=True)
    word: Mapped[str] = mapped_column(sa.Text)
    written_at: Mapped[datetime]
    agreed_at: Mapped[datetime | None]  # by the member, after it saw the preview
    declined_at: Mapped[datetime | None]
    named: Mapped[bool] = mapped_column(default=False)  # named or described before both accept
    consent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("consent.id"))

    association: Mapped[Organisation] = relationship(lazy="joined")
    need: Mapped[Need] = relationship()
    offer: Mapped[Offer] = relationship()

    @classmethod
    def by(cls, association):
        """Select what an association recommended, the latest first."""
        return sa.select(cls).where(cls.association_id == association.id).order_by(cls.id.desc())

    @classmethod
    def awaiting(cls, member):
        """Select the recommendations that wait for this member's agreement."""
        return (
            sa.select(cls)
            .join(cls.need)
            .where(
                Need.organisation_id == member.id,
                cls.agreed_at.is_(None),
                cls.declined_at.is_(None),
            )
            .order_by(cls.id)
        )

    @classmethod
    def read_for(cls, offer_id, need_ids):
        """Select the agreed recommendations of these needs to an offer."""
        return sa.select(cls).where(
            cls.offer_id == offer_id, cls.need_id.in_(need_ids), cls.agreed_at.is_not(None)
        )

    def agree(self, *, named, consent, by, now):
        """Let the company read it; the member also says whether the association is named."""
        self._still_open()
        self.agreed_at, self.named, self.consent_id = now, named, consent.id
        audit.record("recommendation_agreed", self, by=by, now=now, named=named)
        for organisation in (self.association, self.offer.organisation):
            outbox.notify(organisation.people, "recommendation", now=now, id=self.id)

    def decline(self, *, by, now):
        """Say no; nobody but the association learns of it."""
        self._still_open()
        self.declined_at = now
        audit.record("recommendation_declined", self, by=by, now=now)

    def _still_open(self):
        if self.agreed_at or self.declined_at:
            raise Refusal(_l("This recommendation has already been answered."), "state")


def recommend(association, need, offer, word, *, by, now):
    """Write a recommendation; the member must agree before the company reads it."""
    row = Recommendation(
        association_id=association.id,
        need_id=need.id,
        offer_id=offer.id,
        word=word,
        written_at=now,
    )
    db.session.add(row)
    audit.record("recommend", row, by=by, now=now)
    outbox.notify(need.organisation.people, "recommendation_to_agree", now=now, id=row.id)
    return row
