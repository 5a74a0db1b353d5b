"""Offers and needs of the demonstration: drafted, published, paused."""

from functools import partial

from .. import audit
from ..listing.categories import Category
from ..listing.models import Stage
from ..needs.models import Need, Urgency
from ..offers.models import Limit, Offer

CRITERIA = {
    Limit.REGION: "regions",
    Limit.SIZE: "sizes",
    Limit.INDUSTRY: "industries",
    Limit.TRAIT: "traits",
    Limit.RELATION: "relations",
}


class Listings:
    """Lets the firms and companies write their needs and offers."""

    def __init__(self, market, calendar):
        self.market = market
        self.calendar = calendar

    def offer_acts(self, offers):
        """Yield (moment, act) for writing these offers, and publishing what is no draft."""
        for entry in offers:
            written = entry["criteria_published_days_ago"] or entry["opens_days_ago"]
            yield self.calendar.at(written, 11), partial(self._offer, entry)

    def pause_acts(self, offers):
        """Yield (moment, act) for pausing those of the offers that are paused."""
        for entry in offers:
            if entry.get("paused_days_ago") is not None:
                yield self.calendar.at(entry["paused_days_ago"], 11), partial(self._pause, entry)

    def need_acts(self, needs):
        """Yield (moment, act) for writing these needs, and publishing what is no draft."""
        for entry in needs:
            yield self.calendar.at(entry["days_ago"], 11, 30), partial(self._need, entry)

    def _offer(self, entry, *, now):
        company, owner = self._party(entry["company"])
        offer = self._draft_offer(company, by=owner, now=now)
        offer.contact_id = owner and owner.id
        offer.change(self._offer_facts(entry), by=owner, now=now)
        if entry.get("stage") != Stage.DRAFT:
            offer.publish(by=owner, now=now)
        self.market.offers[entry["id"]] = offer

    def _draft_offer(self, company, *, by, now):
        """Start an offer; for a real company nobody does, since nobody of it is here."""
        if by is not None:
            return Offer.start(company, by=by, now=now)
        offer = Offer(organisation=company, stage=Stage.DRAFT, created_at=now, changed_at=now)
        audit.record("create", offer, by=None, now=now)
        return offer

    def _offer_facts(self, entry):
        return {
            "title": entry["title_ko"],
            "text": _for_whom(entry["text_ko"], "받는 곳", entry.get("eligible_ko")),
            "title_en": entry["title_en"],
            "text_en": _for_whom(entry["text_en"], "For", entry.get("eligible_en")),
            "category": Category(entry["category"]),
            "criteria": {
                limit: sorted(entry[name]) for limit, name in CRITERIA.items() if entry[name]
            },
            "opens_on": self.calendar.day(-entry["opens_days_ago"]),
            "closes_on": self.calendar.day(entry["closes_in_days"]),
            **_same(entry, "capacity", "period_months", "own_share_percent", "amount_krw"),
        }

    def _pause(self, entry, *, now):
        offer = self.market.offers[entry["id"]]
        offer.pause(by=self.market.owner(entry["company"]), now=now)

    def _need(self, entry, *, now):
        firm, owner = self._party(entry["organisation"])
        need = Need.start(firm, by=owner, now=now)
        need.written_in = entry["language"]
        need.change(self._need_facts(entry), by=owner, now=now)
        if entry["stage"] != Stage.DRAFT:
            need.publish(by=owner, now=now)
        self.market.needs[entry["id"]] = need

    def _need_facts(self, entry):
        # The translation comes last: writing a title or text takes the one before away.
        return {
            "category": entry["category"] and Category(entry["category"]),
            "urgency": Urgency(entry["urgency"]),
            "wanted_on": self.calendar.day(entry["wanted_in_days"]),
            **_same(entry, "title", "text", "region", "amount_krw", "own_share_krw"),
            "title_en": entry.get("title_en"),
            "text_en": entry.get("text_en"),
        }

    def _party(self, organisation_id):
        return self.market.organisations[organisation_id], self.market.owner(organisation_id)


def _same(entry, *names):
    return {name: entry[name] for name in names}


def _for_whom(text, word, eligible):
    """Add whom the report names as eligible; conditions of their own have no English version."""
    return f"{text}\n\n{word}: {eligible}" if eligible else text
