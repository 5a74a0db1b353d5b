"""Files that go with a message: their rows, and the one folder in which their contents lie."""

import hashlib
import os
import secrets
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, mapped_column

from ...db import db
from ...errors import Refusal
from .file_kinds import KINDS, LONGEST_NAME, extension

MOST_FILES = 5  # a message
MOST_BYTES = 10 * 1024 * 1024  # a file
MOST_BYTES_A_PAIRING = 200 * 1024 * 1024
GRACE = timedelta(hours=1)  # a file without a row may belong to a message that is being sent


class Attachment(db.Model):  # type: ignore[name-defined]
    """One file of one message; its content lies in the store under a name that tells nothing."""

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(sa.ForeignKey("message.id"), index=True)
    pairing_id: Mapped[int] = mapped_column(sa.ForeignKey("pairing.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(LONGEST_NAME))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(sa.String(64))
    stored_as: Mapped[str] = mapped_column(sa.String(32), unique=True)
    added_at: Mapped[datetime]

    @property
    def mimetype(self):
        return KINDS.get(extension(self.name), "application/octet-stream")

    @classmethod
    def size_in(cls, pairing_id):
        """Select how many bytes the files of a pairing come to."""
        return sa.select(sa.func.coalesce(sa.func.sum(cls.size), 0)).where(
            cls.pairing_id == pairing_id
        )


class Upload(NamedTuple):
    """A file as it came: a name that does no harm, and a content that has been checked."""

    name: str
    data: bytes


class Store:
    """The folder of the contents: sharded by random names, and never served as such.

    A content is written whole under a passing name, then renamed, and only then comes its row.
    So a row always has its content; what was killed in between leaves a file without a row,
    which a job removes.
    """

    def __init__(self, folder):
        self.folder = Path(folder)

    def path(self, stored_as):
        return self.folder / stored_as[:2] / stored_as[2:4] / stored_as

    def keep(self, data):
        """Write a content; return the random name under which it lies."""
        stored_as = secrets.token_hex(16)
        path = self.path(stored_as)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        passing = path.with_name(f"{stored_as}.part")
        with open(passing, "xb", opener=_private) as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        passing.rename(path)
        return stored_as

    def drop(self, stored_as):
        self.path(stored_as).unlink(missing_ok=True)

    def remove_leftovers(self, known, *, now):
        """Remove what no row names and is older than the time of grace; return how many.

        `known` are the names that rows have; how many of them lie here is counted as well.
        """
        counts = {"removed": 0, "missing": len(known)}
        oldest = (now - GRACE).timestamp()
        for path in self.folder.glob("??/??/*"):
            if path.name in known:
                counts["missing"] -= 1
            elif path.stat().st_mtime < oldest:
                path.unlink(missing_ok=True)
                counts["removed"] += 1
        return counts


def _private(path, flags):
    return os.open(path, flags, mode=0o600)


def attach(message, uploads, store, *, now):
    """Keep the files of a message that is being sent; the pairing must be held.

    Raises Refusal where they are too many, too large, or more than a pairing may hold.
    """
    if len(uploads) > MOST_FILES or any(len(one.data) > MOST_BYTES for one in uploads):
        raise Refusal(_l("These files are too many or too large."), "files")
    so_far = db.session.scalar(Attachment.size_in(message.pairing_id))
    if uploads and so_far + sum(len(one.data) for one in uploads) > MOST_BYTES_A_PAIRING:
        raise Refusal(
            _l("The files of this match have reached 200 MB. Send this one in another way."),
            "quota",
        )
    for one in uploads:
        db.session.add(
            Attachment(
                message_id=message.id,
                pairing_id=message.pairing_id,
                name=one.name,
                size=len(one.data),
                sha256=hashlib.sha256(one.data).hexdigest(),
                stored_as=store.keep(one.data),
                added_at=now,
            )
        )
    db.session.flush()
