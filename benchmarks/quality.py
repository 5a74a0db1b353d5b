"""Measure the ranking on the labelled and the graded needs of the tests.

Run from the repository: ``python -m benchmarks.quality``. It prints the tables
of docs/ranking.md in Markdown.
"""

import json
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from matchmaker.matching import evaluation
from matchmaker.matching.cards import NeedCard, OfferCard
from matchmaker.matching.glossary import Glossary
from matchmaker.matching.ranker import TfidfRanker
from matchmaker.matching.regions import code_of

DATA = Path(__file__).parents[1] / "tests" / "data"


@cache
def read(name, folder="labelled"):
    """Return the records of one file, `needs` or `offers`, of the labelled or the graded set."""
    text = (DATA / folder / f"{name}.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def offer_cards(languages=("ko", "en")):
    """Return the 120 offers with their texts in one or both languages."""
    return [
        OfferCard(
            record["id"],
            title=_said(record, "title", languages),
            body=_said(record, "body", languages),
            organisation=_said(record, "organisation", languages),
            category=record["category"],
            eligibility=_said(record, "eligibility", languages),
            organisation_id=record["company"],
        )
        for record in read("offers")
    ]


def need_card(record, language, *, facts):
    """Return a need in one language; without `facts` only what was written counts."""
    card = NeedCard(record["id"], body=record.get(f"body_{language}", ""))
    if not facts:
        return card
    return replace(
        card,
        category=record["category"],
        region=code_of(record.get("region", "")),
        industry_text=record.get(f"industry_{language}", ""),
        size=record.get("size"),
    )


def _said(record, name, languages):
    return "\n".join(record.get(f"{name}_{language}", "") for language in languages).strip()


def measure(ranker, offers, language, *, facts, only=lambda record: True):
    """Return the measures of one ranker on one set as a dict."""
    companies = [offer.organisation_id for offer in offers]
    known = set(companies)
    records = [
        record
        for record in read("needs")
        if record.get(f"body_{language}") and known & set(record.get("right", ())) and only(record)
    ]
    cards = [need_card(record, language, facts=facts) for record in records]
    scores, names = evaluation.by_company(ranker.fit(offers).score(cards), companies)
    right = np.array([[name in record["right"] for name in names] for record in records])
    return {
        "needs": len(records),
        "success@1": evaluation.success_at(scores, right, 1),
        "success@5": evaluation.success_at(scores, right, 5),
        "MRR": evaluation.mean_reciprocal_rank(scores, right),
        "nDCG@10": evaluation.ndcg_at(scores, right, 10),
        "recall@10": evaluation.recall_at(scores, right, 10),
        "MAP of needs": evaluation.mean_average_precision(scores.T, right.T),
    }


# Of the graded set: the language of the needs and the languages of the offers.
DIRECTIONS = {
    "ko → ko": ("ko", ("ko",)),
    "en → en": ("en", ("en",)),
    "ko → both": ("ko", ("ko", "en")),
    "en → both": ("en", ("ko", "en")),
    "ko → en": ("ko", ("en",)),
    "en → ko": ("en", ("ko",)),
}


def is_held_out(record):
    """Say whether a graded need is only for reporting: it was written after the glossary."""
    return record["held_out"]


def measure_graded(ranker, only=lambda record: True):
    """Return nDCG@10 on the graded set as a dict, one number a direction."""
    needs, offers = [n for n in read("needs", "graded") if only(n)], read("offers", "graded")
    grades = np.array([[need["grades"].get(offer["id"], 0) for offer in offers] for need in needs])
    measures = {"needs": len(needs)}
    for name, (language, languages) in DIRECTIONS.items():
        ranker.fit(
            [
                OfferCard(
                    offer["id"],
                    title=_said(offer, "title", languages),
                    body=_said(offer, "body", languages),
                )
                for offer in offers
            ]
        )
        scores = ranker.score([need_card(need, language, facts=False) for need in needs])
        measures[name] = evaluation.ndcg_at(scores, grades, 10)
    return measures


class ScikitLearnDefault:
    """The third thing to compare with: scikit-learn's TfidfVectorizer as it comes."""

    def fit(self, offers):
        """Learn the offers' words."""
        self.vectorizer_ = TfidfVectorizer()
        texts = [f"{o.title} {o.body} {o.eligibility} {o.organisation}" for o in offers]
        self.vectors_ = self.vectorizer_.fit_transform(texts)
        return self

    def score(self, needs):
        """Return cosines."""
        vectors = self.vectorizer_.transform([f"{n.title} {n.body}" for n in needs])
        return (vectors @ self.vectors_.T).toarray()


def table(title, rows):
    """Print one Markdown table: a label and the measures a row."""
    print(f"\n### {title}\n")
    for place, (label, measures) in enumerate(rows):
        if not place:
            print("| | " + " | ".join(measures) + " |")
            print("|---|" + "---|" * len(measures))
        cells = [f"{v:.3f}" if isinstance(v, float) else str(v) for v in measures.values()]
        print(f"| {label} | " + " | ".join(cells) + " |", flush=True)


RANKERS = {
    "random": evaluation.RandomRanker(),
    "shared words": evaluation.SharedWordsRanker(),
    "scikit-learn's TfidfVectorizer": ScikitLearnDefault(),
    "ours": TfidfRanker(),
}
NO_GLOSSARY = Glossary({})
ABLATIONS = {
    "as it is": {},
    "without concepts": {"glossary": NO_GLOSSARY},
    "concepts .6": {"concepts": 0.6},
    "concepts 1.3": {"concepts": 1.3},
    "unknown words count fully": {"unknown": 1.0},
    "unknown words do not count": {"unknown": 0.0},
    "without fragments": {"grams": 0.0, "latin_grams": 0.0},
    "Korean fragments .3": {"grams": 0.3},
    "Latin fragments .2": {"latin_grams": 0.2},
    "title counts once": {"title": 1.0},
    "title counts three times": {"title": 3.0},
    "without category": {"category": 0.0},
    "category 1": {"category": 1.0},
    "without eligibility text": {"eligibility": 0.0},
    "without company name": {"organisation": 0.0},
    "without industry": {"industry": 0.0},
    "k1 .6": {"k1": 0.6},
    "k1 2": {"k1": 2.0},
    "b .75": {"b": 0.75},
    "need weight idf^0": {"idf_power": 0.0},
    "need weight idf^1": {"idf_power": 1.0},
}


def main():
    """Print all tables."""
    both, korean, english = offer_cards(), offer_cards(("ko",)), offer_cards(("en",))
    inferred = {"only": lambda record: record["set"] == "real-inferred", "facts": False}
    for language, name in (("ko", "Korean"), ("en", "English")):
        for facts in (False, True):
            given = "with category and industry" if facts else "text only"
            table(
                f"{name} needs against bilingual offers, {given}",
                ((n, measure(r, both, language, facts=facts)) for n, r in RANKERS.items()),
            )
    table(
        "The needs of real firms that reports let us infer, text only",
        ((lang, measure(TfidfRanker(), both, lang, **inferred)) for lang in ("ko", "en")),
    )
    table(
        "Across languages, text only",
        [
            ("Korean needs, English offers", measure(TfidfRanker(), english, "ko", facts=False)),
            ("the same without concepts", measure(_plain(), english, "ko", facts=False)),
            ("English needs, Korean offers", measure(TfidfRanker(), korean, "en", facts=False)),
            ("the same without concepts", measure(_plain(), korean, "en", facts=False)),
        ],
    )
    table(
        "What each choice is worth: Korean needs with facts, bilingual offers",
        (
            (n, measure(TfidfRanker(**options), both, "ko", facts=True))
            for n, options in ABLATIONS.items()
        ),
    )
    graded = {n: RANKERS[n] for n in ("scikit-learn's TfidfVectorizer", "ours")}
    graded |= {n: TfidfRanker(**options) for n, options in ABLATIONS.items() if options}
    table(
        "The graded set, held out: nDCG@10",
        ((n, measure_graded(ranker, is_held_out)) for n, ranker in graded.items()),
    )
    kinds = sorted({need["kind"] for need in read("needs", "graded")})
    table(
        "The graded set by kind of need, all of it: nDCG@10",
        ((kind, measure_graded(TfidfRanker(), _of_kind(kind))) for kind in kinds),
    )


def _of_kind(kind):
    return lambda need: need["kind"] == kind


def _plain():
    return TfidfRanker(NO_GLOSSARY)


if __name__ == "__main__":
    main()
