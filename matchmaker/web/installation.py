"""The demonstration serves only a database that it made; production refuses such a one."""

import sqlalchemy as sa
from flask import current_app

from ..db import Installation, db


class WrongDatabase(RuntimeError):
    """This configuration must not serve this database."""


def init_app(app):
    if app.config["INSTALLATION"]:
        app.before_request(check_once)


def check_once():
    """Check the database at the first request of a process; raises WrongDatabase."""
    checked = current_app.extensions.setdefault("installation_checked", set())
    if not checked:
        check(current_app.config["INSTALLATION"])
        checked.add(True)


def check(place):
    """Raise WrongDatabase if the place (`demo`, `production`) and the database do not fit."""
    kind = db.session.scalar(sa.select(Installation.kind))
    if place == "demo" and kind != "demo":
        raise WrongDatabase("not a demonstration database: run `flask demo` on an empty one")
    if place == "production" and kind in ("demo", "simulation"):
        raise WrongDatabase(f"a database of the {kind}: production serves only its own")
