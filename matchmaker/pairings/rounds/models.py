"""A round of the capacity-aware matching, what it chose, and the weekly schedule of officers."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ... import audit
from ...accounts.models import Account
from ...db import choice, db
from ...needs.models import Need
from ...offers.models import Offer
from ..models import Pairing
from ..states import OPEN
from .settings import Settings


class RoundState(StrEnum):
    REQUESTED = "requested"  # waits to be computed
    PROVISIONAL = "provisional"  # computed, and seen by officers alone
    PUBLISHED = "published"
    DISCARDED = "discarded"


class ChoiceKind(StrEnum):
    PROPOSED = "proposed"  # a pair to be proposed to both sides
    LISTED = "listed"  # a need on the list that an offer's company is shown


class Round(db.Model):  # type: ignore[name-defined]
    """One run: its settings, what it would do, and what became of it.

    `week` names the week of a round that the schedule made, so that a week has one at most.
    `figures` and `places` are written when it is computed: what officers read, and for each
    offer [id, capacity, places taken, held by earlier rounds, usable, proposed].
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[RoundState] = mapped_column(
        choice(RoundState), default=RoundState.REQUESTED, index=True
    )
    settings_kept: Mapped[dict] = mapped_column("settings", sa.JSON)
    week: Mapped[str | None] = mapped_column(sa.String(8), unique=True)
    compared_with_id: Mapped[int | None] = mapped_column(sa.ForeignKey("round.id"))
    requested_at: Mapped[datetime]
    requested_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("account.id", ondelete="SET NULL")
    )
    computed_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None] = mapped_column(index=True)
    published_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("account.id", ondelete="SET NULL")
    )
    discarded_at: Mapped[datetime | None]
    figures: Mapped[dict] = mapped_column(sa.JSON, default=dict)
    places: Mapped[list] = mapped_column(sa.JSON, default=list, deferred=True)
    ranker_version: Mapped[str | None] = mapped_column(sa.String(64))
    input_hash: Mapped[str | None] = mapped_column(sa.String(64))

    requested_by: Mapped[Account | None] = relationship(foreign_keys=[requested_by_id])
    published_by: Mapped[Account | None] = relationship(foreign_keys=[published_by_id])

    @property
    def settings(self):
        return Settings.of(self.settings_kept)

    @property
    def is_computed(self):
        return self.computed_at is not None

    @classmethod
    def latest_first(cls):
        return sa.select(cls).order_by(cls.id.desc())

    @classmethod
    def waiting(cls):
        """Select the ids of the rounds that are still to be computed, in their order."""
        return sa.select(cls.id).where(cls.state == RoundState.REQUESTED).order_by(cls.id)

    @classmethod
    def provisional(cls):
        """Select how many rounds wait for the word of officers."""
        return sa.select(sa.func.count(cls.id)).where(cls.state == RoundState.PROVISIONAL)

    @property
    def published_since(self):
        """Return a round that was published after this one was computed, or None."""
        return db.session.scalar(
            sa.select(Round)
            .where(Round.state == RoundState.PUBLISHED, Round.published_at > self.computed_at)
            .order_by(Round.published_at.desc(), Round.id.desc())
            .limit(1)
        )

    @classmethod
    def last_published(cls):
        """Select the id of the round that was published last."""
        return (
            sa.select(cls.id)
            .where(cls.state == RoundState.PUBLISHED)
            .order_by(cls.published_at.desc(), cls.id.desc())
            .limit(1)
        )


class RoundNeed(db.Model):  # type: ignore[name-defined]
    """What a round found for one need: its ranking then, and why it stays without a proposal.

    `ranked` holds the ids of the offers that it could have, best first; `refused` the rule for
    each other offer with a score that could fit. What is in neither had too little in common.
    """

    round_id: Mapped[int] = mapped_column(
        sa.ForeignKey("round.id", ondelete="CASCADE"), primary_key=True
    )
    need_id: Mapped[int] = mapped_column(
        sa.ForeignKey("need.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    rule: Mapped[str | None] = mapped_column(sa.String(30))  # None where something is proposed
    ranked: Mapped[list] = mapped_column(sa.JSON, default=list)
    refused: Mapped[dict] = mapped_column(sa.JSON, default=dict)

    need: Mapped[Need] = relationship()


class RoundChoice(db.Model):  # type: ignore[name-defined]
    """One pair that a round chose: to be proposed, or to stand on the list of an offer.

    `rank` is the offer's place in the need's ranking of `of`; `place` the need's place on the
    offer's list. `dropped` is the rule for which it was left out when the round was published.
    """

    __table_args__ = (
        sa.UniqueConstraint("round_id", "kind", "offer_id", "need_id"),
        sa.Index("ix_round_choice_need", "need_id", "round_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("round.id", ondelete="CASCADE"))
    kind: Mapped[ChoiceKind] = mapped_column(choice(ChoiceKind))
    need_id: Mapped[int] = mapped_column(sa.ForeignKey("need.id", ondelete="CASCADE"))
    offer_id: Mapped[int] = mapped_column(sa.ForeignKey("offer.id", ondelete="CASCADE"))
    score: Mapped[float]
    rank: Mapped[int | None]
    place: Mapped[int | None]
    mop_up: Mapped[bool] = mapped_column(default=False)
    by_floor: Mapped[bool] = mapped_column(default=False)
    evidence: Mapped[list] = mapped_column(sa.JSON, default=list)
    criteria: Mapped[dict] = mapped_column(sa.JSON, default=dict)
    input_hash: Mapped[str | None] = mapped_column(sa.String(64))
    dropped: Mapped[str | None] = mapped_column(sa.String(30))
    pairing_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("pairing.id", ondelete="SET NULL"), index=True
    )

    round: Mapped[Round] = relationship()
    need: Mapped[Need] = relationship()
    offer: Mapped[Offer] = relationship()

    @classmethod
    def proposed_in(cls, round_):
        """Select what a round proposes: what the first part chose, then the mop-up, by score."""
        return (
            sa.select(cls)
            .where(cls.round_id == round_.id, cls.kind == ChoiceKind.PROPOSED)
            .order_by(cls.mop_up, cls.score.desc(), cls.id)
        )


class RoundPlan(db.Model):  # type: ignore[name-defined]
    """Whether a round is computed and published each Monday by itself, and with which settings."""

    id: Mapped[int] = mapped_column(primary_key=True)  # one row
    is_on: Mapped[bool] = mapped_column(default=False)
    settings_kept: Mapped[dict] = mapped_column("settings", sa.JSON, default=dict)
    changed_at: Mapped[datetime]
    changed_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("account.id", ondelete="SET NULL")
    )

    changed_by: Mapped[Account | None] = relationship()

    @property
    def settings(self):
        return Settings.of(self.settings_kept)

    @classmethod
    def current(cls):
        """Return the plan, or None where officers have never set one."""
        return db.session.get(cls, 1)

    @classmethod
    def set(cls, is_on, settings, *, by, now):
        """Switch the weekly round on or off; who did it, and with what, is recorded."""
        plan = cls.current() or cls(id=1)
        plan.is_on, plan.settings_kept = is_on, settings.as_data()
        plan.changed_at, plan.changed_by_id = now, by.id
        db.session.add(plan)
        audit.record("weekly_on" if is_on else "weekly_off", plan, by=by, now=now)
        return plan


def held_places():
    """Select (offer id, firms) of the open pairings born of a round: they hold their places.

    They hold them against further rounds only, never against a firm that asks by itself.
    """
    return (
        sa.select(Pairing.offer_id, sa.func.sum(Pairing.firms))
        .where(Pairing.state.in_(OPEN), born_of_a_round())
        .group_by(Pairing.offer_id)
    )


def born_of_a_round():
    """Return what makes a pairing one that a round proposed."""
    return sa.exists().where(RoundChoice.pairing_id == Pairing.id)
