"""The database: one session, its types, and how SQLite is made to keep its promises."""

from datetime import UTC, datetime
from sqlite3 import Connection as SQLiteConnection

import sqlalchemy as sa
from flask import current_app, request
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, registry
from sqlalchemy.types import TypeDecorator

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}


def utcnow():
    """Return the moment, aware and in UTC; views and jobs ask once and pass it on."""
    return datetime.now(UTC)


class Moment(TypeDecorator):
    """An aware moment in UTC, also where the database (SQLite) keeps no zone."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value, dialect):
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a zone")
        return value.astimezone(UTC)

    def process_result_value(self, value, dialect):
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Every table's base: named constraints, moments in UTC."""

    # A registry instead of class attributes: Flask-SQLAlchemy derives its own base from this.
    registry = registry(
        metadata=sa.MetaData(naming_convention=NAMES), type_annotation_map={datetime: Moment()}
    )


db = SQLAlchemy(model_class=Base)
migrate = Migrate()


class Installation(db.Model):  # type: ignore[name-defined]
    """One row that says which kind of database this is, so that no place serves another's."""

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(20))  # "demo" or "production"
    made_at: Mapped[datetime]
    data_version: Mapped[str | None] = mapped_column(sa.String(16))  # of the demonstration's files


def choice(enum, name=None, **options):
    """Return a column type that stores a StrEnum by value, checked by the database.

    A table that uses one enum twice gives the second check a name of its own.
    """
    return sa.Enum(
        enum,
        native_enum=False,
        length=30,
        create_constraint=True,
        values_callable=lambda members: [member.value for member in members],
        name=name or f"{enum.__name__.lower()}_known",
        **options,
    )


def begin_writing():
    """Start this session's transaction as one that will write.

    On SQLite it takes the write lock now (BEGIN IMMEDIATE) and waits its turn; a
    transaction that first reads and then writes would fail at once if another wrote in
    between. Must be the first use of the session.
    """
    db.session.connection(execution_options={"writes": True})


def hold(row, *columns):
    """Lock a row until the commit, and read these columns of it anew.

    So of two who decide on it at one moment the second sees what the first did. On SQLite
    those who write take turns anyway.
    """
    db.session.flush()  # what was changed so far would be read over
    db.session.refresh(row, columns, with_for_update={"key_share": True})


def init_app(app):
    db.init_app(app)
    migrate.init_app(
        app, db, directory=f"{app.root_path}/migrations", render_as_batch=True, compare_type=True
    )
    app.before_request(_begin)
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            event.listen(db.engine, "connect", _sqlite_connected)
            event.listen(db.engine, "begin", _sqlite_begins)


def _begin():
    view = current_app.view_functions.get(request.endpoint)
    if request.method not in SAFE_METHODS or getattr(view, "writes", False):
        begin_writing()


def _sqlite_connected(connection, _record):
    if isinstance(connection, SQLiteConnection):
        connection.isolation_level = None  # we begin transactions ourselves, see _sqlite_begins
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA busy_timeout=15000")


def _sqlite_begins(connection):
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
