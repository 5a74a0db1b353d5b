"""Pages of offers: anyone browses and reads them, a company writes and keeps its own."""

from secrets import token_hex

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from ..db import db, utcnow
from ..errors import Refusal
from ..i18n import seoul
from ..listing import categories
from ..listing.forms import KEY
from ..listing.history import steps
from ..listing.models import Stage
from ..listing.words import region_choices
from ..matching.regions import BY_CODE
from ..needs.models import Need
from ..organisations import facts
from ..organisations.models import Kind
from ..web.forms import tidy
from ..web.guard import PUBLIC, access
from ..web.pages import paged
from . import words
from .forms import CapacityForm, OfferForm
from .models import Offer
from .reach import FEWEST, reach
from .search import found

bp = Blueprint("offers", __name__)

NEEDS_SHOWN = 5


@bp.get("/offers")
@access(PUBLIC)
def index():
    filters = _filters()
    firm = current_user.organisation if _is(Kind.SME) else None
    page = paged(found(_today(), **filters | {"firm": firm if "open" in request.args else None}))
    return render_template(
        "offers/index.html",
        page=page,
        firm=firm,
        only_open=firm is not None and "open" in request.args,
        words=words,
        chosen_text=filters["text"],
        chosen={name: filters[name] for name in ("category", "region", "size")},
        categories=categories.choices(),
        regions=region_choices(),
        sizes=facts.choices(facts.Size),
    )


@bp.get("/offers/<int:offer_id>")
@access(PUBLIC)
def show(offer_id):
    offer = db.session.get(Offer, offer_id)
    if offer is None or not (_is_own(offer) or _is_public(offer)):
        abort(404)
    return _show_page(offer, CapacityForm(places=offer.capacity))


@bp.get("/offers/mine")
@access(Kind.COMPANY)
def mine():
    page = paged(Offer.of(current_user.organisation))
    return render_template("offers/mine.html", page=page, words=words)


@bp.route("/offers/new", methods=["GET", "POST"])
@access(Kind.COMPANY)
def new():
    return _edit(OfferForm(account=current_user), None)


@bp.route("/offers/<int:offer_id>/edit", methods=["GET", "POST"])
@access(Kind.COMPANY)
def edit(offer_id):
    offer = own_offer(offer_id)
    if offer.stage is Stage.CLOSED:
        raise Refusal(_("What is closed can no longer be changed."), "state")
    return _edit(OfferForm(account=current_user, listing=offer), offer)


@bp.post("/offers/<int:offer_id>/capacity")
@access(Kind.COMPANY)
def capacity(offer_id):
    offer, form = own_offer(offer_id), CapacityForm()
    if not form.accepted() or not _change(offer, {"capacity": form.places.data}, form):
        return _show_page(offer, form)
    db.session.commit()
    flash(_("Changed. Pairings that are made already keep their place."), "good")
    return redirect(url_for("offers.show", offer_id=offer.id))


@bp.post("/offers/<int:offer_id>/publish")
@access(Kind.COMPANY)
def publish(offer_id):
    offer = own_offer(offer_id)
    offer.publish(by=current_user, now=utcnow())
    db.session.commit()
    flash(_("Published. Anyone can read it, with your company's name."), "good")
    return redirect(url_for("offers.show", offer_id=offer.id))


@bp.post("/offers/<int:offer_id>/pause")
@access(Kind.COMPANY)
def pause(offer_id):
    offer = own_offer(offer_id)
    offer.pause(by=current_user, now=utcnow())
    db.session.commit()
    flash(_("Paused. Nothing new begins, what is open goes on."))
    return redirect(url_for("offers.show", offer_id=offer.id))


@bp.post("/offers/<int:offer_id>/resume")
@access(Kind.COMPANY)
def resume(offer_id):
    offer = own_offer(offer_id)
    offer.resume(by=current_user, now=utcnow())
    db.session.commit()
    flash(_("Open again. Firms that fit can ask from now on."), "good")
    return redirect(url_for("offers.show", offer_id=offer.id))


@bp.post("/offers/<int:offer_id>/close")
@access(Kind.COMPANY)
def close(offer_id):
    offer = own_offer(offer_id)
    offer.close(by=current_user, now=utcnow())
    db.session.commit()
    flash(_("Closed. Nobody can ask for this offer any more."))
    return redirect(url_for("offers.show", offer_id=offer.id))


@bp.post("/offers/<int:offer_id>/duplicate")
@access(Kind.COMPANY)
def duplicate(offer_id):
    offer, key = own_offer(offer_id), request.form.get("form_key", "")
    copy = offer.copy(by=current_user, now=utcnow(), form_key=KEY.fullmatch(key) and key)
    db.session.commit()
    flash(_("This is a copy, kept as a draft. Change what differs, then publish it."))
    return redirect(url_for("offers.edit", offer_id=copy.id))


def own_offer(offer_id):
    """Return the offer if it is this person's company's; another's is as unknown as none."""
    offer = db.session.get(Offer, offer_id)
    if offer is None or not _is_own(offer):
        abort(404)
    return offer


def _today():
    return seoul(utcnow()).date()


def _is(kind):
    organisation = current_user.is_authenticated and current_user.organisation
    return bool(organisation) and organisation.kind is kind


def _is_own(offer):
    return current_user.is_authenticated and current_user.is_of(offer.organisation_id)


def _is_public(offer):
    """What was published once stays readable, with its stage: people must find what they saw."""
    return offer.published_at is not None and offer.organisation.is_approved


def _filters():
    """Return the filters of the address; values that do not exist are as good as none."""
    known = {"category": set(categories.Category), "region": set(BY_CODE), "size": set(facts.Size)}
    asked = {name: request.args.get(name) for name in known}
    return {"text": tidy(request.args.get("q", ""))} | {
        name: value if value in known[name] else None for name, value in asked.items()
    }


def _edit(form, offer):
    if (form.is_submitted() and form.rearrange()) or not form.accepted():
        return _form_page(form, offer)
    return _save(form, offer)


def _save(form, offer):
    now, organisation = utcnow(), current_user.organisation
    offer = offer or Offer.start(organisation, by=current_user, now=now, form_key=form.key)
    if not _change(offer, form.facts(), form):
        return _form_page(form, form.listing)
    if not form.as_draft and offer.stage is Stage.DRAFT and organisation.is_approved:
        offer.publish(by=current_user, now=now)
        flash(_("Published. Anyone can read it, with your company's name."), "good")
    elif offer.stage is Stage.DRAFT:
        flash(_("Kept as a draft. Nobody else can read it."))
    else:
        flash(_("Changed. Pairings that are made already keep their terms."), "good")
    db.session.commit()
    return redirect(url_for("offers.show", offer_id=offer.id))


def _change(offer, changes, form):
    """Write the facts; False where fewer places were wanted than are taken (said at the field)."""
    try:
        offer.change(changes, by=current_user, now=utcnow())
    except Refusal as refusal:
        if refusal.rule != "capacity":
            raise
        db.session.rollback()
        form.places.errors = [str(refusal)]
        return False
    return True


def _form_page(form, offer):
    page = render_template(
        "offers/form.html",
        form=form,
        offer=offer,
        words=words,
        categories=[
            (categories.label(one), categories.help_of(one)) for one in categories.Category
        ],
        category_names=categories.LABELS,
        reach=reach(offer, _today()) if offer else [],
        fewest=FEWEST,
    )
    return page, form.status


def _show_page(offer, form):
    page = render_template(
        "offers/show.html",
        offer=offer,
        form=form,
        words=words,
        own=_is_own(offer),
        is_open=offer.is_open_on(_today()),
        obstacles=offer.obstacles(utcnow()) if _is_own(offer) else [],
        steps=steps(offer) if _is_own(offer) else [],
        needs=_own_needs() if _is(Kind.SME) else [],
        copy_key=token_hex(16),
    )
    return page, form.status


def _own_needs():
    """Return the needs of this firm with which it may ask, the latest first."""
    select = Need.of(current_user.organisation).where(
        Need.stage.in_([Stage.DRAFT, Stage.PUBLISHED])
    )
    return db.session.scalars(select.limit(NEEDS_SHOWN)).all()
