"""Korean and English text to terms: content words, word-safe fragments, and where they stand."""

import os
import re
import sys
import threading
import unicodedata
import warnings
from bisect import bisect_right
from collections import OrderedDict
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib.metadata import version

from .stopwords import ENGLISH_STOPS, KOREAN_STOPS

# Kinds of term; the first character of a term that is not a word says which it is.
WORD, GRAM, CONCEPT, CATEGORY = "word", "gram", "concept", "category"
GRAM_MARK, CONCEPT_MARK, CATEGORY_MARK = "#", "@", "%"
_KINDS = {GRAM_MARK: GRAM, CONCEPT_MARK: CONCEPT, CATEGORY_MARK: CATEGORY}

CONTENT_TAGS = frozenset({"NNG", "NNP", "XR", "VV", "VA", "MAG"})
# Words that the analyser would take apart wrongly, met in this programme's texts.
USER_WORDS = ("손님", "소부장", "밀키트", "키오스크", "로컬푸드", "자부담", "뿌리기업")

HANGUL_RUN = re.compile("[가-힣]+")
_OTHER = r"[^\W_\u1100-\u11ff\u3130-\u318f\uac00-\ud7ff]"
# One word that is not Korean: a number with its commas, U.S., R&D, a run of letters
# and digits, or several of them joined by hyphens.
OTHER_WORD = re.compile(
    rf"\d{{1,3}}(?:,\d{{3}})+(?!{_OTHER})"
    r"|(?<![^\W_])(?:[A-Za-z]\.){2,}"
    r"|(?<![^\W_])[A-Za-z]&[A-Za-z](?![A-Za-z0-9])"
    rf"|{_OTHER}+(?:['’]{_OTHER}+)?(?:-{_OTHER}+(?:['’]{_OTHER}+)?)*"
)
_CAPITALS_THAT_ARE_WORDS = frozenset({"US", "IT"})
LONGEST = 100_000  # characters of one text that count; they take some five seconds at the worst
MEMO_CHARACTERS = 8_000_000  # of all texts kept; an analysis takes some 50 bytes a character

_lock = threading.RLock()
_memo = OrderedDict()
_kept = 0  # characters in _memo


@dataclass(frozen=True, slots=True)
class Token:
    """One content word of a text: its term and where it stands in the normalised text."""

    term: str
    start: int
    end: int
    is_stop: bool = False


@dataclass(frozen=True, slots=True)
class Analysis:
    """A text after analysis.

    Attributes
    ----------
    text : str
        The text in Unicode NFKC, at most its first `LONGEST` characters; all positions
        refer to it.
    tokens : tuple of Token
        Content words in order, stop words among them and marked.
    pieces : tuple of (int, int)
        Spans of the words from which fragments (character n-grams) are made.
    breaks : frozenset of int
        Positions at which a morpheme ends.
    """

    text: str
    tokens: tuple[Token, ...]
    pieces: tuple[tuple[int, int], ...]
    breaks: frozenset[int]

    @property
    def words(self):
        """The tokens that count, stop words left out."""
        return [token for token in self.tokens if not token.is_stop]

    def grams(self):
        """Yield (term, span, piece) of each fragment: its letters' span and its word's."""
        for start, end in self.pieces:
            for term, left, right in grams_of(self.text[start:end].casefold()):
                yield term, (start + left, start + right), (start, end)


def kind_of(term):
    """Return which kind of term this is: word, gram, concept or category."""
    return _KINDS.get(term[0], WORD)


def is_hangul(term):
    """Return whether a term holds a Korean syllable."""
    return HANGUL_RUN.search(term) is not None


def normalise(text):
    """Return the text in NFKC, lone halves of surrogate pairs replaced."""
    text = text.encode("utf-8", "replace").decode() if _has_surrogate(text) else text
    return unicodedata.normalize("NFKC", text)


def _has_surrogate(text):
    return not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text)


def analyse(text):
    """Return the analysis of one text; the same text is analysed once per process.

    Parameters
    ----------
    text : str

    Returns
    -------
    Analysis
    """
    return analyse_all([text])[0]


def analyse_all(texts):
    """Return the analyses of many texts, each analysed once.

    Parameters
    ----------
    texts : sequence of str

    Returns
    -------
    list of Analysis
        In the order of the texts.
    """
    global _kept
    with _lock:
        found = {text: _memo[text] for text in set(texts) if text in _memo}
        for text in dict.fromkeys(texts):
            if text not in found:
                normal = normalise(text)[:LONGEST]
                found[text] = _memo[text] = _assemble(normal, morphemes(normal))
                _kept += len(text)
        for text in found:
            _memo.move_to_end(text)
        while _kept > MEMO_CHARACTERS:
            _kept -= len(_memo.popitem(last=False)[0])
    return [found[text] for text in texts]


def morphemes(text):
    """Return the morphemes of a text; one without Hangul does not wake the analyser."""
    return _analyser().tokenize(text) if HANGUL_RUN.search(text) else ()


def _assemble(text, morphemes):
    tokens, breaks, content_ends = [], set(), []
    run_ends = [run.end() for run in HANGUL_RUN.finditer(text)]
    for place, morpheme in enumerate(morphemes):
        tag = morpheme.tag.partition("-")[0]
        breaks.add(morpheme.end)
        if not HANGUL_RUN.match(morpheme.form):
            continue
        if tag in CONTENT_TAGS:
            # A verb in its dictionary form is readable and is not taken for a noun.
            is_verb = tag in ("VV", "VA")
            term = morpheme.form + "다" if is_verb else morpheme.form
            stop = term in KOREAN_STOPS
            end = _verb_end(morphemes, place, run_ends) if is_verb else morpheme.end
            tokens.append(Token(sys.intern(term), morpheme.start, end, stop))
            if not stop:
                content_ends.append(morpheme.end)
        elif tag == "XSN" and tokens and tokens[-1].end == morpheme.start:
            # 고도 + 화 is found as 고도 and shown as 고도화.
            tokens[-1] = replace(tokens[-1], end=morpheme.end)
            content_ends += [] if tokens[-1].is_stop else [morpheme.end]
    pieces = list(_korean_pieces(text, content_ends))
    for token, piece in _other_words(text):
        tokens.append(token)
        if piece and not token.is_stop:
            pieces.append(piece)
    tokens.sort(key=lambda token: (token.start, token.end))
    return Analysis(text, tuple(tokens), tuple(sorted(pieces)), frozenset(breaks))


def _verb_end(morphemes, place, run_ends):
    """Return where a verb ends with its endings, which may have melted into it (돕 + 아: 도와)."""
    start = morphemes[place].start
    end = run_ends[min(bisect_right(run_ends, start), len(run_ends) - 1)]
    for later in range(place + 1, len(morphemes)):
        after = morphemes[later]
        if after.start >= end:
            break
        if after.tag.partition("-")[0] in CONTENT_TAGS and after.start > start:
            return after.start
    return end


def _korean_pieces(text, content_ends):
    """Yield the spans of Korean words up to their last content morpheme.

    Particles and endings are left out: they would make 금을 resemble 자금을.
    """
    ends = sorted(content_ends)
    place = 0
    for run in HANGUL_RUN.finditer(text):
        last = run.start()
        while place < len(ends) and ends[place] <= run.end():
            last = ends[place]
            place += 1
        if last - run.start() >= 2:
            yield run.start(), last


def _other_words(text):
    """Yield (token, piece) for each word that is not Korean; most pieces are None."""
    for match in OTHER_WORD.finditer(text):
        typed = match[0]
        parts = typed.split("-")
        # start-up is startup and e-mail is email, but smart-factory is two words.
        if len(parts) == 1 or min(map(len, parts)) <= 2:
            spans = [(match.start(), match.end())]
        else:
            ends = [match.start() + len("-".join(parts[: i + 1])) for i in range(len(parts))]
            spans = [(end - len(part), end) for part, end in zip(parts, ends, strict=True)]
        for start, end in spans:
            word = re.sub(r"[-.,]|['’]s$", "", text[start:end]).replace("’", "'")
            if not word or (word.isdigit() and len(word) < 3):
                continue  # numbers of one or two digits say nothing without their unit
            plain = word.casefold()
            stop = plain in ENGLISH_STOPS and word not in _CAPITALS_THAT_ARE_WORDS
            term = plain if stop else _stem(plain)
            # A letter that lower case makes two of (ß, İ) would move the positions.
            long = plain.isalpha() and 4 <= len(plain) == end - start
            yield Token(sys.intern(term), start, end, stop), ((start, end) if long else None)


@lru_cache(maxsize=65_536)
def grams_of(word):
    """Return the fragments of one word as (term, start, end), in order.

    Hangul words of two syllables or more give padded 2- and 3-grams, Latin
    words of four letters or more padded 3- and 4-grams, all others none, so
    that "AI" is not found in "retail", nor 금 in 자금.
    """
    hangul = "가" <= word[0] <= "힣"
    if len(word) < (2 if hangul else 4):
        return ()
    padded = f" {word} "
    return tuple(
        (GRAM_MARK + padded[i : i + n], max(i - 1, 0), min(i - 1 + n, len(word)))
        for n in ((2, 3) if hangul else (3, 4))
        for i in range(len(padded) - n + 1)
    )


@lru_cache(maxsize=65_536)
def _stem(word):
    return _stemmer().stemWord(word) if word.isascii() and word.isalpha() else word


@cache
def _stemmer():
    import Stemmer  # with the analyser: only ranking needs it

    return Stemmer.Stemmer("english")


@cache
def _analyser():
    """Return the process's one Korean analyser, which takes a second and 330 MB.

    It has no threads of its own: they would be missing in a forked process,
    which would then wait for them for ever, and they crowd a busy machine.
    """
    from kiwipiepy import Kiwi  # heavy, and importing the web application must not pay for it

    with warnings.catch_warnings():
        # It warns that 0 once meant "one thread a core"; here it means none.
        warnings.simplefilter("ignore", DeprecationWarning)
        kiwi = Kiwi(num_workers=0, load_typo_dict=False, load_multi_dict=False)
    for word in USER_WORDS:
        kiwi.add_user_word(word, "NNP")
    return kiwi


def _after_fork():
    """Free the lock in a forked child; a thread that it does not have may hold it."""
    global _lock
    _lock = threading.RLock()


os.register_at_fork(after_in_child=_after_fork)


@cache
def analyser_version():
    """Return which analysers make the terms; part of the ranker's version."""
    names = ("kiwipiepy", "kiwipiepy_model", "PyStemmer")
    return " ".join(f"{name} {version(name)}" for name in names)
