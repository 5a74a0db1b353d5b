"""The trail of changes that the live index follows: read in the window of the last events."""

import sqlalchemy as sa

from matchmaker import audit
from matchmaker.db import db
from matchmaker.pairings.ranking.trail import WINDOW, Trail

from .factories import NOW, make_need, make_offer, make_pairing


def sent(act):
    """Return (statement, parameters) of what an act reads from the trail."""
    found = []

    def note(_connection, _cursor, statement, parameters, *_more):
        if "audit_event" in statement:
            found.append((statement, parameters))

    sa.event.listen(db.engine, "before_cursor_execute", note)
    try:
        act()
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", note)
    return found


def test_only_the_last_events_are_looked_at_however_many_there_ever_were(app):
    make_offer()
    trail = Trail("need", "offer", "organisation")
    ((statement, parameters),) = sent(trail.news)
    plan = db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
    assert "INTEGER PRIMARY KEY (rowid>?)" in str(plan.all())


def test_an_event_is_told_once_and_others_than_its_kinds_never(app):
    trail = Trail("need", "offer")
    trail.skip()
    need = make_need()
    audit.record("ask", make_pairing(need=need), by=None, now=NOW)
    db.session.commit()
    assert ("need", need.id) in trail.news()
    assert trail.news() == set()


def test_a_trail_that_is_resumed_goes_on_where_it_was(app):
    trail, other = Trail("need"), Trail("need")
    trail.skip()
    other.resume(trail.as_data())
    need = make_need()
    assert other.news() == {("need", need.id)}
    assert trail.news() == {("need", need.id)}
    assert len(trail.as_data()["seen"]) <= WINDOW
