"""Several needs in one text: where one ends and the next begins."""

import re
from collections import Counter
from dataclasses import dataclass, replace

from .cards import NeedCard
from .glossary_files import load_glossary
from .negation import wanted
from .text import analyse, normalise

_MOST_PARTS = 4
_LONGEST = 4_000  # letters; a longer text is a document, not a list of wishes

# Where another need may begin: after a sentence, or after a wish that goes on with "and".
_BORDER = re.compile(
    r"(?<=[.!?…])\s+|[;\n]+\s*"
    r"|(?<=필요하고)[,\s]\s*|(?<=급하고)[,\s]\s*|(?<=싶고)[,\s]\s*|(?<=하고),\s*"
    r"|(?<=고),\s+|(?<=지만),?\s+|(?<=는데),\s+"
    r"|\s+(?=(?:그리고|또한|또|아울러|더불어|그 밖에|두 ?번째로?)[,\s])"
    r"|,?\s+(?=(?:and also|and we|and i|as well as|second(?:ly)?|besides|in addition)\b)"
    r"|,\s+(?=and\b)",
    re.IGNORECASE,
)
# A part without a wish says what the others are about.
_WISH = re.compile(
    r"필요|싶|급하|급합|급해|원하|원합|원해|찾|구하|구합|구해|야 [하한합해]|야하|도와|부탁|바라|"
    r"바랍|주세요|주실|희망|줄이려|하려|받으려|배우려|걱정|어렵|어려|힘들|"
    r"\b(?:need|want|would like|like to|looking for|look for|seek|help|should|must|wish|have to|"
    r"has to|urgent|urgently|hope|please|wanted|sought|worr\w+|impossible|difficult|hard)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Part:
    """One of several needs in a text: its words, and a card of them alone."""

    text: str
    card: NeedCard


def needs_in(need, glossary=None):
    """Return the needs that one text names.

    Parameters
    ----------
    need : NeedCard
    glossary : Glossary, optional
        Without one, the glossary that ships with the product.

    Returns
    -------
    list of Part
        In the order of the text, at most four, the rest of the text with the last. A
        single part, with the card itself, if the text names one need: that is, unless at
        least two pieces of it each voice a wish and speak of different kinds of help,
        as the glossary's concepts tell. Pieces without a wish, and wishes of the same
        kind, belong to what stands before them. The category that was chosen stays only
        with the part that speaks of it.
    """
    glossary = load_glossary() if glossary is None else glossary
    text = normalise(f"{need.title}\n{need.body}" if need.title else need.body)
    pieces = [piece.strip() for piece in _BORDER.split(text) if piece and piece.strip()]
    parts = []
    if len(pieces) > 1 and len(text) <= _LONGEST:
        parts = _joined([(piece, _kinds(glossary, piece)) for piece in pieces])
    if len(parts) < 2:
        return [Part(need.body or need.title, need)]
    return [
        Part(
            said,
            replace(
                need,
                id=f"{need.id}/{number}",
                title="",
                body=said,
                category=need.category if need.category in kinds else None,
            ),
        )
        for number, (said, kinds) in enumerate(parts, start=1)
    ]


def _kinds(glossary, piece):
    """Return the kinds of help of which a piece that voices a wish speaks, the first ones only."""
    text = wanted(piece)
    if not _WISH.search(text):
        return None
    found = glossary.find(analyse(text))
    votes = Counter(
        glossary.categories[f.concept] for f in found if f.concept in glossary.categories
    )
    most = max(votes.values(), default=0)
    return {kind for kind, count in votes.items() if count == most}


def _joined(pieces):
    """Return (text, kinds) of each need: pieces that speak of another kind begin a new one."""
    parts, waiting = [], []
    for piece, kinds in pieces:
        begins = kinds and not any(kinds & before for _, before in parts)
        if begins and len(parts) < _MOST_PARTS:
            parts.append(([*waiting, piece], kinds))
            waiting = []
        elif parts:
            parts[-1][0].append(piece)
        else:
            waiting.append(piece)
    return [(" ".join(said), kinds) for said, kinds in parts]
