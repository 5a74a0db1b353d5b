"""`flask create-officer` makes an officer of the ministry; nobody can register as one."""

import secrets

import click
import email_validator
from flask.cli import with_appcontext
from flask_security import hash_password

from ..accounts.fields import LONGEST_PASSWORD, SHORTEST_PASSWORD
from ..accounts.officers import invite_officer, make_officer, ministry
from ..db import begin_writing, db, utcnow
from ..errors import Refusal


@click.command("create-officer")
@click.argument("email")
@click.option("--name", required=True, help="The officer's name.")
@click.option("--mail", is_flag=True, help="Send a letter by which the officer sets a password.")
@click.option("--generate", is_flag=True, help="Make a password and print it.")
@with_appcontext
def create_officer(email, name, mail, generate):
    """Give an officer of the ministry an account; asks for a password unless told otherwise."""
    email, name = checked(email, name)
    password = None if mail else chosen_password(generate)
    begin_writing()
    now = utcnow()
    try:
        if mail:
            invite_officer(ministry(now=now), name, email, by=None, now=now)
        else:
            hashed = hash_password(password)
            make_officer(ministry(now=now), name, email, by=None, now=now, password=hashed)
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from refusal
    db.session.commit()
    click.echo(f"{email} is an officer now.")
    if generate:
        click.echo(f"Password: {password}")


def checked(email, name):
    """Return address and name as they are stored; raises click.BadParameter."""
    try:
        found = email_validator.validate_email(email, check_deliverability=False)
    except email_validator.EmailNotValidError as error:
        raise click.BadParameter(str(error), param_hint="EMAIL") from error
    if not 1 <= len(name.strip()) <= 60:
        raise click.BadParameter("one to sixty characters", param_hint="--name")
    return found.normalized.lower(), name.strip()


def chosen_password(generate):
    """Return a made password, or the one that is typed twice; raises click.BadParameter."""
    if generate:
        return secrets.token_urlsafe(12)
    password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise click.BadParameter(
            f"{SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters", param_hint="password"
        )
    return password
