"""Who takes part in a simulation: officers, companies with their offers, small firms."""

from dataclasses import dataclass, field

from ..accounts.consent_texts import AT_REGISTRATION
from ..accounts.officers import make_officer, ministry
from ..accounts.registration import Person, register
from ..db import begin_writing, db
from ..offers.models import Offer
from ..organisations.business_number import is_valid
from ..organisations.facts import Size
from ..organisations.models import Kind
from ..pairings.rounds.models import RoundPlan

REQUIRED = [text for text in AT_REGISTRATION if text.required]
NOBODY_SIGNS_IN = "!"  # no hash of any password
OFFERS = 4  # a company


@dataclass(slots=True)
class Cast:
    """The ids of who takes part, and how each company answers."""

    officer_id: int
    companies: list = field(default_factory=list)
    firms: list = field(default_factory=list)  # (organisation id, facts of its need)
    silence: dict = field(default_factory=dict)  # company id: share of asks it never answers
    hours: dict = field(default_factory=dict)  # company id: median hours until it answers


def gather(texts, chance, *, companies, firms, places, settings, now):
    """Let everybody register and be approved, and companies publish offers; return the cast.

    `places` is how many places there are for each firm; offers share them by the need in
    their field, and unequally: companies know it only roughly.
    """
    begin_writing()
    officer = make_officer(
        ministry(now=now),
        "simulated officer",
        "officer@simulation.example",
        by=None,
        now=now,
        password=NOBODY_SIGNS_IN,
    )
    db.session.flush()  # gives the officer an id
    RoundPlan.set(True, settings, by=officer, now=now)
    cast, numbers = Cast(officer.id), business_numbers()
    entries = texts.some_offers(companies * OFFERS)
    shares = [weight * float(chance.rng.lognormal(0, 0.6)) for _, weight in entries]
    sizes = [max(1, round(places * firms * share / sum(shares))) for share in shares]
    for place in range(companies):
        facts = {"region": "11", "industry": "264", "size": Size.LARGE, "traits": []}
        company = _join(f"company-{place}", Kind.COMPANY, facts, officer, numbers, now=now)
        own = slice(place * OFFERS, (place + 1) * OFFERS)
        for (entry, _), size in zip(entries[own], sizes[own], strict=True):
            _offer(company, entry | {"capacity": size}, now=now)
        cast.companies.append(company.id)
        cast.silence[company.id] = float(chance.rng.beta(*chance.habits.silence))
        cast.hours[company.id] = chance.habits.answer_hours * float(chance.rng.lognormal(0, 0.4))
    db.session.commit()
    for place in range(firms):
        begin_writing()
        facts, need = texts.firm_and_need()
        officer = db.session.merge(officer)
        firm = _join(f"firm-{place}", Kind.SME, facts, officer, numbers, now=now)
        cast.firms.append((firm.id, need))
        db.session.commit()
    return cast


def _join(name, kind, facts, officer, numbers, *, now):
    """Register a person with an organisation that an officer approves; return the organisation."""
    facts = facts | {"name": name, "name_en": name, "business_number": next(numbers)}
    person = Person(
        name=f"person of {name}",
        email=f"{name}@simulation.example",
        password=NOBODY_SIGNS_IN,
        phone=None,
        language="ko",
    )
    account = register(person, kind, facts, REQUIRED, now=now)
    account.prove_address(now=now)
    account.organisation.submit(by=account, now=now, answer=None)
    account.organisation.approve(by=officer, now=now)
    return account.organisation


def _offer(company, facts, *, now):
    [owner] = company.people
    offer = Offer.start(company, by=owner, now=now)
    offer.contact_id = owner.id
    offer.change(facts, by=owner, now=now)
    offer.publish(by=owner, now=now)


def business_numbers():
    """Yield numbers with a right check digit."""
    for serial in range(100_00_0000, 999_99_9999):
        yield next(f"{serial}{digit}" for digit in range(10) if is_valid(f"{serial}{digit}"))
