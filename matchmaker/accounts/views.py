"""Pages of registration, of one's own account, and of waiting to act for an organisation."""

from flask import Blueprint, abort, current_app, flash, redirect, render_template, session, url_for
from flask_babel import gettext as _
from flask_login import current_user
from flask_security import hash_password

from ..db import db, utcnow
from ..i18n import language
from ..organisations.forms import FactsForm
from ..organisations.models import Kind
from ..web.guard import PUBLIC, SIGNED_IN, access
from .consent_texts import MAIL_NEWS, TEXTS
from .forms import AccountForm, RegistrationForm
from .joining import JoinRequest
from .models import Consent
from .registration import Person, account_of, act_for
from .registration import register as open_account
from .security import write_already_registered, write_confirmation

bp = Blueprint("accounts", __name__)

KINDS = (Kind.SME, Kind.COMPANY, Kind.ASSOCIATION)  # officers cannot register


def known_kind(name):
    """Return the kind of an address, or 404."""
    return Kind(name) if name in KINDS else abort(404)


@bp.get("/register")
@access(PUBLIC)
def register():
    if current_user.is_authenticated:
        return redirect(url_for("desk.index"))
    return render_template("accounts/register.html", kinds=KINDS)


@bp.route("/register/<kind>", methods=["GET", "POST"])
@access(PUBLIC)
def register_kind(kind):
    """Open an account; the answer never says whether address or number were known before."""
    if current_user.is_authenticated:
        return redirect(url_for("desk.index"))
    form = RegistrationForm(kind=known_kind(kind))
    if not form.accepted():
        return render_template("accounts/register_kind.html", form=form, kind=form.kind), (
            form.status
        )
    person = person_of(form)
    account = open_account(person, form.kind, form.facts(), form.given(), now=utcnow())
    if account is not None:
        write_confirmation(account)
    else:
        write_already_registered(db.session.scalar(account_of(person.email)))
    db.session.commit()
    return redirect(url_for(".registered"))


def person_of(form):
    """Return the person of a registration form, with the password hashed."""
    normal = current_app.extensions["security"].password_util.normalize(form.password.data)
    return Person(
        name=form.name.data,
        email=form.email.data,
        password=hash_password(normal),
        phone=form.phone.data,
        language=language(),
    )


@bp.get("/registered")
@access(PUBLIC)
def registered():
    return render_template("accounts/registered.html")


@bp.route("/account", methods=["GET", "POST"])
@access(SIGNED_IN)
def show():
    form = AccountForm(obj=current_user)
    if form.accepted():
        current_user.change_own_data(
            name=form.name.data,
            phone=form.phone.data,
            language=form.language.data,
            now=utcnow(),
        )
        session["language"] = form.language.data
        db.session.commit()
        flash(_("Your account is saved."), "good")
        return redirect(url_for(".show"))
    return render_template(
        "accounts/show.html", form=form, consents=current_user.consents, texts=TEXTS
    ), form.status


@bp.post("/account/news")
@access(SIGNED_IN)
def take_news():
    """Consent to news by mail, later than at registration."""
    current = [c for c in current_user.consents if c.kind is MAIL_NEWS.kind and c.is_in_force]
    if not current:
        current_user.consent_to(MAIL_NEWS, language=language(), now=utcnow())
        db.session.commit()
    flash(_("You get news by e-mail from now on."), "good")
    return redirect(url_for(".show", _anchor="consents"))


@bp.post("/account/consents/<int:consent_id>/withdraw")
@access(SIGNED_IN)
def withdraw_consent(consent_id):
    consent = db.get_or_404(Consent, consent_id)
    if consent.account_id != current_user.id:
        abort(404)
    consent.withdraw(by=current_user, now=utcnow())
    db.session.commit()
    flash(_("The consent is withdrawn."), "good")
    return redirect(url_for(".show", _anchor="consents"))


@bp.get("/waiting")
@access(SIGNED_IN)
def waiting():
    """Say how the request to join stands, and what can be done."""
    latest = db.session.scalar(JoinRequest.of(current_user).limit(1))
    if current_user.organisation is not None and (latest is None or latest.accepted):
        return redirect(url_for("organisations.show"))
    return render_template(
        "accounts/waiting.html",
        request_to_join=latest,
        may_escalate=latest is not None and latest.may_escalate(utcnow()),
        kinds=KINDS,
    )


def own_request(request_id):
    """Return a request of the person who is signed in, or 404."""
    found = db.get_or_404(JoinRequest, request_id)
    return found if found.account_id == current_user.id else abort(404)


@bp.post("/waiting/<int:request_id>/escalate")
@access(SIGNED_IN)
def escalate(request_id):
    own_request(request_id).escalate(by=current_user, now=utcnow())
    db.session.commit()
    flash(_("The ministry has been asked to decide."), "good")
    return redirect(url_for(".waiting"))


@bp.post("/waiting/<int:request_id>/drop")
@access(SIGNED_IN)
def drop(request_id):
    own_request(request_id).drop(now=utcnow())
    db.session.commit()
    flash(_("Your request is taken back."), "good")
    return redirect(url_for(".waiting"))


@bp.route("/waiting/organisation/<kind>", methods=["GET", "POST"])
@access(SIGNED_IN)
def claim(kind):
    """Name an organisation to act for, for an account that has none."""
    if current_user.organisation is not None:
        return redirect(url_for("organisations.show"))
    form = FactsForm(kind=known_kind(kind))
    if form.accepted():
        act_for(current_user._get_current_object(), form.kind, form.facts(), now=utcnow())
        db.session.commit()
        return redirect(url_for(".waiting"))
    return render_template("accounts/claim.html", form=form, kind=form.kind), form.status
