"""An association's word for a member's need to an offer; never a state of a pairing."""

from datetime import datetime

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ... import audit, outbox
from ...associations.models import Membership
from ...db import db, hold
from ...errors import Refusal
from ...i18n import language
from ...matching.regions import BY_CODE
from ...needs.models import Need
from ...offers.models import Offer
from ...organisations.facts import Trait
from ...organisations.models import Organisation

# What an association that is not named is called, by what it says it is.
DESCRIPTIONS = {
    Trait.MARKET_STALL: _l("Merchants’ association of a traditional market"),
    Trait.RETAIL_SHOP: _l("Association of neighbourhood shops"),
    Trait.RESTAURANT: _l("Association of restaurants"),
    Trait.PARTS_MAKER: _l("Association of parts makers"),
}


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
    withdrawn_at: Mapped[datetime | None]  # by the association or, after agreeing, the member
    named: Mapped[bool] = mapped_column(default=False)  # named or described before both accept
    consent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("consent.id", ondelete="SET NULL"))

    association: Mapped[Organisation] = relationship(lazy="joined")
    need: Mapped[Need] = relationship()
    offer: Mapped[Offer] = relationship()
    consent: Mapped["Consent | None"] = relationship()  # noqa: F821

    @property
    def is_waiting(self):
        """Say whether the member has still to answer."""
        return not (self.agreed_at or self.declined_at or self.withdrawn_at)

    @property
    def is_read(self):
        """Say whether the company reads it (as long as the membership lasts)."""
        return self.agreed_at is not None and self.withdrawn_at is None

    def author(self, accepted_by_both=False):
        """Return who recommends, as the company may read it: the name, or kind and province.

        The name shows where the member agreed to that, and once both sides have accepted.
        """
        if self.named or accepted_by_both:
            return self.association.display_name
        return description(self.association)

    @classmethod
    def by(cls, association):
        """Select what an association recommended and may still follow, the latest first.

        That is: for needs of members that have not left and still show their needs.
        """
        return (
            _of_live_memberships()
            .where(cls.association_id == association.id, Membership.shows_needs)
            .order_by(cls.id.desc())
        )

    @classmethod
    def about(cls, member):
        """Select the recommendations for a member's needs, the unanswered first."""
        return (
            _of_live_memberships()
            .where(Need.organisation_id == member.id, cls.withdrawn_at.is_(None))
            .order_by(
                sa.or_(cls.agreed_at.is_not(None), cls.declined_at.is_not(None)), cls.id.desc()
            )
        )

    @classmethod
    def awaiting(cls, member):
        """Select the recommendations that wait for this member's agreement."""
        return cls.about(member).where(cls.agreed_at.is_(None), cls.declined_at.is_(None))

    @classmethod
    def read_for(cls, offer_id, need_ids):
        """Select the agreed recommendations of these needs to an offer."""
        return _of_live_memberships().where(
            cls.offer_id == offer_id,
            cls.need_id.in_(need_ids),
            cls.agreed_at.is_not(None),
            cls.withdrawn_at.is_(None),
        )

    def rewrite(self, word, *, by, now):
        """Change the word while the member has not answered."""
        self._still_open()
        self.word, self.written_at = word, now
        audit.record("recommendation_rewritten", self, by=by, now=now)

    def agree(self, *, named, consent, by, now):
        """Let the company read it; the member also says whether the association is named."""
        self._still_open()
        self.agreed_at, self.named, self.consent = now, named, consent
        audit.record("recommendation_agreed", self, by=by, now=now, named=named)
        outbox.notify(self.association.people, "recommendation_agreed", now=now, id=self.id)
        outbox.notify(
            self.offer.organisation.people,
            "recommendation",
            now=now,
            offer_id=self.offer_id,
            need_id=self.need_id,
        )

    def decline(self, *, by, now):
        """Say no; nobody but the association learns of it."""
        self._still_open()
        self.declined_at = now
        audit.record("recommendation_declined", self, by=by, now=now)

    def withdraw(self, *, by, now):
        """Take it back, either side at any time; the company reads it no longer."""
        self._hold()
        if self.withdrawn_at or self.declined_at:
            raise Refusal(_l("This recommendation has already been taken back."), "state")
        self.withdrawn_at = now
        if self.consent:
            self.consent.withdrawn_at = now
        audit.record("recommendation_withdrawn", self, by=by, now=now)

    def _hold(self):
        hold(self, "agreed_at", "declined_at", "withdrawn_at", "consent_id")

    def _still_open(self):
        self._hold()
        if not self.is_waiting:
            raise Refusal(_l("This recommendation has already been answered."), "state")


def _of_live_memberships():
    """Select recommendations whose member has not left the association since."""
    return (
        sa.select(Recommendation)
        .join(Recommendation.need)
        .join(
            Membership,
            sa.and_(
                Membership.association_id == Recommendation.association_id,
                Membership.member_id == Need.organisation_id,
                Membership.accepted_at.is_not(None),
                Membership.left_at.is_(None),
            ),
        )
    )


def description(association):
    """Return what an unnamed association is called: its kind and province."""
    kind = next((text for trait, text in DESCRIPTIONS.items() if trait in association.traits), None)
    region = BY_CODE.get(association.region)
    words = str(kind or _l("Association of small firms"))
    if region is None:
        return words
    place = region.ko_short if language() == "ko" else region.en
    return _("%(kind)s, %(place)s", kind=words, place=place)


def needs_shown_to(association, today):
    """Select the open needs that an association's members let it read."""
    return Need.open_on(today).join(
        Membership,
        sa.and_(
            Membership.member_id == Need.organisation_id,
            Membership.association_id == association.id,
            Membership.accepted_at.is_not(None),
            Membership.left_at.is_(None),
            Membership.shows_needs,
        ),
    )


def of_need(association, need):
    """Select the recommendations that an association has made of one need."""
    return sa.select(Recommendation).where(
        Recommendation.association_id == association.id, Recommendation.need_id == need.id
    )


def existing(association, need, offer):
    """Select what the association has recommended of this need to this offer, if it has."""
    return of_need(association, need).where(Recommendation.offer_id == offer.id)


def recommend(association, need, offer, word, *, by, now):
    """Write a recommendation; the member must agree before the company reads it.

    A second one for the same need and offer only rewrites the word of the first, and only
    while the member has not answered: nobody is asked twice.
    """
    row = db.session.scalar(existing(association, need, offer))
    if row:
        row.rewrite(word, by=by, now=now)
        return row
    row = Recommendation(
        association_id=association.id,
        need_id=need.id,
        offer_id=offer.id,
        word=word,
        written_at=now,
    )
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:  # a second click at the same moment
        raise Refusal(_l("Somebody else was faster. Look at it again."), "overtaken") from None
    audit.record("recommend", row, by=by, now=now)
    outbox.notify(need.organisation.people, "recommendation_to_agree", now=now, id=row.id)
    return row
