"""Registration: the forms, the one answer for everybody, and what each case leaves behind."""

import re
from itertools import count
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa

from matchmaker.accounts.consent_texts import AT_REGISTRATION
from matchmaker.accounts.joining import JoinRequest
from matchmaker.accounts.models import Account, Consent, ConsentKind, Role
from matchmaker.audit import Event
from matchmaker.db import db
from matchmaker.organisations.facts import Size, Trait
from matchmaker.organisations.models import Approval, Kind, Organisation
from matchmaker.outbox import Mail, Notice

from .browser import Browser
from .factories import business_number, make_account, make_organisation

serial = count(1)
HUGE = "가" * 400_000  # 1.2 MB as UTF-8
LINK = re.compile(r"https?://\S+")


def answers(**changes):
    """Return what a person types into the form for a small firm."""
    return {
        "name": "김하나",
        "email": f"new{next(serial)}@example.com",
        "password": "바다가 보이는 작은 집",
        "phone": "010-1234-5678",
        "business_number": business_number(),
        "organisation_name": "새봄정밀",
        "name_en": "Saebom Precision",
        "region": "41",
        "industry": "259",
        "size": "small",
        "traits": ["innobiz", "women_led"],
        "terms": "y",
        "privacy": "y",
    } | changes


def the(model):
    return db.session.scalars(sa.select(model)).one()


def mails(to):
    letters = sa.select(Mail).where(Mail.recipient == to).order_by(Mail.id)
    return db.session.scalars(letters).all()


def link(mail):
    """Return the path of the first link in a letter."""
    return urlsplit(LINK.search(mail.body).group()).path


def acts():
    return db.session.scalars(sa.select(Event.act).order_by(Event.id)).all()


@pytest.fixture(params=["ko", "en"])
def visitor(app, request):
    return Browser(app).speak(request.param) if request.param == "en" else Browser(app)


def test_the_first_page_leads_to_three_forms(visitor):
    page = visitor.get("/register")
    for kind in ("sme", "company", "association"):
        assert f"/register/{kind}" in page.links
        visitor.get(f"/register/{kind}")
    visitor.get("/register/ministry", 404)
    visitor.get("/register/else", 404)


def test_no_consent_is_ticked_beforehand_and_each_has_its_box(browser):
    page = browser.get("/register/sme")
    boxes = [box for box in page.all("input", type="checkbox") if box["name"] != "traits"]
    assert [box["name"] for box in boxes] == [text.kind for text in AT_REGISTRATION]
    assert not any("checked" in box for box in page.all("input"))


def test_a_small_firm_registers_confirms_and_signs_in(browser):
    typed = answers(business_number="124-81-00998", email="New@Example.com", mail_news="y")
    assert browser.post("/register/sme", **typed).response.location == "/registered"
    browser.get("/registered")
    organisation, account = the(Organisation), the(Account)
    assert organisation.kind is Kind.SME and organisation.approval is Approval.DRAFT
    assert organisation.business_number == "1248100998"
    assert (organisation.region, organisation.industry) == ("41", "259")
    assert organisation.size is Size.SMALL
    assert organisation.traits == {Trait.INNOBIZ, Trait.WOMEN_LED}
    assert account.organisation is organisation and account.role is Role.OWNER
    assert account.email == "new@example.com" and account.confirmed_at is None
    given = db.session.scalars(sa.select(Consent)).all()
    assert [(c.kind, c.language) for c in given] == [(text.kind, "ko") for text in AT_REGISTRATION]
    assert {c.text_version for c in given} == {text.version for text in AT_REGISTRATION}
    assert {"registered", "consent_given", "organisation_registered"} <= set(acts())

    sign_in = {"email": "new@example.com", "password": typed["password"]}
    page = browser.post("/login", 422, **sign_in)
    assert "전자우편 주소를 먼저 확인해 주세요" in page.text
    (mail,) = mails("new@example.com")
    assert mail.subject == "전자우편 주소를 확인해 주세요"
    assert browser.get(link(mail), 302).response.location == "/login"
    assert "email_confirmed" in acts()
    assert browser.post("/login", **sign_in).response.location == "/desk"
    assert "이제 부처에 제출하세요" in browser.get("/organisation").text
    assert the(Account).last_sign_in_at is not None


def test_the_letters_are_in_the_language_of_the_page(app):
    visitor = Browser(app).speak("en")
    typed = answers()
    visitor.post("/register/sme", **typed)
    assert the(Account).language == "en"
    (mail,) = mails(typed["email"])
    assert mail.subject == "Confirm your e-mail address"
    assert "Open this link" in mail.body


@pytest.mark.parametrize(("kind", "less"), [("company", ("traits",)), ("association", ("size",))])
def test_companies_and_associations_register_with_their_own_fields(browser, kind, less):
    typed = answers(traits=["market_stall"], size="large" if kind == "company" else "")
    for name in less:
        typed.pop(name)
    browser.post(f"/register/{kind}", **typed)
    assert the(Organisation).kind is Kind(kind)


def test_an_association_needs_no_industry(browser):
    typed = answers(traits=["market_stall"], industry="")
    del typed["size"]
    browser.post("/register/association", **typed)
    organisation = the(Organisation)
    assert organisation.industry is None and organisation.traits == {Trait.MARKET_STALL}


def test_a_known_address_gets_the_same_answer_and_its_owner_a_letter(app):
    owner = make_account(email="known@example.com", language="en")
    first, second = Browser(app), Browser(app)
    known = first.post("/register/sme", **answers(email="KNOWN@example.com")).response
    fresh = second.post("/register/sme", **answers()).response
    assert (known.status_code, known.location) == (fresh.status_code, fresh.location)
    assert first.get("/registered").html == second.get("/registered").html
    (mail,) = mails("known@example.com")
    assert mail.subject == "You have an account already" and "/reset/" in mail.body
    assert db.session.scalar(sa.select(sa.func.count(Account.id))) == 2
    assert db.session.get(Account, owner.id).name == owner.name


def test_a_known_number_asks_its_owner_once_the_address_is_confirmed(app):
    owner = make_account(make_organisation())
    member = make_account(owner.organisation, role=Role.MEMBER)
    typed = answers(business_number=owner.organisation.business_number)
    browser = Browser(app)
    assert browser.post("/register/sme", **typed).response.location == "/registered"
    request = the(JoinRequest)
    assert request.account.organisation is None
    assert request.organisation_id == owner.organisation_id
    assert db.session.scalar(sa.select(sa.func.count(Organisation.id))) == 1
    assert db.session.scalars(sa.select(Notice)).all() == []

    browser.get(link(mails(typed["email"])[0]), 302)
    notice = the(Notice)
    assert (notice.account_id, notice.kind) == (owner.id, "join_asked")
    assert notice.account_id != member.id

    browser.post("/login", email=typed["email"], password=typed["password"])
    page = browser.get("/waiting")
    assert owner.organisation.name not in page.html


def test_a_number_that_is_only_in_a_draft_is_not_known(browser):
    draft = make_organisation(approval="draft")
    browser.post("/register/sme", **answers(business_number=draft.business_number))
    assert db.session.scalar(sa.select(sa.func.count(Organisation.id))) == 2
    assert db.session.scalars(sa.select(JoinRequest)).all() == []


EMPTY = dict.fromkeys(answers(), "")
FIELDS = ("name", "email", "password", "business_number", "organisation_name", "region")
BAD = {
    "name": [HUGE, "   "],
    "email": [HUGE, "no address", "<script>alert(1)</script>", "ㄱ@", "a@b", "🙂@example.com"],
    "password": ["short", "x" * 129, HUGE, "with a NUL \x00 in it"],
    "phone": [HUGE, "call me", "🙂🙂🙂🙂🙂🙂🙂🙂", "<script>"],
    "business_number": ["1248100999", HUGE, "123-45-6789a", "🙂", "ㅎㅏㄴ", "0000000000"],
    "organisation_name": [HUGE, "\u200b" * 101, "가" * 101],
    "name_en": [HUGE, "x" * 101],
    "region": ["99", HUGE, "<script>", "🙂"],
    "industry": ["9999", HUGE, "' OR 1=1 --"],
    "size": ["large", HUGE, "🙂"],
    "traits": ["clever", HUGE],
    "terms": ["", "false"],
    "privacy": ["", "false"],
}


def errors(page):
    """Return {field: text} of the errors that stand at fields."""
    return {attrs["id"].removesuffix("-e") for attrs in page.all("p", class_="m-error")}


@pytest.mark.parametrize("language", ["ko", "en"])
def test_an_empty_form_says_what_is_missing_at_each_field(app, language):
    visitor = Browser(app).speak(language)
    page = visitor.post("/register/sme", 422, **EMPTY)
    assert errors(page) == {*FIELDS, "industry", "size", "terms", "privacy"}
    assert db.session.scalars(sa.select(Account)).all() == []


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in BAD.items() for value in values]
)
def test_a_bad_value_comes_back_at_its_field_with_everything_else_kept(browser, name, value):
    typed = answers(**{name: value})
    page = browser.post("/register/sme", 422, **typed)
    assert errors(page) == {name}
    kept = {attrs["name"]: attrs.get("value") for attrs in page.all("input") if "name" in attrs}
    for other in {"email", "organisation_name", "business_number"} - {name}:
        assert kept[other] == typed[other]
    if name in ("organisation_name", "business_number"):
        assert kept[name] == value.strip()
    assert kept["password"] in (None, "")
    assert "<script>" not in page.html
    assert db.session.scalars(sa.select(Account)).all() == []


@pytest.mark.parametrize("text", ["🙂🙂", "ㅎㅏㄴㄱㅡㄹ", "<script>alert(1)</script>", "가\0나"])
def test_odd_but_possible_names_are_kept_as_typed(browser, text):
    browser.post("/register/sme", **answers(organisation_name=text, name=text))
    assert the(Organisation).name == text.replace("\x00", "")
    browser.sign_in(the(Account))
    assert "<script>" not in browser.get("/organisation").html
    assert "<script>" not in browser.get("/account").html


def test_decomposed_hangul_is_stored_composed(browser):
    parts = "\u1112\u1161\u11ab\u1100\u1173\u11af"
    browser.post("/register/sme", **answers(organisation_name=parts))
    assert the(Organisation).name == "한글"


def test_who_is_signed_in_has_no_need_to_register(browser):
    browser.sign_in(make_account())
    assert browser.get("/register", 302).response.location == "/desk"
    assert browser.get("/register/sme", 302).response.location == "/desk"
    assert browser.post("/register/sme", **answers()).response.location == "/desk"
    assert db.session.scalar(sa.select(sa.func.count(Account.id))) == 1


def test_news_are_a_consent_of_their_own(browser):
    browser.post("/register/sme", **answers())
    kinds = {consent.kind for consent in db.session.scalars(sa.select(Consent))}
    assert kinds == {ConsentKind.TERMS, ConsentKind.PRIVACY}
