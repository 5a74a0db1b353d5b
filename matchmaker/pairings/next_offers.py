"""The further offers that a firm named when it asked, in the order in which they are asked."""

from datetime import datetime

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .. import audit
from ..accounts.models import Consent
from ..db import choice, db
from ..errors import Refusal
from ..offers.models import Offer
from .models import Pairing
from .relations import RelationKind


class NextOffer(db.Model):  # type: ignore[name-defined]
    """An offer that a firm named when it asked elsewhere, to be asked if no yes comes.

    All rows of a chain belong to the ask at its head. `asked_pairing_id` is the ask that a
    row led to, `skipped_because` the rule for which it was passed over.
    """

    __table_args__ = (sa.UniqueConstraint("pairing_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    pairing_id: Mapped[int] = mapped_column(
        sa.ForeignKey("pairing.id", ondelete="CASCADE"), index=True
    )
    offer_id: Mapped[int] = mapped_column(sa.ForeignKey("offer.id"))
    position: Mapped[int]
    relation: Mapped[RelationKind] = mapped_column(choice(RelationKind))
    consent_id: Mapped[int] = mapped_column(sa.ForeignKey("consent.id", ondelete="CASCADE"))
    contact_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id", ondelete="SET NULL"))
    used_at: Mapped[datetime | None]
    asked_pairing_id: Mapped[int | None] = mapped_column(sa.ForeignKey("pairing.id"), index=True)
    skipped_because: Mapped[str | None] = mapped_column(sa.String(30))  # a rule's name

    pairing: Mapped[Pairing] = relationship(foreign_keys=[pairing_id])
    asked_pairing: Mapped[Pairing | None] = relationship(foreign_keys=[asked_pairing_id])
    offer: Mapped[Offer] = relationship()
    consent: Mapped[Consent] = relationship()

    @classmethod
    def after(cls, pairing):
        """Select the whole chain that an ask belongs to, in the order in which it is asked."""
        head = sa.select(cls.pairing_id).where(cls.asked_pairing_id == pairing.id).scalar_subquery()
        return (
            sa.select(cls)
            .where(cls.pairing_id == sa.func.coalesce(head, pairing.id))
            .order_by(cls.position)
        )

    @classmethod
    def left(cls, pairing):
        """Select what of the chain has not been asked or passed over yet."""
        return cls.after(pairing).where(cls.used_at.is_(None))

    @classmethod
    def naming(cls, account, organisation):
        """Select what an organisation has still to ask with this person as its contact."""
        return (
            sa.select(cls)
            .join(cls.pairing)
            .where(
                cls.contact_id == account.id,
                cls.used_at.is_(None),
                Pairing.sme_id == organisation.id,
            )
        )

    @classmethod
    def end_consents(cls, pairing, *, now):
        """Let the consents end to what is not asked any more, as the ask itself has ended."""
        for following in db.session.scalars(cls.left(pairing)):
            following.consent.withdrawn_at = now

    def let_go(self, *, now):
        """Do not ask with the contact of a person who has left the firm."""
        self.contact_id, self.consent.withdrawn_at = None, now
        self.skip("contact_left", now=now)

    def drop(self, *, by, now):
        """Take the offer off the list; its consent to disclosure is withdrawn with it."""
        if self.used_at is not None:
            raise Refusal(_l("This offer has already been asked or passed over."), "state")
        self.used_at, self.skipped_because = now, "dropped"
        self.consent.withdrawn_at = now
        audit.record("drop_next_offer", self, by=by, now=now)

    def skip(self, rule, *, now):
        """Pass over the offer, keeping the rule that said no."""
        self.used_at, self.skipped_because = now, rule
        audit.record("skip_next_offer", self, by=None, now=now, rule=rule)
