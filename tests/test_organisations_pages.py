"""The page of one's own organisation: facts, approval, people, and who may do what."""

import pytest
import sqlalchemy as sa

from matchmaker.accounts.models import Account, Role, member_removed
from matchmaker.audit import Event
from matchmaker.db import db
from matchmaker.errors import Refusal
from matchmaker.organisations.models import Approval, Organisation
from matchmaker.outbox import Notice

from .browser import Browser
from .factories import NOW, business_number, make_account, make_organisation

HUGE = "가" * 400_000


def facts(**changes):
    return {
        "organisation_name": "고친정밀",
        "name_en": "",
        "region": "11",
        "industry": "259",
        "size": "micro",
        "traits": ["innobiz"],
        "introduction": "금속을 깎습니다.",
    } | changes


def owner_of(approval="draft", **changes):
    return make_account(make_organisation(approval=approval, **changes))


def acts():
    return db.session.scalars(sa.select(Event.act).order_by(Event.id)).all()


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("approval", [state.value for state in Approval])
@pytest.mark.parametrize("kind", ["sme", "company", "association"])
def test_every_state_has_its_page(app, approval, kind, language):
    owner = owner_of(approval, kind=kind)
    for person in (owner, make_account(owner.organisation, role=Role.MEMBER)):
        browser = Browser(app).speak(language).sign_in(person)
        browser.get("/organisation")
        browser.get("/organisation/edit", 200 if person.is_owner else 403)


def test_from_the_draft_to_the_approval_and_back(app):
    owner, officer = owner_of(), make_account(kind="ministry")
    browser = Browser(app).sign_in(owner)
    assert "/organisation/submit" in browser.get("/organisation").form_actions
    browser.post("/organisation/submit")
    organisation = db.session.get(Organisation, owner.organisation_id)
    assert organisation.approval is Approval.SUBMITTED and organisation.submitted_at
    browser.post("/organisation/submit", 409)
    browser.post("/organisation/edit", 409, **facts(business_number=business_number()))

    organisation.send_back(by=officer, now=NOW, reason="<b>업종이 등록증과 다릅니다.</b>")
    db.session.commit()
    page = browser.get("/organisation")
    assert "업종이 등록증과 다릅니다." in page.text and "<b>업종" not in page.html
    assert browser.post("/organisation/submit", 422).all("p", id="answer-e")
    assert browser.post("/organisation/submit", 422, answer="   ").all("p", id="answer-e")
    page = browser.post("/organisation/submit", 422, answer=HUGE)
    assert page.all("p", id="answer-e") and HUGE in page.html
    browser.post("/organisation/edit", **facts(business_number=business_number()))
    browser.post("/organisation/submit", answer="업종을 고쳤습니다.")
    organisation = db.session.get(Organisation, owner.organisation_id)
    assert organisation.approval is Approval.SUBMITTED
    assert organisation.last_word.text == "업종을 고쳤습니다."
    assert "업종을 고쳤습니다." in browser.get("/organisation").text

    organisation.approve(by=officer, now=NOW)
    db.session.commit()
    assert "승인되었습니다" in browser.get("/organisation").text
    organisation.suspend(by=officer, now=NOW, reason="같은 번호를 두 곳이 씁니다.")
    db.session.commit()
    assert "같은 번호를 두 곳이 씁니다." in browser.get("/organisation").text
    browser.post("/organisation/edit", 409, **facts())


def test_a_submission_is_taken_back_to_correct_it(app):
    owner = owner_of("submitted")
    browser = Browser(app).sign_in(owner)
    assert "/organisation/take-back" in browser.get("/organisation").form_actions
    browser.post("/organisation/take-back")
    assert db.session.get(Organisation, owner.organisation_id).approval is Approval.DRAFT
    browser.post("/organisation/take-back", 409)
    assert acts() == ["taken_back"]


def test_an_organisation_with_a_missing_fact_is_not_submitted(app):
    owner = owner_of(region=None, industry=None)
    browser = Browser(app).sign_in(owner)
    page = browser.get("/organisation")
    assert "지역, 업종" in page.text and "/organisation/submit" not in page.form_actions
    browser.post("/organisation/submit", 409)


def test_number_and_kind_of_an_approved_organisation_stay(app):
    owner = owner_of("approved")
    number = owner.organisation.business_number
    browser = Browser(app).sign_in(owner)
    page = browser.get("/organisation/edit")
    assert not page.all("input", name="business_number")
    browser.post("/organisation/edit", **facts(business_number=business_number(), kind="ministry"))
    organisation = db.session.get(Organisation, owner.organisation_id)
    assert organisation.business_number == number and organisation.kind == "sme"
    assert organisation.name == "고친정밀"
    with pytest.raises(Refusal) as refusal:
        organisation.change_facts({"business_number": business_number()}, by=owner, now=NOW)
    assert refusal.value.rule == "number"


def test_changed_facts_are_recorded_by_name_and_marked_as_unchecked(app):
    owner = owner_of("approved", industry="259")
    browser = Browser(app).sign_in(owner)
    browser.post("/organisation/edit", **facts())
    (event,) = db.session.scalars(sa.select(Event)).all()
    assert event.act == "facts_changed" and event.account_id == owner.id
    assert event.facts == {
        "changed": ["introduction", "name", "name_en", "region", "size", "traits"]
    }
    page = browser.get("/organisation")
    assert page.text.count("아직 확인되지 않음") == 3  # region, size, traits
    browser.post("/organisation/edit", **facts())
    assert acts() == ["facts_changed"]


def test_a_draft_changes_its_number(app):
    owner, number = owner_of(), business_number()
    Browser(app).sign_in(owner).post("/organisation/edit", **facts(business_number=number))
    assert db.session.get(Organisation, owner.organisation_id).business_number == number


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("organisation_name", ""),
        ("organisation_name", HUGE),
        ("name_en", HUGE),
        ("introduction", HUGE),
        ("region", "0"),
        ("region", HUGE),
        ("industry", "🙂"),
        ("industry", HUGE),
        ("size", "mid"),
        ("size", HUGE),
        ("traits", "ㄱ"),
        ("traits", HUGE),
        ("business_number", "ㅎㅏㄴ"),
        ("business_number", HUGE),
    ],
)
def test_bad_facts_come_back_at_their_field(app, name, value):
    owner = owner_of()
    typed = facts(business_number="124-81-00998") | {name: value}
    page = Browser(app).sign_in(owner).post("/organisation/edit", 422, **typed)
    assert {p["id"] for p in page.all("p", class_="m-error")} == {f"{name}-e"}
    assert "금속을 깎습니다." in page.html or name == "introduction"
    assert db.session.get(Organisation, owner.organisation_id).name != "고친정밀"


def test_a_finer_industry_than_the_list_has_is_kept(app):
    owner = owner_of(industry="25911")
    browser = Browser(app).sign_in(owner)
    assert browser.get("/organisation/edit").all("option", value="25911", selected=None)
    browser.post("/organisation/edit", **facts(industry="25911", business_number=business_number()))
    assert db.session.get(Organisation, owner.organisation_id).industry == "25911"


def test_a_member_sees_but_does_not_change(app):
    owner = owner_of()
    member = make_account(owner.organisation, role=Role.MEMBER)
    browser = Browser(app).sign_in(member)
    page = browser.get("/organisation")
    assert owner.organisation.name in page.text
    own = [url for url in page.form_actions if url.startswith("/organisation")]
    assert own == ["/organisation/leave"]
    browser.get("/organisation/edit", 403)
    for url in (
        "/organisation/edit",
        "/organisation/submit",
        "/organisation/take-back",
        "/organisation/ask-to-join",
        f"/organisation/people/{owner.id}/member",
        f"/organisation/people/{owner.id}/remove",
    ):
        browser.post(url, 403)


@pytest.mark.parametrize("kind", ["ministry", None])
def test_who_has_no_organisation_of_these_kinds_is_refused(app, kind):
    account = make_account(kind=kind or "sme")
    if kind is None:
        account.organisation = None
        db.session.commit()
    browser = Browser(app).sign_in(account)
    browser.get("/organisation", 403)
    browser.get("/organisation/edit", 403)
    browser.post("/organisation/leave", 403)


def test_an_owner_makes_owners_members_and_removes_people(app):
    owner = owner_of("approved")
    person = make_account(owner.organisation, role=Role.MEMBER)
    browser = Browser(app).sign_in(owner)
    browser.post(f"/organisation/people/{person.id}/owner")
    assert db.session.get(Account, person.id).is_owner
    browser.post(f"/organisation/people/{person.id}/owner", 409)
    browser.post(f"/organisation/people/{person.id}/member")
    assert not db.session.get(Account, person.id).is_owner
    browser.post(f"/organisation/people/{person.id}/remove")
    assert db.session.get(Account, person.id).organisation is None
    browser.post(f"/organisation/people/{person.id}/remove", 404)
    kinds = db.session.scalars(sa.select(Notice.kind).order_by(Notice.id)).all()
    assert kinds == ["role_owner", "role_member", "member_removed"]
    assert acts() == ["role_changed", "role_changed", "member_removed"]
    assert Browser(app).sign_in(person).get("/waiting").status == 200


def test_the_last_owner_stays(app):
    owner = owner_of("approved")
    make_account(owner.organisation, role=Role.MEMBER)
    make_account(owner.organisation, active=False)
    browser = Browser(app).sign_in(owner)
    for url in (
        f"/organisation/people/{owner.id}/member",
        f"/organisation/people/{owner.id}/remove",
        "/organisation/leave",
    ):
        assert "먼저 다른 분을 소유자로 정해 주세요" in browser.post(url, 409).text
    assert db.session.get(Account, owner.id).is_owner


def test_one_of_two_owners_may_leave(app):
    owner = owner_of("approved")
    second = make_account(owner.organisation)
    told = []
    with member_removed.connected_to(lambda account, **more: told.append((account, more))):
        page = Browser(app).sign_in(second).post("/organisation/leave")
    assert page.response.location == "/waiting"
    ((account, more),) = told
    assert account.id == second.id and more["organisation"].id == owner.organisation_id
    assert db.session.scalars(sa.select(Notice)).all() == []


def test_people_of_other_organisations_are_not_there(app):
    stranger = make_account()
    browser = Browser(app).sign_in(owner_of("approved"))
    for act in ("owner", "member", "remove"):
        browser.post(f"/organisation/people/{stranger.id}/{act}", 404)
        browser.post(f"/organisation/people/999999/{act}", 404)
    assert stranger.email not in browser.get("/organisation").text
