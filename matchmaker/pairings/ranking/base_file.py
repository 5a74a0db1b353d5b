"""The fit that all processes of a machine begin with: one file, mapped into memory by each."""

import fcntl
import hashlib
import os
import threading
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
import structlog

from ...audit import Event
from ...db import db
from ...listing import industry_words
from ...matching import cards as matching_cards
from ...offers import cards as offers_cards

log = structlog.get_logger()

_CARDS = (matching_cards, offers_cards, industry_words)  # what makes an offer's card


class BaseFile:
    """Loads and replaces the file; without a path there is none, and nothing happens.

    A file is never changed but put in the place of the earlier one, which stays where it is
    mapped until nobody needs it.
    """

    def __init__(self, path=None):
        self.path = path and Path(path)
        self._seen = None  # which file was looked at last
        self._loading = None
        self._arrived = None

    def load(self):
        """Return the ranker of the file, or None if there is no usable one; waits for it."""
        if self.path is None:
            return None
        self._seen, self._arrived = self._which(), None
        return self._load() if self._seen else None

    def newer(self):
        """Return the ranker of a file that has come since the last look, once; never waits."""
        which = self._which()
        is_loading = self._loading is not None and self._loading.is_alive()
        if which is not None and which != self._seen and not is_loading:
            self._loading = threading.Thread(target=self._fetch, args=(which,), daemon=True)
            self._loading.start()
        arrived, self._arrived = self._arrived, None
        return arrived

    def wait(self):
        """Wait until what is being loaded is there."""
        if self._loading is not None:
            self._loading.join()

    def save(self, ranker, note):
        """Put a ranker in the place of what the file holds; return whether that succeeded.

        Who calls it is alone, so drafts that lie there were left by a process that was killed.
        """
        try:
            for draft in self.path.parent.glob(f".{self.path.name}.*"):
                draft.unlink()
            ranker.save(self.path, note)
        except OSError as error:  # a full disk stops no page
            log.warning("index_not_saved", error=type(error).__name__)
            return False
        return True

    def glance(self):
        """Return the note of the file without reading the rest, or None if it is of no use."""
        from ...matching.ranker import TfidfRanker  # scikit-learn and the analyser: ranking only
        from ...matching.store import UnusableIndex, glance

        try:
            version, note = glance(self.path)
        except UnusableIndex:
            return None
        return note if version == TfidfRanker().version else None

    def remove(self):
        """Delete the file, if there is one; who has mapped it keeps it."""
        self.path.unlink(missing_ok=True)

    @contextmanager
    def alone(self):
        """Keep other processes of the machine from making a file; yields whether one can be."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            lock = os.open(self.path.with_name(f"{self.path.name}.lock"), os.O_RDWR | os.O_CREAT)
        except OSError as error:
            log.warning("index_not_saved", error=type(error).__name__)
            yield False
            return
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield True
        finally:
            os.close(lock)  # lets the next one in, also where this process is killed

    def _fetch(self, which):
        self._arrived = self._load()
        self._seen = which

    def _load(self):
        from ...matching.ranker import TfidfRanker  # scikit-learn and the analyser: ranking only
        from ...matching.store import UnusableIndex

        try:
            ranker = TfidfRanker.load(self.path)
            if ranker.version == TfidfRanker().version:
                return ranker
        except UnusableIndex as error:
            log.warning("index_unusable", error=str(error))
        return None

    def _which(self):
        try:
            found = os.stat(self.path)
        except (OSError, TypeError):
            return None
        return found.st_ino, found.st_mtime_ns, found.st_size


def note_of(trail, now):
    """Return what is kept with a fit that knows what the trail has read."""
    data = trail.as_data()
    return {
        "trail": data,
        "event": _told(data["last"]),
        "cards": _cards_version(),
        "made_at": now.isoformat(),
    }


def belongs(note):
    """Say whether a fit with this note was made from this database, and by this code."""
    event = note and _told(note["trail"]["last"])
    return bool(event) and (event, _cards_version()) == (note["event"], note["cards"])


def _told(number):
    """Return what the event of a number says; no other database says quite the same."""
    columns = Event.at, Event.act, Event.subject_kind, Event.subject_id
    row = db.session.execute(sa.select(*columns).where(Event.id == number)).first()
    return row and [row[0].isoformat(), *row[1:]]


def _cards_version():
    digest = hashlib.sha256()
    for module in _CARDS:
        digest.update(Path(module.__file__).read_bytes())
    return digest.hexdigest()[:16]
