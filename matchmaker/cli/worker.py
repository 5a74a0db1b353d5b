"""`flask worker` runs the jobs by the clock; `flask job NAME` runs one of them now."""

import click
from flask import current_app
from flask.cli import with_appcontext

from .. import schedule
from ..db import db, utcnow
from ..jobs import make_queue
from ..pairings.ranking import index
from ..web.installation import check


@click.command()
@with_appcontext
def worker():
    """Run the scheduled jobs until stopped; one worker is enough."""
    app = current_app._get_current_object()
    check(app.config["INSTALLATION"])
    db.session.remove()  # its transaction would stay open for as long as the worker runs
    queue = make_queue(app)
    schedule.register(queue, app)
    index.warm(utcnow())  # a first pass-on must not read the dictionary with the write lock held
    db.session.remove()
    queue.create_consumer(workers=1, worker_type="thread", periodic=True).run()


@click.command()
@click.argument("name", type=click.Choice([job.name for job in schedule.JOBS]))
@with_appcontext
def job(name):
    """Run one job now and print its counts."""
    check(current_app.config["INSTALLATION"])
    db.session.remove()  # the job begins a transaction of its own, one that will write
    chosen = next(job for job in schedule.JOBS if job.name == name)
    click.echo(f"{name}: {chosen.run()}")
