"""One's own account: its data, its consents, and what other people's accounts are to it."""

import pytest
import sqlalchemy as sa

from matchmaker.accounts.consent_texts import MAIL_NEWS, TERMS
from matchmaker.accounts.models import Consent
from matchmaker.audit import Event
from matchmaker.db import db
from matchmaker.errors import Refusal

from .browser import Browser
from .factories import NOW, make_account, make_organisation

HUGE = "가" * 400_000


def consent(account, text=MAIL_NEWS, **changes):
    given = account.consent_to(text, language="ko", now=NOW)
    for name, value in changes.items():
        setattr(given, name, value)
    db.session.commit()
    return given


def test_name_phone_and_language_are_kept(browser):
    account = make_account()
    browser.sign_in(account)
    page = browser.post("/account", name="이두리", phone="02-123-4567", language="en")
    assert page.response.location == "/account"
    db.session.refresh(account)
    assert (account.name, account.phone, account.language) == ("이두리", "02-123-4567", "en")
    assert "이두리" in browser.get("/account", language="en").html
    (event,) = db.session.scalars(sa.select(Event)).all()
    assert (event.act, event.facts) == ("account_changed", {})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("name", ""),
        ("name", "   "),
        ("name", HUGE),
        ("phone", HUGE),
        ("phone", "🙂🙂🙂🙂🙂🙂🙂🙂🙂"),
        ("phone", "<script>"),
        ("language", ""),
        ("language", "fr"),
        ("language", HUGE),
    ],
)
def test_bad_values_come_back_at_the_field(browser, name, value):
    account = make_account()
    browser.sign_in(account)
    typed = {"name": "이두리", "phone": "010-1234-5678", "language": "ko"} | {name: value}
    page = browser.post("/account", 422, **typed)
    assert page.all("p", id=f"{name}-e") and "<script>" not in page.html
    db.session.refresh(account)
    assert account.name != "이두리"


def test_an_optional_consent_is_withdrawn_and_given_anew(browser):
    account = make_account()
    consent(account, TERMS)
    news = consent(account)
    browser.sign_in(account)
    assert f"/account/consents/{news.id}/withdraw" in browser.get("/account").form_actions
    browser.post(f"/account/consents/{news.id}/withdraw")
    assert db.session.get(Consent, news.id).withdrawn_at is not None
    browser.post(f"/account/consents/{news.id}/withdraw", 409)
    assert "/account/news" in browser.get("/account").form_actions
    browser.post("/account/news")
    browser.post("/account/news")
    given = db.session.scalars(sa.select(Consent).where(Consent.kind == "mail_news")).all()
    assert [each.is_in_force for each in given] == [False, True]
    acts = db.session.scalars(sa.select(Event.act)).all()
    assert acts.count("consent_given") == 3 and acts.count("consent_withdrawn") == 1


def test_what_belongs_to_the_account_is_not_withdrawn_by_itself(browser):
    account = make_account()
    terms = consent(account, TERMS)
    browser.sign_in(account)
    assert f"/account/consents/{terms.id}/withdraw" not in browser.get("/account").form_actions
    browser.post(f"/account/consents/{terms.id}/withdraw", 409)
    with pytest.raises(Refusal):
        terms.withdraw(by=account, now=NOW)


def test_consents_name_their_recipient(browser):
    account, company = make_account(), make_organisation("company")
    consent(account, recipient_id=company.id)
    assert company.name in browser.sign_in(account).get("/account").html


def test_other_people_s_consents_are_not_there(browser):
    theirs = consent(make_account())
    browser.sign_in(make_account())
    browser.post(f"/account/consents/{theirs.id}/withdraw", 404)
    browser.post("/account/consents/999999/withdraw", 404)
    assert db.session.get(Consent, theirs.id).is_in_force


@pytest.mark.parametrize("kind", ["sme", "company", "association", "ministry", None])
@pytest.mark.parametrize("language", ["ko", "en"])
def test_everybody_has_the_page(app, kind, language):
    account = make_account(kind=kind or "sme")
    if kind is None:
        account.organisation = None
        db.session.commit()
    Browser(app).speak(language).sign_in(account).get("/account")


def test_visitors_are_asked_to_sign_in(browser):
    for url in ("/account", "/waiting", "/organisation", "/organisation/edit"):
        assert browser.get(url, 302).response.location == f"/login?next={url}"
    for url in ("/account/news", "/organisation/submit", "/organisation/leave"):
        assert browser.post(url).response.location == "/login"
