"""`flask simulate` plays an invented market on a database of its own and prints what came of it."""

import sqlite3
import sys
from contextlib import closing
from datetime import datetime
from pathlib import Path

import click
from flask_babel import force_locale

from ..config import INSTANCE, Simulation
from ..db import Installation, db
from ..i18n import SEOUL
from ..pairings.rounds.settings import LIST_LENGTHS, Settings
from .cast import gather
from .habits import Chance, Habits
from .play import Play
from .report import lines
from .texts import Texts

KIND = "simulation"
START = datetime(2026, 1, 6, tzinfo=SEOUL)  # a Tuesday; the first round is on Monday


def command_for(create_app):
    """Return the command; the factory makes it an application with another database."""

    @click.command()
    @click.option("--database", type=click.Path(dir_okay=False, path_type=Path), default=None)
    @click.option("--companies", type=click.IntRange(1, 2000), default=14, show_default=True)
    @click.option("--smes", type=click.IntRange(1, 100_000), default=500, show_default=True)
    @click.option("--days", type=click.IntRange(7, 1000), default=90, show_default=True)
    @click.option("--places", type=click.FloatRange(0.01, 100), default=0.5, show_default=True)
    @click.option("--list-length", type=click.Choice(LIST_LENGTHS), default=10, show_default=True)
    @click.option("--seed", type=int, default=1, show_default=True)
    def simulate(database, companies, smes, days, places, list_length, seed):
        """Play a market of invented firms and companies, and print what came of it.

        It writes to a SQLite file of its own (by default simulation.db in the instance
        directory), which is made anew each time; it refuses any other file. --places is
        how many places there are for each firm, --list-length how many needs each
        offer is shown in a round.
        """
        path = (database or INSTANCE / "simulation.db").resolve()
        if not is_own(path):
            click.echo(f"{path} is not a simulation's database, so it stays as it is.", err=True)
            sys.exit(1)
        make_room(path)
        app = create_app(Simulation(path))
        with app.app_context(), force_locale("ko"):
            play, last = simulated(
                companies=companies,
                smes=smes,
                days=days,
                places=places,
                settings=Settings(list_length=list_length),
                seed=seed,
                watch=_watch,
            )
            click.echo(f"# {companies} companies, {smes} small firms, {days} days, seed {seed}\n")
            for line in lines(play, last):
                click.echo(line)
            db.session.remove()
            db.engine.dispose()

    return simulate


def simulated(*, companies, smes, days, places, settings, seed, watch=lambda days: days):
    """Play a market in the empty database of the application; return the play and its last day."""
    import numpy as np  # for this command only

    # The mark comes first and whole: a run that is killed leaves what the next one may remove.
    Installation.__table__.create(db.session.connection())
    db.session.add(Installation(kind=KIND, made_at=START))
    db.session.commit()
    db.create_all()
    rng = np.random.default_rng(seed)
    chance = Chance(rng, Habits())
    cast = gather(
        Texts(rng),
        chance,
        companies=companies,
        firms=smes,
        places=places,
        settings=settings,
        now=START,
    )
    play = Play(cast, chance, start=START, days=days)
    return play, play.run(watch)


def is_own(path):
    """Say whether a file is a database that a simulation made, or holds nothing yet."""
    if not path.exists():
        return True
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
            if not connection.execute("SELECT 1 FROM sqlite_master").fetchall():
                return True
            kinds = connection.execute("SELECT kind FROM installation").fetchall()
    except sqlite3.Error:
        return False
    return kinds == [(KIND,)]


def make_room(path):
    """Remove what an earlier simulation left."""
    path.parent.mkdir(parents=True, exist_ok=True)
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _watch(days):
    """Yield the days while a bar on standard error shows how many have passed."""
    with click.progressbar(days, label="Days", show_pos=True, file=sys.stderr) as bar:
        yield from bar
