"""The pairing: its columns, the one method that moves it, and the selects over it."""

from datetime import datetime

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .. import audit
from ..db import choice, db
from ..errors import Refusal
from ..needs.models import Need
from ..offers.models import Offer
from ..organisations.models import Organisation
from .clock import deadline
from .states import (
    ANSWERS,
    CONFIRMATIONS,
    COUNTS_AS_ASK,
    LIVE,
    NEXT,
    OPEN,
    PLACED,
    Reason,
    Side,
    State,
)

LIVE_STATES = "state IN ({})".format(", ".join(f"'{state}'" for state in LIVE))

STAMPS = {State.ASKED: "asked_at", State.INVITED: "invited_at", State.AGREED: "agreed_at"}


class Pairing(db.Model):  # type: ignore[name-defined]
    """One need and one offer that met, what it was proposed on, and what came of it."""

    __table_args__ = (
        sa.Index(
            "uq_pairing_live",
            "need_id",
            "offer_id",
            unique=True,
            sqlite_where=sa.text(LIVE_STATES),
            postgresql_where=sa.text(LIVE_STATES),
        ),
        sa.Index("ix_pairing_company_state", "company_id", "state", "expires_at"),
        sa.Index("ix_pairing_sme_state", "sme_id", "state"),
        sa.Index("ix_pairing_offer_state", "offer_id", "state", "waiting_since"),
        sa.CheckConstraint("score >= 0 AND score <= 1", name="score_is_share"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    need_id: Mapped[int] = mapped_column(sa.ForeignKey("need.id"), index=True)
    offer_id: Mapped[int] = mapped_column(sa.ForeignKey("offer.id"), index=True)
    sme_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    company_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    state: Mapped[State] = mapped_column(choice(State), index=True)
    firms: Mapped[int] = mapped_column(default=1)  # places that it takes

    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    expires_at: Mapped[datetime | None] = mapped_column(index=True)
    reminded_at: Mapped[datetime | None]  # of this deadline; each new clock empties it
    waiting_since: Mapped[datetime | None]
    still_wanted_asked_at: Mapped[datetime | None]  # when the firm in line was asked that
    still_wanted_at: Mapped[datetime | None]  # and when it last said yes
    asked_at: Mapped[datetime | None]
    invited_at: Mapped[datetime | None]
    agreed_at: Mapped[datetime | None]
    sme_confirmed_at: Mapped[datetime | None]  # of the agreement
    company_confirmed_at: Mapped[datetime | None]
    sme_completed_at: Mapped[datetime | None]
    company_completed_at: Mapped[datetime | None]
    frozen_at: Mapped[datetime | None]  # while an organisation is suspended
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[Side | None] = mapped_column(choice(Side))
    reason: Mapped[Reason | None] = mapped_column(choice(Reason))
    comment: Mapped[str | None] = mapped_column(sa.Text)  # read by the side that wrote it only

    # What it was proposed on; later edits of need or offer do not change it.
    score: Mapped[float]
    evidence: Mapped[list] = mapped_column(sa.JSON)
    criteria: Mapped[dict] = mapped_column(sa.JSON)
    terms: Mapped[dict] = mapped_column(sa.JSON)  # the offer's facts as they stood
    ranker_version: Mapped[str] = mapped_column(sa.String(64))
    input_hash: Mapped[str] = mapped_column(sa.String(64))

    message: Mapped[str | None] = mapped_column(sa.Text)  # the firm's words with its ask
    sme_contact_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("account.id", ondelete="SET NULL")
    )
    company_contact_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("account.id", ondelete="SET NULL")
    )
    sme_consent_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("consent.id", ondelete="SET NULL")
    )
    company_consent_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("consent.id", ondelete="SET NULL")
    )

    need: Mapped[Need] = relationship()
    offer: Mapped[Offer] = relationship()
    sme: Mapped[Organisation] = relationship(foreign_keys=[sme_id])
    company: Mapped[Organisation] = relationship(foreign_keys=[company_id])
    sme_contact: Mapped["Account | None"] = relationship(foreign_keys=[sme_contact_id])  # noqa: F821
    company_contact: Mapped["Account | None"] = relationship(  # noqa: F821
        foreign_keys=[company_contact_id]
    )

    @property
    def contacts_are_open(self):
        """Names, contacts and documents are open once both said yes, also afterwards."""
        return self.agreed_at is not None

    @property
    def is_live(self):
        return self.state in LIVE

    @property
    def only_waited(self):
        """Whether the company was never asked: the firm stood in line and nothing else."""
        return self.waiting_since is not None and self.asked_at is None

    @property
    def firm_said_yes(self):
        """Whether the firm has asked or accepted here, and said how it stands to the company.

        Before that its word on the relation, which is one for all pairings of the two, would
        tell a company that knows few firms which of them this one is.
        """
        return self.asked_at is not None or self.agreed_at is not None

    def side_of(self, organisation):
        """Return the side on which an organisation stands, or None for a stranger."""
        sides = {self.sme_id: Side.SME, self.company_id: Side.COMPANY}
        return sides.get(organisation.id)

    def can(self, act):
        return self.frozen_at is None and (self.state, act) in NEXT

    def is_overdue(self, now):
        """Say whether its clock has run out, although no job may have closed it yet."""
        return self.state in OPEN and self.expires_at is not None and self.expires_at <= now

    def awaits(self, side):
        """Return the confirmation that a side still owes: "agreement", "completion" or None."""
        owed = CONFIRMATIONS.get(self.state)
        if owed is None or self.frozen_at or getattr(self, owed.column(side)):
            return None
        return owed.name

    def apply(self, act, *, by, now, reason=None, side=Side.SYSTEM, comment=None):
        """Let one side, or time, move the pairing on; take and free places; record it.

        The state moves by one conditional UPDATE, so that of two that come at once exactly
        one moves it. Raises Refusal, and changes nothing, if the machine has no such move, if
        an answer comes after its deadline, if another was faster, or if the last place has gone.
        """
        before = self.state
        if self.frozen_at is not None:
            raise Refusal(_l("This pairing rests while an organisation is suspended."), "frozen")
        if not self.can(act):
            raise Refusal(_l("This pairing can no longer be changed in that way."), "no_move")
        if act in ANSWERS and self.is_overdue(now):
            raise Refusal(_l("The time for an answer has run out."), "timed_out")
        after = NEXT[before, act]
        with db.session.begin_nested():  # a place that has gone undoes the move as well
            self._move(before, after, now)
            self._count(before, after)
        self._stamp(after, now)
        if after not in LIVE and after is not State.COMPLETED:
            self.closed_at, self.closed_by = now, side
            self.reason, self.comment = reason or Reason.NONE_GIVEN, comment
        audit.record(act, self, by=by, now=now, before=before, after=after)

    def _move(self, before, after, now):
        moved = db.session.execute(
            sa.update(Pairing)
            .where(Pairing.id == self.id, Pairing.state == before, Pairing.frozen_at.is_(None))
            .values(state=after, changed_at=now)
            .execution_options(synchronize_session=False)
        ).rowcount
        if not moved:
            raise Refusal(_l("Somebody else was faster. Look at it again."), "overtaken")
        db.session.expire(self, ["state", "changed_at"])

    def _count(self, before, after):
        """Keep the places of the offer and the open asks of the need in step."""
        if after in PLACED and before not in PLACED:
            self.offer.take_places(self.firms)
        elif before in PLACED and after not in PLACED:
            self.offer.free_places(self.firms)
        change = (after in COUNTS_AS_ASK) - (before in COUNTS_AS_ASK)
        if change:
            self.need.count_ask(change)

    def _stamp(self, after, now):
        self.expires_at = deadline(now) if after in OPEN else None
        self.reminded_at = None
        if after in STAMPS:
            setattr(self, STAMPS[after], now)

    def confirm(self, side, *, by, now):
        """Date one side's confirmation; the second one moves the state.

        Raises Refusal where nothing is to be confirmed, or this side has done so.
        """
        name = self.awaits(side)
        if name is None:
            raise Refusal(_l("There is nothing left for you to confirm here."), "no_move")
        owed = CONFIRMATIONS[self.state]
        column = getattr(Pairing, owed.column(side))
        db.session.flush()  # what stands on the row so far goes before the conditional UPDATE
        dated = db.session.execute(
            sa.update(Pairing)
            .where(
                *(Pairing.id == self.id, Pairing.state == self.state),
                *(Pairing.frozen_at.is_(None), column.is_(None)),
            )
            .values({column: now, Pairing.changed_at: now})
            .execution_options(synchronize_session=False)
        ).rowcount
        if not dated:
            raise Refusal(_l("Somebody else was faster. Look at it again."), "overtaken")
        db.session.refresh(self)  # the other side may have confirmed at the same moment
        audit.record(f"confirm_{name}", self, by=by, now=now, side=side)
        if all(getattr(self, owed.column(each)) for each in (Side.SME, Side.COMPANY)):
            self.apply(owed.act, by=by, now=now, side=side)

    def freeze(self, *, by, now):
        """Let it rest while one of its organisations is suspended."""
        self.frozen_at = self.changed_at = now
        audit.record("freeze", self, by=by, now=now)

    def thaw(self, *, by, now):
        """Let it go on where neither organisation is suspended any more."""
        self.frozen_at, self.changed_at = None, now
        audit.record("thaw", self, by=by, now=now)

    @classmethod
    def of(cls, organisation):
        """Select the pairings in which an organisation stands on either side.

        A company does not read who waits in line for its offers, nor who only ever waited.
        """
        only_waited = sa.and_(cls.waiting_since.is_not(None), cls.asked_at.is_(None))
        return sa.select(cls).where(
            sa.or_(
                cls.sme_id == organisation.id,
                sa.and_(cls.company_id == organisation.id, sa.not_(only_waited)),
            )
        )

    @classmethod
    def inbox(cls, organisation):
        """Select what waits for this organisation's yes or no, the nearest deadline first."""
        return (
            sa.select(cls)
            .where(
                sa.or_(
                    sa.and_(
                        cls.company_id == organisation.id,
                        cls.state.in_((State.ASKED, State.PROPOSED)),
                    ),
                    sa.and_(
                        cls.sme_id == organisation.id,
                        cls.state.in_((State.INVITED, State.PROPOSED)),
                    ),
                ),
                cls.frozen_at.is_(None),
            )
            .order_by(cls.expires_at, cls.id)
        )

    @classmethod
    def between(cls, need_id, offer_id):
        """Select every meeting of a need and an offer so far, the latest first."""
        return (
            sa.select(cls)
            .where(cls.need_id == need_id, cls.offer_id == offer_id)
            .order_by(cls.id.desc())
        )

    @classmethod
    def overdue(cls, now):
        """Select the open pairings whose time has run out."""
        return (
            sa.select(cls)
            .where(cls.state.in_(OPEN), cls.expires_at <= now, cls.frozen_at.is_(None))
            .order_by(cls.expires_at, cls.id)
        )
