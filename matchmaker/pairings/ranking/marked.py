"""Evidence on pages: its terms as chips, and texts with the shared words marked."""

import re
from dataclasses import replace
from itertools import accumulate

from flask_babel import ngettext
from markupsafe import Markup, escape

from ...i18n import language
from ...matching.evidence import Evidence, highlights
from .fitting import Term, percents

SENTENCE = re.compile(r".+?(?:[.!?。…]+(?=\s|$)|\n|$)\s*", re.DOTALL)
HANGUL = re.compile("[가-힣]")
MARK = Markup("<mark>{}</mark>")
GAP = Markup(" … ")
MOST_TERMS = 5  # segments of the bar


def shown_terms(evidence, score, need=None):
    """Return at most five terms whose hundredths add up to the score's, heaviest first.

    A term reads in the page's language where a side has a form in it. What does not fit
    in stands together as the last one, and so do words in the other language that only the
    ranking added to the need, such as the translated name of its industry.
    """
    said = [replace(item, term=as_read(item, need)) for item in evidence]
    terms = percents(said, score, most=len(said))
    own = [term for term in terms if is_readable(term.term) or (need and _wrote(need, term.term))]
    own = own if need else terms
    if len(own) == len(terms) <= MOST_TERMS:
        return terms
    first = own[: MOST_TERMS - 1]
    count = len(terms) - len(first)
    if len(first) == len(own):
        words = ngettext(
            "%(num)d word in the other language", "%(num)d words in the other language", count
        )
    else:
        words = ngettext("%(num)d more word", "%(num)d more words", count)
    rest = sum(term.percent for term in terms) - sum(term.percent for term in first)
    return [*first, Term(words, rest, "rest")]


def as_read(item, need):
    """Return how a term reads on this page: a category by one name, a word as it was typed."""
    if item.kind == "category":
        names = item.term.split(" · ")
        return names[language() != "ko"] if len(names) == 2 else item.term
    if is_readable(item.term):
        return item.term
    ours = [form for form in item.need_surfaces if is_readable(form)]
    ours = ours or [form for form in item.need_surfaces if need and _wrote(need, form)]
    theirs = [form for form in item.offer_surfaces if is_readable(form)]
    return " ↔ ".join(dict.fromkeys(ours[:1] + theirs[:1])) or item.term


def is_readable(words):
    """Say whether words are wholly in the page's language."""
    is_korean = [bool(HANGUL.search(word)) for word in words.split(" ↔ ")]
    return all(is_korean) if language() == "ko" else not any(is_korean)


def _wrote(need, words):
    """Say whether words stand in the need as it was written, whatever the page's language."""
    return words.split(" ↔ ")[0].casefold() in f"{need.title} {need.text}".casefold()


def missing_words(missing):
    """Return how a missing concept reads: in the page's language where the glossary has it."""
    readable = [label for label in missing.labels if is_readable(label)]
    return (readable or missing.labels)[0]


def kept_evidence(pairing):
    """Return the evidence that a pairing keeps, as the ranker gave it."""
    return [_evidence(row) for row in pairing.evidence]


def _evidence(row):
    words = row["term"].split(" ↔ ")
    need, offer = row.get("need", words[:1]), row.get("offer", words[-1:])
    return Evidence(row["term"], row["share"], row["kind"], tuple(need), tuple(offer))


def marked(text, evidence, side, most=None):
    """Return a text as markup with the shared words marked.

    `side` is "need" or "offer": whose text it is. A text of more than `most` characters is
    cut to whole sentences, those with a marked word before the others, in their order.
    """
    text = text or ""
    spans = [(start, end) for start, end, _ in highlights(text, evidence, side)]
    if most is None or len(text) <= most:
        return _with_marks(text, spans, 0, len(text))
    chosen = _chosen(_sentences(text), spans, most)
    pieces = [_with_marks(text, spans, start, end).strip() for start, end in chosen]
    before = [""] if chosen[0][0] > 0 else []
    after = [""] if chosen[-1][1] < len(text) else []
    return GAP.join(before + pieces + after).strip()


def _with_marks(text, spans, first, last):
    """Return text[first:last] with the spans that lie in it marked."""
    parts, place = [], first
    for start, end in spans:
        if first <= start and end <= last:
            parts += [escape(text[place:start]), MARK.format(text[start:end])]
            place = end
    return Markup("").join([*parts, escape(text[place:last])])


def _sentences(text):
    """Return (start, end) of each sentence; together they are the text."""
    pieces = [match[0] for match in SENTENCE.finditer(text)]
    ends = list(accumulate(map(len, pieces)))
    return list(zip([0, *ends], ends, strict=False))


def _chosen(sentences, spans, most):
    """Return the parts to show, sentences that follow each other made one."""
    marks = [sum(one[0] <= start < one[1] for start, _ in spans) for one in sentences]
    wanted, length = set(), 0
    for place in sorted(range(len(sentences)), key=lambda place: (not marks[place], place)):
        start, end = sentences[place]
        if wanted and length + end - start > most:
            break
        wanted.add(place)
        length += end - start
    parts = []
    for place in sorted(wanted):
        start, end = sentences[place]
        end = min(end, start + 2 * most)  # a text without any full stop
        if parts and parts[-1][1] == start:
            start = parts.pop()[0]
        parts.append((start, end))
    return parts
