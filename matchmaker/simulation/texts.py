"""Invented needs and offers in both languages, made from the sentences of the demonstration."""

import re
from collections import Counter

from ..demo import files
from ..demo.listings import CRITERIA
from ..listing.categories import Category
from ..listing.models import SHORTEST_TEXT
from ..organisations.facts import Size

SENTENCE = re.compile(r"(?<=[.!?])\s+")
SHORT, DETAILED = 0.2, 0.4  # the shares of needs that say hardly anything, and a lot
ENGLISH = 0.15  # the share of needs written in English
WISHES = 0.6  # the share of needs that say what is wanted in the words of some offer
WISH = {"ko": "이런 도움을 찾습니다.", "en": "This is the help that we look for."}
FIGURES = {
    "ko": "직원 {people}명이 일하고, {months}개월 안에 시작하고 싶습니다.",
    "en": "We are {people} people and want to begin within {months} months.",
}


class Texts:
    """Draws listings; needs are spread over the fields as unevenly as the demonstration's."""

    def __init__(self, rng):
        self.rng = rng
        market = files.read("market")
        self.offers = market["offers"] + files.read("market_offers")["offers"]
        self.needs = [
            entry
            for entry in market["needs"]
            if entry["category"] and entry["text"] and entry.get("text_en")
        ]
        self.firms = {
            entry["id"]: entry for entry in market["organisations"] if entry["kind"] == "sme"
        }

    def some_offers(self, count):
        """Return so many offers as (facts, weight): more of the fields in which much is needed.

        The weight is the need in the field for each of the offers in it.
        """
        asked = Counter(entry["category"] for entry in self.needs)
        offered = Counter(entry["category"] for entry in self.offers)
        weights = [asked[one["category"]] / offered[one["category"]] + 0.05 for one in self.offers]
        shares = [weight / sum(weights) for weight in weights]
        once = min(count, len(self.offers))
        chosen = self.rng.choice(len(self.offers), size=once, replace=False, p=shares)
        entries = [self.offers[int(chosen[place % once])] for place in range(count)]
        beside = Counter(entry["category"] for entry in entries)
        return [
            (self._offer(entry), (asked[entry["category"]] + 1) / beside[entry["category"]])
            for entry in entries
        ]

    def _offer(self, entry):
        return {
            "title": entry["title_ko"],
            "text": entry["text_ko"],
            "title_en": entry["title_en"],
            "text_en": entry["text_en"],
            "category": Category(entry["category"]),
            "criteria": {
                limit: sorted(entry[name]) for limit, name in CRITERIA.items() if entry[name]
            },
        }

    def firm_and_need(self):
        """Return the facts of a firm and of its need, which fit together."""
        entry = self._one(self.needs)
        like, elsewhere = self.firms.get(entry["organisation"]), self._one([*self.firms.values()])
        like = like or elsewhere
        firm = {
            "region": self._one([like, elsewhere])["region"],
            "industry": like["industry"],
            "size": Size(like["size"] or "small"),
            "traits": like["traits"],
        }
        return firm, self._need(entry)

    def _need(self, entry):
        tongue = "en" if self.rng.random() < ENGLISH else "ko"
        title, text = ("title_en", "text_en") if tongue == "en" else ("title", "text")
        same = [other for other in self.needs if other["category"] == entry["category"]]
        own, others = (SENTENCE.split(one[text]) for one in (entry, self._one(same)))
        draw = self.rng.random()
        if draw < SHORT:
            said = own[:1] if len(own[0]) >= SHORTEST_TEXT else own
        elif draw < 1 - DETAILED:
            said = own
        else:
            numbers = {
                "people": int(self.rng.integers(2, 60)),
                "months": int(self.rng.integers(1, 12)),
            }
            said = [*own, *others[:2], FIGURES[tongue].format(**numbers)]
        if self.rng.random() < WISHES:
            like = self._one([one for one in self.offers if one["category"] == entry["category"]])
            said = [*said, WISH[tongue], self._one(SENTENCE.split(like[f"text_{tongue}"]))]
        return {
            "title": entry[title],
            "text": " ".join(dict.fromkeys(said)),
            "category": Category(entry["category"]),
            "written_in": tongue,
        }

    def _one(self, choices):
        return choices[int(self.rng.integers(len(choices)))]
