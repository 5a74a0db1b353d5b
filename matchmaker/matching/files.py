"""Ranking from files: reading, checking, ranking in chunks, writing whole or not at all."""

import json
import os
import shutil
import stat
import tempfile
from contextlib import contextmanager, nullcontext
from functools import cache
from itertools import islice
from pathlib import Path

import joblib

from .ranker import TfidfRanker
from .records import RecordError, need_of, offer_of

CHUNK = 200  # needs a task; small enough for a steady bar, large enough to analyse in a batch


class InputError(ValueError):
    """An input that cannot be used; the message begins with the file and, if known, the line."""


class OutputError(OSError):
    """The output cannot be written there; the message says why."""


class ClusterError(RuntimeError):
    """The cluster cannot be used; the message says why and what helps."""


def rank_files(
    needs,
    offers,
    *,
    top=10,
    output=None,
    stream=None,
    evidence=None,
    glossary=None,
    jobs=1,
    cluster=None,
    progress=None,
):
    """Rank the offers of one file for the needs of another.

    Parameters
    ----------
    needs, offers : str or Path
        JSON Lines; see `records`.
    top : int
        How many offers a need gets at most.
    output : str or Path, optional
        Where the result goes; it appears whole or not at all.
    stream : binary file, optional
        Where the result goes if there is no `output`.
    evidence : int, optional
        How many terms are kept, the heaviest first; 0 leaves them out, None keeps all.
    glossary : Glossary, optional
    jobs : int
        Processes; -1 is one a core. The result is the same for every number.
    cluster : str, optional
        Address of a Dask scheduler, such as tcp://host:8786, that does the work instead.
    progress : callable, optional
        Called with (needs done, all needs) before the first and after each chunk.

    Returns
    -------
    int
        How many needs were ranked.

    Raises
    ------
    InputError
        If a line or file cannot be used. Nothing has been written then.
    OutputError
        If the output cannot be written.
    ClusterError
        If the cluster cannot be used.
    """
    offer_cards = list(checked(offers, offer_of))
    with _rereadable(needs) as handle:
        total = sum(1 for _ in checked(needs, need_of, handle))
        ranker = TfidfRanker(glossary).fit(offer_cards)
        with _whole(output) if output else nullcontext(stream) as out, _pool(jobs, cluster) as run:
            done = 0
            for lines in run(ranker, _chunks(checked(needs, need_of, handle)), top, evidence):
                if progress and not done:
                    progress(0, total)
                out.writelines(lines)
                done += len(lines)
                if progress:
                    progress(done, total)
    return total


def checked(path, parse, handle=None):
    """Yield the cards of a file, one a line that is not blank.

    Parameters
    ----------
    path : str or Path
        Named in messages, and opened if there is no handle.
    parse : callable
        `records.need_of` or `records.offer_of`.
    handle : binary file, optional
        Read from its beginning.

    Raises
    ------
    InputError
        At the first line that cannot be used, or if an id comes twice.
    """
    seen = {}
    with _opened(path) if handle is None else nullcontext(handle) as lines:
        if handle is not None:
            handle.seek(0)
        for number, line in enumerate(lines, start=1):
            text = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
            text = text.strip(b" \t\r\n")
            if not text:
                continue
            try:
                card = parse(text)
            except RecordError as error:
                raise InputError(f"{path}:{number}: {error}") from error
            if card.id in seen:
                shown = json.dumps(card.id, ensure_ascii=False)
                raise InputError(
                    f"{path}:{number}: the id {shown} already stands in line {seen[card.id]}"
                )
            seen[card.id] = number
            yield card


@contextmanager
def _opened(path):
    try:
        handle = open(path, "rb")  # noqa: SIM115  (closed below; only opening may fail like this)
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}") from error
    with handle:
        yield handle


@contextmanager
def _rereadable(path):
    """Open a file that is read twice; what cannot be rewound, such as a pipe, is copied first."""
    with _opened(path) as handle:
        if handle.seekable():
            yield handle
            return
        with tempfile.TemporaryFile() as copy:
            shutil.copyfileobj(handle, copy)
            yield copy


@contextmanager
def _whole(path):
    """Open a file for writing that takes its place only when everything is in it."""
    target = Path(os.path.realpath(path))
    try:
        mode = target.stat().st_mode if target.exists() else None
        if mode is not None and not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
            with target.open("wb") as out:  # a device or a pipe cannot be replaced
                yield out
            return
        if mode is not None and stat.S_ISDIR(mode):
            raise OutputError(f"{path}: Is a directory")
        descriptor, name = tempfile.mkstemp(prefix=f".{target.name[:100]}.", dir=target.parent)
        try:
            with os.fdopen(descriptor, "wb") as out:
                yield out
                out.flush()
                os.fsync(out.fileno())
            os.chmod(name, stat.S_IMODE(mode) if mode is not None else 0o666 & ~_umask())
            os.replace(name, target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OutputError:
        raise
    except OSError as error:
        raise OutputError(f"{path}: {error.strerror or error}") from error


def _umask():
    mask_ = os.umask(0)
    os.umask(mask_)
    return mask_


def _chunks(cards):
    cards = iter(cards)
    while chunk := list(islice(cards, CHUNK)):
        yield chunk


@contextmanager
def _pool(jobs, cluster):
    """Yield a function that ranks chunks in order: here, in processes, or on a cluster."""
    if cluster:
        with _cluster(cluster):
            yield _on_cluster
    elif jobs == 1:
        yield _here
    else:
        with tempfile.TemporaryDirectory() as folder:

            def run(ranker, chunks, top, evidence):
                # Each process maps the ranker once, so they share its arrays in memory.
                path = os.path.join(folder, "ranker")
                joblib.dump(ranker, path)
                work = joblib.delayed(rank_stored)
                pool = joblib.Parallel(n_jobs=jobs, return_as="generator")
                return pool(work(path, chunk, top, evidence) for chunk in chunks)

            yield run


def _here(ranker, chunks, top, evidence):
    return (rank_chunk(ranker, chunk, top, evidence) for chunk in chunks)


def _on_cluster(ranker, chunks, top, evidence):
    with joblib.parallel_config(backend="dask", scatter=[ranker]):
        pool = joblib.Parallel(n_jobs=-1, return_as="generator")
        return pool(joblib.delayed(rank_chunk)(ranker, chunk, top, evidence) for chunk in chunks)


@contextmanager
def _cluster(address):
    try:
        from distributed import Client  # an extra that only clusters need
    except ImportError as error:
        raise ClusterError(
            "--cluster needs the package distributed: pip install distributed"
        ) from error
    try:
        client = Client(address, timeout=10)
    except (OSError, ValueError) as error:
        raise ClusterError(f"no Dask scheduler answers at {address}") from error
    with client:
        yield


def rank_stored(path, needs, top, evidence):
    """Rank a chunk with a ranker that was stored on disk for the processes of this machine."""
    return rank_chunk(_stored(path), needs, top, evidence)


@cache
def _stored(path):
    return joblib.load(path, mmap_mode="r")


def rank_chunk(ranker, needs, top, evidence):
    """Return the lines of the result for a few needs.

    Parameters
    ----------
    ranker : TfidfRanker
        Fitted.
    needs : list of NeedCard
    top : int
    evidence : int or None

    Returns
    -------
    list of bytes
        One line a need, in their order.
    """
    ranked = ranker.rank(needs, top=top, by_rules=True)
    return [
        _line(need, matches, ranker, evidence) for need, matches in zip(needs, ranked, strict=True)
    ]


def _line(need, matches, ranker, evidence):
    offers = [{"offer": match.id, "score": match.score} for match in matches]
    if evidence != 0:
        explained = ranker.explain_all(need, [match.id for match in matches])
        for offer, terms in zip(offers, explained, strict=True):
            offer["evidence"] = [{"term": e.term, "share": e.share} for e in terms[:evidence]]
    result = {"need": need.id, "offers": offers}
    return json.dumps(result, ensure_ascii=False, allow_nan=False).encode() + b"\n"
