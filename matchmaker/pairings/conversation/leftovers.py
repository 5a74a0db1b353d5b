"""The job that clears the folder of attachments of what no message holds."""

import sqlalchemy as sa
from flask import current_app

from ...db import begin_writing, db
from .attachments import Attachment, Store


def store():
    """Return the store of this installation."""
    return Store(current_app.config["ATTACHMENTS_PATH"])


def remove_leftovers(now):
    """Remove contents without a row; return how many, and how many rows miss their content.

    What a person wrote and took along, and what a killed request left behind, goes here.
    """
    known = set(db.session.scalars(sa.select(Attachment.stored_as)))
    db.session.rollback()  # nobody waits for the database while the folder is read
    counts = store().remove_leftovers(known, now=now)
    begin_writing()  # for the caller, who writes its run
    return counts
