"""One page of a conversation with all that stands in it, by a number of queries that stays."""

from typing import NamedTuple

import sqlalchemy as sa
from flask import request
from sqlalchemy.orm import joinedload, selectinload

from ...audit import Event
from ...db import db
from ...web.pages import PAGE_SIZE, paged
from . import confidentiality, reports
from .attachments import Attachment
from .conversation import Message, read_until

MOST_FILES_LISTED = 20


class Thread(NamedTuple):
    """What a page shows."""

    page: object
    first_new: int | None  # id of the first message that is new to this person
    words: dict  # side → its word that a non-disclosure agreement stands
    reports: dict  # message id → our side's report
    openings: dict  # attachment id → (how often the other side opened it, when last)
    files: list  # of the whole conversation, the latest first
    we_wrote: bool

    @property
    def last(self):
        """The last message that this page shows."""
        return self.page.items[-1] if self.page.items else None


def thread(pairing, account, side, around=None):
    """Return the page of the address; else that of `around`, of the first new one, or the last."""
    until = read_until(pairing, account)
    select = Message.of(pairing).options(
        joinedload(Message.author), selectinload(Message.attachments)
    )
    page = _page(pairing, select, until, side, around)
    is_new = (m.id for m in page.items if m.id > until and m.side is not side)
    files = _files(pairing)
    return Thread(
        page,
        next(is_new, None),
        confidentiality.words_of(pairing),
        reports.reports_of(page.items, side),
        _openings([file for m in page.items if m.technical for file in m.attachments]),
        files,
        _wrote(pairing, side),
    )


def _page(pairing, select, until, side, around):
    if "page" in request.args:
        return paged(select)
    before = around.id if around is not None else _first_new(pairing, until, side)
    earlier = sa.select(sa.func.count(Message.id)).where(Message.pairing_id == pairing.id)
    if before is not None:
        earlier = earlier.where(Message.id <= before)
    number = max(-(-db.session.scalar(earlier) // PAGE_SIZE), 1)
    return db.paginate(select, page=number, per_page=PAGE_SIZE, error_out=False)


def _first_new(pairing, until, side):
    return db.session.scalar(
        sa.select(sa.func.min(Message.id)).where(
            Message.pairing_id == pairing.id, Message.id > until, Message.side != side
        )
    )


def _files(pairing):
    """Return (attachment, message) of the latest files, the latest first."""
    return db.session.execute(
        sa.select(Attachment, Message)
        .join(Message, Message.id == Attachment.message_id)
        .where(Attachment.pairing_id == pairing.id, Message.hidden_at.is_(None))
        .order_by(Attachment.id.desc())
        .limit(MOST_FILES_LISTED)
    ).all()


def _openings(files):
    ids = [file.id for file in files]
    if not ids:
        return {}
    select = (
        sa.select(Event.subject_id, sa.func.count(), sa.func.max(Event.at))
        .where(
            Event.subject_kind == Attachment.__tablename__,
            Event.subject_id.in_(ids),
            Event.act == "attachment_opened",
        )
        .group_by(Event.subject_id)
    )
    return {file_id: (many, last) for file_id, many, last in db.session.execute(select)}


def _wrote(pairing, side):
    own = sa.select(Message.id).where(Message.pairing_id == pairing.id, Message.side == side)
    return db.session.scalar(sa.select(own.exists()))
