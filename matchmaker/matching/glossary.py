"""Concepts with the ways in which people say them, and where a text mentions one."""

import hashlib
import json
import re
from dataclasses import dataclass

from .text import HANGUL_RUN, OTHER_WORD, analyse_all

# From three syllables on, the beginning of a word is enough to know a Korean term.
_PREFIX = 3
# Words of any kind that may stand between two of a term: "손님이 통 안 오다".
_SKIPPED = 2
_SENTENCE_END = re.compile(r"[.!?;:…](?=\s)|\n")
_NOUNS_IN_ING = frozenset(
    {"marketing", "building", "meeting", "housing", "clothing", "rating", "staffing"}
)
_MEMO_SIZE = 50_000  # texts whose concepts are kept


@dataclass(frozen=True, slots=True)
class Found:
    """A concept that a text mentions: which, and where in the normalised text."""

    concept: str
    start: int
    end: int


class Glossary:
    """Finds concepts in analysed texts.

    Parameters
    ----------
    concepts : mapping of str to sequence of str
        Concept ids and all terms of each, in any language.
    categories : mapping of str to str, optional
        The kind of help to which a concept usually belongs, by concept id.
    tables : tuple, optional
        The `tables` of a glossary of the same concepts, which spares their analysis.

    Attributes
    ----------
    tables : tuple of dict
        The analysed terms: those of one word, of several content words, with stop words,
        and by their letters. By word, or by first word or letters, each holds the concepts,
        or pairs of a term and its concepts.

    Notes
    -----
    A term is found as its sequence of words, whatever the particles and
    endings between them and with room for one more word between two (손님이 뚝
    끊겼다), or, if it is Korean, by its letters without spaces from the start
    of a word to the end of a morpheme: 스마트 팩토리를 and 스마트팩토리 are one
    term. A term stays in its sentence, and a word with an affix (무담보, 정보화)
    is not the word without. A shorter match inside a longer one counts too where
    it is of another concept: 공장 배치 is about the layout and about the factory.
    Two words of a term may stand in either order (비싼 이자, 이자가 비싸다). Both
    were measured better than the longest match and the order alone (docs/ranking.md).
    """

    def __init__(self, concepts, categories=(), tables=None):
        self.categories = dict(categories)
        self.concepts = {name: tuple(terms) for name, terms in concepts.items()}
        self._memo = {}
        self.tables = tables or _analysed(self.concepts)

    @property
    def version(self):
        """A hash of all concepts, terms and categories."""
        text = json.dumps([self.concepts, self.categories], sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def __getstate__(self):
        return self.__dict__ | {"_memo": {}}

    def find(self, analysis):
        """Return the concepts that a text mentions.

        Parameters
        ----------
        analysis : text.Analysis

        Returns
        -------
        list of Found
            In the order of the text. A term that stands for several concepts
            gives one entry for each.
        """
        found = self._memo.get(analysis.text)
        if found is None:
            if len(self._memo) >= _MEMO_SIZE:
                self._memo.clear()
            found = self._memo[analysis.text] = self._search(analysis)
        return found

    def _search(self, analysis):
        spans = {}
        ordinals = {token.start: place for place, token in enumerate(analysis.tokens)}
        words = [(_key(analysis, t), t, ordinals[t.start]) for t in analysis.words]
        tokens = [(_key(analysis, t), t, ordinals[t.start]) for t in analysis.tokens]
        singles, contents, sequences, letters = self.tables
        for token in analysis.words:
            if concepts := singles.get(_single(analysis, token)):
                spans.setdefault((token.start, token.end), set()).update(concepts)
        _match_sequences(contents, words, analysis.text, spans, gap=1)
        _match_sequences(sequences, tokens, analysis.text, spans, gap=0)
        _match_letters(letters, analysis, spans)
        taken, found = {}, []
        for start, end in sorted(spans, key=lambda span: (span[0] - span[1], span[0])):
            for concept in sorted(spans[start, end]):
                places = taken.setdefault(concept, set())
                if places.isdisjoint(range(start, end)):
                    places.update(range(start, end))
                    found.append(Found(concept, start, end))
        return sorted(found, key=lambda each: (each.start, each.concept))


def _analysed(concepts):
    """Return the tables in which terms are looked up, of plain lists that a file can hold."""
    singles, contents, sequences, by_letters = {}, {}, {}, {}
    pairs = [(term, name) for name, terms in concepts.items() for term in terms]
    for (_, name), analysis in zip(pairs, analyse_all([t for t, _ in pairs]), strict=True):
        tokens = analysis.tokens
        content = [token for token in tokens if not token.is_stop]
        # "bank turned us down" is known without "us", but "out of stock" is not "stock".
        if len(content) > 1:
            keys = tuple(_key(analysis, token) for token in content)
            for each in {keys, keys[::-1]} if len(keys) == 2 else {keys}:
                contents.setdefault(each[0], {}).setdefault(each, {})[name] = None
        elif len(content) < len(tokens) and len(tokens) > 1:
            keys = tuple(_key(analysis, token) for token in tokens)
            sequences.setdefault(keys[0], {}).setdefault(keys, {})[name] = None
        elif content and _is_whole(analysis, content[0]):
            singles.setdefault(_single(analysis, content[0]), {})[name] = None
        letters = "".join(HANGUL_RUN.findall(analysis.text))
        if len(letters) >= _PREFIX and letters == "".join(analysis.text.split()):
            table = by_letters.setdefault(letters[:_PREFIX], {})
            table.setdefault(letters, {})[name] = None
    return {word: list(names) for word, names in singles.items()}, *(
        {
            key: [[_list(t), list(names)] for t, names in terms.items()]
            for key, terms in each.items()
        }
        for each in (contents, sequences, by_letters)
    )


def _list(term):
    return term if isinstance(term, str) else list(term)


def _match_letters(table, analysis, spans):
    """Note where Korean terms stand by their letters, however they are spaced."""
    text = analysis.text
    initials = {prefix[0] for prefix in table}
    for run in HANGUL_RUN.finditer(text):
        if run[0][0] not in initials:
            continue
        letters, places = _squeezed(text, run.start())
        for term, concepts in table.get(letters[:_PREFIX], ()):
            if not letters.startswith(term):
                continue
            end = places[len(term) - 1] + 1
            if end in analysis.breaks or not HANGUL_RUN.match(text[end : end + 1]):
                spans.setdefault((run.start(), end), set()).update(concepts)


def _match_sequences(table, words, text, spans, gap):
    """Note where the terms of several words stand; `gap` words may come between two of a term.

    `words` are (key, token, place among all tokens). A term stays in its sentence, and of all
    words, stop words too, no more than `_SKIPPED` may come between two of its own.
    """
    keys = [key for key, _, _ in words]
    for i, key in enumerate(keys):
        for sequence, concepts in table.get(key, ()):
            last = i
            for word in sequence[1:]:
                ahead = keys[last + 1 : last + 2 + gap]
                if word not in ahead:
                    break
                before, last = last, last + 1 + ahead.index(word)
                between = text[words[before][1].end : words[last][1].start]
                skipped = words[last][2] - words[before][2] - 1
                if skipped > _SKIPPED or _SENTENCE_END.search(between):
                    break
            else:
                span = words[i][1].start, words[last][1].end
                spans.setdefault(span, set()).update(concepts)


def _key(analysis, token):
    """Return what stands for a word in a term: with what a Korean one means by its affixes.

    무담보 is not 담보, and 정보화 not 정보; the plural is no other word.
    """
    if not HANGUL_RUN.match(token.term):
        return token.term
    surface = analysis.text[token.start : token.end]
    stem = surface.removesuffix("들") if surface.startswith(token.term) else token.term
    return _prefix(analysis, token.start) + stem


def _prefix(analysis, start):
    """Return the syllable before a place if it is a morpheme that begins the word."""
    run = analysis.text[max(start - 2, 0) : start]
    begins = HANGUL_RUN.fullmatch(run[-1:]) and not HANGUL_RUN.match(run[:-1])
    if not begins or start not in analysis.breaks:
        return ""
    return "" if any(token.start == start - 1 for token in analysis.tokens) else run[-1]


def _single(analysis, token):
    """Return the key of a word that is a whole term; English ones bend but are not derived.

    Products are a product, but a market is no marketing, nor is a product productivity.
    """
    if HANGUL_RUN.match(token.term):
        return _key(analysis, token)
    word = analysis.text[token.start : token.end].casefold().replace("-", "")
    if not (word.isascii() and word.isalpha()):
        return token.term
    word = re.sub("(?<=..)ies$", "y", word)
    word = re.sub("(?<=[^su])s$", "", word)
    if len(word) < 4 or word in _NOUNS_IN_ING:
        return word  # a win is no wine
    root = re.sub("(?<=...)(ed|ing|e)$", "", word)
    return "-" + re.sub(r"([^aeiouls])\1$", r"\1", root)


def _is_whole(analysis, token):
    """Return whether one word says all that a term says: 아무도 모르다 is more than 모르다."""
    text = analysis.text
    words = HANGUL_RUN.findall(text) + OTHER_WORD.findall(text)
    if len([word for word in words if word != "싶다"]) > 1:
        return False
    return not token.term.endswith("다") or text.endswith("다")


def _squeezed(text, start, length=24):
    """Return the next Hangul letters without spaces, and where each of them stands."""
    letters, places = [], []
    for place in range(start, min(len(text), start + 2 * length)):
        if "가" <= text[place] <= "힣":
            letters.append(text[place])
            places.append(place)
        elif not text[place].isspace():
            break
    return "".join(letters[:length]), places
