"""What has changed in the market since one looked last, read from the audit trail."""

import sqlalchemy as sa
from sqlalchemy.orm import Session, object_session

from ...audit import Event
from ...db import db

# Events are numbered when written and seen when committed, so that a lower number may come
# after a higher one. The last numbers are therefore read again each time.
WINDOW = 200
# Events of other kinds are read past, but not without end where listings rest for long.
FAR = 10_000
_OWN = "events of this transaction"
# Not the bare column: by its index SQLite would read all events of these kinds, not the last ones.
subject_kind = sa.func.coalesce(Event.subject_kind, "")


class Trail:
    """Reads the events about some kinds of row, each event once.

    What the transaction that asks has itself written is left for later: it may still be
    undone, and what is computed from it is shared by all.
    """

    def __init__(self, *kinds):
        self._kinds = kinds
        self._last = 0
        self._seen = set()
        self._is_near = False  # whether it has read since it was made or resumed

    def skip(self):
        """Take all that has happened so far as read; who calls it looks at every row next."""
        newest = sa.select(sa.func.max(Event.id)).where(Event.subject_kind.in_(self._kinds))
        self._last = db.session.scalar(newest) or 0
        self._seen = set(db.session.scalars(sa.select(Event.id).where(self._recent())))
        self._seen -= _own()

    def as_data(self):
        """Return how far it has read, as JSON has it."""
        return {"last": self._last, "seen": sorted(self._seen)}

    def resume(self, data):
        """Go on from where `as_data` was taken, perhaps in another process."""
        self._last, self._seen = data["last"], set(data["seen"])
        self._is_near = False

    def news(self):
        """Return the (kind, id) of the rows that were changed since the last call, as a set."""
        events = db.session.execute(
            sa.select(Event.id, Event.subject_kind, Event.subject_id).where(
                self._recent(), subject_kind.in_(self._kinds)
            )
        ).all()
        own = _own()
        undecided = {(kind, row_id) for id_, kind, row_id in events if id_ in own}
        fresh = {
            id_: (kind, row_id)
            for id_, kind, row_id in events
            if id_ not in self._seen and (kind, row_id) not in undecided
        }
        self._last = max(self._last, *fresh, 0)
        self._seen = {id_ for id_ in self._seen | set(fresh) if id_ > self._last - WINDOW}
        self._is_near = True
        return set(fresh.values())

    def _recent(self):
        unread = Event.id > self._last - WINDOW
        if not self._is_near:
            return unread
        return sa.and_(unread, Event.id > sa.select(sa.func.max(Event.id)).scalar_subquery() - FAR)


def is_writing():
    """Say whether the transaction that asks has written events of its own."""
    return bool(_own())


def _own():
    return db.session.info.get(_OWN, frozenset())


@sa.event.listens_for(Event, "after_insert")
def _written(_mapper, _connection, event):
    object_session(event).info.setdefault(_OWN, set()).add(event.id)


@sa.event.listens_for(Session, "after_transaction_end")
def _over(session, transaction):
    if transaction.parent is None:
        session.info.pop(_OWN, None)
