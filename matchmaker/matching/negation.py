"""What a text declines: a need "without loans" must not find loans, nor an offer who is excluded.

What is declined counts nothing, on either side. It is not counted against an offer: a score
stays a sum of shares that add up, in [0, 1], and an offer that holds the declined word may
still answer the rest of the need.

Only a wish can be declined. "손님이 없다", "no website yet" and "can't find workers" say what is
missing, and that is what the firm needs; so "없다" and "no" alone decline nothing. Nor does what
an offer spares its takers: "no collateral", "수수료 없이" is what they look for.
"""

import re
from functools import lru_cache

from . import korean_negation
from .text import LONGEST, normalise

_KEPT_LENGTH = 20_000  # longer texts are looked at again instead of kept


def wanted(text):
    """Return a need's text with what it declines blanked out.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
        The text itself if nothing is declined, else its NFKC form, in which positions stay.
    """
    return _blanked(text, "need")


def given(text):
    """Return an offer's text with what or whom it excludes blanked out, as `wanted` does."""
    return _blanked(text, "offer")


def declined(text, side="need"):
    """Return the spans, (start, end) in order, of what a text declines.

    Parameters
    ----------
    text : str
        In NFKC.
    side : str
        "need": wishes that are denied. "offer": what or who is excluded.
    """
    return sorted([*_english(text, side), *korean_negation.declined(text, side)])


def _blanked(text, side):
    return (_once if len(text) <= _KEPT_LENGTH else _once.__wrapped__)(text, side)


@lru_cache(maxsize=2_048)
def _once(text, side):
    plain = normalise(text)[:LONGEST]
    spans = declined(plain, side)
    if not spans:
        return text
    letters = list(plain)
    for start, end in spans:
        letters[start:end] = " " * (end - start)
    return "".join(letters)


# A phrase of at most seven words; it ends where another clause may begin.
_STOP = r"(?:but|we|i|only|just|please|which|that|because|so|instead|since|as|our|however|though)"
_WORD = rf"(?!{_STOP}\b)[\w&’'/-]{{1,40}}"
_NP = rf"(?P<what>{_WORD}(?:(?:,? (?:or|and|nor) | ){_WORD}){{0,6}})"
_ME = r"(?:\b(?:i|we)(?: really| currently| certainly| also)? )"
_DO_NOT = r"(?:do not|don['’]?t|would not|wouldn['’]t|will not|won['’]t)"
_WISH = (
    r"(?:really )?(?:need|want|require|wish(?: for)?|look(?:ing)? for|like|intend|plan|care for)"
    r"(?: to)?(?: be| have| get| do)?(?: an?| the| any| more)?"
)
_BEGIN = r"(?:(?<=[,;:(–—-] )|(?<=[,;:(–—-])|(?<=[.!?\n] )|(?<=\n)|^)"
_NO_CONTRAST = (
    r"(?!(?:only|just|sure|enough|yet|able|much|many|even|a single|one|because|to mention|every|"
    r"all|always|least|so|too|very|that|having|being|know|possible|at all|far|good|well|clear)\b"
    r"|\w+ing\b|\w+ed\b)"
)
_SEEKING = "(?:looking for|interested in|after|seeking|asking for)"
_UNNEEDED = "(?:needed|wanted|required|necessary)"
_PART = r"(?P<what>(?:\b[\w’'-]{1,40} ){1,5}?)"
_DETERMINER = "(?:by |through |with |about |for )?(?:an?|the|another|more|any)? ?"
_NOT_A_WISH = "knowing|being|having|understanding|stopping|losing|paying|leaving|seeing|waiting"
_INELIGIBLE = (
    "(?:excluded|ineligible|not (?:covered|eligible|included|supported|accepted|financed|funded))"
)
_NEED_PATTERNS = [
    rf"{_ME}{_DO_NOT} {_WISH} {_NP}",
    rf"{_BEGIN}{_DO_NOT} {_WISH} {_NP}",
    rf"\b(?:am|are|['’]m|['’]re|is) not {_SEEKING} {_NP}",
    rf"{_BEGIN}not {_SEEKING} {_NP}",
    rf"\b(?:no|without any) (?:need|interest|desire|wish) (?:for|of|in|to) {_NP}",
    rf"\bno (?!one\b|longer\b|idea\b){_NP}(?:,? please\b)",
    rf"\bno (?!one\b){_PART}(?:is |are )?{_UNNEEDED}\b",
    rf"{_BEGIN}not {_NO_CONTRAST}{_DETERMINER}{_NP}",
    rf"\bnot (?!only\b|just\b)(?:an? |the )?{_PART}but\b",
    rf"\bwithout (?!{_NOT_A_WISH})(?=\w+ing\b){_NP}",
    rf"\b(?:except(?: for)?|excluding|instead of|rather than|anything but) {_NP}",
    rf"\b(?:keep|leave) {_PART}(?:as (?:it|they) (?:is|are)|unchanged|alone)\b",
    rf"{_PART}(?:is|are) not (?:{_UNNEEDED}|for us)\b",
]
_OFFER_PATTERNS = [
    rf"\b(?:do|does) not (?:cover|include|apply to|extend to|support|finance|fund|accept) {_NP}",
    rf"\b(?:except(?: for)?|excluding|excludes?|not (?:open|available) (?:to|for)) {_NP}",
    rf"{_PART}(?:is|are) {_INELIGIBLE}\b",
]


def _one_of(patterns):
    numbered = (each.replace("?P<what>", f"?P<what{n}>") for n, each in enumerate(patterns))
    return re.compile("|".join(numbered), re.IGNORECASE)


_ENGLISH = {"need": _one_of(_NEED_PATTERNS), "offer": _one_of(_OFFER_PATTERNS)}
_ENGLISH_CUE = {
    "need": re.compile(
        r"\b(?:not?|don['’]?t|wouldn['’]t|won['’]t|without|except|excluding|instead|rather|"
        r"anything|keep|leave)\b",
        re.IGNORECASE,
    ),
    "offer": re.compile(r"\b(?:not|except|exclud\w+|ineligible)\b", re.IGNORECASE),
}


def _english(text, side):
    if _ENGLISH_CUE[side].search(text):
        for match in _ENGLISH[side].finditer(text):
            yield next(match.span(name) for name, what in match.groupdict().items() if what)
