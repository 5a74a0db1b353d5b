"""What a database holds before the demonstration touches it."""

from enum import Enum, auto

import sqlalchemy as sa

from ..db import Installation, db

FRAME = {"alembic_version"}  # kept by the migrations, and no data of anybody


class Standing(Enum):
    EMPTY = auto()
    DEMO = auto()
    FOREIGN = auto()


def standing():
    """Say whose database this is; reads only, and knows no more of it than it finds.

    Empty means no tables, or only our own without a row (a loading that was stopped leaves
    them so). The queue's tables in PostgreSQL do not count.
    """
    names = sa.inspect(db.engine).get_table_names()
    tables = {name for name in names if not name.startswith("huey_")} - FRAME
    with db.engine.connect() as connection:
        kind = None
        if Installation.__tablename__ in tables:
            kind = connection.scalar(sa.select(Installation.kind))
        if kind == "demo":
            return Standing.DEMO
        if tables - set(db.metadata.tables) or any(_has_rows(connection, name) for name in tables):
            return Standing.FOREIGN
    return Standing.EMPTY


def _has_rows(connection, name):
    return connection.scalar(sa.select(sa.literal(1)).select_from(sa.table(name)).limit(1))
