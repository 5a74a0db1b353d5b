"""No letter and no notice holds a name or a contact: planted ones are searched in all of them."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from matchmaker import outbox
from matchmaker.db import begin_writing, db
from matchmaker.notifications.jobs import write_digests, write_letters
from matchmaker.notifications.sending import send_letters
from matchmaker.notifications.sentences import KINDS
from matchmaker.outbox import Notice
from matchmaker.pairings import answering
from matchmaker.pairings.asking import Further, ask, invite
from matchmaker.pairings.jobs import expire_overdue, move_up_lines
from matchmaker.pairings.relations import RelationKind

from .browser import Browser
from .factories import NOW, make_account, make_need, make_offer, make_organisation
from .smtp_sink import posting, sink  # noqa: F401 it is a fixture


@pytest.fixture
def market(sink, tmp_path):  # noqa: F811
    with posting(tmp_path, sink.port) as app:
        yield app


def party(kind, serial, language):
    """Make an organisation and its person; every name and contact of theirs can be searched."""
    mark = f"{kind}planted{serial}"
    organisation = make_organisation(kind, name=f"{mark}상호", name_en=f"{mark} Ltd")
    return make_account(
        organisation=organisation,
        name=f"{mark}이름",
        email=f"{mark}@example.org",
        phone=f"010-7777-{serial:04d}",
        language=language,
    )


def secrets_of(account):
    organisation = account.organisation
    return {
        *(organisation.name, organisation.name_en, organisation.business_number),
        *(account.name, account.email, account.phone),
    } - {None}


def act(now, verb, *args, by, **more):
    db.session.commit()
    begin_writing()
    done = verb(*args, by=by, now=now, **more)
    db.session.commit()
    return done


def run(now):
    """Let time and the mail jobs do what they do at a moment."""
    for job in (
        expire_overdue,
        move_up_lines,
        write_letters,
        write_digests,
        send_letters,
    ):
        db.session.commit()
        begin_writing()
        job(now)
        db.session.commit()


def journey(firm, company, rival):
    """Let most kinds of acts happen; nobody says the second yes before the end."""
    needs = [make_need(organisation=firm.organisation) for _ in range(4)]
    offers = [make_offer(organisation=o.organisation, capacity=1) for o in (company, rival)]
    asked = dict(by=firm, relation=RelationKind.NONE, consent=True)
    further = [Further(offers[1], RelationKind.NONE, True)]
    first = act(NOW, ask, needs[0], offers[0], further=further, **asked)
    act(NOW, answering.decline, first, by=company)
    second = act(NOW, ask, needs[1], offers[0], **asked)
    act(NOW, answering.withdraw, second, by=firm)
    act(NOW, ask, needs[2], offers[0], **asked)  # runs out
    return act(NOW, invite, offers[1], needs[3], by=rival, consent=True)


def test_no_letter_and_no_notice_holds_a_name_or_contact(market, sink):  # noqa: F811
    people = [
        party("sme", 1, "ko"),
        party("company", 2, "en"),
        party("company", 3, "ko"),
        party("association", 4, "en"),
    ]
    invited = journey(*people[:3])
    for days in range(9):
        run(NOW + timedelta(days=days))
    told = {notice.kind for notice in db.session.scalars(sa.select(Notice))}
    assert {"asked", "invited", "declined_passed_on", "withdrawn", "expired_choose"} <= told
    facts = {name: invited.id for told in KINDS.values() for name in told.facts}
    for kind in KINDS:  # those too that this journey does not come by
        outbox.notify(people, kind, now=NOW + timedelta(days=9), **facts)
    db.session.commit()
    run(NOW + timedelta(days=9))
    run(NOW + timedelta(days=11))
    assert len(sink.letters) > 20 + len(KINDS)
    everything = set().union(*map(secrets_of, people))
    for letter in sink.letters:
        reader = letter["To"]
        text = f"{dict(letter.items())} {letter.get_content()} {letter.raw.decode()}"
        found = [word for word in everything - {reader} if word in text]
        assert found == [], f"{letter['Subject']!r} holds {found}"
        assert not re.search("planted", text.replace(reader, ""))


def test_the_list_of_notices_holds_nothing_of_the_others(market, sink):  # noqa: F811
    people = [party("sme", 1, "ko"), party("company", 2, "ko"), party("company", 3, "ko")]
    journey(*people)
    firm, company, _rival = people
    for reader, others in (
        (firm, {company.name, company.email, company.phone}),
        (company, secrets_of(firm)),
    ):
        page = Browser(market).sign_in(reader).get("/notices")
        assert page.all("li", class_="m-notice-row")
        assert [word for word in others if word in page.html] == []
