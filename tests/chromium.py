"""A real browser on a real server: every page that it opens is judged by axe and by the eye."""

import os
import shutil
import threading
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from matchmaker import create_app
from matchmaker.config import Testing
from matchmaker.db import db

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text()
FORM_TO = """action => [...document.querySelectorAll('main form[method=post]')].find(
    form => new URL(form.action).pathname.endsWith(action))"""
WIDTHS = {"desktop": 1280, "phone": 390}
STARTED_AS_ROOT = ["--no-sandbox"]  # Chromium refuses its sandbox to root, as in CI
LOOK = """() => ({
    lang: document.documentElement.lang,
    headings: document.querySelectorAll('h1').length,
    sideways: document.documentElement.scrollWidth - document.documentElement.clientWidth,
})"""


class Quiet(WSGIRequestHandler):
    """Serves without a line for each file."""

    def log(self, type, message, *args):
        pass


@pytest.fixture(scope="session")
def chromium():
    """Start Debian's Chromium; without one the tests are skipped in the open, in CI they fail."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if path is None:
        reason = "Chromium is missing: apt-get install chromium"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path, args=STARTED_AS_ROOT)
        yield browser
        browser.close()


@pytest.fixture
def site(tmp_path):
    """Serve an empty market from a database file; gives the application, with `.address`."""

    class Served(Testing):
        SQLALCHEMY_DATABASE_URI = f"sqlite:///{tmp_path / 'market.db'}"
        WTF_CSRF_ENABLED = True

    app = create_app(Served())
    with app.app_context():
        db.create_all()
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    app.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield app
    server.shutdown()
    server.server_close()
    thread.join()
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


class Visitor:
    """One person at one screen. Whatever they open is judged at once."""

    def __init__(self, chromium, site, language="ko", width="desktop"):
        self.site, self.language = site, language
        size = {"width": WIDTHS[width], "height": 900}
        self.context = chromium.new_context(viewport=size, reduced_motion="reduce")
        self.page = self.context.new_page()
        self.noise = []
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.noise.append(str(error)))
        self.page.on("request", self._asked)
        self.open(f"/?lang={language}")

    def _heard(self, message):
        # An answer of 4xx is told on the console too; the test itself looks at those.
        if message.type in ("error", "warning") and "Failed to load resource" not in message.text:
            self.noise.append(message.text)

    def _asked(self, request):
        if not request.url.startswith((self.site.address, "data:")):
            self.noise.append(f"asks another host: {request.url}")

    def open(self, path):
        self.page.goto(self.site.address + path)
        return self.judge()

    def send(self, action):
        """Press the main button of the first form that is sent there; judge the page that comes."""
        form = self.page.evaluate_handle(FORM_TO, action).as_element()
        assert form, f"{self.path}: no form is sent to {action}"
        form.evaluate("form => form.closest('details')?.setAttribute('open', '')")
        with self.page.expect_navigation():
            # the last: a first, hidden one may stand for the Enter key
            form.query_selector_all("button:not([name])")[-1].click()
        return self.judge()

    def fill(self, **fields):
        """Type into fields by their names."""
        for name, value in fields.items():
            self.page.fill(f"[name='{name}']", value)
        return self

    def tick(self, *selectors):
        """Tick boxes and choose radios as a keyboard does: the design system hides the inputs."""
        for selector in selectors:
            self.page.locator(selector).first.focus()
            self.page.keyboard.press("Space")
        return self

    def choose(self, name, value):
        self.page.select_option(f"[name='{name}']", value)
        return self

    @property
    def text(self):
        return self.page.locator("main").inner_text()

    @property
    def path(self):
        return self.page.url.removeprefix(self.site.address)

    def judge(self):
        """Fail on what is wrong with the page in front of us, whatever it is about."""
        where = f"{self.path} ({self.language}, {self.page.viewport_size['width']} px)"
        assert self.noise == [], f"{where}: {self.noise}"
        look = self.page.evaluate(LOOK)
        assert look["lang"] == self.language, f"{where}: lang is {look['lang']}"
        assert look["headings"] == 1, f"{where}: {look['headings']} h1"
        assert look["sideways"] <= 0, f"{where}: scrolls sideways by {look['sideways']} px"
        self.page.evaluate(AXE)
        found = self.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        faults = [(v["id"], v["nodes"][0]["html"][:200]) for v in found["violations"]]
        self.noise.clear()  # axe itself makes the content policy speak
        assert faults == [], f"{where}: {faults}"
        return self

    def leave(self):
        self.context.close()
