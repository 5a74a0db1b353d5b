"""Glossaries in files: the one that ships with the product, an operator's own, and dictionaries."""

import hashlib
import json
import os
from collections import Counter
from contextlib import suppress
from functools import cache
from pathlib import Path

from .categories import BY_CODE
from .glossary import Glossary
from .stopwords import ENGLISH_STOPS, KOREAN_STOPS
from .text import HANGUL_RUN, analyser_version, normalise

PATH = Path(__file__).with_name("glossary.yaml")
# Concepts of a dictionary: many words have many meanings, so they count less (`counting.scale`).
DICTIONARY_MARK = "~"

_FORM = 2  # of the kept analysis; raised when `Glossary.tables` change
_KEPT = Path(__file__).with_name("__pycache__")
_MOST_MEANINGS = 4  # a word with more of them says nothing
_MOST_WORDS = 4  # of one term; longer ones are explanations
_LEAST_LETTERS = {"ko": 2, "en": 3}


_added = ()  # an operator's files, beside the glossary that ships


class GlossaryError(ValueError):
    """The glossary file is not of the form that `load_glossary` describes."""


def add_files(paths):
    """Let the glossary that ships with the product hold more: see `also` of `load_glossary`.

    Raises
    ------
    GlossaryError
        If a file cannot be read or is not of that form, so that a wrong setting stops the start.
    """
    global _added
    before, _added = _added, tuple(map(Path, paths))
    try:
        if _added:
            load_glossary()
    except GlossaryError:
        _added = before
        raise


def load_glossary(path=None, *, also=()):
    """Read a glossary; without a path, the one that ships with the product.

    Parameters
    ----------
    path : str or Path, optional
        A YAML file with a list `concepts`, each with an `id` and one or more lists
        of terms (`ko`, `en`); `category` may name a kind of help; other keys are ignored.
    also : sequence of str or Path, optional
        Files that are added: YAML of the same form, whose concepts extend those of the
        same id, or a dictionary (`.tsv`, `.txt`): a Korean word, a tab and its English
        translations, separated by semicolons, one word a line. What the glossary has
        already is not taken from a dictionary, nor are words of one letter, words that
        every text holds, explanations, and words of more than four meanings.

    Returns
    -------
    Glossary

    Raises
    ------
    GlossaryError
        If a file cannot be read or is not of that form; the message says where.
    """
    also = tuple(map(Path, also))
    if path is None:
        return _shipped(_added + also)
    return _built(Path(path), also) if also else Glossary(*_read_yaml(Path(path)))


@cache
def _shipped(also):
    return _built(PATH, also)


def _built(path, also):
    """Return the glossary of some files, from the kept analysis where nothing has changed."""
    digest = hashlib.sha256(f"{_FORM} {analyser_version()}".encode())
    for each in (path, *also):
        digest.update(hashlib.sha256(_bytes(each)).digest() + each.suffix.encode())
    kept = _KEPT / f"glossary-{digest.hexdigest()[:32]}.json"
    found = _from_kept(kept)
    if found is None:
        found = _put_together(path, also)
        _keep(kept, found)
    return found


def _put_together(path, also):
    concepts, categories = _read_yaml(path)
    dictionaries = [each for each in also if each.suffix in (".tsv", ".txt")]
    for each in also:
        if each not in dictionaries:
            more, kinds = _read_yaml(each)
            for name, terms in more.items():
                concepts[name] = [*concepts.get(name, ()), *terms]
            categories |= kinds
    for each in dictionaries:
        concepts |= _read_dictionary(each, concepts)
    return Glossary(concepts, categories)


def _from_kept(path):
    """Return the glossary that a file keeps, or None if it is missing or damaged."""
    try:
        check, _, content = path.read_text(encoding="utf-8").partition("\n")
        if hashlib.sha256(content.encode()).hexdigest() != check:
            return None
        concepts, categories, *tables = json.loads(content)
    except (OSError, ValueError):
        return None
    return Glossary(concepts, categories, tuple(tables))


def _keep(path, glossary):
    """Write the analysis of a glossary, whole or not at all; where one may not write, never."""
    content = json.dumps(
        [glossary.concepts, glossary.categories, *glossary.tables],
        ensure_ascii=False,
        separators=(",", ":"),
    )
    text = f"{hashlib.sha256(content.encode()).hexdigest()}\n{content}"
    whole = path.with_name(f"{path.stem}.{os.getpid()}.new")
    try:
        path.parent.mkdir(exist_ok=True)
        whole.write_text(text, encoding="utf-8")
        whole.replace(path)
    except OSError:
        with suppress(OSError):
            whole.unlink()


def _bytes(path):
    try:
        return path.read_bytes()
    except OSError as error:
        raise GlossaryError(f"{path}: {error.strerror or error}") from error


def _read_dictionary(path, concepts):
    """Return the concepts of a dictionary that are safe to use and not known yet."""
    known = {_plain(term) for terms in concepts.values() for term in terms}
    try:
        lines = _bytes(path).decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise GlossaryError(f"{path}: not UTF-8") from error
    words = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.startswith("#"):
            continue
        korean, tab, english = line.partition("\t")
        if not tab:
            raise GlossaryError(f"{path}:{number}: no tab between the two languages")
        meanings = [each.strip() for each in english.split(";") if _is_safe(each, "en", known)]
        if meanings and _is_safe(korean, "ko", known):
            words.setdefault(korean.strip(), []).extend(meanings)
    meant = Counter(_plain(each) for meanings in words.values() for each in set(meanings))
    return {
        DICTIONARY_MARK + korean: [korean, *kept]
        for korean, meanings in words.items()
        if len(meanings) <= _MOST_MEANINGS
        and (kept := [each for each in meanings if meant[_plain(each)] <= _MOST_MEANINGS])
    }


def _is_safe(term, language, known):
    """Return whether a term of a dictionary means something by itself and is not known."""
    plain = _plain(term)
    is_korean = HANGUL_RUN.search(plain) is not None
    stops = KOREAN_STOPS if language == "ko" else ENGLISH_STOPS
    return (
        is_korean == (language == "ko")
        and len(plain.replace(" ", "")) >= _LEAST_LETTERS[language]
        and len(plain.split()) <= _MOST_WORDS
        and plain not in known
        and not all(word in stops for word in plain.split())
    )


def _plain(term):
    return " ".join(normalise(str(term)).casefold().split())


def _read_yaml(path):
    import yaml  # only who ranks reads a glossary

    # The C loader is ten times faster; it is missing where PyYAML was built without libyaml.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    text = _bytes(path)
    try:
        content = yaml.load(text, Loader=loader)  # noqa: S506  (both are safe)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise GlossaryError(f"{path}: not a YAML file: {' '.join(str(error).split())}") from error
    entries = content.get("concepts") if isinstance(content, dict) else None
    if not isinstance(entries, list):
        raise GlossaryError(f"{path}: a list named 'concepts' is missing")
    concepts, categories = {}, {}
    for place, entry in enumerate(entries, start=1):
        if not isinstance(entry, dict) or not isinstance(entry.get("id"), str) or not entry["id"]:
            raise GlossaryError(f"{path}: concept {place} has no id")
        terms = [entry.get(language) or [] for language in ("ko", "en")]
        if not all(isinstance(part, list) for part in terms):
            raise GlossaryError(f"{path}: concept {entry['id']}: terms are not lists")
        terms = [str(term) for part in terms for term in part if normalise(str(term)).strip()]
        if not terms or entry["id"] in concepts:
            reason = "has no terms" if not terms else "stands there twice"
            raise GlossaryError(f"{path}: concept {entry['id']} {reason}")
        concepts[entry["id"]] = terms
        if entry.get("category") in BY_CODE:
            categories[entry["id"]] = entry["category"]
    return concepts, categories
