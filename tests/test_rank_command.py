import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from matchmaker.cli import rank as module
from matchmaker.cli.rank import rank

ROOT = Path(__file__).resolve().parent.parent
NEED = {"id": "n", "title": "온라인 판매", "body": ""}
OFFER = {"id": "o", "title": "온라인 판매 교육", "body": ""}


@pytest.fixture
def files(tmp_path):
    for name, record in (("needs", NEED), ("offers", OFFER)):
        text = json.dumps(record, ensure_ascii=False)
        (tmp_path / name).write_text(text + "\n", encoding="utf-8")
    return ["--needs", str(tmp_path / "needs"), "--offers", str(tmp_path / "offers")]


def run(*arguments):
    return CliRunner().invoke(rank, [str(argument) for argument in arguments])


def test_the_result_goes_to_standard_output_and_nothing_else(files):
    result = run(*files)
    assert result.exit_code == 0 and result.stderr == ""
    (line,) = result.stdout_bytes.splitlines()
    record = json.loads(line)
    assert record["need"] == "n" and record["offers"][0]["offer"] == "o"
    assert "온라인".encode() in line


def test_the_result_goes_to_a_file_if_one_is_named(files, tmp_path):
    result = run(*files, "--output", tmp_path / "out", "--top", 1, "--evidence", 0)
    assert result.exit_code == 0 and result.output == ""
    record = json.loads((tmp_path / "out").read_text(encoding="utf-8"))
    assert list(record["offers"][0]) == ["offer", "score"]


def test_a_glossary_of_ones_own_is_used(files, tmp_path):
    path = tmp_path / "own.yaml"
    path.write_text("concepts: [{id: x, ko: [온라인, 교육]}]", encoding="utf-8")
    assert run(*files, "--glossary", path).stdout_bytes != run(*files).stdout_bytes


def test_a_line_that_cannot_be_used_ends_with_its_place(files, tmp_path):
    (tmp_path / "offers").write_text('\n{"id": "o"}\n')
    result = run(*files, "--output", tmp_path / "out")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f'{tmp_path}/offers:2: "title" is missing\n'
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--glossary", "/nowhere.yaml"], "/nowhere.yaml: No such file"),
        (["--output", "/nowhere/out"], "/nowhere/out: No such file"),
        (["--n-jobs", "0"], "0 processes cannot work"),
        (["--n-jobs", "-2"], "-2 is not in the range"),
        (["--top", "0"], "0 is not in the range"),
        (["--evidence", "-1"], "-1 is not in the range"),
        (["--needs", "/nowhere"], "/nowhere: No such file"),
    ],
)
def test_what_cannot_be_done_is_said_with_exit_code_two(files, arguments, message):
    result = run(*files, *arguments)
    assert result.exit_code == 2 and result.stdout == ""
    assert message in result.stderr and "Traceback" not in result.stderr


def test_both_files_are_asked_for():
    result = run("--needs", "x")
    assert result.exit_code == 2 and "--offers" in result.stderr


def test_a_cluster_without_its_package_says_what_to_install(files, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    result = run(*files, "--cluster", "tcp://localhost:1")
    assert result.exit_code == 2 and "pip install distributed" in result.stderr


def test_progress_is_drawn_on_standard_error(capsys):
    draw = module._bar()
    for done in (0, 1, 2):
        draw(done, 2)
    out, err = capsys.readouterr()
    assert out == "" and "Ranking" in err


def test_the_command_is_part_of_flask_and_the_same_in_any_process(files, tmp_path):
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "rank", *files]
    environment = os.environ | {
        "PYTHONHASHSEED": "1",
        "DATABASE_URL": f"sqlite:///{tmp_path}/none.sqlite",
        "INSTANCE_PATH": str(tmp_path),
    }
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    assert done.stdout == run(*files).stdout_bytes


def test_a_reader_who_leaves_early_gets_no_complaint(files):
    code = "from matchmaker.cli.rank import rank; rank()"
    command = [sys.executable, "-c", code, *files]
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(command, cwd=ROOT, stdout=writing, stderr=subprocess.PIPE, check=False)
    os.close(writing)
    assert (done.returncode, done.stderr) == (1, b"")
