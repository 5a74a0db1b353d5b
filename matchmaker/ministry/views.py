"""The overview and the lists of the ministry; approvals and officers have modules of their own."""

from flask import render_template

from ..accounts.joining import JoinRequest
from ..db import db, utcnow
from ..i18n import seoul
from ..jobs import JobRun
from ..listing.identity import identities
from ..needs.models import Need
from ..notifications import undelivered
from ..offers.models import Offer
from ..organisations.models import Kind
from ..pairings import onlookers
from ..pairings.models import Pairing
from ..web.guard import access
from ..web.pages import paged
from . import approval_views, letter_views, lists, officer_views, report_views, words  # noqa: F401
from . import reason_views as _reason_views  # noqa: F401 it holds views only
from . import round_views as _round_views  # noqa: F401 it holds views only
from . import unmet_views as _unmet_views  # noqa: F401 it holds views only
from . import why_views as _why_views  # noqa: F401 it holds views only
from .faults import ago, job_fault
from .filters import picked, searched
from .history import timeline
from .overview import overview
from .pages import bp


@bp.get("")
@access(Kind.MINISTRY)
def index():
    now = utcnow()
    return render_template("ministry/index.html", now=now, **overview(now, JoinRequest.escalated()))


@bp.get("/needs")
@access(Kind.MINISTRY)
def needs():
    options = words.options(
        category=words.fields(), region=words.places(), stage=words.readable_stages()
    )
    filters, text = picked(**options), searched()
    page = paged(lists.needs(**filters, text=text))
    return render_template(
        "ministry/needs.html",
        page=page,
        options=options,
        filters=filters,
        text=text,
        counts=lists.pairing_counts(page.items, Pairing.need_id),
    )


@bp.get("/needs/<int:need_id>")
@access(Kind.MINISTRY)
def need(need_id):
    need = db.one_or_404(lists.needs().where(Need.id == need_id))
    page = paged(lists.pairings(utcnow()).where(Pairing.need_id == need.id))
    relation = lists.relation_of(page.items)
    return render_template("ministry/need.html", need=need, page=page, relation=relation)


@bp.get("/offers")
@access(Kind.MINISTRY)
def offers():
    options = words.options(
        category=words.fields(), region=words.places(), stage=words.readable_stages()
    )
    filters, text = picked(**options), searched()
    page = paged(lists.offers(**filters, text=text))
    return render_template(
        "ministry/offers.html",
        page=page,
        options=options,
        filters=filters,
        text=text,
        counts=lists.pairing_counts(page.items, Pairing.offer_id),
    )


@bp.get("/offers/<int:offer_id>")
@access(Kind.MINISTRY)
def offer(offer_id):
    offer = db.one_or_404(lists.offers().where(Offer.id == offer_id))
    page = paged(lists.pairings(utcnow()).where(Pairing.offer_id == offer.id))
    relation = lists.relation_of(page.items)
    return render_template("ministry/offer.html", offer=offer, page=page, relation=relation)


@bp.get("/unanswered")
@access(Kind.MINISTRY)
def unanswered():
    options = words.options(category=words.fields(), region=words.places())
    filters, now = picked(**options), utcnow()
    page = paged(lists.unanswered(seoul(now).date(), **filters))
    return render_template(
        "ministry/unanswered.html",
        page=page,
        options=options,
        filters=filters,
        now=now,
        identities=identities(page.items),
        counts=lists.pairing_counts(page.items, Pairing.need_id),
    )


@bp.get("/pairings")
@access(Kind.MINISTRY)
def pairings():
    options = words.options(
        state=[*onlookers.group_choices(), ("due", words.DUE)],
        category=words.fields(),
        region=words.places(),
        relation=words.listed(words.RELATIONS),
    )
    filters = picked(**options)
    page = paged(lists.pairings(utcnow(), **filters))
    return render_template(
        "ministry/pairings.html",
        page=page,
        options=options,
        filters=filters,
        relation=lists.relation_of(page.items),
    )


@bp.get("/pairings/<int:pairing_id>")
@access(Kind.MINISTRY)
def pairing(pairing_id):
    pairing = db.one_or_404(lists.pairings(utcnow()).where(Pairing.id == pairing_id))
    return render_template(
        "ministry/pairing.html",
        pairing=pairing,
        steps=timeline(pairing),
        relation=lists.relation_of([pairing])[pairing.id],
    )


@bp.get("/jobs")
@access(Kind.MINISTRY)
def jobs():
    """Show each job's last run, and the runs that did something or failed."""
    now = utcnow()
    options = words.options(outcome=words.listed(words.OUTCOMES))
    filters = picked(**options)
    latest = db.session.scalars(JobRun.latest()).all()
    return render_template(
        "ministry/jobs.html",
        page=paged(lists.jobs(now, **filters)),
        now=now,
        latest=latest,
        late=[run for run in latest if run.is_late(now)],
        letters=undelivered.counts(),
        ago=ago,
        fault=job_fault,
        options=options,
        filters=filters,
    )
