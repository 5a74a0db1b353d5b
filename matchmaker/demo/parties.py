"""Organisations and people of the demonstration: registered, submitted, approved, joined."""

from functools import partial

from .. import audit
from ..accounts.consent_texts import AT_REGISTRATION
from ..accounts.joining import JoinRequest
from ..accounts.models import Role
from ..accounts.officers import make_officer
from ..accounts.registration import Person, register
from ..db import db
from ..organisations.facts import Size
from ..organisations.models import Approval, Kind, Organisation

FACTS = ("business_number", "region", "industry", "traits")
REQUIRED = [text for text in AT_REGISTRATION if text.required]


class Parties:
    """Lets organisations and people come in as they would: by registering."""

    def __init__(self, market, calendar, password):
        self.market = market
        self.calendar = calendar
        self.password = password  # hashed once: all accounts of the demonstration share it

    def acts(self, organisations):
        """Yield (moment, act) for everything that happens to these organisations."""
        for entry in organisations:
            first, *others = entry["people"]
            steps = entry["history"]
            if entry["kind"] == Kind.MINISTRY:
                yield self._moment(steps[0], 0), partial(self._open_ministry, entry, first)
            else:
                for place, step in enumerate(steps):
                    act = getattr(self, f"_{step['act']}")
                    yield self._moment(step, place), partial(act, entry, first, step)
            for other in others:
                yield self._moment(steps[-1], 3), partial(self._join, entry, other)

    def reconstructed_acts(self, companies, offers):
        """Yield (moment, act) for the real companies, which are entered the day before."""
        for entry in companies:
            own = [offer for offer in offers if offer["company"] == entry["id"]]
            first = max(offer["criteria_published_days_ago"] for offer in own)
            yield self.calendar.at(first + 1, 9), partial(self._reconstruct, entry)

    def _moment(self, step, place):
        return self.calendar.at(step["days_ago"], 9, 25 * place)

    def _registered(self, entry, person, _step, *, now):
        account = self._account(person, entry["kind"], self._facts(entry), now=now)
        self.market.people[entry["id"]] = [account]
        self.market.organisations[entry["id"]] = account.organisation

    def _submitted(self, entry, person, step, *, now):
        owner = self.market.owner(entry["id"])
        answer = step.get(f"answer_{person['language']}")
        owner.organisation.submit(by=owner, now=now, answer=answer)

    def _approved(self, entry, _person, _step, *, now):
        self.market.organisations[entry["id"]].approve(by=self.market.officer(), now=now)

    def _returned(self, entry, person, step, *, now):
        reason = step[f"reason_{person['language']}"]
        organisation = self.market.organisations[entry["id"]]
        organisation.send_back(by=self.market.officer(), now=now, reason=reason)

    def _suspended(self, entry, person, step, *, now):
        reason = step[f"reason_{person['language']}"]
        organisation = self.market.organisations[entry["id"]]
        organisation.suspend(by=self.market.officer(), now=now, reason=reason)

    def _join(self, entry, person, *, now):
        """Let a second person in: asked for and let in by the owner, or made an officer."""
        owner = self.market.owner(entry["id"])
        if entry["kind"] == Kind.MINISTRY:
            account = self._officer(owner.organisation, person, by=owner, now=now)
        else:
            number = {"business_number": entry["business_number"]}
            account = self._account(person, entry["kind"], number, now=now)
            request = db.session.scalar(JoinRequest.of(account))
            request.decide(True, by=owner, now=now)
        self.market.people[entry["id"]].append(account)

    def _account(self, person, kind, facts, *, now):
        known = {name: person[name] for name in ("name", "email", "phone", "language")}
        who = Person(password=self.password, **known)
        account = register(who, Kind(kind), facts, REQUIRED, now=now)
        account.prove_address(now=now)
        return account

    def _open_ministry(self, entry, person, *, now):
        """Make the ministry and its first officer, as the command for officers does."""
        ministry = Organisation(
            kind=Kind.MINISTRY,
            approval=Approval.APPROVED,
            created_at=now,
            approved_at=now,
            **self._facts(entry, but=("traits",)),
        )
        audit.record("organisation_registered", ministry, by=None, now=now, kind=Kind.MINISTRY)
        self.market.organisations[entry["id"]] = ministry
        self.market.people[entry["id"]] = [self._officer(ministry, person, by=None, now=now)]

    def _officer(self, ministry, person, *, by, now):
        officer = make_officer(
            ministry, person["name"], person["email"], by=by, now=now, password=self.password
        )
        officer.role = Role(person["role"])
        officer.phone = person["phone"]
        return officer

    def _reconstruct(self, entry, *, now):
        """Enter a real company, which has neither people nor a number here."""
        facts = self._facts(entry, but=("business_number", "traits"))
        company = Organisation(
            kind=Kind.COMPANY,
            approval=Approval.APPROVED,
            reconstructed=True,
            created_at=now,
            approved_at=now,
            **facts,
        )
        audit.record("organisation_registered", company, by=None, now=now, kind=Kind.COMPANY)
        self.market.organisations[entry["id"]] = company

    def _facts(self, entry, but=()):
        return {
            "name": entry["name_ko"],
            "name_en": entry["name_en"],
            "introduction": _introduction(entry),
            "size": entry["size"] and Size(entry["size"]),
            **{name: entry[name] for name in FACTS if name not in but},
        }


def _introduction(entry):
    """Return the introduction in both languages, since a profile has one text for all readers."""
    texts = (entry.get(f"introduction_{tongue}") for tongue in ("ko", "en"))
    return "\n".join(filter(None, texts)) or None
