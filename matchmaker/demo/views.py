"""Try as: sign in as a demonstration organisation; and the mailbox of the demonstration."""

from itertools import groupby

import sqlalchemy as sa
from flask import Blueprint, redirect, render_template, request, url_for
from flask_security import login_user, logout_user

from ..accounts.models import Account
from ..db import db
from ..organisations.models import Kind, Organisation
from ..outbox import Mail
from ..web.guard import PUBLIC, access
from ..web.pages import paged

bp = Blueprint("demo", __name__)

FICTIONAL = "@example.com"  # addresses that nobody can own

# The accounts that the tour uses, shown first.
TOUR = ("sme", "company", "association", "ministry")


def actors():
    """Select the demonstration's accounts, by kind and name; nobody who registered here."""
    return (
        sa.select(Account)
        .join(Organisation)
        .where(Account.active, Account.confirmed_at.is_not(None))
        .where(Account.email.endswith(FICTIONAL))
        .order_by(Organisation.kind, Organisation.name, Account.id)
    )


@bp.get("/try-as")
@access(PUBLIC)
def try_as():
    accounts = db.session.scalars(actors()).all()
    tour = [
        account for name in TOUR for account in accounts if account.email == f"{name}@example.com"
    ]
    kinds = groupby(accounts, key=lambda account: account.organisation.kind)
    by_kind = {kind: list(members) for kind, members in kinds}
    in_order = {kind: by_kind[kind] for kind in Kind if kind in by_kind}
    return render_template("demo/try_as.html", tour=tour, by_kind=in_order)


@bp.post("/try-as/<int:account_id>")
@access(PUBLIC)
def sign_in_as(account_id):
    account = db.one_or_404(actors().where(Account.id == account_id))
    logout_user()
    login_user(account)
    db.session.commit()
    return redirect(url_for("desk.index"))


@bp.get("/mailbox")
@access(PUBLIC)
def mailbox():
    """Show the demonstration's outgoing letters: nothing leaves this machine."""
    recipient = request.args.get("to", "").strip()
    letters = sa.select(Mail).order_by(Mail.id.desc())
    if recipient:
        letters = letters.where(Mail.recipient == recipient)
    return render_template("demo/mailbox.html", page=paged(letters), recipient=recipient)
