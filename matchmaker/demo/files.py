"""The data files of the demonstration, and the mark by which a change of them is noticed."""

import hashlib
from pathlib import Path

import yaml

DATA = Path(__file__).parent / "data"
NAMES = ("history", "reconstructed_needs", "market", "market_offers")

# The parser in C reads the files in a tenth of the time; not every platform has it.
Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read(name):
    """Return the contents of one of `NAMES`."""
    with _path(name).open(encoding="utf-8") as file:
        return yaml.load(file, Loader=Loader)  # noqa: S506  both loaders are the safe one


def version():
    """Return a digest of all files, which is another one as soon as a word changes."""
    digest = hashlib.sha256()
    for name in NAMES:
        digest.update(_path(name).read_bytes())
    return digest.hexdigest()[:16]


def _path(name):
    return DATA / f"{name}.yaml"
