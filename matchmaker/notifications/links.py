"""The signed link of a letter that stops letters of its kind, without signing in."""

import sqlalchemy as sa
from flask import current_app, url_for
from itsdangerous import BadSignature, URLSafeSerializer

from ..accounts.models import Account
from ..db import db
from .sentences import Group


def stop_link(account, groups):
    """Return the address by which the reader of a letter stops letters of these groups.

    It has no last day: a letter may be found years later, and its link must still hold.
    """
    claim = [account.id, _born(account), sorted(groups)]
    token = _signer().dumps(claim)
    return url_for("notice_settings.stop", token=token, lang=account.language, _external=True)


def read(token):
    """Return the account and the groups that a token names; None for any other text.

    The account's first moment is part of it, since a database may give an id again.
    """
    try:
        account_id, born, names = _signer().loads(token)
    except (BadSignature, TypeError, ValueError):
        return None
    account = db.session.scalar(sa.select(Account).where(Account.id == account_id))
    groups = tuple(group for group in Group if group in names)
    if account is None or _born(account) != born or not groups:
        return None
    return account, groups


def _born(account):
    return int(account.created_at.timestamp())


def _signer():
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="stop-letters")
