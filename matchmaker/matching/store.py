"""Keeping a fitted ranker in one file that many processes map into memory together."""

import json
import os
import platform
import tempfile
import zlib
from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import date
from pathlib import Path

import joblib
import numpy as np
import scipy
import sklearn

from .cards import OfferCard

_MAGIC = b"inclusive match ranker 2"
_SETS = {each.name for each in fields(OfferCard) if "frozenset" in str(each.type)}


class UnusableIndex(ValueError):
    """The file is missing, damaged or of another version; it has to be made anew."""


class Cards(Sequence):
    """Offer cards that lie in one array of bytes; each is read when it is asked for."""

    def __init__(self, letters, ends, added=()):
        self.letters, self.ends, self.added = letters, ends, list(added)

    @classmethod
    def of(cls, cards):
        lines = [_encoded(card) for card in cards]
        ends = np.zeros(len(lines) + 1, dtype=np.int64)
        np.cumsum([len(line) for line in lines], out=ends[1:])
        return cls(np.frombuffer(b"".join(lines), dtype=np.uint8), ends)

    def __len__(self):
        return len(self.ends) - 1 + len(self.added)

    def __getitem__(self, place):
        if not 0 <= place < len(self):
            raise IndexError(place)
        if place >= len(self.ends) - 1:
            return self.added[place - len(self.ends) + 1]
        return _decoded(np.asarray(self.letters[self.ends[place] : self.ends[place + 1]]).tobytes())

    def __add__(self, more):
        return Cards(self.letters, self.ends, [*self.added, *more])


def save(path, version, parameters, vectors, segments, note=None):
    """Write the parts of a fitted ranker; the file appears whole, or stays as it was.

    Parameters
    ----------
    path : str or Path
    version : str
        Of the ranker; `load` refuses any other.
    parameters : dict
        Of the ranker, without its glossary, which is not kept.
    vectors : Vectors
    segments : Segments
        Without traces of updates.
    note : optional
        What the caller wants to know again, of the kinds that JSON has.
    """
    path = Path(path)
    parts = (
        parameters,
        replace(vectors, glossary=None),
        replace(segments, offers=Cards.of(segments.offers)),
    )
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "w+b") as out:
            joblib.dump(parts, out)
            out.flush()
            stamp = _stamp(version) | {"note": note}
            end = json.dumps(stamp | {"sum": _sum(name, out.tell(), stamp)}).encode()
            out.write(end + len(end).to_bytes(4, "little") + _MAGIC)
            out.flush()
            os.fsync(out.fileno())
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def load(path, version_of, glossary):
    """Return what `save` has written, its arrays mapped read-only.

    Parameters
    ----------
    path : str or Path
    version_of : callable
        Tells the version that parameters give here and now.
    glossary : Glossary

    Returns
    -------
    dict, Vectors, Segments, note

    Raises
    ------
    UnusableIndex
        If the file is missing, damaged, or was made by another version of anything that
        decides a score or a layout. Nothing of it has been used then.

    Notes
    -----
    The file is a pickle, read only after its sum has been checked. It belongs where nobody
    but the product may write, like its code.
    """
    end, body = _end(path)
    if end.pop("sum", None) != _sum(path, body, end):
        raise UnusableIndex(f"{path} is damaged")
    note = end.pop("note")
    if end != _stamp(end.get("version")):
        raise UnusableIndex(f"{path} was made by other versions of the libraries")
    parameters, vectors, segments = joblib.load(path, mmap_mode="r")
    if end["version"] != version_of(parameters):
        raise UnusableIndex(f"{path} was made by another version of the ranking")
    return parameters, replace(vectors, glossary=glossary), segments, note


def glance(path):
    """Return the version and the note of a file without reading the rest, so neither is sure.

    Raises
    ------
    UnusableIndex
        If the file is missing or has no proper end.
    """
    end, _ = _end(path)
    return end.get("version"), end.get("note")


def _end(path):
    """Return what stands at the end of a file, and how long all before it is."""
    try:
        with open(path, "rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(size - len(_MAGIC) - 4, 0))
            length = int.from_bytes(file.read(4), "little")
            if file.read() != _MAGIC:
                raise UnusableIndex(f"{path} is not whole")
            body = size - len(_MAGIC) - 4 - length
            file.seek(max(body, 0))
            end = json.loads(file.read(length))
    except (OSError, ValueError) as error:
        raise UnusableIndex(str(error)) from error
    if not isinstance(end, dict):
        raise UnusableIndex(f"{path} is damaged")
    return end, body


def _stamp(version):
    libraries = [platform.python_version(), np.__version__, scipy.__version__, sklearn.__version__]
    return {"version": version, "libraries": [*libraries, joblib.__version__]}


def _sum(path, size, end):
    """Return a sum over the first bytes of a file and what is said at its end."""
    total = zlib.crc32(json.dumps(end, sort_keys=True).encode())
    with open(path, "rb") as file:
        while size > 0 and (part := file.read(min(size, 1 << 20))):
            total = zlib.crc32(part, total)
            size -= len(part)
    return total


def _encoded(card):
    record = {}
    for each in fields(card):
        value = getattr(card, each.name)
        if value != each.default:
            is_set = isinstance(value, frozenset)
            record[each.name] = sorted(value) if is_set else value
    return json.dumps(record, ensure_ascii=False, default=date.isoformat).encode(
        errors="surrogatepass"
    )


def _decoded(line):
    record = json.loads(line.decode(errors="surrogatepass"))
    if "closes_on" in record:
        record["closes_on"] = date.fromisoformat(record["closes_on"])
    return OfferCard(**{name: frozenset(v) if name in _SETS else v for name, v in record.items()})
