"""Every number of the ministry equals a count of its own in plain SQL, on a varied market."""

from datetime import timedelta
from itertools import cycle, product

import pytest
import sqlalchemy as sa

from matchmaker.accounts.joining import JoinRequest
from matchmaker.db import db
from matchmaker.i18n import seoul
from matchmaker.listing.categories import Category
from matchmaker.ministry import queries
from matchmaker.needs.models import Need
from matchmaker.needs.unmet import Unmet
from matchmaker.organisations.models import Approval
from matchmaker.pairings.relations import Relation, RelationKind
from matchmaker.pairings.states import Reason, State

from .factories import (
    NOW,
    make_account,
    make_need,
    make_offer,
    make_organisation,
    make_pairing,
    stored,
)

TODAY = seoul(NOW).date()
REGIONS = ("11", "26", "41", "46", None)
SIZES = ("micro", "small", "medium", None)
REASONS = (Reason.NO_CAPACITY, Reason.TIMED_OUT, Reason.WRONG_KIND, Reason.NONE_GIVEN)


@pytest.fixture
def market(app):
    """Firms in every approval, needs in every stage, pairings in every state and relation."""
    regions, sizes, categories = cycle(REGIONS), cycle(SIZES), cycle((*Category, None))
    firms = [
        make_organisation(
            approval=approval, region=next(regions), size=next(sizes), submitted_at=NOW - wait
        )
        for approval, wait in product(Approval, (timedelta(days=d) for d in (1, 3, 5)))
    ]
    offers = [make_offer(capacity=None) for _ in range(4)]
    states, reasons, companies = cycle(State), cycle(REASONS), cycle(offers)
    relations = cycle([None, *product(RelationKind, (None, *RelationKind))])
    for number, firm in enumerate(firms):
        make_need(organisation=firm, stage="draft", published_at=None)
        for stage in ("published", "paused", "closed", "published"):
            need = make_need(
                organisation=firm,
                stage=stage,
                category=next(categories),
                region=next(regions),
                closes_on=TODAY + timedelta(days=number % 5 - 2) if number % 3 else None,
            )
            if number % 5 == 0:
                continue  # some firms have met nobody
            for _ in range(number % 3):
                state = next(states)
                closed = state in (State.DECLINED, State.WITHDRAWN, State.EXPIRED, State.ENDED)
                make_pairing(
                    state=state,
                    need=need,
                    offer=next(companies),
                    reason=next(reasons) if closed else None,
                    agreed_at=NOW if state in ("agreed", "active", "completed", "ended") else None,
                    expires_at=NOW + timedelta(hours=number * 6 - 24),
                )
    db.session.execute(sa.delete(Relation))
    pairs = sa.text("SELECT DISTINCT sme_id, company_id FROM pairing ORDER BY sme_id, company_id")
    for sme_id, company_id in db.session.execute(pairs).all():
        if said := next(relations):
            declared, confirmed = said
            stored(
                Relation(
                    sme_id=sme_id,
                    company_id=company_id,
                    declared=declared,
                    declared_at=NOW,
                    confirmed=confirmed,
                )
            )


def plain(text, **values):
    """Return the rows of a statement in plain SQL as tuples."""
    return [tuple(row) for row in db.session.execute(sa.text(text), values)]


def counted(select):
    return [tuple(row) for row in db.session.execute(select)]


VERIFIED = "o.kind = 'sme' AND o.approval IN ('approved', 'suspended')"
PUBLISHED = f"{VERIFIED} AND n.published_at IS NOT NULL"
ANSWERED = "(p.agreed_at IS NOT NULL OR p.state = 'declined')"
NEEDS = "organisation o JOIN need n ON n.organisation_id = o.id"
PAIRINGS = f"{NEEDS} JOIN pairing p ON p.sme_id = o.id"
FUNNEL = {
    "registered": ("organisation o", "o.kind = 'sme'"),
    "verified": ("organisation o", VERIFIED),
    "published": (NEEDS, PUBLISHED),
    "met": (PAIRINGS, PUBLISHED),
    "answered": (PAIRINGS, f"{PUBLISHED} AND {ANSWERED}"),
    "agreed": (PAIRINGS, f"{PUBLISHED} AND p.agreed_at IS NOT NULL"),
}
OPEN = """n.stage = 'published' AND (n.closes_on IS NULL OR n.closes_on >= :today)
          AND o.approval = 'approved'"""
NO_YES = "n.id NOT IN (SELECT p.need_id FROM pairing p WHERE p.agreed_at IS NOT NULL)"


@pytest.mark.parametrize("stage", queries.STAGES)
def test_each_stage_counts_distinct_small_firms(market, stage):
    tables, condition = FUNNEL[stage]
    expected = plain(f"SELECT COUNT(DISTINCT o.id) FROM {tables} WHERE {condition}")[0][0]
    assert getattr(db.session.execute(queries.funnel()).one(), stage) == expected > 0


def test_each_stage_is_at_most_the_one_before(market):
    for select in (queries.funnel(), queries.by_region(), queries.by_size()):
        for row in db.session.execute(select):
            counts = [getattr(row, stage) for stage in queries.STAGES]
            assert counts == sorted(counts, reverse=True)


def test_a_firm_that_agreed_without_an_approval_reaches_no_later_stage(app):
    firm = make_organisation(approval=Approval.RETURNED)
    make_pairing(state="agreed", need=make_need(organisation=firm))
    assert tuple(db.session.execute(queries.funnel()).one()) == (1, 0, 0, 0, 0, 0)


@pytest.mark.parametrize("column", ["region", "size"])
@pytest.mark.parametrize("stage", queries.STAGES)
def test_each_stage_by_region_and_size(market, column, stage):
    tables, condition = FUNNEL[stage]
    expected = dict(
        plain(
            f"SELECT o.{column}, COUNT(DISTINCT o.id) FROM {tables} WHERE {condition} "
            f"GROUP BY o.{column}"
        )
    )
    select = queries.by_region() if column == "region" else queries.by_size()
    found = {row[0]: getattr(row, stage) for row in db.session.execute(select)}
    assert {group: many for group, many in found.items() if many} == expected


def test_needs_published_agreed_and_unanswered(market):
    published = plain("SELECT COUNT(*) FROM need WHERE published_at IS NOT NULL")[0][0]
    agreed = plain(
        "SELECT COUNT(DISTINCT n.id) FROM need n JOIN pairing p ON p.need_id = n.id "
        "WHERE p.agreed_at IS NOT NULL"
    )[0][0]
    unanswered = plain(f"SELECT COUNT(*) FROM {NEEDS} WHERE {OPEN} AND {NO_YES}", today=TODAY)
    assert counted(queries.needs(TODAY)) == [(published, agreed, unanswered[0][0])]
    assert published > agreed > 0 < unanswered[0][0]


def test_the_list_of_unanswered_needs_is_the_counted_one(market):
    expected = plain(
        f"SELECT n.id FROM {NEEDS} WHERE {OPEN} AND {NO_YES} ORDER BY n.published_at, n.id",
        today=TODAY,
    )
    assert [need.id for need in db.session.scalars(queries.unanswered(TODAY))] == [
        row[0] for row in expected
    ]


def test_unanswered_needs_by_field_and_place(market):
    expected = plain(
        f"SELECT n.category, COALESCE(n.region, o.region), COUNT(*) FROM {NEEDS} "
        f"WHERE {OPEN} AND {NO_YES} GROUP BY 1, 2",
        today=TODAY,
    )
    found = counted(queries.unanswered_by_field_and_place(TODAY))
    assert sorted(found, key=str) == sorted(
        [(Category(field) if field else None, place, many) for field, place, many in expected],
        key=str,
    )


GROUP = """CASE
  WHEN r.declared IS NULL THEN 'unknown'
  WHEN r.declared = 'none' AND (r.confirmed IS NULL OR r.confirmed = 'none') THEN 'none'
  WHEN r.declared = 'unknown' OR r.confirmed = 'unknown' THEN 'unknown'
  WHEN r.confirmed IS NULL OR r.confirmed = r.declared THEN r.declared
  ELSE 'disputed' END"""
RELATED = """pairing p LEFT JOIN relation r
             ON r.sme_id = p.sme_id AND r.company_id = p.company_id"""


@pytest.mark.parametrize("group", queries.RELATION_GROUPS)
def test_pairings_by_relation(market, group):
    expected = plain(
        f"SELECT COUNT(*), SUM(p.agreed_at IS NOT NULL), "
        f"COUNT(DISTINCT CASE WHEN p.agreed_at IS NOT NULL THEN p.sme_id END) "
        f"FROM {RELATED} WHERE {GROUP} = :group",
        group=group,
    )
    found = {row[0]: tuple(row[1:]) for row in db.session.execute(queries.relations())}
    assert [found[group]] == expected
    assert found[group][0] > 0


def test_what_counts_for_the_programme_is_what_the_relation_says_counts(market):
    """The rule stands once in Python, on the relation, and once in the select: they agree."""
    pairs = {
        (relation.sme_id, relation.company_id): relation.counts
        for relation in db.session.scalars(sa.select(Relation))
    }
    expected = sum(
        pairs.get(pair, False) for pair in plain("SELECT sme_id, company_id FROM pairing")
    )
    found = {row[0]: row.pairings for row in db.session.execute(queries.relations())}
    assert found["none"] == expected


def test_reasons_of_what_did_not_come_about(market):
    expected = plain(
        "SELECT reason, COUNT(*) AS many FROM pairing "
        "WHERE state IN ('declined', 'withdrawn', 'expired') GROUP BY reason "
        "ORDER BY many DESC, reason"
    )
    assert counted(queries.reasons()) == expected != []


def test_reasons_by_field(market):
    expected = plain(
        "SELECT p.reason, n.category, COUNT(*) FROM pairing p JOIN need n ON n.id = p.need_id "
        "WHERE p.state IN ('declined', 'withdrawn', 'expired') GROUP BY p.reason, n.category "
        "ORDER BY p.reason, n.category"
    )
    assert counted(queries.reasons_by_field()) == expected != []


def test_answers_and_silence(market):
    expected = plain(
        f"SELECT SUM({ANSWERED}), SUM(COALESCE(p.reason, '') = 'timed_out') FROM pairing p"
    )
    assert counted(queries.answers()) == expected


def test_approvals_that_wait_and_since_when(market):
    many = plain("SELECT COUNT(*) FROM organisation WHERE approval = 'submitted'")[0][0]
    assert counted(queries.approvals_waiting()) == [(many, NOW - timedelta(days=5))]


def test_answers_that_are_due(market):
    expected = plain(
        "SELECT COUNT(*), SUM(expires_at <= :now) FROM pairing "
        "WHERE state IN ('proposed', 'asked', 'invited') AND frozen_at IS NULL "
        "AND expires_at <= :soon",
        now=f"{NOW:%Y-%m-%d %H:%M:%S.%f}",
        soon=f"{NOW + timedelta(hours=24):%Y-%m-%d %H:%M:%S.%f}",
    )
    due, late, first = counted(queries.answers_due(NOW))[0]
    assert [(due, late)] == expected
    assert due > late > 0 and first < NOW


def test_what_is_open_today(market):
    offers = """SELECT COUNT(*) FROM offer n JOIN organisation o ON o.id = n.organisation_id
                WHERE """
    expected = (
        plain(f"SELECT COUNT(*) FROM {NEEDS} WHERE {OPEN}", today=TODAY)[0][0],
        plain(offers + OPEN, today=TODAY)[0][0],
        plain("SELECT COUNT(*) FROM pairing WHERE state IN ('agreed', 'active')")[0][0],
    )
    assert counted(queries.market(TODAY)) == [expected]


def test_requests_to_join_that_reached_the_ministry(app):
    owner = make_account()
    for asked, decided in ((None, None), (NOW, None), (NOW, NOW), (NOW, None)):
        stored(
            JoinRequest(
                account=make_account(organisation=make_organisation(approval="draft")),
                organisation=owner.organisation,
                created_at=NOW,
                escalated_at=asked,
                decided_at=decided,
            )
        )
    expected = plain(
        "SELECT COUNT(*) FROM join_request WHERE escalated_at IS NOT NULL AND decided_at IS NULL"
    )
    assert counted(queries.joins_waiting(JoinRequest.escalated())) == expected == [(2,)]


def test_an_empty_market_counts_nothing(app):
    assert tuple(db.session.execute(queries.funnel()).one()) == (0,) * 6
    assert counted(queries.needs(TODAY)) == [(0, 0, 0)]
    assert counted(queries.relations()) == counted(queries.reasons()) == []
    assert counted(queries.approvals_waiting()) == [(0, None)]


def test_unmet_needs_by_reason(market):
    needs = db.session.scalars(sa.select(Need).where(Need.stage == "published")).all()
    for need, reason in zip(needs, cycle((*Unmet, Unmet.NO_YES)), strict=False):
        need.run_out(reason, now=NOW)
    db.session.commit()
    expected = plain(
        "SELECT reason, COUNT(*) FROM unmet_need WHERE renewed_at IS NULL"
        " GROUP BY reason ORDER BY COUNT(*) DESC, reason"
    )
    assert [(str(reason), many) for reason, many in counted(queries.unmet_by_reason())] == expected
    assert len(expected) == len(Unmet)
