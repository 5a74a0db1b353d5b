"""A message whose files arrive slowly keeps nobody else from writing."""

import gc
import socket
import time

import pytest
from flask.sessions import SecureCookieSessionInterface

from matchmaker.db import begin_writing, db

from .factories import make_account, make_pairing

# What had arrived of a request that breaks off is closed by the garbage collection.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

HEAD = (
    "POST /pairings/{}/conversation HTTP/1.1\r\nHost: localhost\r\nCookie: session={}\r\n"
    "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 400000\r\n\r\n"
    '--x\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\n\r\n'
)


def test_others_write_while_files_arrive(site):
    with site.app_context():
        pairing = make_pairing("agreed")
        number, who = pairing.id, pairing.sme.people[0].fs_uniquifier
        db.session.remove()
        signing = SecureCookieSessionInterface().get_signing_serializer(site)
        cookie = signing.dumps({"_user_id": who, "_fresh": True})
        host, port = site.address.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port)), timeout=10) as line:
            line.sendall(HEAD.format(number, cookie).encode() + b"x" * 100_000)
            time.sleep(0.5)  # the server waits for the rest of it by now
            started = time.monotonic()
            begin_writing()
            make_account()
            assert time.monotonic() - started < 5
        db.session.remove()
    time.sleep(0.5)  # the server sees that the line was cut
    gc.collect()
