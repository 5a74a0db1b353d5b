"""Pages of recommendations: the association finds and writes, the member reads and decides."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import joinedload

from ...accounts.consent_texts import RECOMMENDATION
from ...db import db, utcnow
from ...i18n import language
from ...listing.identity import identities, identity
from ...needs.models import Need
from ...organisations.models import Kind
from ...web.guard import access
from ...web.pages import named_id, paged
from ..blueprint import public_offer
from ..clock import day_of
from ..ranking.fitting import word_for
from ..ranking.marked import shown_terms
from ..ranking.ranked import one_offer, ranked_offers
from ..rules import refuse
from .following import counts_for, standings
from .forms import AgreementForm, WordForm
from .recommendations import (
    Recommendation,
    description,
    existing,
    needs_shown_to,
    of_need,
    recommend,
)

bp = Blueprint("recommendations", __name__)


@bp.get("/recommendations")
@access(Kind.ASSOCIATION, Kind.SME)
def index():
    """What became of them, for the association; what waits for an answer, for the member."""
    ours = current_user.organisation
    if ours.kind is Kind.SME:
        page = paged(
            Recommendation.about(ours).options(
                joinedload(Recommendation.need), joinedload(Recommendation.offer)
            )
        )
        return render_template("recommendations/member.html", page=page)
    page = paged(
        Recommendation.by(ours).options(
            joinedload(Recommendation.need), joinedload(Recommendation.offer)
        )
    )
    return render_template(
        "recommendations/association.html", page=page, standings=standings(page.items)
    )


@bp.get("/members/needs")
@access(Kind.ASSOCIATION, approved=True)
def needs():
    select = needs_shown_to(current_user.organisation, day_of(utcnow()))
    if member := named_id("member"):
        select = select.where(Need.organisation_id == member)
    page = paged(select)
    return render_template(
        "recommendations/needs.html",
        page=page,
        identities=identities(page.items),
        counts=counts_for(current_user.organisation, page.items),
    )


@bp.get("/members/needs/<int:need_id>")
@access(Kind.ASSOCIATION, approved=True)
def need(need_id):
    need, today = _member_need(need_id), day_of(utcnow())
    made = db.session.scalars(of_need(current_user.organisation, need))
    return render_template(
        "recommendations/need.html",
        need=need,
        identity=identity(need.organisation, need),
        found=ranked_offers(need, today=today, top=10),
        made={row.offer_id: row for row in made},
        obstacle=obstacle,
        shown_terms=shown_terms,
        word_for=word_for,
    )


@bp.route("/members/needs/<int:need_id>/offers/<int:offer_id>/recommend", methods=["GET", "POST"])
@access(Kind.ASSOCIATION, approved=True)
def new(need_id, offer_id):
    ours, need, offer = current_user.organisation, _member_need(need_id), public_offer(offer_id)
    now = utcnow()
    if rule := obstacle(one_offer(need, offer, today=day_of(now))):
        refuse(rule)
    written = db.session.scalar(existing(ours, need, offer))
    form = WordForm(member=need.organisation, obj=written)
    if form.accepted():
        recommend(ours, need, offer, form.word.data, by=current_user, now=now)
        db.session.commit()
        flash(_("The member has been asked. The company reads it once the member agrees."), "good")
        return redirect(url_for(".index"))
    return render_template(
        "recommendations/new.html",
        form=form,
        need=need,
        offer=offer,
        identity=identity(need.organisation, need),
        description=description(ours),
    ), form.status


@bp.route("/recommendations/<int:recommendation_id>", methods=["GET", "POST"])
@access(Kind.SME, approved=True)
def answer(recommendation_id):
    """The preview of what the company would read, and the member's yes."""
    row = _about_us(recommendation_id)
    names = {
        "recipient": row.offer.organisation.display_name,
        "association": row.association.display_name,
    }
    form = AgreementForm(
        RECOMMENDATION.sentence(**names),
        name=row.association.display_name,
        description=description(row.association),
    )
    if form.accepted():
        _agree(row, named=form.shown.data == "named", now=utcnow())
        db.session.commit()
        flash(_("The company can read the recommendation now."), "good")
        return redirect(url_for(".index"))
    return render_template(
        "recommendations/answer.html",
        row=row,
        form=form,
        identity=identity(row.need.organisation, row.need),
        paragraphs=RECOMMENDATION.paragraphs(**names),
    ), form.status


@bp.post("/recommendations/<int:recommendation_id>/decline")
@access(Kind.SME)
def decline(recommendation_id):
    _about_us(recommendation_id).decline(by=current_user, now=utcnow())
    db.session.commit()
    flash(_("You have declined. The company learns nothing of it."))
    return redirect(url_for(".index"))


@bp.post("/recommendations/<int:recommendation_id>/withdraw")
@access(Kind.ASSOCIATION, Kind.SME)
def withdraw(recommendation_id):
    """Take it back: the association at any time, the member once it has agreed."""
    ours = current_user.organisation
    select = Recommendation.about(ours) if ours.kind is Kind.SME else Recommendation.by(ours)
    row = db.one_or_404(select.where(Recommendation.id == recommendation_id))
    row.withdraw(by=current_user, now=utcnow())
    db.session.commit()
    flash(_("The recommendation is taken back. The company reads it no longer."))
    return redirect(url_for(".index"))


def obstacle(found):
    """Return the rule that keeps an association from recommending a need to an offer, or None.

    Any meeting counts: whether the firm may ask once more would tell how the first one ended.
    A firm that has three asks open may be recommended; it decides later whether to ask. Whose
    setting keeps the two apart, the association does not learn.
    """
    if found.pairing:
        return "too_late"
    said = {"ask_limit": None, "own_veto": "own_setting"}
    return said.get(found.blocked, found.blocked)


def _member_need(need_id):
    """Load an open need of a member that lets this association read it."""
    readable = needs_shown_to(current_user.organisation, day_of(utcnow()))
    return db.one_or_404(readable.where(Need.id == need_id))


def _about_us(recommendation_id):
    """Load a recommendation of one of our own needs."""
    ours = Recommendation.about(current_user.organisation)
    return db.one_or_404(ours.where(Recommendation.id == recommendation_id))


def _agree(row, *, named, now):
    consent = current_user.consent_to(RECOMMENDATION, language=language(), now=now)
    consent.recipient_id, consent.need_id = row.offer.organisation_id, row.need_id
    row.agree(named=named, consent=consent, by=current_user, now=now)
