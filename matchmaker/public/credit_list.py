"""Whose work this service is built from, and under which licence."""

from typing import NamedTuple

from flask_babel import lazy_gettext as _l


class Work(NamedTuple):
    """One thing that others made: its name, what it does here, its licence and its page."""

    name: str
    use: object
    licence: object
    url: str


LOOKS = (
    Work(
        "KRDS (krds-uiux 1.1.0)",
        _l("The Korean government’s design system: style sheets, tokens and icons"),
        _l("Korea Open Government Licence type 1 (the package names ISC)"),
        "https://www.krds.go.kr",
    ),
    Work(
        "Pretendard GOV 1.309",
        _l("The typeface, © 2023 Kil Hyung-jin"),
        "SIL Open Font License 1.1",
        "https://github.com/orioncactus/pretendard",
    ),
)

SOFTWARE = (
    Work(
        "scikit-learn, SciPy, NumPy, joblib",
        _l("The ranking"),
        "BSD-3-Clause",
        "https://scikit-learn.org",
    ),
    Work(
        "kiwipiepy",
        _l("Takes Korean sentences apart into words"),
        "Apache-2.0",
        "https://github.com/bab2min/kiwipiepy",
    ),
    Work(
        "PyStemmer",
        _l("Takes the endings off English words"),
        "MIT, BSD-3-Clause",
        "https://github.com/snowballstem/pystemmer",
    ),
    Work(
        "Flask, Werkzeug, Jinja, Flask-SQLAlchemy",
        _l("The pages"),
        "BSD-3-Clause",
        "https://flask.palletsprojects.com",
    ),
    Work("SQLAlchemy, Alembic", _l("The database"), "MIT", "https://www.sqlalchemy.org"),
    Work("psycopg", _l("The way to PostgreSQL"), "LGPL-3.0", "https://www.psycopg.org"),
    Work(
        "Flask-Security, Flask-Login, argon2-cffi",
        _l("Signing in, and passwords as one-way values"),
        "MIT",
        "https://flask-security.readthedocs.io",
    ),
    Work("Flask-WTF, WTForms", _l("The forms"), "BSD-3-Clause", "https://flask-wtf.readthedocs.io"),
    Work("Babel, Flask-Babel", _l("Two languages"), "BSD-3-Clause", "https://babel.pocoo.org"),
    Work("Huey", _l("The work in the background"), "MIT", "https://huey.readthedocs.io"),
    Work(
        "gunicorn, WhiteNoise, Flask-Limiter, structlog",
        _l("The server, its files, its limits and its log"),
        "MIT",
        "https://gunicorn.org",
    ),
    Work("PyYAML", _l("Reads the files of the record"), "MIT", "https://pyyaml.org"),
    Work(
        "Flask-Mailman",
        _l("Sends the mails"),
        "BSD-3-Clause",
        "https://github.com/waynerv/flask-mailman",
    ),
)

SOURCES = (
    Work(
        _l("The record of 2019–2022"),
        _l("Retold in our own words after the press and the ministry; every figure names its page"),
        _l("Facts are free; the texts are part of this project"),
        "",
    ),
    Work(
        _l("Korean Standard Industrial Classification"),
        _l("The industries to choose from"),
        _l("Statistics Korea, Korea Open Government Licence type 1"),
        "https://kssc.kostat.go.kr",
    ),
    Work(
        _l("Administrative standard codes"),
        _l("The 17 provinces with their old and new names"),
        _l("Ministry of the Interior and Safety, public information"),
        "https://www.code.go.kr",
    ),
    Work(
        _l("Glossary of both languages"),
        _l("Which words mean the same"),
        _l("Part of this project"),
        "",
    ),
)

# (id, heading, works)
GROUPS = (
    ("looks", _l("Design and typeface"), LOOKS),
    ("software", _l("Software"), SOFTWARE),
    ("sources", _l("Data and sources"), SOURCES),
)
