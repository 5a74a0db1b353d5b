"""Who reads which need: every kind of organisation with every kind of need."""

import pytest

from matchmaker.associations.models import Membership
from matchmaker.db import db
from matchmaker.organisations.models import Approval
from matchmaker.pairings.clock import day_of
from matchmaker.pairings.states import LIVE, State
from matchmaker.pairings.visible import may_read_need, needs_readable_by, pairing_of

from .factories import (
    NOW,
    make_account,
    make_need,
    make_offer,
    make_organisation,
    make_pairing,
    stored,
)

TODAY = day_of(NOW)
READABLE = {*LIVE, State.COMPLETED} - {State.WAITING}


def reads(organisation, need):
    """Ask both forms of the rule, which must agree."""
    listed = need in db.session.scalars(needs_readable_by(organisation, today=TODAY)).all()
    assert may_read_need(organisation, need, today=TODAY) == listed
    return listed


def test_a_firm_reads_its_own_needs_and_no_others(app):
    need, draft = make_need(), make_need(stage="draft", published_at=None)
    assert reads(need.organisation, need)
    assert reads(draft.organisation, draft)
    assert not reads(make_organisation(), need)
    need.organisation.approval = Approval.SUSPENDED
    assert reads(need.organisation, need)


def test_a_company_reads_what_is_eligible_for_one_of_its_open_offers(app):
    need = make_need()
    assert reads(make_offer().organisation, need)
    assert not reads(make_organisation("company"), need)
    assert not reads(make_offer(region=["11"]).organisation, need)
    assert not reads(make_offer(stage="paused").organisation, need)
    assert not reads(make_offer().organisation, make_need(stage="draft", published_at=None))
    assert not reads(make_offer().organisation, make_need(stage="paused"))


@pytest.mark.parametrize("side", ["firm", "company"])
def test_who_is_not_approved_neither_reads_nor_is_read(app, side):
    need, offer = make_need(), make_offer()
    (need if side == "firm" else offer).organisation.approval = Approval.SUSPENDED
    db.session.commit()
    assert not reads(offer.organisation, need)


@pytest.mark.parametrize("state", State)
def test_a_need_for_those_asked_is_read_while_the_pairing_lives(app, state):
    pairing = make_pairing(state, need=make_need(only_asked=True))
    assert reads(pairing.company, pairing.need) == (state in READABLE)
    assert not reads(make_offer().organisation, pairing.need)


def test_an_association_reads_what_its_members_show(app):
    association = make_account(kind="association").organisation
    need = make_need()
    assert not reads(association, need)
    membership = stored(
        Membership(
            association=association,
            member=need.organisation,
            business_number=need.organisation.business_number,
            label="회원",
            invited_at=NOW,
            accepted_at=NOW,
        )
    )
    assert not reads(association, need)
    membership.shows_needs = True
    assert reads(association, need)
    assert not reads(association, make_need(organisation=need.organisation, published_at=None))
    membership.left_at = NOW
    assert not reads(association, need)


def test_the_ministry_reads_what_was_ever_published(app):
    ministry = make_organisation("ministry")
    assert reads(ministry, make_need(only_asked=True))
    assert reads(ministry, make_need(stage="closed"))
    assert not reads(ministry, make_need(stage="draft", published_at=None))


def test_a_pairing_exists_for_its_two_sides_only(app):
    pairing = make_pairing("asked")

    def found(organisation):
        return db.session.scalar(pairing_of(organisation, pairing.id)) is pairing

    assert found(pairing.sme)
    assert found(pairing.company)
    assert not found(make_organisation())
    assert not found(make_organisation("company"))
    assert not found(make_organisation("ministry"))


def test_a_company_does_not_find_who_waits_in_line(app):
    pairing = make_pairing("waiting")
    assert db.session.scalar(pairing_of(pairing.company, pairing.id)) is None
    assert db.session.scalar(pairing_of(pairing.sme, pairing.id)) is pairing
