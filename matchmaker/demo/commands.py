"""`flask demo` makes the demonstration's database, or finds it made, and prints its accounts."""

import sys

import click
import sqlalchemy as sa
from flask.cli import with_appcontext
from flask_migrate import upgrade

from ..accounts.models import Account
from ..db import Installation, db, utcnow
from ..i18n import SEOUL
from . import files
from .loading import PASSWORD, load
from .standing import Standing, standing
from .views import TOUR

FOREIGN = (
    "This database holds other than demonstration data, so it stays as it is. Give the "
    "demonstration an empty one: DATABASE_URL names it, INSTANCE_PATH the directory of the "
    "default one."
)
OTHER_DATA = (
    "The data files have changed since this database was loaded on {day}. It keeps what it has; "
    "to load them anew, start with an empty database ({place})."
)
KINDS = {"sme": "small firm", "company": "company", "association": "association"}


@click.command()
@with_appcontext
def demo():
    """Make the demonstration's database, or bring it up to date, and print its accounts.

    Loads the history and the market into an empty database. A second run changes nothing.
    """
    before = standing()
    if before is Standing.FOREIGN:
        _tell(FOREIGN)
        sys.exit(1)
    upgrade()
    installation = db.session.scalar(sa.select(Installation))
    if installation is None:
        _tell("Loading the demonstration.")
        db.session.rollback()  # loading begins a transaction that writes from the first statement
        load(now=utcnow(), tell=_tell, watch=_watch)
    elif installation.data_version != files.version():
        day = installation.made_at.astimezone(SEOUL).date()
        _tell(OTHER_DATA.format(day=day, place=db.engine.url.render_as_string()))
    _print_accounts()


def _print_accounts():
    emails = [f"{name}@example.com" for name in TOUR]
    accounts = db.session.scalars(sa.select(Account).where(Account.email.in_(emails)))
    click.echo(f"Sign in as one of these, password {PASSWORD}, or as anybody else at /try-as:")
    for account in sorted(accounts, key=lambda account: emails.index(account.email)):
        organisation = account.organisation
        kind = KINDS.get(organisation.kind, "ministry")
        name = f"{organisation.name} ({organisation.name_en})"
        click.echo(f"  {account.email:<24}{kind:<14}{name}")


def _watch(acts, label):
    """Yield the acts while a bar on standard error shows how many are done."""
    with click.progressbar(acts, label=label, show_pos=True, file=sys.stderr) as bar:
        yield from bar


def _tell(sentence):
    click.echo(sentence, err=True)
