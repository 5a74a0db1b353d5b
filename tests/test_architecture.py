"""The house rules, read from the code itself."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from flask import url_for

from matchmaker import LIBRARY_VIEWS, SIGNED_LINKS, create_app
from matchmaker.config import Production, Testing
from matchmaker.web.guard import KINDS, PUBLIC, SIGNED_IN

ROOT = Path(__file__).resolve().parent.parent
HOUSE = ROOT / "matchmaker"
MODULES = sorted(HOUSE.rglob("*.py"))
CODE = [path for path in MODULES if "migrations" not in path.parts]
ORDER = (
    "matching errors config db i18n outbox audit jobs web organisations accounts associations "
    "notifications programme listing needs offers pairings outcomes ministry public api desk demo "
    "schedule simulation cli __init__"
).split()
EDGES = {"views.py", "jobs.py", "sending.py", "db.py", "worker.py"}


def part(path):
    return path.relative_to(HOUSE).parts[0].removesuffix(".py")


def imports(path):
    """Yield the parts of the house that a module imports."""
    depth = len(path.relative_to(HOUSE).parts)
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.level == depth:
            if node.module:
                yield node.module.split(".")[0]
            else:
                yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("matchmaker"):
            yield "an absolute import of the package"


def ids(paths):
    return {"ids": [str(path.relative_to(HOUSE)) for path in paths], "argvalues": paths}


@pytest.mark.parametrize("path", **ids(CODE))
def test_imports_point_to_the_left(path):
    here = ORDER.index(part(path))
    assert [name for name in imports(path) if ORDER.index(name) > here] == []


@pytest.mark.parametrize("path", **ids(CODE))
def test_every_module_says_what_is_in_it(path):
    assert ast.get_docstring(ast.parse(path.read_text()))


@pytest.mark.parametrize("path", **ids([p for p in CODE if p.name == "__init__.py"]))
def test_a_package_holds_nothing_but_its_sentence(path):
    if path.parent != HOUSE:
        assert len(ast.parse(path.read_text()).body) == 1


def commits(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Attribute) and node.attr == "commit":
            yield node.lineno


@pytest.mark.parametrize("path", **ids(CODE))
def test_nothing_below_views_and_jobs_commits(path):
    outer = path.name in EDGES or path.name.endswith(("_views.py", "_jobs.py"))
    outer = outer or part(path) in ("cli", "demo", "simulation")
    assert outer or list(commits(path)) == []


def holds_a_table(path):
    return "(db.Model)" in path.read_text() or "Listing, db.Model" in path.read_text()


@pytest.mark.parametrize(
    "path",
    **ids([p for p in CODE if p.name == "states.py" or (holds_a_table(p) and p.name != "db.py")]),
)
def test_models_know_nothing_of_requests(path):
    tree = ast.parse(path.read_text())
    modules = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert modules.isdisjoint({"flask", "flask_login"})


RULES = list(create_app(Testing()).url_map.iter_rules())


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_every_page_says_who_may_open_it(application, rule):
    view = application.view_functions[rule.endpoint]
    roles = getattr(view, "access", None)
    assert roles, f"{rule.endpoint} carries no mark"
    assert roles <= {PUBLIC, SIGNED_IN, *KINDS}


@pytest.mark.parametrize("rule", [rule for rule in RULES if "POST" in rule.methods], ids=str)
def test_nothing_is_posted_without_the_token_of_a_form_of_ours(app, monkeypatch, rule):
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    with app.test_request_context():
        given = dict.fromkeys(rule.arguments, 1) | {"answer": "accept", "role": "owner"}
        address = url_for(rule.endpoint, **given)
    answer = app.test_client().post(address).status_code
    assert answer == (404 if rule.endpoint in SIGNED_LINKS else 400)


def test_the_table_of_library_views_names_only_what_exists(application):
    assert set(LIBRARY_VIEWS) <= set(application.view_functions)


def test_starting_the_application_does_not_load_what_only_ranking_needs():
    heavy = "{'numpy', 'sklearn', 'scipy', 'kiwipiepy', 'numba'}"
    code = (
        "import sys; from matchmaker import create_app; from matchmaker.config import Testing; "
        f"create_app(Testing()); print({heavy} & set(sys.modules))"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert run.stdout.strip() == "set()", run.stderr


def test_production_does_not_start_without_its_secret(monkeypatch):
    for name in ("DATABASE_URL", "SECURITY_PASSWORD_SALT", "SERVER_NAME", "MAIL_SERVER"):
        monkeypatch.setenv(name, "sqlite://" if name == "DATABASE_URL" else "example.com")
    monkeypatch.delenv("SECRET_KEY", raising=False)
    with pytest.raises(KeyError, match="SECRET_KEY"):
        create_app(Production())


def sentences():
    """Return every text that the code and the pages mark for translation."""
    methods = [("matchmaker/**.py", "python"), ("templates/**.html", "jinja2")]
    methods.append(("templates/**.txt", "jinja2"))
    keywords = {
        **dict.fromkeys(("_", "_l", "gettext", "lazy_gettext")),
        **dict.fromkeys(("ngettext", "_n", "lazy_ngettext"), (1, 2)),
    }
    found = extract_from_dir(
        ROOT,
        methods,
        keywords=keywords,
        directory_filter=lambda name: not Path(name).name.startswith("."),  # `_macros` too
    )
    return {text[0] if isinstance(text, tuple) else text for _, _, text, _, _ in found}


def test_every_sentence_has_its_korean():
    with (HOUSE / "translations/ko/LC_MESSAGES/messages.po").open("rb") as file:
        catalogue = read_po(file, locale="ko")
    korean = set()
    for message in catalogue:
        texts = message.string if message.pluralizable else (message.string,)
        if message.id and all(texts):
            korean.add(message.id[0] if message.pluralizable else message.id)
    assert sorted(sentences() - korean) == []


def test_the_translations_keep_the_places_of_the_sentences():
    with (HOUSE / "translations/ko/LC_MESSAGES/messages.po").open("rb") as file:
        catalogue = read_po(file, locale="ko")
    assert [(m.id, error) for m in catalogue for error in m.check()] == []
