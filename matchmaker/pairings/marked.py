"""Evidence on pages: its terms as chips, and texts with the shared words marked."""

import re
from itertools import accumulate

from flask_babel import ngettext
from markupsafe import Markup, escape

from ..i18n import language
from ..matching.evidence import Evidence, highlights
from .fitting import Term, percents

SENTENCE = re.compile(r".+?(?:[.!?。…]+(?=\s|$)|\n|$)\s*", re.DOTALL)
MARK = Markup("<mark>{}</mark>")
GAP = Markup(" … ")
MOST_TERMS = 5  # segments of the bar


def shown_terms(evidence, score):
    """Return at most five terms whose hundredths add up to the score's, heaviest first.

    What does not fit in stands together as the last one.
    """
    terms = [_in_one_language(term) for term in percents(evidence, score, most=len(evidence))]
    if len(terms) <= MOST_TERMS:
        return terms
    first, rest = terms[: MOST_TERMS - 1], terms[MOST_TERMS - 1 :]
    words = ngettext("%(num)d more word", "%(num)d more words", len(rest))
    return [*first, Term(words, sum(term.percent for term in rest), "rest")]


def _in_one_language(term):
    """Return a term of the category with its name in the page's language only."""
    names = term.term.split(" · ")
    if term.kind != "category" or len(names) != 2:
        return term
    return term._replace(term=names[0] if language() == "ko" else names[1])


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
