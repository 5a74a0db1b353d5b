"""Requests with files: how large they may be, and read whole before the database is held."""

from flask import current_app, request, session

from ..db import SAFE_METHODS


def init_app(app):
    app.before_request(take_files_in)  # before the one that begins to write, see db.py


def take_files_in():
    """Read a request to a view that takes files (see guard.access), up to its own limit.

    On a slow line that takes long, and meanwhile nobody else may be kept from writing. Who is
    not signed in may not send more than any form.
    """
    view = current_app.view_functions.get(request.endpoint)
    most = getattr(view, "most_bytes", None)
    if most and request.method not in SAFE_METHODS and "_user_id" in session:
        request.max_content_length = most
        request.files  # noqa: B018  reads the request
