"""The migrations: equal to the models, in both directions, and no row is lost on the way."""

import shutil
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask_migrate import downgrade, upgrade

from matchmaker import create_app
from matchmaker.config import Testing
from matchmaker.db import db
from matchmaker.organisations.models import Organisation, OrganisationTrait

from .factories import make_account, make_need, make_pairing

MIGRATIONS = Path(__file__).parent.parent / "matchmaker" / "migrations"
BATCH = '''"""Only for the test: an ALTER that SQLite can only do by making the table anew."""

import sqlalchemy as sa
from alembic import op

revision = "test"
down_revision = "{head}"


def upgrade():
    with op.batch_alter_table("organisation") as organisation:
        organisation.alter_column("name", type_=sa.String(200))


def downgrade():
    with op.batch_alter_table("organisation") as organisation:
        organisation.alter_column("name", type_=sa.String(100))
'''


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def migrated(request, tmp_path):
    """An application whose database was made by the migrations."""
    if request.param == "sqlite":
        address = f"sqlite:///{tmp_path / 'migrated.db'}"
    else:
        address = request.getfixturevalue("postgres_database")

    class Migrated(Testing):
        SQLALCHEMY_DATABASE_URI = address

    app = create_app(Migrated())
    with app.app_context():
        upgrade()
        yield app
        db.session.remove()
        db.engine.dispose()


def tables():
    return set(sa.inspect(db.engine).get_table_names()) - {"alembic_version"}


def test_the_migrations_make_what_the_models_say(migrated):
    assert tables() == set(db.metadata.tables)
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, db.metadata) == []


def test_all_the_way_down_and_up_again(migrated):
    make_pairing("agreed")
    db.session.remove()
    downgrade(revision="base")
    assert tables() == set()
    upgrade()
    assert tables() == set(db.metadata.tables)


def test_the_constraints_are_in_the_database(migrated):
    pairing = make_pairing("asked")
    offer_id = pairing.offer_id
    db.session.remove()
    with pytest.raises(sa.exc.IntegrityError), db.engine.begin() as connection:
        connection.execute(
            sa.text("UPDATE offer SET places_taken = 99 WHERE id = :id"), {"id": offer_id}
        )


def test_a_table_that_is_made_anew_keeps_the_rows_that_hang_on_it(migrated, tmp_path):
    make_need(organisation=make_account().organisation)
    organisation = db.session.scalar(sa.select(Organisation))
    organisation.traits = ["venture"]
    db.session.commit()
    db.session.remove()
    folder = tmp_path / "migrations"
    shutil.copytree(MIGRATIONS, folder)
    head = max(path.name[:4] for path in (folder / "versions").glob("[0-9]*.py"))
    (folder / "versions" / "test_only.py").write_text(BATCH.format(head=head))
    upgrade(directory=str(folder), revision="test")
    assert db.session.scalar(sa.select(sa.func.count()).select_from(OrganisationTrait)) == 1
    assert db.session.scalar(sa.text("SELECT count(*) FROM need")) == 1
    db.session.remove()
    downgrade(directory=str(folder), revision=head)
    assert db.session.scalar(sa.text("SELECT count(*) FROM need")) == 1
