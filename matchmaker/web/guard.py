"""Who may open which page: closed unless marked, and the mark is data that a test can read."""

from flask import abort, current_app, g, request
from flask_login import current_user

PUBLIC = "public"
SIGNED_IN = "signed_in"
KINDS = ("sme", "company", "association", "ministry")


class NotApproved(Exception):
    """The organisation has not been approved, so that this page is still closed to it."""


def access(*roles, approved=False, owner=False, writes=False, most_bytes=None):
    """Mark a view with who may open it.

    `roles` are kinds of organisation, or PUBLIC, or SIGNED_IN (any account, also one that
    waits to join). `approved` asks for an approved organisation, `owner` for one of its
    owners. `writes` marks a GET that writes (a link from a mail). `most_bytes` is how large a
    request with files may be, where that is more than others may have (see `uploads.py`).
    """

    def mark(view):
        view.access = frozenset(roles)
        view.approved = approved
        view.owner = owner
        view.writes = writes
        view.most_bytes = most_bytes
        return view

    return mark


def mark_library_views(app, table, writing=()):
    """Mark the views of libraries, which carry no decorator: {endpoint: roles}.

    `writing` names those whose GET writes (a link from a mail).
    """
    for endpoint, roles in table.items():
        view = app.view_functions[endpoint]
        view = getattr(view, "__func__", view)
        view.access = frozenset(roles)
        view.writes = endpoint in writing


def init_app(app):
    app.before_request(authorise)


def authorise():
    """Refuse the request unless the mark on its view lets this account in."""
    if request.endpoint is None:  # no such page: the router answers with 404 or 405
        return None
    view = current_app.view_functions[request.endpoint]
    roles = getattr(view, "access", frozenset())
    if PUBLIC in roles:
        return None
    if not current_user.is_authenticated:
        return current_app.login_manager.unauthorized()
    if SIGNED_IN in roles:
        return None
    organisation = current_user.organisation
    if organisation is None or organisation.kind not in roles:
        abort(403)
    if getattr(view, "owner", False) and not current_user.is_owner:
        abort(403)
    if getattr(view, "approved", False) and not organisation.is_approved:
        g.not_approved = organisation
        raise NotApproved
    return None
