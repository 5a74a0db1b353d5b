"""A browser without a screen: it opens pages through the test client and judges each one."""

import re
from html.parser import HTMLParser

from flask import g

from matchmaker.db import db

VOID = {"br", "hr", "img", "input", "link", "meta", "source", "track", "wbr", "area", "base", "col"}
CONTROLS = {"input", "select", "textarea"}
INLINE_HANDLER = re.compile(r"^on[a-z]+$")


class Page(HTMLParser):
    """A page taken apart: `tags` (name, attributes), `text`, `links`, `forms`; and its faults."""

    def __init__(self, response):
        super().__init__()
        self.response = response
        self.status = response.status_code
        self.html = response.get_data(as_text=True)
        self.tags, self.open, self.words, self.faults = [], [], [], []
        self.title = ""
        self.feed(self.html)
        self.close()

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.tags.append((tag, attrs))
        if tag not in VOID and tag not in ("path", "rect", "circle", "use", "line", "polyline"):
            self.open.append(tag)
        for name in attrs:
            if INLINE_HANDLER.match(name) or name == "style":
                self.faults.append(f"<{tag}> has {name}=, which the content policy forbids")

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if self.open and self.open[-1] == tag and tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        if tag in self.open:
            while self.open.pop() != tag:
                pass

    def handle_data(self, data):
        if "title" in self.open and "svg" not in self.open:
            self.title += data
        if "script" in self.open and data.strip():
            self.faults.append("a script stands in the page")
        if data.strip() and not {"script", "style", "title"} & set(self.open):
            self.words.append(data.strip())

    @property
    def text(self):
        return " ".join(" ".join(self.words).split())

    def all(self, tag, **attrs):
        """Return the attributes of every such tag that has these values (class_ for class)."""
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attrs.items()}
        return [
            found
            for name, found in self.tags
            if name == tag and all(found.get(key) == value for key, value in wanted.items())
        ]

    @property
    def links(self):
        return [attrs["href"] for attrs in self.all("a") if "href" in attrs]

    @property
    def form_actions(self):
        return [attrs.get("action", "") for attrs in self.all("form", method="post")]

    def judge(self, language):
        """Return what is wrong with the page as a page, whatever it is about."""
        faults = list(self.faults)
        headings = sum(1 for name, _ in self.tags if name == "h1")
        if headings != 1:
            faults.append(f"{headings} h1 instead of one")
        if not self.title.strip():
            faults.append("no title")
        if (lang := self.all("html")[0].get("lang")) != language:
            faults.append(f"html lang is {lang!r}, not {language!r}")
        ids = [attrs["id"] for _, attrs in self.tags if attrs.get("id")]
        faults += [f"id {name!r} stands twice" for name in {n for n in ids if ids.count(n) > 1}]
        labelled = {attrs.get("for") for attrs in self.all("label")}
        for name, attrs in self.tags:
            control = name in CONTROLS and attrs.get("type") not in ("hidden", "submit", "button")
            if control and attrs.get("id") not in labelled and not attrs.get("aria-label"):
                faults.append(f"{name} {attrs.get('name')!r} has no label")
            for points in ("aria-describedby", "aria-labelledby"):
                for target in (attrs.get(points) or "").split():
                    if target not in ids:
                        faults.append(f"{points} names {target!r}, which is not on the page")
        return faults


class Browser:
    """One visitor with a cookie jar; pages with faults fail the test that opened them."""

    def __init__(self, app, language="ko"):
        self.app = app
        self.client = app.test_client()
        self.language = language

    def speak(self, language):
        """Choose the language, as the link in the header does."""
        self.get(f"/?lang={language}", language=language)
        self.language = language
        return self

    def sign_in(self, account):
        """Sign in without the form, as a session that already exists."""
        with self.client.session_transaction() as session:
            session["_user_id"] = account.fs_uniquifier
            session["_fresh"] = True
        return self

    def get(self, url, status=200, language=None):
        self._arrive()
        return self._judged(self.client.get(url), status, language)

    def post(self, url, status=302, data=None, **fields):
        self._arrive()
        return self._judged(self.client.post(url, data={**(data or {}), **fields}), status, None)

    def _arrive(self):
        """Forget what the last request left: tests share one application context, requests never.

        Language and account are cached there, and a transaction would still be open.
        """
        db.session.commit()
        vars(g._get_current_object()).clear()

    def _judged(self, response, status, language):
        page = Page(response)
        expected = status if isinstance(status, tuple) else (status,)
        assert page.status in expected, f"{page.status} instead of {status}: {page.text[:300]}"
        if response.mimetype == "text/html" and not 300 <= page.status < 400:
            faults = page.judge(language or self.language)
            assert not faults, "\n".join(faults)
        return page
