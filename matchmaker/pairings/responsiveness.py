"""How companies answer: how soon, how often in time, and who gets half the proposals for it."""

from datetime import datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql.functions import GenericFunction

from .. import audit, outbox
from ..db import db
from .models import Pairing
from .states import Side, State

FEWEST = 5  # below this a number would single somebody out
SHOWN_FOR = timedelta(days=365)  # how a company answered longer ago says little of today
SLOW_OVER = timedelta(days=90)
SLOW_FOR = timedelta(days=30)


class SlowSpell(db.Model):  # type: ignore[name-defined]
    """Thirty days in which a company gets half the proposals, with what they rest on."""

    id: Mapped[int] = mapped_column(primary_key=True)
    company_id: Mapped[int] = mapped_column(
        sa.ForeignKey("organisation.id", ondelete="CASCADE"), index=True
    )
    began_at: Mapped[datetime]
    until_at: Mapped[datetime]
    answered: Mapped[int]
    asked: Mapped[int]

    @classmethod
    def begin(cls, company, found, *, now):
        """Let the thirty days of a company begin, and tell it; `found` is its responsiveness."""
        spell = cls(
            company_id=company.id,
            began_at=now,
            until_at=now + SLOW_FOR,
            answered=found.recent_answered,
            asked=found.recent_n,
        )
        db.session.add(spell)
        audit.record("slow", company, by=None, now=now, until=spell.until_at.isoformat())
        people = [account for account in company.people if account.active]
        outbox.notify(people, "slow_began", now=now)
        return spell

    @classmethod
    def running(cls, now):
        """Select the spells that have not ended."""
        return sa.select(cls).where(cls.until_at > now)


class Responsiveness(NamedTuple):
    """How a company answers; nothing of it is shown to others before `is_known`."""

    n: int  # asks and proposals that it answered, or let run out
    answered: int
    median_hours: float | None  # until its first answer, over those that it answered
    recent_n: int  # of the last 90 days, and since the last thirty days of half began
    recent_answered: int
    slow_until: datetime | None  # until when it gets half the proposals

    @property
    def answered_share(self):
        return self.answered / self.n if self.n else None

    @property
    def is_known(self):
        return self.n >= FEWEST

    @property
    def is_slow(self):
        """Whether it gets half the proposals for now."""
        return self.slow_until is not None

    @property
    def median_days(self):
        """Whole days within which it usually answers, at least one; None without an answer."""
        return None if self.median_hours is None else max(1, -int(-self.median_hours // 24))


UNKNOWN = Responsiveness(0, 0, None, 0, 0, None)


class hours_between(GenericFunction):  # noqa: N801 a function of the database
    """The hours from the second moment to the first."""

    type = sa.Float()
    inherit_cache = True


@compiles(hours_between, "sqlite")
def _in_sqlite(function, compiler, **options):
    later, earlier = (compiler.process(clause, **options) for clause in function.clauses)
    return f"((julianday({later}) - julianday({earlier})) * 24)"


@compiles(hours_between, "postgresql")
def _in_postgresql(function, compiler, **options):
    later, earlier = (compiler.process(clause, **options) for clause in function.clauses)
    return f"(extract(epoch FROM ({later}) - ({earlier}))::float / 3600)"


# An answer is the first yes or no of the company. Its own invitation is none; a yes to a
# proposal is, and was given when that became an invitation.
ANSWERED_AT = sa.case(
    (
        sa.and_(Pairing.asked_at.is_(None), Pairing.invited_at > Pairing.created_at),
        Pairing.invited_at,
    ),
    (sa.and_(Pairing.asked_at.is_not(None), Pairing.agreed_at.is_not(None)), Pairing.agreed_at),
    (
        sa.and_(Pairing.state == State.DECLINED, Pairing.closed_by == Side.COMPANY),
        Pairing.closed_at,
    ),
)
ITS_TURN_AT = sa.func.coalesce(Pairing.asked_at, Pairing.created_at)


def responsiveness(company_ids, *, now):
    """Return {company id: Responsiveness} for all the ids, by one select.

    A case is an ask or a proposal that the company answered, or whose time ran out without
    its answer, within the last year. What the firm took back before, what the system closed,
    and what is still open do not count. Slow is who answered less than half of at least five
    cases of the last 90 days; that lasts for 30 days, and what led to it does not lead to it
    again.
    """
    found = dict.fromkeys(company_ids, UNKNOWN)
    for row in db.session.execute(_select(list(found), now)):
        slow_until = row.slow_until
        if slow_until is None or slow_until <= now:
            slow = is_slow(row.recent_answered, row.recent_n)
            slow_until = now + SLOW_FOR if slow else None  # the job is about to write it
        found[row.company_id] = Responsiveness(
            row.n, row.answered, row.median_hours, row.recent_n, row.recent_answered, slow_until
        )
    return found


def is_slow(answered, asked):
    """Say whether so many answers are less than half of enough cases."""
    return asked >= FEWEST and 2 * answered < asked


def _select(company_ids, now):
    cases = (
        sa.select(
            Pairing.company_id,
            hours_between(ANSWERED_AT, ITS_TURN_AT).label("hours"),
            sa.func.coalesce(ANSWERED_AT, Pairing.closed_at).label("at"),
        )
        .where(
            Pairing.company_id.in_(company_ids),
            sa.or_(
                ANSWERED_AT.is_not(None),
                sa.and_(Pairing.state == State.EXPIRED, Pairing.invited_at.is_(None)),
            ),
        )
        .cte("cases")
    )
    ordered = (
        sa.select(
            cases,
            sa.func.row_number()
            .over(
                partition_by=(cases.c.company_id, cases.c.hours.is_(None)), order_by=cases.c.hours
            )
            .label("place"),
            sa.func.count(cases.c.hours).over(partition_by=cases.c.company_id).label("many"),
        )
        .where(cases.c.at > now - SHOWN_FOR)
        .cte("ordered")
    )
    spells = (
        sa.select(
            SlowSpell.company_id,
            sa.func.max(SlowSpell.began_at, type_=SlowSpell.began_at.type).label("began_at"),
            sa.func.max(SlowSpell.until_at, type_=SlowSpell.until_at.type).label("until_at"),
        )
        .where(SlowSpell.company_id.in_(company_ids))
        .group_by(SlowSpell.company_id)
        .cte("spells")
    )
    hours, place, many = ordered.c.hours, ordered.c.place, ordered.c.many
    is_recent = sa.and_(
        ordered.c.at > now - SLOW_OVER,
        sa.or_(spells.c.began_at.is_(None), ordered.c.at > spells.c.began_at),
    )
    # of an even number of answers the median lies between the two in the middle
    in_the_middle = sa.and_(hours.is_not(None), 2 * place >= many, 2 * place <= many + 2)
    return (
        sa.select(
            ordered.c.company_id,
            sa.func.count().label("n"),
            sa.func.count(hours).label("answered"),
            sa.func.avg(sa.case((in_the_middle, hours))).label("median_hours"),
            sa.func.count(sa.case((is_recent, 1))).label("recent_n"),
            sa.func.count(sa.case((is_recent, hours))).label("recent_answered"),
            sa.func.max(spells.c.until_at, type_=spells.c.until_at.type).label("slow_until"),
        )
        .select_from(ordered)
        .outerjoin(spells, spells.c.company_id == ordered.c.company_id)
        .group_by(ordered.c.company_id)
    )
