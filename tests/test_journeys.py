"""The main journey in a real browser: from a registration to the ministry's figures."""

import re

import pytest
import sqlalchemy as sa

from matchmaker.db import db
from matchmaker.outbox import Mail

from .chromium import Visitor
from .factories import business_number, make_account, make_offer, make_organisation

pytestmark = pytest.mark.chromium

PASSWORD = "a-long-enough-phrase-7"
WORDS = {
    "ko": (
        "종이 작업 지시를 전산으로 바꾸고 싶습니다",
        "작업 지시와 생산 실적을 종이에 적습니다. 공정 개선 전문가와 MES 도입을 원합니다.",
    ),
    "en": (
        "We want work orders on a screen instead of paper",
        "Work orders and output are on paper. We want an expert for our processes and an MES.",
    ),
}
SECRETS = ("봄빛금속", "Bombit Metal", "봄가을", "spring@example.com", "010-0000-7788")


@pytest.fixture
def market(site):
    """A ministry, and a company with an offer of two places; gives their accounts' addresses."""
    with site.app_context():
        officer = make_account(make_organisation("ministry"))
        company = make_account(make_organisation("company", name="다온전자", name_en="Daon"))
        offer = make_offer(
            organisation=company.organisation,
            capacity=2,
            title_en="Shop-floor improvement and a production system",
            text_en="An expert improves your processes, then work orders move to an MES.",
        )
        for account in (officer, company):
            account.password = PASSWORD
        db.session.commit()
        return {"officer": officer.email, "company": company.email, "offer": offer.id}


def letter_to(site, address):
    with site.app_context():
        chosen = sa.select(Mail.body).where(Mail.recipient == address).order_by(Mail.id.desc())
        return db.session.scalars(chosen).first()


def sign_in(visitor, email):
    visitor.open("/login").fill(email=email, password=PASSWORD)
    return visitor.send("/login")


def register(visitor, address):
    visitor.open("/register/sme").fill(
        name=SECRETS[2],
        email=address,
        password=PASSWORD,
        phone=SECRETS[4],
        business_number=business_number(),
        organisation_name=SECRETS[0],
        name_en=SECRETS[1],
    )
    visitor.choose("region", "41").choose("industry", "25")
    visitor.tick("[name=size][value=small]", "[name=terms]", "[name=privacy]")
    visitor.send("/register/sme")


@pytest.mark.parametrize("width", ["desktop", "phone"])
@pytest.mark.parametrize("language", ["ko", "en"])
def test_from_registration_to_the_ministrys_figures(chromium, site, market, language, width):
    def visitor():
        return Visitor(chromium, site, language, width)

    firm, officer, company = visitor(), visitor(), visitor()
    register(firm, SECRETS[3])
    link = re.search(r"http://\S+/confirm/\S+", letter_to(site, SECRETS[3]))[0]
    firm.open(link.removeprefix(site.address))
    if "/login" in firm.path:
        sign_in(firm, SECRETS[3])

    firm.open("/organisation").send("/organisation/submit")
    sign_in(officer, market["officer"])
    assert SECRETS[0] in officer.open("/ministry/approvals").text or language == "en"
    officer.send("/approve")

    title, text = WORDS[language]
    firm.open("/needs/new").fill(title=title, text=text)
    firm.send("/needs/new")
    assert firm.path.endswith("/offers"), firm.path
    need = int(re.search(r"/needs/(\d+)", firm.path)[1])
    firm.open(f"/needs/{need}/preview")
    firm.open(f"/needs/{need}/offers/{market['offer']}/ask")
    firm.tick("[name=relation][value=none]", "[name=consent]")
    firm.send("/ask")
    pairing = re.search(r"/pairings/\d+", firm.path)[0]

    sign_in(company, market["company"])
    for page in ("/pairings", pairing, f"/offers/{market['offer']}/needs", f"{pairing}/accept"):
        html = company.open(page).page.content()
        assert [secret for secret in SECRETS if secret in html] == [], page
    company.tick("[name=consent]").send("/accept")
    assert SECRETS[3] in company.open(pairing).text
    assert SECRETS[4] in company.text
    assert market["company"] in firm.open(pairing).text

    for page in ("/ministry", "/ministry/pairings", f"/ministry{pairing}", "/ministry/jobs"):
        officer.open(page)
    assert SECRETS[3] not in officer.open(f"/ministry{pairing}").page.content()
    for visitor in (firm, officer, company):
        visitor.leave()


@pytest.mark.parametrize("width", ["desktop", "phone"])
@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_open_page_is_accessible(chromium, site, market, language, width):
    guest = Visitor(chromium, site, language, width)
    for page in (
        *("/offers", f"/offers/{market['offer']}", "/how-ranking-works", "/help", "/privacy"),
        *("/terms", "/accessibility", "/credits", "/history", "/history/first-anniversary"),
        *("/history/needs", "/login", "/reset", "/register", "/register/company"),
        *("/register/association", "/try-as", "/mailbox", "/no-such-page"),
    ):
        guest.open(page)
    guest.open("/register/sme").send("/register/sme")
    assert guest.page.locator("[aria-invalid=true]").count() > 5
    guest.leave()


def test_the_need_form_works_without_script(chromium, site, market):
    with site.app_context():
        account = make_account()
        account.password = PASSWORD
        db.session.commit()
        address = account.email
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site.address}/login")
    page.fill("[name=email]", address)
    page.fill("[name=password]", PASSWORD)
    page.locator("main form button").first.click()
    page.goto(f"{site.address}/needs/new")
    page.fill("[name=title]", WORDS["ko"][0])
    page.fill("[name=text]", WORDS["ko"][1])
    page.locator("main form button[type=submit]").first.click()
    assert page.url.endswith("/offers")
    assert "다온전자" in page.locator("main").inner_text()
    context.close()
