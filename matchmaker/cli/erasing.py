"""`flask erase-person` deletes a person's account and what they wrote, after a question."""

import click
import sqlalchemy as sa
from flask.cli import with_appcontext

from ..accounts.erasing import erase
from ..accounts.models import Account
from ..db import begin_writing, db, utcnow
from ..errors import Refusal


@click.command("erase-person")
@click.argument("email")
@click.option("--yes", is_flag=True, help="Do not ask once more.")
@with_appcontext
def erase_person(email, yes):
    """Delete the account with this address: name, letters, consents, messages and their files."""
    begin_writing()
    account = db.session.scalar(sa.select(Account).where(Account.email == email.strip().lower()))
    if account is None:
        raise click.ClickException("There is no account with this address.")
    number = account.id
    db.session.rollback()  # nobody waits while the question stands
    if not yes:
        click.confirm(f"Delete account {number} for good?", abort=True)
    begin_writing()
    try:
        erase(db.session.get_one(Account, number), by=None, now=utcnow())
    except Refusal as refusal:
        db.session.rollback()
        raise click.ClickException(str(refusal)) from refusal
    db.session.commit()
    click.echo(f"Account {number} is deleted. Files that it sent go within the hour.")
