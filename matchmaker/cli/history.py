"""`flask load-history` fills the record of 2019 to 2022 in an installation of one's own."""

import click
from flask.cli import with_appcontext

from ..db import begin_writing, db, utcnow
from ..demo import files
from ..programme import loading


@click.command("load-history")
@with_appcontext
def load_history():
    """Load the record of the real programme; run again, it replaces the record and no more."""
    begin_writing()
    counts = loading.load_history(
        files.read("history"), files.read("reconstructed_needs"), now=utcnow()
    )
    db.session.commit()
    click.echo("{companies} companies, {offers} offers, {outcomes} outcomes.".format(**counts))
