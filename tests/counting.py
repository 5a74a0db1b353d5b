"""Counts the statements that an act sends to the database."""

from sqlalchemy import event

from matchmaker.db import db


def statements(act):
    """Return how many statements `act` sends, the opening of transactions apart."""
    sent = []

    def note(_connection, _cursor, statement, *_more):
        sent.append(statement)

    db.session.expire_all()
    event.listen(db.engine, "before_cursor_execute", note)
    try:
        act()
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return len([one for one in sent if not one.startswith("BEGIN")])
