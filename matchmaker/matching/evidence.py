"""Evidence: the words that made a score, and where they stand in a text."""

import re
import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Match:
    """One place of a ranked list: the id of the offer or need, and its score in [0, 1]."""

    id: str
    score: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """One term of a score.

    Attributes
    ----------
    term : str
        As a person reads it: the word, or "스마트공장 ↔ smart factory" where
        two different words of one concept met.
    share : float
        Its part of the score, > 0. The shares of a pair add up to its score.
    kind : str
        word, concept, category, or gram where only parts of two words agree.
    need_surfaces, offer_surfaces : tuple of str
        How it is written in the need and in the offer, each form once.
    is_typed : bool
        Whether the need says it in its title or text; False where only its
        category or the name of its industry does.
    """

    term: str
    share: float
    kind: str
    need_surfaces: tuple[str, ...]
    offer_surfaces: tuple[str, ...]
    is_typed: bool = True

    @property
    def need_surface(self):
        """The first form in which the need writes it, or an empty string."""
        return self.need_surfaces[0] if self.need_surfaces else ""

    @property
    def offer_surface(self):
        """The first form in which the offer writes it, or an empty string."""
        return self.offer_surfaces[0] if self.offer_surfaces else ""


def highlights(text, evidence, side):
    """Return where the words of the evidence stand in a text.

    Parameters
    ----------
    text : str
        As typed, in any Unicode form.
    evidence : sequence of Evidence
    side : str
        "need" or "offer": whose words are looked for.

    Returns
    -------
    list of (int, int, int)
        Start, end and the place in `evidence` of each word, in the order of
        the text, none overlapping. The longest word wins.
    """
    plain, origins = _with_origins(text)
    places = {}
    for place, item in enumerate(evidence):
        for surface in getattr(item, f"{side}_surfaces"):
            places.setdefault(surface.casefold(), place)
    found = []
    for surface, place in places.items():
        if surface.strip():
            found += [(*m.span(), place) for m in _pattern(surface).finditer(plain)]
    free, spans = [True] * len(plain), []
    for start, end, place in sorted(found, key=lambda s: (s[0] - s[1], s[0])):
        if all(free[start:end]):
            free[start:end] = [False] * (end - start)
            spans.append((origins[start], origins[end], place))
    return sorted(spans)


def _pattern(surface):
    """Match a word as a whole; a Korean one of two syllables or more also inside another."""
    hangul = "가" <= surface[0] <= "힣"
    inner = hangul and len(surface) > 1
    words = r"\s+".join(map(re.escape, surface.split()))
    before = "" if inner else r"(?<![^\W_])"
    after = "" if hangul else r"(?![a-z0-9])"
    return re.compile(before + words + after, re.IGNORECASE)


def _with_origins(text):
    """Return the text in NFKC and, for each position in it, the position in the original."""
    plain, origins = [], []
    start = 0
    for end in range(1, len(text) + 1):
        if end < len(text) and _joins(text[end]):
            continue
        piece = unicodedata.normalize("NFKC", text[start:end])
        plain.append(piece)
        origins += [start] * len(piece)
        start = end
    return "".join(plain), [*origins, len(text)]


def _joins(character):
    """Return whether a character may melt into the one before it."""
    return unicodedata.combining(character) or "\u1161" <= character <= "\u11ff"
