"""How Alembic reaches the database of the running application."""

from alembic import context
from flask import current_app

from matchmaker.db import Moment

db = current_app.extensions["migrate"].db


def is_ours(_object, name, kind, reflected, _compare_to):
    """Leave out the tables that the queue makes for itself in PostgreSQL."""
    return not (kind == "table" and reflected and name.startswith("huey_"))


def plain(kind, item, _context):
    """Write our own column types as what the database sees: migrations import no application."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, Moment) else False


def keep_foreign_keys(connection, value):
    connection.connection.driver_connection.execute(f"PRAGMA foreign_keys={value}")


def run():
    with db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            # A batch ALTER drops and makes the table anew; with foreign keys on, every row
            # that hangs on it by ON DELETE CASCADE would go with it.
            # Said to the driver itself: within a transaction SQLite would ignore it.
            keep_foreign_keys(connection, "OFF")
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            include_object=is_ours,
            render_item=plain,
            **current_app.extensions["migrate"].configure_args,
        )
        with context.begin_transaction():
            context.run_migrations()
        if connection.dialect.name == "sqlite":
            connection.commit()
            keep_foreign_keys(connection, "ON")


run()
