"""Plain functions that make valid rows; a test states only the facts that matter to it."""

from datetime import UTC, datetime, timedelta
from itertools import count
from secrets import token_hex

from matchmaker import audit
from matchmaker.accounts.models import Account, Role
from matchmaker.db import db
from matchmaker.needs.models import Need
from matchmaker.offers.models import Limit, Offer
from matchmaker.organisations.models import Approval, Kind, Organisation
from matchmaker.pairings.models import Pairing
from matchmaker.pairings.relations import Relation, RelationKind
from matchmaker.pairings.states import COUNTS_AS_ASK, OPEN, PLACED, State

NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)  # a Tuesday, 10:00 in Seoul
# Pages read the real clock, which has gone on since: what is open must be open by both.
AHEAD = max(NOW, datetime.now(UTC)) + timedelta(days=5)
numbers = count(1)
WEIGHTS = (1, 3, 7, 1, 3, 7, 1, 3, 5)


def stored(row):
    """Add a row, commit it and give it back."""
    db.session.add(row)
    db.session.commit()
    return row


def published(listing):
    """Store a listing with the event by which the live index learns of it."""
    audit.record("publish", listing, by=None, now=NOW)
    return stored(listing)


def business_number():
    """Return the next number with a right check digit."""
    digits = f"{100_00_0000 + next(numbers):09d}"
    total = sum(int(d) * w for d, w in zip(digits, WEIGHTS, strict=True)) + int(digits[8]) * 5 // 10
    return f"{digits}{(10 - total % 10) % 10}"


def make_organisation(kind="sme", **changes):
    serial = next(numbers)
    facts = dict(
        kind=Kind(kind),
        approval=Approval.APPROVED,
        name={"sme": "새봄정밀", "company": "다온전자", "association": "한빛시장 상인회"}.get(
            kind, "중소벤처기업부"
        )
        + str(serial),
        name_en=f"{kind.title()} {serial}",
        business_number=None if kind == "ministry" else business_number(),
        region="41",
        industry="25",
        size={"sme": "small", "company": "large"}.get(kind),
        created_at=NOW,
        submitted_at=NOW,
        approved_at=NOW,
    )
    traits = changes.pop("traits", ())
    organisation = Organisation(**facts | changes)
    organisation.traits = traits
    return stored(organisation)


def make_account(organisation=None, kind="sme", **changes):
    serial = next(numbers)
    facts = dict(
        organisation=organisation or make_organisation(kind),
        role=Role.OWNER,
        name=f"김하나{serial}",
        email=f"person{serial}@example.com",
        phone=f"010-0000-{serial % 10000:04d}",
        password="inclusive-2020",
        fs_uniquifier=token_hex(16),
        confirmed_at=NOW,
        created_at=NOW,
    )
    return stored(Account(**facts | changes))


def make_need(**changes):
    organisation = changes.pop("organisation", None) or make_account().organisation
    facts = dict(
        organisation=organisation,
        stage="published",
        title="종이 작업 지시를 전산으로 바꾸고 싶습니다",
        text="작업 지시와 생산 실적을 종이에 적습니다. MES 도입과 공정 개선 전문가를 원합니다.",
        category="smart_factory",
        created_at=NOW,
        changed_at=NOW,
        published_at=NOW,
    )
    return published(Need(**facts | changes))


def make_offer(**changes):
    organisation = changes.pop("organisation", None) or make_account(kind="company").organisation
    criteria = {limit: changes.pop(limit, ()) for limit in ("region", "size", "industry", "trait")}
    facts = dict(
        organisation=organisation,
        stage="published",
        title="현장 공정 개선과 생산관리시스템 도입",
        text="전문가가 공정을 함께 고치고 작업 지시와 실적을 생산관리시스템(MES)으로 옮깁니다.",
        category="smart_factory",
        capacity=5,
        created_at=NOW,
        changed_at=NOW,
        published_at=NOW,
        criteria_published_at=NOW,
        contact=organisation.people[0] if organisation.people else None,
    )
    offer = Offer(**facts | changes)
    for limit, values in criteria.items():
        offer.allow(Limit(limit), values, now=NOW)
    return published(offer)


def make_pairing(state="asked", **changes):
    """Make a pairing in a state, with the counters of its need and offer in step."""
    state = State(state)
    need = changes.pop("need", None) or make_need()
    offer = changes.pop("offer", None) or make_offer()
    facts = dict(
        need=need,
        offer=offer,
        sme=need.organisation,
        company=offer.organisation,
        sme_contact=next(iter(need.organisation.people), None),
        company_contact=next(iter(offer.organisation.people), None),
        state=state,
        score=0.5,
        evidence=[],
        criteria={},
        terms={},
        ranker_version="test",
        input_hash="test",
        created_at=NOW,
        changed_at=NOW,
        expires_at=AHEAD if state in OPEN else None,
        waiting_since=NOW if state is State.WAITING else None,
        asked_at=NOW if state is State.ASKED else None,
        agreed_at=NOW if state in PLACED else None,
    )
    if state in PLACED:
        offer.places_taken += 1
    if state in COUNTS_AS_ASK:
        need.open_asks += 1
    if not db.session.scalar(Relation.between(need.organisation_id, offer.organisation_id)):
        db.session.add(
            Relation(
                sme_id=need.organisation_id,
                company_id=offer.organisation_id,
                declared=RelationKind.NONE,
                declared_at=NOW,
            )
        )
    return stored(Pairing(**facts | changes))
