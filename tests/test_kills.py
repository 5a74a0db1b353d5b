"""`kill -9` in the middle of the jobs: real processes, after which all is whole and done once."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from matchmaker import create_app, outbox
from matchmaker.audit import Event
from matchmaker.config import Testing
from matchmaker.db import db, utcnow
from matchmaker.jobs import JobRun
from matchmaker.needs.models import Need
from matchmaker.outbox import Mail, Notice
from matchmaker.pairings.models import Pairing
from matchmaker.pairings.rounds import rounds
from matchmaker.pairings.rounds.jobs import week_to_publish
from matchmaker.pairings.rounds.models import (
    ChoiceKind,
    Round,
    RoundChoice,
    RoundNeed,
    RoundPlan,
    RoundState,
)
from matchmaker.pairings.rounds.settings import Settings
from matchmaker.pairings.states import Act, State

from .factories import NOW, make_account, make_need, make_offer, make_pairing
from .smtp_sink import sink  # noqa: F401 it is a fixture

ROOT = Path(__file__).resolve().parent.parent
MANY = 90
PATIENCE = 60  # seconds; the machine may be busy


class Processes:
    """Starts `flask job` and `flask worker` on a database of their own, and kills them."""

    def __init__(self, folder, address, port):
        self.environment = dict(
            os.environ,
            MATCHMAKER_ENV="production",
            DATABASE_URL=address,
            INSTANCE_PATH=str(folder),
            SECRET_KEY="tests only",
            SECURITY_PASSWORD_SALT="tests only",
            SERVER_NAME="match.example.com",
            MAIL_SERVER="127.0.0.1",
            MAIL_PORT=str(port),
            MAIL_USE_TLS="0",
        )
        self.running = []

    def start(self, *words):
        command = [sys.executable, "-m", "flask", "--app", "wsgi", *words]
        process = subprocess.Popen(
            command, cwd=ROOT, env=self.environment, stderr=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self.running.append(process)
        return process

    def finish(self, process):
        """Wait for a run's end, which must be a good one."""
        _out, fault = process.communicate(timeout=PATIENCE)
        assert process.returncode == 0, fault.decode()

    def kill(self, process):
        """End one process as a power cut would; it may have been done before."""
        os.kill(process.pid, signal.SIGKILL)
        process.communicate(timeout=PATIENCE)
        return process.returncode == -signal.SIGKILL

    def stop(self):
        for process in self.running:
            if process.poll() is None:
                process.kill()
            process.communicate()


@contextmanager
def on(address, folder, port):
    """Make the tables at an address, and give what starts processes there."""

    class Killed(Testing):
        SQLALCHEMY_DATABASE_URI = address

    app = create_app(Killed())
    started = Processes(folder, address, port)
    with app.app_context():
        db.create_all()
        try:
            yield started
        finally:
            started.stop()
            db.session.remove()
            db.engine.dispose()


@pytest.fixture
def processes(tmp_path, sink):  # noqa: F811
    with on(f"sqlite:///{tmp_path / 'killed.db'}", tmp_path, sink.port) as started:
        yield started


def fresh(select):
    """Read what other processes have written by now."""
    db.session.rollback()
    found = db.session.scalar(select)
    db.session.rollback()
    return found


def count(model, *conditions):
    return fresh(sa.select(sa.func.count()).select_from(model).where(*conditions))


def run_and_kill(processes, job, progress, kills=2):
    """Run a job several times at once; kill all but one at random points of what they do.

    `progress` counts what is done. Return how many were really killed; some may have no row yet.
    """
    points = sorted(random.sample(range(1, MANY * 2 // 3), kills))
    *doomed, spared = [processes.start("job", job) for _ in range(kills + 1)]
    killed = 0
    for point, process in zip(points, doomed, strict=True):
        until = time.monotonic() + PATIENCE
        while progress() < point and process.poll() is None and time.monotonic() < until:
            time.sleep(0.002)
        killed += processes.kill(process)
    processes.finish(spared)
    processes.finish(processes.start("job", job))
    return killed


def begun(job):
    return count(JobRun, JobRun.name == job, JobRun.ended_at.is_(None))


def test_expiry_is_whole_and_done_once(processes):
    offer = make_offer(capacity=MANY)
    firms = [make_account() for _ in range(MANY)]
    for firm in firms:
        need = make_need(organisation=firm.organisation)
        make_pairing("asked", need=need, offer=offer, expires_at=NOW - timedelta(days=1))
    running_out = [Pairing.state == State.EXPIRED]
    killed = run_and_kill(processes, "expire", lambda: count(Pairing, *running_out))
    assert count(Pairing, *running_out) == MANY
    assert count(Event, Event.act == Act.EXPIRES) == MANY, "each once, and none lost"
    assert fresh(sa.select(sa.func.max(Need.open_asks))) == 0
    told = Counter(db.session.scalars(sa.select(Notice.account_id)))
    assert all(told[firm.id] == 1 for firm in firms), "each firm heard of it once"
    assert begun("expire") <= killed > 0, "killed runs have no end, and hinder no other"
    assert db.session.scalars(JobRun.latest()).one().error is None


def test_a_mailing_is_whole_and_every_letter_leaves_once(processes, sink):  # noqa: F811
    readers = [make_account(language="en") for _ in range(MANY // 3)]
    outbox.notify(readers * 3, "organisation_approved", now=NOW)
    db.session.commit()
    run_and_kill(processes, "write-letters", lambda: count(JobRun) * MANY, kills=1)
    assert count(Mail) == count(Notice, Notice.mailed_at.is_not(None)) == MANY

    killed = run_and_kill(processes, "send-letters", lambda: len(sink.letters))
    lost = count(Mail, Mail.sent_at.is_(None))
    assert lost <= killed, "a killed run holds the one letter that it was sending"
    lease_is_over = sa.update(Mail).where(Mail.sent_at.is_(None)).values(next_try_at=utcnow())
    db.session.execute(lease_is_over)
    db.session.commit()
    processes.finish(processes.start("job", "send-letters"))
    assert count(Mail, Mail.sent_at.is_(None)) == 0
    taken = Counter(sink.ids)
    assert len(taken) == MANY, "none lost"
    # Between the server's word and our note lies the one window; its letter keeps its id.
    assert sum(taken.values()) - MANY <= lost
    assert begun("send-letters") <= killed > 0


def test_a_round_is_computed_and_published_once(processes):
    officer, long_ago = make_account(kind="ministry"), utcnow() - timedelta(days=14)
    RoundPlan.set(True, Settings(least="partial"), by=officer, now=long_ago)
    for _ in range(12):
        make_need()
        make_offer(capacity=2)
    rounds.request(Settings(least="partial"), by=officer, now=utcnow())
    db.session.commit()
    weekly = week_to_publish(utcnow()) is not None  # not yet, early on a Monday
    waits = sorted(random.uniform(0.5, 6) for _ in range(2))  # noqa: S311 no secret
    *doomed, spared = [processes.start("job", "rounds") for _ in range(3)]
    begin = time.monotonic()
    for wait, process in zip(waits, doomed, strict=True):
        time.sleep(max(begin + wait - time.monotonic(), 0))
        processes.kill(process)
    processes.finish(spared)
    processes.finish(processes.start("job", "rounds"))
    assert count(Round) == 1 + weekly
    assert count(Round, Round.state == RoundState.REQUESTED) == 0
    assert count(Round, Round.state == RoundState.PUBLISHED) == weekly
    assert count(RoundNeed) == 12 * (1 + weekly), "each need once in each round"
    assert count(Notice, Notice.kind == "round_computed") == 1
    assert count(Notice, Notice.kind == "round_published") == weekly
    kept = RoundChoice.kind == ChoiceKind.PROPOSED, RoundChoice.dropped.is_(None)
    published = sa.select(Round.id).where(Round.state == RoundState.PUBLISHED)
    assert count(Pairing) == count(RoundChoice, *kept, RoundChoice.round_id.in_(published))
    assert bool(count(Pairing)) == weekly
    pairs = db.session.execute(sa.select(Pairing.need_id, Pairing.offer_id)).all()
    assert len(set(pairs)) == len(pairs)


@pytest.mark.postgres
def test_the_real_worker_does_its_jobs_by_the_clock_on_postgresql(
    postgres_database,
    tmp_path,
    sink,  # noqa: F811
):
    with on(postgres_database, tmp_path, sink.port) as processes:
        make_pairing("asked", expires_at=NOW - timedelta(days=1))
        outbox.post("a@example.com", "Subject", "Body", now=NOW)
        db.session.commit()
        worker, until = processes.start("worker"), time.monotonic() + PATIENCE
        done = JobRun.ended_at.is_not(None), JobRun.name == "send-letters"
        while not count(JobRun, *done) and worker.poll() is None and time.monotonic() < until:
            time.sleep(0.05)
        assert processes.kill(worker), "it ended by itself"
        assert count(Pairing, Pairing.state == State.EXPIRED) == 1
        assert "Subject" in [letter["Subject"] for letter in sink.letters]
        assert len(set(sink.ids)) == len(sink.ids) == 3, "it and what both sides are told"
        assert count(JobRun, JobRun.error.is_not(None)) == 0
        assert count(JobRun, JobRun.expected_by < utcnow()) == 0
