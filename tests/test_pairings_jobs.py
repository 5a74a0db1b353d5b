"""The jobs: idempotent, each row on its own, a row that fails stops no other."""

from datetime import timedelta

import sqlalchemy as sa

from matchmaker.db import db
from matchmaker.jobs import JobRun, tracked
from matchmaker.pairings import jobs
from matchmaker.pairings.models import Pairing
from matchmaker.pairings.states import OPEN, Reason, Side, State

from .factories import NOW, make_offer, make_pairing

AFTER = NOW + timedelta(days=14)


def test_what_is_overdue_expires_once(app):
    pairings = [make_pairing(state) for state in State]
    assert jobs.expire_overdue(NOW) == {"expired": 0, "past": 0}
    assert jobs.expire_overdue(AFTER) == {"expired": len(OPEN), "past": 0}
    assert jobs.expire_overdue(AFTER) == {"expired": 0, "past": 0}
    for pairing, before in zip(pairings, State, strict=True):
        assert pairing.state is (State.EXPIRED if before in OPEN else before)
        if before in OPEN:
            assert (pairing.reason, pairing.closed_by) == (Reason.TIMED_OUT, Side.TIME)


def test_what_rests_does_not_expire(app):
    make_pairing("asked", frozen_at=NOW)
    assert jobs.expire_overdue(AFTER)["expired"] == 0


def test_a_row_that_fails_stops_no_other(app):
    poisoned, healthy = make_pairing("asked"), make_pairing("asked")
    db.session.execute(  # its counter is out of step, so that the database refuses its expiry
        sa.text("UPDATE need SET open_asks = 0 WHERE id = :id"), {"id": poisoned.need_id}
    )
    db.session.commit()
    counts = jobs.expire_overdue(AFTER)
    assert counts == {"expired": 1, "past": 0, "failed": 1}
    assert (poisoned.state, healthy.state) == (State.ASKED, State.EXPIRED)


def test_a_row_that_somebody_else_moved_first_is_left(app, monkeypatch):
    make_pairing("expired")
    every_row = sa.select(Pairing).order_by(Pairing.id)
    monkeypatch.setattr(Pairing, "overdue", classmethod(lambda cls, now: every_row))
    assert jobs.expire_overdue(AFTER) == {"expired": 0, "past": 0, "overtaken": 1}


def test_a_run_keeps_its_counts(app):
    make_pairing("asked")
    db.session.commit()
    with tracked("expire") as run:
        run.counts = jobs.expire_overdue(AFTER)
    stored = db.session.scalars(sa.select(JobRun)).one()
    assert stored.counts == {"expired": 1, "past": 0}
    assert stored.ended_at
    assert stored.error is None


def test_a_line_without_a_place_is_left(app):
    offer = make_offer(capacity=1)
    make_pairing("agreed", offer=offer)
    make_pairing("waiting", offer=offer)
    assert jobs.move_up_lines(NOW) == {"moved": 0, "asked_again": 0, "left": 1}
