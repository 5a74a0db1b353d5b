"""Cards: the plain facts about a need and an offer that matching sees, and nothing else."""

from dataclasses import dataclass
from datetime import date

SIZES = ("micro", "small", "medium", "mid", "large")

# Offers that name no size are for small and medium-sized enterprises.
SME_SIZES = frozenset({"micro", "small", "medium"})


@dataclass(frozen=True, slots=True)
class NeedCard:
    """What a small firm looks for.

    Attributes
    ----------
    id : str
        Unique among the needs of one call; equal scores are ordered by it.
    title, body : str
        The text as typed.
    category : str or None
        A code of `categories.CATEGORIES`, or any other text.
    region : str or None
        A code of `regions.REGIONS`.
    industry : str or None
        A KSIC code such as "C25" or "25911", or a plain word; `industry_text`
        is its name in words, which takes part in the score.
    size : str or None
        One of `SIZES`; unknown passes as a small or medium-sized enterprise.
    traits : frozenset of str
        Such as "women-led".
    relation : str or None
        none, supplier, affiliate or unknown towards the company in question.
        It is looked at only when somebody asks or accepts.
    """

    id: str
    title: str = ""
    body: str = ""
    category: str | None = None
    region: str | None = None
    industry: str | None = None
    industry_text: str = ""
    size: str | None = None
    traits: frozenset[str] = frozenset()
    relation: str | None = None
    organisation_id: str | int | None = None


@dataclass(frozen=True, slots=True)
class OfferCard:
    """What a company gives, and to whom.

    Attributes
    ----------
    id : str
        Unique among the fitted offers; equal scores are ordered by it.
    title, body, extra, eligibility : str
        The text as typed; `extra` says the same in another language, and
        `eligibility` describes in words who may apply.
    organisation : str
        The company's public name or names.
    category : str or None
        A code of `categories.CATEGORIES`, or any other text.
    regions, sizes, industries, traits, relations : frozenset of str
        The criteria; empty means all (sizes: `SME_SIZES`). `industries` are
        KSIC prefixes or plain words; `industry_text` are their names in words.
    places_left : int or None
        Firms that may still join; None is no limit.
    closes_on : date or None
        The first day on which the offer is closed.
    """

    id: str
    title: str = ""
    body: str = ""
    organisation: str = ""
    category: str | None = None
    eligibility: str = ""
    regions: frozenset[str] = frozenset()
    sizes: frozenset[str] = frozenset()
    industries: frozenset[str] = frozenset()
    industry_text: str = ""
    traits: frozenset[str] = frozenset()
    relations: frozenset[str] = frozenset()
    extra: str = ""
    organisation_id: str | int | None = None
    places_left: int | None = None
    closes_on: date | None = None
