"""What organisations wish for themselves: settings and marks, and what they mean for a pair."""

import pytest
import sqlalchemy as sa

from matchmaker import audit
from matchmaker.db import db
from matchmaker.errors import Refusal
from matchmaker.needs.cards import need_card
from matchmaker.offers.cards import offer_card
from matchmaker.pairings import answering
from matchmaker.pairings.asking import Further, ask, invite
from matchmaker.pairings.clock import day_of
from matchmaker.pairings.next_offers import NextOffer
from matchmaker.pairings.ranking import index
from matchmaker.pairings.ranking.index import OpenNeed
from matchmaker.pairings.ranking.ranked import one_offer, ranked_offers
from matchmaker.pairings.ranking.ranked_needs import ranked_needs
from matchmaker.pairings.relations import RelationKind
from matchmaker.pairings.states import CHOSEN_REASONS, Reason, Side, State
from matchmaker.pairings.visible import may_read_need, needs_readable_by
from matchmaker.pairings.wishes import preferences
from matchmaker.pairings.wishes.preferences import (
    RARER,
    Mark,
    Origin,
    Preference,
    Verdict,
    learn,
    put,
    wishes_of,
)

from .counting import statements
from .factories import NOW, make_account, make_need, make_offer, make_pairing

pytestmark = pytest.mark.usefixtures("app")
TODAY = day_of(NOW)


def person(listing):
    return listing.organisation.people[0]


def mark(organisation, verdict, **on):
    found = put(organisation, verdict, by=organisation.people[0], now=NOW, **on)
    db.session.commit()
    return found


def prefer(organisation, **changes):
    wanted = {"automatic": True, "most_open": None, "categories": [], "regions": []} | changes
    settings = Preference.of(organisation)
    settings.change(**wanted, by=organisation.people[0], now=NOW)
    db.session.commit()


def refused(act, *arguments, **more):
    with pytest.raises(Refusal) as refusal:
        act(*arguments, **more)
    db.session.rollback()
    return refusal.value.rule


def asked(need, offer):
    return ask(need, offer, by=person(need), now=NOW, relation=RelationKind.NONE, consent=True)


def test_who_sets_nothing_takes_part_in_everything():
    need, offer = make_need(), make_offer()
    wishes = wishes_of([need], [offer])
    assert not wishes.refuses(need, offer)
    assert wishes.takes_part(need) and wishes.takes_part(offer)
    assert wishes.most_open(need.organisation_id) is None
    assert wishes.tier("sme", need, offer) == wishes.tier("company", need, offer) == 1
    settings = Preference.of(need.organisation)
    assert (settings.automatic, settings.most_open, settings.categories) == (True, None, [])


def test_settings_are_kept_and_each_change_is_recorded_once():
    need, offer = make_need(), make_offer()
    prefer(need.organisation, automatic=False, most_open=4)
    prefer(need.organisation, automatic=False, most_open=4)
    wishes = wishes_of([need], [offer])
    assert not wishes.takes_part(need) and wishes.takes_part(offer)
    assert wishes.most_open(need.organisation_id) == 4
    events = db.session.scalars(
        sa.select(audit.Event).where(audit.Event.act == "set_preferences")
    ).all()
    assert [each.facts for each in events] == [{"changed": ["automatic", "most_open"]}]


@pytest.mark.parametrize(
    ("wish", "refuses"),
    [
        ({"categories": ["training"]}, True),
        ({"categories": ["training", "smart_factory"]}, False),
        ({"regions": ["26"]}, True),
        ({"regions": ["41"]}, False),
    ],
)
@pytest.mark.parametrize("whose", ["need", "offer"])
def test_only_these_kinds_and_regions(whose, wish, refuses):
    listings = {"need": make_need(), "offer": make_offer()}
    prefer(listings[whose].organisation, **wish)
    wishes = wishes_of([listings["need"]], [listings["offer"]])
    assert wishes.refuses(listings["need"], listings["offer"]) is refuses


def test_what_is_unknown_fails_a_wish_that_was_stated():
    need, offer = make_need(category=None), make_offer()
    prefer(offer.organisation, categories=["smart_factory"])
    assert wishes_of([need], [offer]).refuses(need, offer)


def test_a_region_wish_of_a_company_looks_at_where_the_need_is():
    need, offer = make_need(region="50"), make_offer()
    prefer(offer.organisation, regions=["41"])
    assert wishes_of([need], [offer]).refuses(need, offer)


@pytest.mark.parametrize("on", ["offer_id", "counterpart_id"])
def test_a_veto_of_the_firm(on):
    need, offer, other = make_need(), make_offer(), make_offer()
    value = offer.id if on == "offer_id" else offer.organisation_id
    mark(need.organisation, Verdict.VETO, **{on: value})
    wishes = wishes_of([need], [offer, other])
    assert wishes.refuses(need, offer) and not wishes.refuses(need, other)
    assert refused(asked, need, offer) == "own_veto"
    invitation = {"by": person(offer), "now": NOW, "consent": True}
    assert refused(invite, offer, need, **invitation) == "not_now"  # not who, not why
    asked(need, other)


def test_a_veto_of_the_company_on_a_need():
    need, other, offer = make_need(), make_need(), make_offer()
    mark(offer.organisation, Verdict.VETO, need_id=need.id)
    wishes = wishes_of([need, other], [offer])
    assert wishes.refuses(need, offer) and not wishes.refuses(other, offer)
    assert refused(asked, need, offer) == "own_setting"  # not whose
    invitation = {"by": person(offer), "now": NOW, "consent": True}
    assert refused(invite, offer, need, **invitation) == "own_veto"


def test_a_company_that_vetoes_a_firm_does_not_learn_which_needs_are_its():
    need, offer = make_need(), make_offer()
    mark(offer.organisation, Verdict.VETO, counterpart_id=need.organisation_id)
    assert wishes_of([need], [offer]).refuses(need, offer)
    assert refused(asked, need, offer) == "own_setting"
    assert not wishes_of([need], [offer]).hides_from_company(need, offer)
    invite(offer, need, by=person(offer), now=NOW, consent=True)


def test_favourites_come_first_and_fewer_like_this_last():
    need, offer = make_need(), make_offer()
    mark(need.organisation, Verdict.FAVOURITE, counterpart_id=offer.organisation_id)
    mark(offer.organisation, Verdict.FEWER, category="smart_factory")
    wishes = wishes_of([need], [offer])
    assert wishes.tier("sme", need, offer) == 0
    assert wishes.tier("company", need, offer) == 2
    mark(offer.organisation, Verdict.FAVOURITE, need_id=need.id)
    assert wishes_of([need], [offer]).tier(Side.COMPANY, need, offer) == 0


def test_the_later_word_on_a_thing_replaces_the_earlier_and_is_undone_by_one_act():
    need, offer = make_need(), make_offer()
    first = mark(offer.organisation, Verdict.FAVOURITE, need_id=need.id)
    second = mark(offer.organisation, Verdict.VETO, need_id=need.id)
    assert first is second and second.verdict is Verdict.VETO
    second.undo(by=person(offer), now=NOW)
    db.session.commit()
    assert not wishes_of([need], [offer]).refuses(need, offer)
    acts = db.session.scalars(sa.select(audit.Event.act).order_by(audit.Event.id)).all()
    assert acts[-3:] == ["mark", "mark", "undo_mark"]


def test_marks_are_on_one_thing():
    firm = make_account().organisation
    for wrong in ({}, {"category": "training", "region": "41"}):
        db.session.add(
            Mark(
                organisation_id=firm.id,
                verdict=Verdict.VETO,
                origin=Origin.CHOSEN,
                created_at=NOW,
                **wrong,
            )
        )
        with pytest.raises(sa.exc.IntegrityError):
            db.session.flush()
        db.session.rollback()


@pytest.mark.parametrize(
    ("reason", "on"),
    [
        (Reason.WRONG_KIND, ("category", "smart_factory")),
        (Reason.WRONG_REGION, ("region", "41")),
        (Reason.TOO_SMALL, ("size", "small")),
        (Reason.TOO_LARGE, ("size", "small")),
    ],
)
def test_a_no_with_such_a_reason_makes_it_rarer_for_the_decliner(reason, on):
    pairing = make_pairing("asked")
    by = pairing.company.people[0]
    found = learn(pairing, Side.COMPANY, reason, by=by, now=NOW)
    assert (found.organisation_id, found.on) == (pairing.company_id, on)
    assert (found.verdict, found.origin, found.reason) == ("fewer", "declined", reason)
    assert found.pairing_id == pairing.id
    assert learn(pairing, Side.COMPANY, reason, by=by, now=NOW) is None  # it is said already


def test_help_found_already_is_about_the_listing_itself():
    pairing = make_pairing("invited")
    found = learn(pairing, Side.SME, Reason.ALREADY_SERVED, by=pairing.sme.people[0], now=NOW)
    assert (found.organisation_id, found.on) == (pairing.sme_id, ("offer_id", pairing.offer_id))


@pytest.mark.parametrize(
    "reason", [None, Reason.NONE_GIVEN, Reason.NO_CAPACITY, Reason.TOO_EARLY, Reason.OTHER]
)
def test_other_reasons_teach_nothing(reason):
    pairing = make_pairing("asked")
    assert learn(pairing, Side.COMPANY, reason, by=pairing.company.people[0], now=NOW) is None
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Mark)) == 0


def test_a_word_of_its_own_is_not_overruled_by_a_reason():
    pairing = make_pairing("asked")
    mark(pairing.company, Verdict.FAVOURITE, category="smart_factory")
    by = pairing.company.people[0]
    assert learn(pairing, Side.COMPANY, Reason.WRONG_KIND, by=by, now=NOW) is None


def test_cards_and_rows_and_open_needs_are_read_alike():
    need, offer = make_need(region="50"), make_offer()
    mark(offer.organisation, Verdict.VETO, region="50")
    held = index.open_needs(day_of(NOW))
    assert [each.id for each in held] == [need.id]
    for seen in (need, need_card(need), *held):
        assert wishes_of([seen], [offer]).refuses(seen, offer)


def test_the_number_of_selects_does_not_grow():
    needs, offers = [make_need() for _ in range(3)], [make_offer() for _ in range(3)]
    for need in needs:
        mark(need.organisation, Verdict.VETO, offer_id=offers[0].id)
    ours = [OpenNeed(one.id, one.organisation_id, False, need_card(one)) for one in needs]
    theirs = [offer_card(one) for one in offers]
    assert statements(lambda: wishes_of(ours[:1], theirs[:1])) == 3
    assert statements(lambda: wishes_of(ours, theirs)) == 3


def test_the_marks_of_many_organisations_are_found_without_naming_them_all(monkeypatch):
    monkeypatch.setattr(preferences, "_NAMED", 0)
    need, offer, stranger = make_need(), make_offer(), make_need()
    mark(stranger.organisation, Verdict.VETO, offer_id=offer.id)
    mark(offer.organisation, Verdict.VETO, need_id=need.id)
    wishes = wishes_of([need], [offer])
    assert wishes.refuses(need, offer)
    assert not wishes.firm_vetoes(stranger, offer)  # it was not asked about


def test_an_organisation_takes_its_wishes_with_it():
    offer = make_offer()
    firm = make_account().organisation
    prefer(firm, automatic=False)
    mark(firm, Verdict.VETO, offer_id=offer.id)
    mark(offer.organisation, Verdict.VETO, counterpart_id=firm.id)
    db.session.execute(sa.text("DELETE FROM account"))
    db.session.execute(sa.delete(type(firm)).where(type(firm).id == firm.id))
    db.session.commit()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Mark)) == 0
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Preference)) == 0


def test_a_veto_leaves_what_has_been_asked():
    pairing = make_pairing("asked")
    mark(pairing.company, Verdict.VETO, need_id=pairing.need_id)
    assert pairing.is_live and pairing.state is State.ASKED


def test_a_firm_does_not_see_what_it_set_aside_and_is_told_how_many():
    need = make_need()
    vetoed, favourite, fewer = make_offer(), make_offer(), make_offer()
    own = need.organisation
    mark(own, Verdict.VETO, counterpart_id=vetoed.organisation_id)
    mark(own, Verdict.FAVOURITE, offer_id=fewer.id)
    before = [one.score for one in ranked_offers(need, today=TODAY).fitting]
    mark(own, Verdict.FEWER, offer_id=favourite.id)
    found = ranked_offers(need, today=TODAY)
    assert [one.offer.id for one in found.fitting] == [fewer.id, favourite.id]  # by id, else last
    assert [one.tier for one in found.fitting] == [0, 2]
    assert [one.score for one in found.fitting] == before  # a wish moves no score
    assert found.hidden == found.reasons["own_veto"] == 1
    assert one_offer(need, vetoed, today=TODAY).blocked == "own_veto"


def test_a_firm_reads_of_a_veto_against_it_only_that_a_setting_says_no():
    need, offer = make_need(), make_offer()
    mark(offer.organisation, Verdict.VETO, need_id=need.id)
    found = ranked_offers(need, today=TODAY)
    assert not found.fitting and not found.hidden
    assert [one.refusals for one in found.near] == [["own_setting"]]
    assert found.reasons["own_setting"] == 1


def test_a_company_does_not_see_what_it_set_aside_nor_who_set_it_aside():
    offer = make_offer()
    plain, vetoed, hides, rare = (make_need() for _ in range(4))
    rare.region = "50"
    db.session.commit()
    mark(offer.organisation, Verdict.VETO, need_id=vetoed.id)
    mark(offer.organisation, Verdict.FEWER, need_id=plain.id)
    mark(hides.organisation, Verdict.VETO, counterpart_id=offer.organisation_id)
    found = ranked_needs(offer, today=TODAY)
    assert [one.need.id for one in found.items] == [rare.id, plain.id]
    assert (found.total, found.hidden) == (2, 1)  # who set it aside is not counted
    assert not may_read_need(offer.organisation, hides, today=TODAY)
    readable = db.session.scalars(needs_readable_by(offer.organisation, today=TODAY)).all()
    assert hides not in readable and vetoed in readable
    prefer(offer.organisation, regions=["50"])
    found = ranked_needs(offer, today=TODAY)
    assert ([one.need.id for one in found.items], found.hidden) == ([rare.id], 2)


def test_a_company_list_does_not_change_by_a_veto_of_a_firm_it_knows():
    met, offer = make_pairing("agreed"), make_offer()
    other = make_need(organisation=met.sme)
    offer.organisation = met.company
    db.session.commit()
    before = [one.need.id for one in ranked_needs(offer, today=TODAY).items]
    assert other.id in before
    mark(met.company, Verdict.VETO, counterpart_id=met.sme_id)
    found = ranked_needs(offer, today=TODAY)
    assert [one.need.id for one in found.items] == before
    assert found.hidden == 0


def test_a_list_takes_as_many_statements_with_many_wishes():
    need, offer = make_need(), make_offer()
    few = statements(lambda: ranked_offers(need, today=TODAY))
    theirs = statements(lambda: ranked_needs(offer, today=TODAY))
    for _ in range(3):
        another = make_offer()
        mark(need.organisation, Verdict.FAVOURITE, offer_id=another.id)
        mark(another.organisation, Verdict.VETO, need_id=need.id)
        mark(offer.organisation, Verdict.FAVOURITE, need_id=make_need().id)
    ranked_offers(need, today=TODAY)
    assert statements(lambda: ranked_offers(need, today=TODAY)) <= few + 4
    assert statements(lambda: ranked_needs(offer, today=TODAY)) <= theirs + 1


def standings(offers, needs, but=()):
    """Return every rank and score on both sides, but of the pairs of some organisations."""
    lists = {}
    for need in needs:
        found = ranked_offers(need, today=TODAY, top=50)
        lists["need", need.id] = [(one.offer.id, one.score) for one in found.fitting]
    for offer in offers:
        if offer.organisation_id not in but:
            found = ranked_needs(offer, today=TODAY, per_page=100)
            lists["offer", offer.id] = [(one.need.id, one.score) for one in found.items]
    return lists


def test_fifty_declines_change_nobodys_rank_with_anyone_else():
    decliner, *others = [make_offer(capacity=80) for _ in range(4)]
    asked = [make_need(region="41" if place % 2 else "26") for place in range(50)]
    untouched = [make_need() for _ in range(3)]
    pairings = [make_pairing(need=need, offer=decliner) for need in asked]
    needs = [*asked, *untouched]
    before = standings([decliner, *others], needs, but=[decliner.organisation_id])
    exposure = {one.need.id for one in ranked_needs(decliner, today=TODAY, per_page=100).items}
    reasons = [None, *(reason for reason in CHOSEN_REASONS if reason not in RARER)]
    for place, pairing in enumerate(pairings):
        reason = reasons[place % len(reasons)]
        answering.decline(pairing, by=decliner.organisation.people[0], now=NOW, reason=reason)
    db.session.commit()
    assert standings([decliner, *others], needs, but=[decliner.organisation_id]) == before
    after = [one.need.id for one in ranked_needs(decliner, today=TODAY, per_page=100).items]
    assert set(after) == {need.id for need in untouched} == exposure - {each.id for each in asked}
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Mark)) == 0


def test_a_decliner_s_own_lists_change_by_the_kinds_it_chose_alone():
    decliner = make_offer(capacity=80)
    declined = make_pairing(offer=decliner, need=make_need(region="26"))
    far, near = make_need(region="26"), make_need(region="41")
    other = make_offer()
    before = standings([other], [far, near])
    assert [one.need.id for one in ranked_needs(decliner, today=TODAY).items][1:] == [
        far.id,
        near.id,
    ]
    by = decliner.organisation.people[0]
    answering.decline(declined, by=by, now=NOW, reason=Reason.WRONG_REGION)
    db.session.commit()
    shown = ranked_needs(decliner, today=TODAY)
    assert [(one.need.id, one.tier) for one in shown.items] == [(near.id, 1), (far.id, 2)]
    assert shown.hidden == 0  # fewer, not none
    assert standings([other], [far, near]) == before
    (learnt,) = db.session.scalars(Mark.of(decliner.organisation)).all()
    learnt.undo(by=by, now=NOW)
    db.session.commit()
    assert [one.need.id for one in ranked_needs(decliner, today=TODAY).items] == [far.id, near.id]


@pytest.mark.parametrize("whose", ["need", "offer"])
def test_passing_on_skips_what_either_side_set_aside(whose):
    need, first, second, third = make_need(), make_offer(), make_offer(), make_offer()
    further = [Further(each, RelationKind.NONE, True) for each in (second, third)]
    asked_first = ask(
        need,
        first,
        by=person(need),
        now=NOW,
        relation=RelationKind.NONE,
        consent=True,
        further=further,
    )
    if whose == "need":
        mark(need.organisation, Verdict.VETO, offer_id=second.id)
    else:
        mark(second.organisation, Verdict.VETO, need_id=need.id)
    answering.decline(asked_first, by=person(first), now=NOW)
    db.session.commit()
    chain = db.session.scalars(NextOffer.after(asked_first)).all()
    rule = {"need": "own_veto", "offer": "own_setting"}[whose]
    assert [each.skipped_because for each in chain] == [rule, None]
    assert chain[1].asked_pairing.offer_id == third.id


def test_a_need_that_was_set_aside_may_still_be_answered():
    pairing = make_pairing("asked")
    mark(pairing.company, Verdict.VETO, need_id=pairing.need_id)
    by = pairing.company.people[0]
    answering.accept(pairing, by=by, now=NOW, consent=True)
    assert pairing.state is State.AGREED
