"""The job that counts the texts of open listings, and forgets those of all others."""

from collections import Counter
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from ...audit import Event
from ...db import begin_writing, db
from ...jobs import JobRun
from ...needs.cards import need_card
from ...needs.models import Need
from ...offers.cards import offer_card
from ...offers.models import Offer
from ...organisations.models import Organisation
from ..clock import day_of
from .kept_counts import KeptCounts, counted, outdated, put
from .trail import subject_kind

NAME = "keep-counts"
MOST = 2_000  # listings of a kind a run that were never counted, or by an earlier version
AT_ONCE = 200  # texts of one transaction: counting them takes about a second
LATE = timedelta(minutes=10)  # an act may be committed so long after its moment
CARDS = ((Need, need_card), (Offer, offer_card))


def keep_counts(now):
    """Count what is open and not counted yet; delete what was counted of all other listings.

    Each batch is a transaction of its own, and texts are read outside of it. A run that is
    killed has kept whole batches; the next one goes on.
    """
    from ...matching.ranker import TfidfRanker  # scikit-learn and the analyser: ranking only

    counts, today, since = Counter(kept=0, forgotten=0), day_of(now), _looked_last(now) - LATE
    ranker = TfidfRanker()
    db.session.commit()  # reading texts must not keep others from writing
    for model, card_of in CARDS:
        counts["forgotten"] += _forget(model, today)
        new = _never_counted(model, today, ranker.counting_version)
        ids = sorted(new | _touched(model, since))
        for start in range(0, len(ids), AT_ONCE):
            rows = db.session.scalars(
                model.open_on(today)
                .where(model.id.in_(ids[start : start + AT_ONCE]))
                .execution_options(populate_existing=True)
            )
            cards = outdated([card_of(row) for row in rows], ranker)
            counts["kept"] += store(list(zip(cards, counted(cards, ranker), strict=True)), ranker)
    db.session.rollback()
    begin_writing()  # for the caller, who writes its run
    return dict(counts)


def store(entries, ranker):
    """Keep (card, counts) pairs, a batch a transaction; return how many."""
    many = 0
    db.session.rollback()
    for start in range(0, len(entries), AT_ONCE):
        batch = entries[start : start + AT_ONCE]
        begin_writing()
        try:
            for card, counts in batch:
                put(card, counts, ranker)
            db.session.commit()
            many += len(batch)
        except IntegrityError:  # another run, at the same moment
            db.session.rollback()
    return many


def _looked_last(now):
    """Return when the last whole run began; without one, a day ago."""
    whole = JobRun.name == NAME, JobRun.ended_at.is_not(None), JobRun.error.is_(None)
    return db.session.scalar(sa.select(sa.func.max(JobRun.started_at)).where(*whole)) or (
        now - timedelta(days=1)
    )


def _open(model, today):
    return model.open_on(today).order_by(None).with_only_columns(model.id)


def _of(model):
    return KeptCounts.kind == model.__tablename__


def _never_counted(model, today, version):
    """Return the ids of open listings without counts of this version, not too many."""
    kept = sa.select(KeptCounts.listing_id).where(_of(model), KeptCounts.version == version)
    statement = _open(model, today).where(model.id.not_in(kept)).limit(MOST)
    return set(db.session.scalars(statement))


def _touched(model, since):
    """Return the ids of the listings to which, or to whose organisation, something happened."""
    recent = sa.select(Event.subject_id).where(Event.at >= since)
    itself = recent.where(subject_kind == model.__tablename__)
    owner = recent.where(subject_kind == Organisation.__tablename__)
    owned = sa.select(model.id).where(model.organisation_id.in_(owner))
    return set(db.session.scalars(itself)) | set(db.session.scalars(owned))


def _forget(model, today):
    """Delete what was counted of listings that are not open any more; return how many."""
    open_ids = _open(model, today)
    gone = sa.select(KeptCounts.listing_id).where(
        _of(model), KeptCounts.listing_id.not_in(open_ids)
    )
    ids = db.session.scalars(gone).all()
    db.session.rollback()
    for start in range(0, len(ids), AT_ONCE):
        begin_writing()
        part = KeptCounts.listing_id.in_(ids[start : start + AT_ONCE])
        db.session.execute(sa.delete(KeptCounts).where(_of(model), part))
        db.session.commit()
    return len(ids)
