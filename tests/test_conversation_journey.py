"""Both sides talk in a real browser: first words, files, the agreement on secrets, a report."""

from pathlib import Path

import pytest

from matchmaker.db import db

from .chromium import Visitor
from .factories import make_account, make_pairing
from .test_attachments import GOOD

pytestmark = pytest.mark.chromium

PASSWORD = "a-long-enough-phrase-7"


@pytest.fixture
def agreed(site, tmp_path):
    """A pairing both sides said yes to; gives its address and who signs in."""
    site.config["ATTACHMENTS_PATH"] = str(tmp_path / "files")
    with site.app_context():
        evidence = [{"term": "작업 지시", "share": 0.5, "kind": "word"}]
        pairing = make_pairing("agreed", evidence=evidence)
        officer = make_account(kind="ministry")
        people = {
            "firm": pairing.sme.people[0],
            "company": pairing.company.people[0],
            "officer": officer,
        }
        for account in people.values():
            account.password = PASSWORD
        db.session.commit()
        return f"/pairings/{pairing.id}", {name: one.email for name, one in people.items()}


def file(name):
    return {"name": name, "mimeType": "application/octet-stream", "buffer": GOOD[name]}


@pytest.mark.parametrize("width", ["desktop", "phone"])
@pytest.mark.parametrize("language", ["ko", "en"])
def test_both_sides_talk(chromium, site, agreed, language, width):
    page, people = agreed
    talk = f"{page}/conversation"

    def visitor(who):
        one = Visitor(chromium, site, language, width)
        one.open("/login").fill(email=people[who], password=PASSWORD)
        return one.send("/login")

    firm, company, officer = (visitor(who) for who in ("firm", "company", "officer"))
    firm.open(page)
    firm.page.click(f"main a[href='{talk}']")
    firm.judge()
    draft = firm.page.input_value("[name=text]")
    assert "작업 지시" in draft and "?" in draft
    firm.page.set_input_files("[name=files]", [file("도면.pdf"), file("표.csv")])
    firm.tick("[name=technical]").send("/conversation")
    assert firm.page.locator("[aria-invalid=true]").get_attribute("name") == "nda"
    assert firm.page.input_value("[name=text]") == draft  # and the files are to be chosen again
    firm.page.set_input_files("[name=files]", [file("도면.pdf")])
    firm.tick("[name=nda]").send("/conversation")
    assert draft.splitlines()[0] in firm.text

    assert company.open("/desk").page.locator("a[href='/pairings/conversations/next']").count()
    company.open("/pairings/conversations/next")
    assert company.path == f"{talk}#new"
    assert not company.page.locator("main a[href*='/files/']").count()
    company.send("/nda")
    with company.page.expect_download() as fetched:
        company.page.locator("main a[href*='/files/']").first.click()
    assert fetched.value.suggested_filename == "도면.pdf"
    assert Path(fetched.value.path()).read_bytes() == GOOD["도면.pdf"]
    company.fill(text="보험을 사세요")
    company.page.click("button[name=draft]")
    company.judge()
    assert company.page.input_value("[name=text]") == "보험을 사세요"
    company.send("/conversation")

    firm.open(talk)
    firm.page.click(
        "summary:has-text('신고')" if language == "ko" else "summary:has-text('Report')"
    )
    firm.judge()
    firm.tick("[name=reason][value=sales]").send("/report")
    assert "보험을 사세요" in officer.open("/ministry/reports").text
    assert draft.splitlines()[0] not in officer.text
    officer.tick("[name=decision][value=hide]").fill(note="판매").send("/handle")
    officer.judge()
    assert "보험을 사세요" not in company.open(talk).text
    for one in (firm, company, officer):
        one.leave()


def test_too_large_a_file_is_said_before_it_is_sent(chromium, site, agreed):
    page, people = agreed
    firm = Visitor(chromium, site)
    firm.open("/login").fill(email=people["firm"], password=PASSWORD)
    firm.send("/login").open(f"{page}/conversation").fill(text="적은 글")
    large = {"name": "큰.txt", "mimeType": "text/plain", "buffer": b"x" * (10 * 1024 * 1024 + 1)}
    firm.page.set_input_files("[name=files]", [large])
    firm.page.locator("form[enctype] button:not([name])").click()
    firm.page.wait_for_timeout(300)
    assert firm.page.input_value("[name=text]") == "적은 글"
    assert not firm.page.locator(".m-flashes").count()
    firm.page.set_input_files("[name=files]", [])
    firm.send("/conversation")
    assert "적은 글" in firm.text
    firm.leave()
