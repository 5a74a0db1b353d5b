"""Files from elsewhere are what they were, load nothing from elsewhere, and macros tie things."""

import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import render_template_string
from wtforms import (
    BooleanField,
    DateField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from matchmaker.web.forms import Form, Whole

from .browser import Page

ROOT = Path(__file__).resolve().parent.parent
STYLES = sorted((ROOT / "static").rglob("*.css"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
ADDRESS = re.compile(r"url\(\s*['\"]?([^'\")]+)")
CHOICES = [SelectChoice("a", "First"), SelectChoice("b", "Second")]


class Everything(Form):
    """One field of each kind the pages use."""

    title = StringField("Title", [InputRequired()], description="In one line")
    body = TextAreaField("Text", [InputRequired(), Length(max=2000)], description="Say more")
    category = SelectField("Field", choices=CHOICES)
    relation = RadioField("Relation", [InputRequired()], choices=CHOICES)
    regions = SelectMultipleField("Regions", choices=CHOICES, description="None means all")
    until = DateField("Until", [Optional()])
    own_krw = Whole("Own share", [Optional()])
    consent = BooleanField("I agree", [InputRequired()], description="To this firm only")


def rendered(app, template, **context):
    """Return a page whose body is a template, as the browser of the tests takes it apart."""
    frame = (
        '<!doctype html><html lang="en"><title>t</title><h1>h</h1>'
        '{% from "_macros/forms.html" import error_summary, field, form_tag, tick %}'
        '{% from "_macros/lists.html" import pagination %}'
        '{% from "_macros/pairing.html" import due, fit %}' + template
    )
    return Page(app.response_class(render_template_string(frame, **context)))


def test_vendored_files_are_the_ones_of_the_manifest():
    done = subprocess.run(
        [sys.executable, ROOT / "frontend" / "vendor.py", "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("style", STYLES, ids=lambda path: path.name)
def test_styles_load_only_files_that_are_here(style):
    text = style.read_text(encoding="utf-8")
    assert "@import" not in text
    for address in set(ADDRESS.findall(text)):
        if not address.startswith(("data:", "#")):
            assert (style.parent / address).resolve().is_file(), address


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.stem)
def test_templates_hold_nothing_that_the_content_policy_forbids(template):
    text = template.read_text(encoding="utf-8")
    assert not re.search(r"<[a-z][^<>]*\s(style|on[a-z]+)=|<style\b|javascript:|<script>", text)


def test_every_control_has_its_label_hint_and_error(app):
    with app.test_request_context("/?lang=en", method="POST"):
        form = Everything()
        assert not form.validate()
        page = rendered(
            app,
            "{{ error_summary(form) }}{% call form_tag() %}"
            "{% for one in form if one.name != 'csrf_token' %}"
            "{{ tick(one, legend='Agree?') if one.name == 'consent' else field(one) }}"
            "{% endfor %}{% endcall %}",
            form=form,
        )
    assert page.judge("en") == []
    ids = {attrs["id"] for _, attrs in page.tags if "id" in attrs}
    assert page.links == ["#title", "#body", "#category", "#relation-0", "#consent"]
    assert {link[1:] for link in page.links} <= ids
    assert page.all("input", id="title")[0]["aria-describedby"] == "title-h title-e"
    assert page.all("input", id="title")[0]["aria-invalid"] == "true"
    assert "maxlength" not in page.all("textarea", id="body")[0]  # a paste must not be cut short
    assert len(page.all("input", name="csrf_token")) == 1


def test_pages_keep_the_query_and_drop_the_language(app):
    with app.test_request_context("/healthz?q=mes&region=41&region=11&page=2&lang=en"):
        page = rendered(app, "{{ pagination(page) }}", page=SimpleNamespace(page=2, pages=3))
    assert page.links[0] == "/healthz?q=mes&region=41&region=11&page=1"
    assert "lang=" not in "".join(page.links)


@pytest.mark.parametrize(
    ("hours", "kind", "words"),
    [(-48, "is-now", "Time ran out"), (49, "is-soon", "days left"), (24 * 6, "", "6 days left")],
)
def test_a_deadline_says_how_long_it_is(app, hours, kind, words):
    with app.test_request_context("/?lang=en"):
        at = datetime.now(UTC) + timedelta(hours=hours)
        page = rendered(app, "{{ due(at) }}", at=at)
    assert words in page.text
    assert page.all("span")[0]["class"].split()[1:] == ([kind] if kind else [])


def test_the_meter_adds_up_to_the_share_it_states(app):
    terms = [SimpleNamespace(term=term, percent=share) for term, share in (("MES", 41), ("x", 17))]
    with app.test_request_context("/?lang=en"):
        page = rendered(app, '{{ fit(58, "A good fit", "answers 58%", terms) }}', terms=terms)
    assert sum(int(bar["width"]) for bar in page.all("rect")) == 58
    assert [bar["x"] for bar in page.all("rect")] == ["0", "41"]
