"""Eligibility: who may take an offer, as named criteria for people and as a mask for ranking."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from .cards import SME_SIZES


class Rule(StrEnum):
    """The named reasons why a pair may not be proposed.

    The first four are criteria of the offer and are computed here; the others
    depend on what happened, so whoever knows it passes it in as a mask.
    """

    REGION = "region"
    SIZE = "size"
    INDUSTRY = "industry"
    TRAITS = "traits"
    RELATION = "relation"
    CLOSED = "closed"
    FULL = "full"
    MET = "met"
    SETTING = "setting"
    SUSPENDED = "suspended"


class Status(StrEnum):
    """Whether a criterion holds. Unknown means that the need leaves the fact out."""

    MET = "met"
    UNMET = "unmet"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion that an offer states, and whether a need meets it."""

    name: Rule
    status: Status
    wanted: tuple[str, ...]


KSIC = re.compile(r"([A-U]?)(\d{0,5})", re.IGNORECASE)

# First and last division of each section of the Korean standard industrial classification.
_SECTIONS = (
    ("A", 1, 3), ("B", 5, 8), ("C", 10, 34), ("D", 35, 35), ("E", 36, 39), ("F", 41, 42),
    ("G", 45, 47), ("H", 49, 52), ("I", 55, 56), ("J", 58, 63), ("K", 64, 66), ("L", 68, 68),
    ("M", 70, 73), ("N", 74, 76), ("O", 84, 84), ("P", 85, 85), ("Q", 86, 87), ("R", 90, 91),
    ("S", 94, 96), ("T", 97, 98), ("U", 99, 99),
)  # fmt: skip


def ksic(text):
    """Return an industry code in full form, "C25911" for "25911", or None for a plain word."""
    match = KSIC.fullmatch(text.strip())
    if not match or not any(match.groups()):
        return None
    letter, digits = match[1].upper(), match[2]
    if not letter and len(digits) >= 2:
        division = int(digits[:2])
        letter = next((name for name, low, high in _SECTIONS if low <= division <= high), "")
    return letter + digits


def _region(fact, wanted):
    if not wanted or fact in wanted:
        return Status.MET
    return Status.UNMET if fact else Status.UNKNOWN


def _size(fact, wanted):
    wanted = wanted or SME_SIZES
    # A need that leaves its size out passes as a small or medium-sized enterprise.
    met = fact in wanted if fact else bool(wanted & SME_SIZES)
    return Status.MET if met else Status.UNMET


def _industry(fact, wanted):
    if not wanted:
        return Status.MET
    if not fact:
        return Status.UNKNOWN
    code = ksic(fact)
    if code is None:
        words = {_plain(word) for word in wanted if ksic(word) is None}
        if _plain(fact) in words:
            return Status.MET
        return Status.UNMET if len(words) == len(wanted) else Status.UNKNOWN
    prefixes = tuple(filter(None, map(ksic, wanted)))
    if code.startswith(prefixes):
        return Status.MET
    # A code that is shorter than the prefix asked for leaves the answer open.
    open_ = len(prefixes) < len(wanted) or any(prefix.startswith(code) for prefix in prefixes)
    return Status.UNKNOWN if open_ else Status.UNMET


def _traits(fact, wanted):
    if not wanted or {_plain(trait) for trait in fact} & {_plain(trait) for trait in wanted}:
        return Status.MET
    return Status.UNMET if fact else Status.UNKNOWN


def _plain(text):
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


# Each rule once: the need's fact, what the offer wants, and how the two compare.
RULES = {
    Rule.REGION: ("region", "regions", _region),
    Rule.SIZE: ("size", "sizes", _size),
    Rule.INDUSTRY: ("industry", "industries", _industry),
    Rule.TRAITS: ("traits", "traits", _traits),
}


def criteria(need, offer):
    """Return the criteria that an offer states and whether the need meets them.

    Parameters
    ----------
    need : NeedCard
    offer : OfferCard

    Returns
    -------
    list of Criterion
        In the order of `RULES`. Criteria that the offer leaves open are left
        out; the size always stands, because "no size named" means SMEs.
    """
    found = []
    for name, (fact, wanted, status) in RULES.items():
        wish = getattr(offer, wanted)
        if name is Rule.SIZE and not wish:
            wish = SME_SIZES
        if wish:
            found.append(Criterion(name, status(getattr(need, fact), wish), tuple(sorted(wish))))
    return found


def refusals(need, offer):
    """Return the rules that keep this pair apart; empty if the need may take the offer."""
    return [each.name for each in criteria(need, offer) if each.status is not Status.MET]


def relation_criterion(relation, offer):
    """Return the criterion on the relation, or None where the offer states none.

    Parameters
    ----------
    relation : str or None
        none, supplier, affiliate or unknown, as declared when asking; None
        if nothing was declared yet.
    offer : OfferCard
    """
    if not offer.relations:
        return None
    known = relation not in (None, "unknown")
    status = Status.UNMET if known else Status.UNKNOWN
    if relation in offer.relations:
        status = Status.MET
    return Criterion(Rule.RELATION, status, tuple(sorted(offer.relations)))


def mask(needs, offers):
    """Return which need may take which offer.

    Parameters
    ----------
    needs : sequence of NeedCard
    offers : sequence of OfferCard

    Returns
    -------
    ndarray of bool, shape (len(needs), len(offers))
        True exactly where `refusals` is empty. Each rule is asked once for
        each distinct fact and wish, so the cost grows with their variety.
    """
    import numpy as np  # heavy: only what ranks pays for it, not each command and each start

    allowed = np.ones((len(needs), len(offers)), dtype=bool)
    if not allowed.size:
        return allowed
    for fact, wanted, status in RULES.values():
        facts, rows = _distinct(needs, fact)
        wishes, columns = _distinct(offers, wanted)
        table = np.array([[status(one, wish) is Status.MET for wish in wishes] for one in facts])
        if not table.all():
            allowed &= table[np.ix_(rows, columns)]
    return allowed


def _distinct(cards, name):
    """Return the distinct values of an attribute and each card's position among them."""
    places = {}
    rows = [places.setdefault(getattr(card, name), len(places)) for card in cards]
    return list(places), rows
