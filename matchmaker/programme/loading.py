"""Writes the record of history.yaml and reconstructed_needs.yaml into its tables."""

from datetime import date
from urllib.parse import urlsplit

import sqlalchemy as sa

from ..db import db
from .models import (
    HistoryCompany,
    HistoryHonour,
    HistoryMemorandum,
    HistoryMilestone,
    HistoryOffer,
    HistoryOutcome,
    HistoryPledge,
    HistoryPractice,
    HistoryRecord,
    HistorySource,
    HistoryWord,
    ReconstructedNeed,
)

# Children before those that they point to.
TABLES = (
    *(ReconstructedNeed, HistoryHonour, HistoryMilestone, HistoryPractice, HistoryOutcome),
    *(HistoryPledge, HistoryMemorandum, HistoryOffer, HistoryCompany),
    *(HistorySource, HistoryWord, HistoryRecord),
)
WORDS = {"unit": "units", "count": "counts", "scope": "amount_scopes", "note": "notes"}
OFFER_TEXTS = ("title", "text", "eligible")


def load_history(history, reconstructed, *, now):
    """Replace the record by these two files (as read); the caller commits.

    Returns how many rows were written of each kind: companies, offers, outcomes, needs, sources.
    """
    for table in TABLES:
        db.session.execute(sa.delete(table))
    db.session.add(
        HistoryRecord(
            **_pair("about", history["about"]),
            **_pair("needs", reconstructed["about"]),
            **_pair("honours", history["win_win_honors_pairs"]["note"]),
            loaded_at=now,
        )
    )
    _load_words(history)
    sources = _load_sources(history, reconstructed)
    companies = _load_companies(history)
    _load_further_memoranda(history, companies)
    _load_practices(history)
    _load_needs(reconstructed, companies)
    db.session.flush()
    return {
        "companies": sum(not company.is_related for company in companies.values()),
        "offers": sum(len(c.offers) for c in companies.values() if not c.is_related),
        "outcomes": sum(len(c.outcomes) for c in companies.values() if not c.is_related),
        "needs": len(reconstructed["needs"]),
        "sources": sources,
    }


def _pair(name, texts):
    """Return the two columns of a text that the file gives as {ko, en}, or does not give."""
    texts = texts or {}
    return {f"{name}_ko": texts.get("ko"), f"{name}_en": texts.get("en")}


def _texts(entry, *names):
    """Return the columns of texts that the file gives as name_ko and name_en."""
    return {f"{name}_{tongue}": entry[f"{name}_{tongue}"] for name in names for tongue in _TONGUES}


_TONGUES = ("ko", "en")


def _day(text):
    return date.fromisoformat(text) if text else None


def _load_words(history):
    for kind, section in WORDS.items():
        for key, texts in history[section].items():
            db.session.add(HistoryWord(kind=kind, key=key, **_pair("text", texts)))


def _load_sources(*files):
    keys = {}
    for file in files:
        for key, facts in file["named_sources"].items():
            keys[key] = HistorySource(
                key=key,
                **_texts(facts, "publisher", "title"),
                published_on=_day(facts["published_on"]),
            )
        keys |= {key: _page(key) for key in _mentioned(file) if key not in keys}
    db.session.add_all(keys.values())
    return len(keys)


def _mentioned(part):
    """Yield every source that any part of a file names."""
    if isinstance(part, dict):
        for name, value in part.items():
            yield from value if name == "sources" else _mentioned(value)
    elif isinstance(part, list):
        for value in part:
            yield from _mentioned(value)


def _page(url):
    host = urlsplit(url).hostname
    for prefix in ("www.", "m.", "web2.", "m2.", "m3.", "amp."):
        host = host.removeprefix(prefix)
    return HistorySource(key=url, url=url, publisher_ko=host, publisher_en=host)


def _load_companies(history):
    companies = {}
    for entry in (*history["companies"], *history["related_programmes"]):
        company = HistoryCompany(
            slug=entry["id"],
            is_related="memorandum" not in entry,
            **_texts(entry, "name", "industry"),
            aliases=", ".join(entry.get("aliases", ())),
            ordinal=entry.get("ordinal"),
            ordinal_2_0=entry.get("ordinal_2_0"),
            **_pair("ordinal_note", entry.get("ordinal_note")),
            region_ko=entry.get("region_ko"),
            region_en=entry.get("region_en"),
            verified=entry.get("verified", False),
            **_pair("note", entry.get("note")),
            sources=entry.get("sources", []),
        )
        db.session.add(company)
        db.session.flush()  # ids in the order of the file: pages are ordered by them
        company.offers = [_offer(offer) for offer in entry["offers"]]
        company.outcomes = [_outcome(outcome) for outcome in entry["outcomes"]]
        db.session.flush()
        _link_parts(company, entry)
        if "memorandum" in entry:
            company.memoranda = [_memorandum(entry, company)]
        companies[company.slug] = company
    return companies


def _link_parts(company, entry):
    by_slug = {outcome.slug: outcome for outcome in company.outcomes}
    for facts in entry["outcomes"]:
        if facts.get("part_of"):
            by_slug[facts["id"]].part_of = by_slug[facts["part_of"]]


def _memorandum(entry, company):
    facts = entry["memorandum"]
    offers = {offer.slug: offer for offer in company.offers}
    return HistoryMemorandum(
        signed_on=_day(facts["signed_on"]),
        partners=facts["partners"],
        verified=entry["verified"],
        sources=entry["sources"],
        pledges=[_pledge(pledge, offers.get(pledge["offer"])) for pledge in facts["pledges"]],
    )


def _pledge(facts, offer):
    return HistoryPledge(
        offer=offer,
        account=facts.get("account"),
        amount_krw=facts["amount_krw"],
        scope=facts["scope"],
        **_pair("note", facts.get("note")),
        verified=facts["verified"],
        sources=facts["sources"],
    )


def _offer(facts):
    return HistoryOffer(
        slug=facts["id"],
        category=facts["category"],
        **_texts(facts, *OFFER_TEXTS),
        **_pair("capacity", facts.get("capacity")),
        **_pair("period", facts.get("period")),
        amount_krw=facts.get("amount_krw"),
        amount_scope=facts.get("amount_scope"),
        **_pair("amount_note", facts.get("amount_note")),
        verified=facts["verified"],
        sources=facts["sources"],
    )


def _outcome(facts):
    return HistoryOutcome(
        slug=facts["id"],
        **_texts(facts, "metric"),
        kind=facts["kind"],
        unit=facts["unit"],
        before=facts["before"],
        after=facts["after"],
        counts=facts.get("count") or {},
        **_pair("word", facts.get("word")),
        reported_for=facts["date"],
        beneficiaries=facts["beneficiaries"],
        verified=facts["verified"],
        **_pair("note", facts.get("note")),
        sources=facts["sources"],
    )


def _load_further_memoranda(history, companies):
    for facts in history["further_memoranda"]:
        db.session.add(
            HistoryMemorandum(
                company=companies.get(facts["company"]),
                is_further=True,
                signed_on=_day(facts["signed_on"]),
                partners=facts["partners"],
                **_texts(facts, "about"),
                verified=facts["verified"],
                sources=facts["sources"],
            )
        )


def _load_practices(history):
    for facts in history["practices"]:
        db.session.add(
            HistoryPractice(
                slug=facts["id"],
                **_texts(facts, "title", "text"),
                companies=facts["companies"],
                figures=facts["figures"],
                steps=facts.get("steps", []),
                events=facts.get("events", []),
                no_percentage=facts.get("no_percentage", False),
                sources=facts["sources"],
            )
        )
    for facts in history["timeline"]:
        db.session.add(
            HistoryMilestone(
                reported_for=facts["date"], companies=facts["companies"], sources=facts["sources"]
            )
        )
    for facts in history["win_win_honors_pairs"]["pairs"]:
        db.session.add(
            HistoryHonour(
                **_pair("large", facts["large"]),
                **_pair("small", facts["small"]),
                sources=facts["sources"],
            )
        )


def _load_needs(reconstructed, companies):
    for facts in reconstructed["needs"]:
        company = companies.get(facts["supported_by"])
        helper = company or reconstructed["supporters"][facts["supported_by"]]
        names = (helper.name_ko, helper.name_en) if company else tuple(helper.values())
        db.session.add(
            ReconstructedNeed(
                slug=facts["id"],
                **_texts(facts, "name", "industry", "text"),
                category=facts["category"],
                region=facts["region"],
                confidence=facts["confidence"],
                company=company,
                helper_ko=names[0],
                helper_en=names[1],
                helped_on=facts["supported_on"],
                **_pair("note", facts.get("note")),
                sources=facts["sources"],
            )
        )
