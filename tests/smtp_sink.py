"""A real SMTP server on this machine that keeps what it takes, and refuses what it is told to."""

import socket
from contextlib import closing, contextmanager
from email import message_from_bytes, policy

import pytest
from aiosmtpd.controller import Controller

from matchmaker import create_app
from matchmaker.config import Testing
from matchmaker.db import db


class Sink:
    """What was taken (`letters`), and what to answer: by address, and to every text."""

    def __init__(self):
        self.letters = []
        self.to_address = {}  # address → "550 No such user"
        self.to_text = None  # "451 Try again later"

    async def handle_RCPT(self, _server, _session, envelope, address, _options):
        if address in self.to_address:
            return self.to_address[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, _session, envelope):
        if self.to_text:
            return self.to_text
        letter = message_from_bytes(envelope.content, policy=policy.default)
        letter.raw, letter.taken_for = envelope.content, envelope.rcpt_tos
        self.letters.append(letter)
        return "250 OK"

    @property
    def ids(self):
        return [letter["Message-ID"] for letter in self.letters]


def free_port():
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def sink():
    """A mail server that is running; `.port` is where."""
    keeper = Sink()
    keeper.port = free_port()
    controller = Controller(keeper, hostname="127.0.0.1", port=keeper.port)
    controller.start()
    yield keeper
    controller.stop()


def send_to(app, port, timeout=5):
    """Let an application send its mail to a port of this machine."""
    mailman = app.extensions["mailman"]
    mailman.backend, mailman.server, mailman.port = "smtp", "127.0.0.1", port
    mailman.use_tls, mailman.timeout = False, timeout


@contextmanager
def posting(folder, port):
    """Make an application on a database of its own whose letters go to a port; inside a request."""

    class Posting(Testing):
        SQLALCHEMY_DATABASE_URI = f"sqlite:///{folder / 'letters.db'}"

    app = create_app(Posting())
    send_to(app, port)
    with app.test_request_context():
        db.create_all()
        yield app
        db.session.remove()
        db.engine.dispose()
