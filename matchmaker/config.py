"""One configuration class a place; units are in the names."""

import contextlib
import os
import secrets
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
INSTANCE = Path(os.environ.get("INSTANCE_PATH", ROOT / "instance"))


class Config:
    """What every place shares."""

    DEMO = False
    TESTING = False
    INSTALLATION = None  # the kind of database that may be served, see web/installation.py
    LANGUAGES = ("ko", "en")
    BABEL_DEFAULT_LOCALE = "ko"
    BABEL_DEFAULT_TIMEZONE = "Asia/Seoul"
    BABEL_TRANSLATION_DIRECTORIES = str(ROOT / "matchmaker" / "translations")
    HELP_EMAIL = "help@example.com"
    MAIL_DEFAULT_SENDER = os.environ.get("MAIL_SENDER", "no-reply@example.com")
    MAIL_TIMEOUT = 60  # seconds; a server that looks at a letter for long has mostly taken it

    # Parameters of a failed statement would carry what people typed into the log.
    SQLALCHEMY_ENGINE_OPTIONS = {"hide_parameters": True}

    # A form over the limits of its fields must come back with a message at the field, so the
    # request may be larger than any field; only what is far beyond that is refused whole.
    MAX_CONTENT_LENGTH = 16 * 1024 * 1024
    MAX_FORM_MEMORY_SIZE = 8 * 1024 * 1024
    MAX_FORM_PARTS = 1000

    PERMANENT_SESSION_LIFETIME = 8 * 3600  # seconds without a request, then signed out
    SESSION_COOKIE_HTTPONLY = True
    SESSION_COOKIE_SAMESITE = "Lax"
    SESSION_COOKIE_SECURE = False
    WTF_CSRF_TIME_LIMIT = None  # the token lives as long as the session: a draft may take an hour

    RATELIMIT_ENABLED = True
    RATELIMIT_STORAGE_URI = "memory://"
    RATELIMIT_HEADERS_ENABLED = True
    PROXIES = int(os.environ.get("PROXIES", "0"))  # reverse proxies in front whose headers count

    @property
    def SQLALCHEMY_DATABASE_URI(self):
        """The database of `DATABASE_URL`, or a SQLite file beside the instance's secret."""
        return os.environ.get("DATABASE_URL") or f"sqlite:///{INSTANCE / 'matchmaker.db'}"

    @property
    def ATTACHMENTS_PATH(self):
        """The folder of the files that people send each other; never inside `static/`."""
        return os.environ.get("ATTACHMENTS_PATH") or str(INSTANCE / "attachments")

    @property
    def GLOSSARY_FILES(self):
        """An operator's own concepts and dictionaries, beside the glossary that ships."""
        return [name for name in os.environ.get("GLOSSARY_FILE", "").split(os.pathsep) if name]

    @property
    def INDEX_PATH(self):
        """The folder of the fitted ranker; a file of this machine that may always be deleted."""
        return os.environ.get("INDEX_PATH") or str(INSTANCE / "index")

    @property
    def QUEUE_FILE(self):
        """Where SqliteHuey keeps its queue; PostgreSQL keeps it in the database itself."""
        return str(INSTANCE / "queue.db")


class Demo(Config):
    """The demonstration: serves only a database that `flask demo` made."""

    DEMO = True
    INSTALLATION = "demo"
    MAIL_BACKEND = "locmem"  # nothing leaves the machine; the mailbox page reads the outbox

    @property
    def SERVER_NAME(self):
        """Where the links in letters lead; pages answer under other names of the machine too."""
        return f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"

    @property
    def SECRET_KEY(self):
        return _kept("secret-key")

    @property
    def SECURITY_PASSWORD_SALT(self):
        return _kept("password-salt")


class Production(Config):
    """The real thing: a missing secret stops the start."""

    INSTALLATION = "production"
    SESSION_COOKIE_SECURE = True
    PREFERRED_URL_SCHEME = "https"  # of links in letters that jobs and commands write
    MAIL_BACKEND = "smtp"

    @property
    def SQLALCHEMY_DATABASE_URI(self):
        return os.environ["DATABASE_URL"]

    @property
    def SECRET_KEY(self):
        return os.environ["SECRET_KEY"]

    @property
    def SECURITY_PASSWORD_SALT(self):
        return os.environ["SECURITY_PASSWORD_SALT"]

    @property
    def SERVER_NAME(self):
        return os.environ["SERVER_NAME"]  # where links in letters lead, whatever host was asked

    @property
    def MAIL_SERVER(self):
        return os.environ["MAIL_SERVER"]

    MAIL_PORT = int(os.environ.get("MAIL_PORT", "587"))
    MAIL_USE_TLS = os.environ.get("MAIL_USE_TLS", "1") == "1"
    MAIL_USERNAME = os.environ.get("MAIL_USERNAME")
    MAIL_PASSWORD = os.environ.get("MAIL_PASSWORD")


class Simulation(Config):
    """An invented market: a SQLite file of its own, which no other place serves."""

    INSTALLATION = "simulation"
    MAIL_BACKEND = "locmem"
    SERVER_NAME = "simulation.example"
    INDEX_PATH = None  # the file of the place beside it stays as it is

    def __init__(self, path):
        self.path = path
        # Nobody signs in, so nothing outlives the run.
        self.SECRET_KEY = self.SECURITY_PASSWORD_SALT = secrets.token_urlsafe(48)

    @property
    def SQLALCHEMY_DATABASE_URI(self):
        return f"sqlite:///{self.path}"


class Testing(Config):
    """Tests: a database in memory, fast password hashes, no limits but those a test asks for."""

    TESTING = True
    DEMO = True
    SECRET_KEY = "tests only"
    SECURITY_PASSWORD_SALT = "tests only"
    SECURITY_PASSWORD_HASH = "plaintext"
    SECURITY_PASSWORD_SCHEMES = ("plaintext",)
    SQLALCHEMY_DATABASE_URI = "sqlite://"
    QUEUE_FILE = ":memory:"
    ATTACHMENTS_PATH = str(Path(tempfile.gettempdir()) / "matchmaker-tests" / "attachments")
    INDEX_PATH = None
    MAIL_BACKEND = "locmem"
    RATELIMIT_ENABLED = False
    WTF_CSRF_ENABLED = False


PLACES = {"demo": Demo, "production": Production}


def from_environment():
    """Return the configuration that `MATCHMAKER_ENV` names; the demonstration by default.

    The default is safe: the demonstration serves no database but one that it made itself.
    """
    return PLACES[os.environ.get("MATCHMAKER_ENV", "demo")]()


def _kept(name):
    """Read a secret of this installation, making it the first time."""
    path = INSTANCE / name
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{name}-{secrets.token_hex(4)}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(48))
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)  # of two processes that start at once, one wins and both read it
        draft.unlink()
    return path.read_text()
