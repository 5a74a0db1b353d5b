"""Attachments: told by content, named harmlessly, kept outside the pages, never half."""

import hashlib
import io
import os
import signal
import subprocess
import sys
import unicodedata
import zipfile
from contextlib import suppress
from datetime import timedelta
from urllib.parse import quote

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from matchmaker import create_app
from matchmaker.config import ROOT, Testing
from matchmaker.db import db
from matchmaker.errors import Refusal
from matchmaker.pairings.conversation import (
    attachments,
    file_kinds,
    leftovers,
)
from matchmaker.pairings.conversation import (
    forms as conversation_forms,
)
from matchmaker.pairings.conversation.attachments import Attachment, Upload
from matchmaker.pairings.conversation.conversation import Message, write
from matchmaker.pairings.conversation.file_kinds import check, safe_name

from .factories import NOW, make_pairing

CONTENTS = '<Types><Override ContentType="application/{}"/></Types>'
MAIN = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "pptx": "ppt/presentation.xml"}
OLE = bytes.fromhex("D0CF11E0A1B11AE1")


def packed(parts, packing=zipfile.ZIP_DEFLATED):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", packing) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return buffer.getvalue()


def office(kind, contents=CONTENTS, **more):
    return packed({"[Content_Types].xml": contents, MAIN[kind]: "<x/>", **more})


GOOD = {
    "도면.pdf": b"%PDF-1.7\n1 0 obj\n",
    "사진.png": b"\x89PNG\r\n\x1a\n" + bytes(40),
    "사진.jpg": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(40),
    "사진.JPEG": b"\xff\xd8\xff\xe1\x00\x10Exif\x00" + bytes(40),
    "글.docx": office("docx"),
    "표.xlsx": office("xlsx"),
    "발표.pptx": office("pptx"),
    "글.hwp": OLE + bytes(500) + b"HWP Document File" + bytes(100),
    "글.hwpx": packed({"mimetype": "application/hwp+zip", "Contents/header.xml": "<x/>"}),
    "메모.txt": "안녕하세요\r\n둘째 줄".encode(),
    "표.csv": "\ufeff이름,수\n가,1".encode(),
}
EXE = b"MZ\x90\x00" + bytes(200)
LIES = {
    "exe named pdf": ("도면.pdf", EXE),
    "html named pdf": ("도면.pdf", b"<html><script>alert(1)</script>"),
    "html named png": ("사진.png", b"<html><script>alert(1)</script>"),
    "pdf named png": ("사진.png", GOOD["도면.pdf"]),
    "exe named docx": ("글.docx", EXE),
    "zip named docx": ("글.docx", packed({"a.txt": "x"})),
    "xlsx named docx": ("글.docx", GOOD["표.xlsx"]),
    "doc named hwp": ("글.hwp", OLE + bytes(600)),
    "zip named hwpx": ("글.hwpx", packed({"mimetype": "application/zip"})),
    "exe named txt": ("글.txt", EXE),
    "broken zip": ("글.docx", GOOD["글.docx"][:60]),
}
REFUSED = {
    "empty": ("빈 글.txt", b"", "empty"),
    "svg": ("그림.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "kind"),
    "exe": ("설치.exe", EXE, "kind"),
    "two endings": ("도면.pdf.exe", EXE, "kind"),
    "html": ("글.html", b"<html>", "kind"),
    "no ending": ("README", b"x", "kind"),
    "macros": ("글.docx", office("docx", **{"word/vbaProject.bin": "x"}), "macros"),
    "docm named docx": (
        "글.docx",
        office("docx", CONTENTS.format("vnd.ms-word.document.macroEnabled.main+xml")),
        "macros",
    ),
    "cp949": ("글.txt", "안녕하세요".encode("cp949"), "encoding"),
}


@pytest.mark.parametrize("name", GOOD)
def test_what_a_file_is_named_it_is(name):
    check(name, GOOD[name])


@pytest.mark.parametrize("case", LIES)
def test_a_lie_about_the_kind_is_seen(case):
    with pytest.raises(Refusal) as refused:
        check(*LIES[case])
    assert refused.value.rule in ("kind_differs", "encoding")


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_sent(case):
    name, data, rule = REFUSED[case]
    with pytest.raises(Refusal) as refused:
        check(name, data)
    assert refused.value.rule == rule
    assert name in str(refused.value)


def test_a_file_that_unpacks_to_too_much_is_not_unpacked():
    bomb = office("docx", **{f"word/{n}.xml": bytes(31 * 1024 * 1024) for n in range(10)})
    assert len(bomb) < 1024 * 1024
    with pytest.raises(Refusal) as refused:
        check("글.docx", bomb)
    assert refused.value.rule == "unpacks"
    many = office("xlsx", **{f"xl/{n}": "" for n in range(file_kinds.MOST_PARTS)})
    with pytest.raises(Refusal):
        check("표.xlsx", many)


@pytest.mark.parametrize("name", ["글.docx", "글.hwpx"])
def test_a_damaged_packed_file_is_refused_or_let_through_but_never_a_fault(name):
    content = GOOD[name]
    for place in range(len(content)):
        for byte in (0, 0xFF):
            with suppress(Refusal):
                check(name, content[:place] + bytes([byte]) + content[place + 1 :])


@pytest.mark.parametrize("packing", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_packing_that_no_office_program_uses_is_not_opened(packing):
    parts = {"[Content_Types].xml": CONTENTS, MAIN["docx"]: "<x/>"}
    with pytest.raises(Refusal) as refused:
        check("글.docx", packed(parts, packing))
    assert refused.value.rule == "kind_differs"


@given(st.binary(max_size=300), st.sampled_from(sorted(file_kinds.KINDS)))
def test_no_content_makes_the_check_fall_over(data, kind):
    for head in (b"", b"PK\x03\x04", b"%PDF-", OLE, GOOD["글.docx"][:90]):
        with suppress(Refusal):
            check(f"x.{kind}", head + data)


@pytest.mark.parametrize(
    ("typed", "safe"),
    [
        ("도면 1차.pdf", "도면 1차.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\홍\\도면.pdf", "도면.pdf"),
        ("\u202efdp.exe", "fdp.exe"),
        ("a\x00b\n.pdf", "ab.pdf"),
        ('a"b<c>.pdf', "a_b_c_.pdf"),
        (".pdf", "file.pdf"),
        ("..", "file"),
        ("", "file"),
        ("CON.pdf", "_CON.pdf"),
        ("가" * 300 + ".pdf", "가" * 116 + ".pdf"),
        ("도면.pdf", "도면.pdf"),
    ],
)
def test_a_name_loses_what_does_harm(typed, safe):
    assert safe_name(typed) == safe


@given(st.text(max_size=400))
def test_every_name_becomes_a_name(typed):
    name = safe_name(typed)
    assert 1 <= len(name) <= file_kinds.LONGEST_NAME
    assert not set(name) & set('/\\\0\n\r<>:"|?*')
    assert not any(unicodedata.category(c) in ("Cc", "Cf") for c in name)
    assert name.strip(". ") == name


@pytest.fixture
def pairing(store):
    return make_pairing("agreed")


def talk(pairing):
    return f"/pairings/{pairing.id}/conversation"


def sent(*files):
    return [(io.BytesIO(data), name) for name, data in files]


@pytest.fixture
def small(app, monkeypatch):
    """Limits as small as tests like their files: 1 KB each, 20 KB a request."""
    for module in (attachments, conversation_forms):
        monkeypatch.setattr(module, "MOST_BYTES", 1000)
    monkeypatch.setattr(app.view_functions["pairings.write"], "most_bytes", 20_000)
    monkeypatch.setitem(app.config, "MAX_CONTENT_LENGTH", 3000)


def lying_around(store):
    return sorted(path for path in store.folder.rglob("*") if path.is_file())


def test_files_go_with_a_message_and_come_back_whole(browser, pairing, store):
    browser.sign_in(pairing.sme.people[0])
    files = list(GOOD.items())[:5]
    browser.post(talk(pairing), text="보냅니다", data={"files": sent(*files)})
    rows = db.session.scalars(sa.select(Attachment).order_by(Attachment.id)).all()
    assert [row.name for row in rows] == [name for name, _ in files]
    browser.sign_in(pairing.company.people[0])
    page = browser.get(talk(pairing))
    for row, (name, data) in zip(rows, files, strict=True):
        assert (row.size, row.sha256) == (len(data), hashlib.sha256(data).hexdigest())
        assert name in page.text
        address = f"/pairings/{pairing.id}/files/{row.id}"
        assert address in page.links
        browser._arrive()
        with browser.client.get(address, headers={"Range": "bytes=0-3"}) as answer:
            assert (answer.status_code, answer.data) == (200, data)
            kept = answer.headers
        ending = quote(name)
        assert kept["Content-Disposition"].startswith("attachment;")
        assert f"filename*=UTF-8''{ending}" in kept["Content-Disposition"]
        assert kept["X-Content-Type-Options"] == "nosniff"
        assert kept["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert kept["Cache-Control"] == "no-store"
        assert kept["Content-Type"].split(";")[0] == row.mimetype
    assert not str(store.folder).startswith(str(ROOT / "static"))
    assert all(path.name not in page.html for path in lying_around(store))


@pytest.mark.parametrize("case", [*LIES, *REFUSED])
def test_a_refused_file_leaves_nothing_and_keeps_the_text(browser, pairing, store, case):
    name, data, *_rule = LIES.get(case) or REFUSED[case]
    browser.sign_in(pairing.sme.people[0])
    page = browser.post(
        talk(pairing), status=422, text="적은 글", data={"files": sent((name, data))}
    )
    assert "적은 글" in page.html and safe_name(name) in page.text
    assert not lying_around(store)
    assert not db.session.scalars(sa.select(Message)).all()


def test_too_many_and_too_large_come_back_with_the_text(browser, pairing, store, small):
    browser.sign_in(pairing.sme.people[0])
    six = sent(*[("a.txt", b"x")] * 6)
    assert "적은 글" in browser.post(talk(pairing), 422, {"files": six}, text="적은 글").html
    page = browser.post(talk(pairing), 422, {"files": sent(("a.txt", b"x" * 1001))}, text="적은 글")
    assert "적은 글" in page.html and "10 MB" in page.text
    full = sent(*[(f"{n}.txt", b"x" * 1000) for n in range(5)])
    browser.post(talk(pairing), 302, {"files": full}, text="적은 글")
    assert len(lying_around(store)) == 5


def test_far_too_much_is_413_in_words(browser, pairing, store, small):
    browser.sign_in(pairing.sme.people[0])
    page = browser.post(talk(pairing), 413, {"files": sent(("a.txt", b"x" * 21_000))}, text="글")
    assert "50 MB" in page.text
    assert not lying_around(store)


def test_strangers_may_not_send_that_much(browser, app, pairing, store, small, monkeypatch):
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)  # else nothing of it is read
    browser.post(talk(pairing), 413, {"files": sent(("a.txt", b"x" * 4000))})
    assert not lying_around(store)


def test_no_other_form_takes_that_much(browser, pairing, store, small):
    browser.sign_in(pairing.sme.people[0])
    browser.post(f"/pairings/{pairing.id}/nda", 413, nda="x" * 4000)


def test_a_pairing_holds_only_so_much(browser, pairing, store, monkeypatch):
    monkeypatch.setattr(attachments, "MOST_BYTES_A_PAIRING", 5)
    browser.sign_in(pairing.sme.people[0])
    browser.post(talk(pairing), 302, {"files": sent(("a.txt", b"123"))})
    browser.post(talk(pairing), 409, {"files": sent(("a.txt", b"456"))})
    assert db.session.scalar(Attachment.size_in(pairing.id)) == 3


def test_two_files_of_one_name_stay_two(browser, pairing, store):
    browser.sign_in(pairing.sme.people[0])
    for _ in range(2):
        browser.post(talk(pairing), 302, {"files": sent(("a.txt", b"123"))})
    assert len({row.stored_as for row in db.session.scalars(sa.select(Attachment))}) == 2


def test_contents_lie_under_names_that_tell_nothing_and_are_private(pairing, store):
    store.keep(b"secret")
    (path,) = lying_around(store)
    assert path.relative_to(store.folder).parts == (path.name[:2], path.name[2:4], path.name)
    assert path.stat().st_mode & 0o077 == 0
    assert path.parent.stat().st_mode & 0o077 == 0 and len(path.name) == 32


def test_a_content_that_is_gone_is_said_plainly(browser, pairing, store):
    by = pairing.sme.people[0]
    write(pairing, by=by, now=NOW, text="", uploads=[Upload("a.txt", b"x")], store=store)
    db.session.commit()
    lying_around(store)[0].unlink()
    row = db.session.scalar(sa.select(Attachment))
    page = browser.sign_in(by).get(f"/pairings/{pairing.id}/files/{row.id}", status=404)
    assert "보관함에 없습니다" in page.text
    assert leftovers.remove_leftovers(NOW) == {"removed": 0, "missing": 1}


def test_the_job_removes_only_what_is_old_and_nobodys(pairing, store):
    by = pairing.sme.people[0]
    write(pairing, by=by, now=NOW, text="", uploads=[Upload("a.txt", b"x")], store=store)
    db.session.commit()
    kept = lying_around(store)
    young = store.path(store.keep(b"being sent"))
    old = store.path(store.keep(b"left behind"))
    half = old.with_name(f"{'0' * 32}.part")
    half.write_bytes(b"hal")
    before = (NOW - timedelta(hours=2)).timestamp()
    for path in (old, half, *kept):
        os.utime(path, (before, before))
    os.utime(young, (NOW.timestamp(), NOW.timestamp()))
    assert leftovers.remove_leftovers(NOW) == {"removed": 2, "missing": 0}
    assert leftovers.remove_leftovers(NOW) == {"removed": 0, "missing": 0}
    assert lying_around(store) == sorted([*kept, young])


def test_an_empty_store_has_no_leftovers(store):
    assert leftovers.remove_leftovers(NOW) == {"removed": 0, "missing": 0}


def test_what_is_rolled_back_has_no_row_and_its_content_is_a_leftover(pairing, store):
    by = pairing.sme.people[0]
    write(pairing, by=by, now=NOW, text="", uploads=[Upload("a.txt", b"x")], store=store)
    db.session.rollback()
    assert len(lying_around(store)) == 1
    assert not db.session.scalars(sa.select(Attachment)).all()


KILLED = """
import os, signal, sys
from pathlib import Path
from matchmaker import create_app
from matchmaker.config import Testing
from matchmaker.db import begin_writing, db, utcnow
from matchmaker.pairings.conversation.attachments import Store, Upload
from matchmaker.pairings.conversation.conversation import write
from matchmaker.pairings.models import Pairing

class Place(Testing):
    SQLALCHEMY_DATABASE_URI = sys.argv[1]

with create_app(Place()).app_context():
    begin_writing()
    pairing = db.session.get(Pairing, 1)
    files = [Upload("a.txt", b"x"), Upload("b.txt", b"y")]
    write(pairing, by=pairing.sme.people[0], now=utcnow(), text="글", uploads=files,
          store=Store(sys.argv[2]))
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_kill_between_file_and_commit_leaves_no_visible_half(tmp_path):
    class Place(Testing):
        SQLALCHEMY_DATABASE_URI = f"sqlite:///{tmp_path / 'killed.db'}"
        ATTACHMENTS_PATH = str(tmp_path / "files")

    app = create_app(Place())
    with app.app_context():
        db.create_all()
        make_pairing("agreed")
        db.session.remove()
        run = subprocess.run(
            [sys.executable, "-c", KILLED, Place.SQLALCHEMY_DATABASE_URI, Place.ATTACHMENTS_PATH],
            cwd=ROOT,
            capture_output=True,
        )
        assert run.returncode == -signal.SIGKILL, run.stderr
        for model in (Message, Attachment):
            assert not db.session.scalars(sa.select(model)).all()
        assert len(lying_around(leftovers.store())) == 2
        later = NOW.replace(year=2100)
        assert leftovers.remove_leftovers(later)["removed"] == 2
        db.session.remove()
        db.engine.dispose()
