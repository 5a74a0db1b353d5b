"""Rounds: asked for, computed without touching anything, then published in one commit or not."""

from typing import NamedTuple

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from ... import audit
from ...db import db
from ...errors import Refusal
from ...needs.models import Need
from ...offers.models import Offer
from ..clock import day_of
from .models import ChoiceKind, Round, RoundChoice, RoundNeed, RoundState
from .settings import Settings

SMALL = 30_000  # needs times offers up to which a page waits for the result


def request(settings, *, by, now, week=None, compared_with=None):
    """Return a new round that waits to be computed."""
    round_ = Round(
        settings_kept=settings.as_data(),
        week=week,
        requested_at=now,
        requested_by_id=by.id if by else None,
        compared_with_id=compared_with and compared_with.id,
        state=RoundState.REQUESTED,
        figures={},
        places=[],
    )
    audit.record("request_round", round_, by=by, now=now)
    return round_


def compute(settings, *, by, now):
    """Compute a round at once; return it, provisional. No row of the market changes."""
    round_ = request(settings, by=by, now=now)
    keep(round_, work_out(round_, now=now), now=now)
    return round_


def is_small(now):
    """Say whether the market is so small that a page can wait for the result."""
    today = day_of(now)
    needs, offers = (
        db.session.scalar(listing.open_on(today).order_by(None).with_only_columns(sa.func.count()))
        for listing in (Need, Offer)
    )
    return needs * offers <= SMALL


def plan_settings(plan):
    """Return the settings of the weekly round, as they are before officers have set any."""
    return plan.settings if plan else Settings()


def work_out(round_, *, now):
    """Return what a round would do, by reading alone."""
    from .computing import work_out as result  # numpy: only what computes a round needs it

    return result(round_.settings, now=now)


def keep(round_, result, *, now):
    """Write what a round would do. Raises Refusal where it was computed or discarded meanwhile."""
    move(round_, RoundState.REQUESTED, RoundState.PROVISIONAL, computed_at=now)
    round_.figures, round_.places = result.figures, result.places
    round_.ranker_version, round_.input_hash = result.ranker_version, result.input_hash
    db.session.flush()
    for model, rows in ((RoundNeed, result.needs), (RoundChoice, result.choices)):
        if rows:
            db.session.execute(sa.insert(model), [{"round_id": round_.id, **row} for row in rows])
    audit.record("compute_round", round_, by=None, now=now, proposed=result.figures["proposed"])


def discard(round_, *, by, now):
    """Throw a round away that was not published; nobody but officers ever saw it."""
    before = round_.state
    if before not in (RoundState.REQUESTED, RoundState.PROVISIONAL):
        raise Refusal(_l("This round has been published or discarded already."), "state")
    move(round_, before, RoundState.DISCARDED, discarded_at=now)
    audit.record("discard_round", round_, by=by, now=now)


def move(round_, before, after, **moments):
    """Move a round on by one conditional UPDATE, so that of two officers exactly one does."""
    moved = db.session.execute(
        sa.update(Round)
        .where(Round.id == round_.id, Round.state == before)
        .values(state=after, **moments)
        .execution_options(synchronize_session=False)
    ).rowcount
    if not moved:
        raise Refusal(_l("This round has been published or discarded already."), "state")
    db.session.expire(round_, ["state", *moments])


class RoundAnswer(NamedTuple):
    """What the last published round says of a pair: proposed, kept apart by a rule, or its rank."""

    rule: str | None
    rank: int | None
    of: int
    proposed: bool
    at: object  # when the round was published


def answer_for(need_id, offer_id):
    """Return why a pair was or was not proposed by the last published round that had the need.

    None where no round had the need, or the offer came later. With a rank the offer could be
    had then: `rule` says why nothing was proposed ("full": its places went to needs that come
    first for it), and is None where the need got another one. By three selects.
    """
    found = db.session.execute(
        sa.select(RoundNeed, Round.published_at, Round.computed_at)
        .join(Round, Round.id == RoundNeed.round_id)
        .where(RoundNeed.need_id == need_id, Round.state == RoundState.PUBLISHED)
        .order_by(Round.published_at.desc(), Round.id.desc())
        .limit(1)
    ).first()
    if found is None:
        return None
    row, at, computed_at = found
    of, refused = len(row.ranked), row.refused.get(str(offer_id))
    if offer_id not in row.ranked:
        opened = db.session.scalar(sa.select(Offer.published_at).where(Offer.id == offer_id))
        if refused is None and (opened is None or opened > computed_at):
            return None
        return RoundAnswer(refused or "words", None, of, False, at)
    rank = row.ranked.index(offer_id) + 1
    chosen = db.session.execute(
        sa.select(RoundChoice.offer_id, RoundChoice.rank, RoundChoice.dropped).where(
            RoundChoice.round_id == row.round_id,
            RoundChoice.need_id == need_id,
            RoundChoice.kind == ChoiceKind.PROPOSED,
        )
    ).all()
    own = next((each for each in chosen if each.offer_id == offer_id), None)
    if own is not None:
        return RoundAnswer(own.dropped, rank, of, own.dropped is None, at)
    return RoundAnswer(row.rule, rank, of, False, at)
