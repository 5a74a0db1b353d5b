"""Records: from one line of a file to a checked card, or to the reason why not."""

import json

from .cards import SIZES, NeedCard, OfferCard
from .categories import CATEGORIES
from .eligibility import ksic
from .regions import code_of

_CATEGORY_CODES = {
    name.casefold(): category.code
    for category in CATEGORIES
    for name in (category.code, category.ko, category.en)
}


class RecordError(ValueError):
    """A line that cannot be used; the message says why."""


def need_of(line):
    """Return the need on one line.

    Parameters
    ----------
    line : bytes
        A JSON object in UTF-8.

    Returns
    -------
    NeedCard

    Raises
    ------
    RecordError
        If the line is not UTF-8, not a JSON object, lacks a field that must
        stand there, or holds a wrong type or an unknown code.
    """
    record = _record(line)
    industry = _text(record, "industry")
    _text(record, "lang")  # checked like the others, and not needed: terms of both languages mix
    return NeedCard(
        id=_id(record),
        title=_text(record, "title", required=True),
        body=_text(record, "body", required=True),
        category=_category(record),
        region=_region("region", _text(record, "region")),
        industry=industry,
        industry_text=industry if industry and ksic(industry) is None else "",
        size=_size("size", _text(record, "size")),
        traits=frozenset(_texts(record, "traits")),
    )


def offer_of(line):
    """Return the offer on one line, as an OfferCard; the same as `need_of` otherwise."""
    record = _record(line)
    industries = _texts(record, "industries")
    _text(record, "lang")
    return OfferCard(
        id=_id(record),
        title=_text(record, "title", required=True),
        body=_text(record, "body", required=True),
        organisation=_text(record, "organisation") or "",
        category=_category(record),
        eligibility=_text(record, "eligibility") or "",
        regions=frozenset(_region("regions", name) for name in _texts(record, "regions")),
        sizes=frozenset(_size("sizes", name) for name in _texts(record, "sizes")),
        industries=frozenset(industries),
        industry_text=" · ".join(name for name in industries if ksic(name) is None),
        traits=frozenset(_texts(record, "traits")),
    )


def _record(line):
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError as error:
        raise RecordError(f"not UTF-8 at byte {error.start + 1} of the line") from error
    try:
        record = json.loads(text, parse_constant=_no_constant)
    except RecordError:
        raise
    except RecursionError as error:
        raise RecordError("not valid JSON: nested too deeply") from error
    except json.JSONDecodeError as error:
        place = f"{error.msg} at character {error.pos + 1} of the line"
        raise RecordError(f"not valid JSON: {place}") from error
    except ValueError as error:
        raise RecordError("a number has more digits than can be read") from error
    if not isinstance(record, dict):
        raise RecordError("not a JSON object")
    return record


def _no_constant(name):
    raise RecordError(f"not valid JSON: {name} is not a JSON value")


def _id(record):
    found = _text(record, "id", required=True)
    if not found:
        raise RecordError('"id" is empty')
    return found


def _text(record, name, *, required=False):
    value = record.get(name)
    if value is None:
        if required:
            raise RecordError(f'"{name}" is missing')
        return None
    return _string(f'"{name}"', value)


def _texts(record, name):
    values = record.get(name)
    if values is None:
        return []
    if not isinstance(values, list):
        raise RecordError(f'"{name}" must be a list of strings, not {_kind(values)}')
    texts = [_string(f'an entry of "{name}"', value) for value in values]
    if not all(text.strip() for text in texts):
        raise RecordError(f'an entry of "{name}" is empty')
    return texts


def _string(what, value):
    if not isinstance(value, str):
        raise RecordError(f"{what} must be a string, not {_kind(value)}")
    try:
        value.encode("utf-8")
    except UnicodeEncodeError as error:
        raise RecordError(f"{what} holds half a character (a lone surrogate)") from error
    return value


def _kind(value):
    names = {dict: "an object", list: "a list", str: "a string", bool: "true or false"}
    return "null" if value is None else names.get(type(value), "a number")


def _category(record):
    """Return the code of a category that is known by code or name, and any other text as it is."""
    text = _text(record, "category")
    return _CATEGORY_CODES.get(" ".join(text.casefold().split()), text) if text else None


def _region(name, text):
    code = code_of(text) if text is not None else None
    if text is not None and code is None:
        raise RecordError(f'"{name}": {_quoted(text)} is not a province')
    return code


def _size(name, text):
    if text is not None and text not in SIZES:
        raise RecordError(f'"{name}": {_quoted(text)} is none of {", ".join(SIZES)}')
    return text


def _quoted(text):
    shown = text if len(text) <= 40 else text[:39] + "…"
    return json.dumps(shown, ensure_ascii=False)
