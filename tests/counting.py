"""Counts the statements that an act sends to the database."""

from sqlalchemy import event

from matchmaker.db import db


def statements(act, *, writes=True):
    """Return how many statements `act` sends, the opening of transactions apart.

    Without `writes` new rows are not counted: SQLite is sent each of them by itself.
    """
    sent = []

    def note(_connection, _cursor, statement, *_more):
        sent.append(statement)

    db.session.expire_all()
    event.listen(db.engine, "before_cursor_execute", note)
    try:
        act()
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    apart = ("BEGIN",) if writes else ("BEGIN", "INSERT")
    return len([one for one in sent if not one.startswith(apart)])
