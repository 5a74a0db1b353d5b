"""The blueprint of the pairing pages, and how they load what they are about: else it is 404."""

import sqlalchemy as sa
from flask import Blueprint, abort
from flask_login import current_user

from ..accounts.consent_texts import DISCLOSURE
from ..db import db
from ..listing import categories
from ..needs.models import Need
from ..offers.models import Offer
from ..organisations.models import Kind
from . import criteria_words
from .advice import advice_links
from .answer_words import answers_told, half_told
from .lists import accepted_pairings, awaiting_answer, open_proposals, pairings_told
from .need_story import need_story
from .ranking.fitting import word_for
from .ranking.marked import kept_evidence, marked, missing_words, shown_terms
from .rules import rule_text
from .states import Act, Side, State
from .visible import may_read_need, pairing_of
from .wishes.mark_words import here_without_undo, mark_on, mark_to_undo
from .words import advice, reason_label, state_label

bp = Blueprint("pairings", __name__)
bp.add_app_template_global(accepted_pairings)  # pages of needs say what became of them
bp.add_app_template_global(answers_told)  # pages of offers say how their company answers
bp.add_app_template_global(awaiting_answer)  # and which of them waits for the firm itself
bp.add_app_template_global(half_told)
bp.add_app_template_global(here_without_undo)  # and pages of offers let a firm mark them
bp.add_app_template_global(mark_on)
bp.add_app_template_global(mark_to_undo)
bp.add_app_template_global(need_story)  # and pages of needs what became of them
bp.add_app_template_global(open_proposals)  # and what a round proposes to them
bp.add_app_template_global(word_for, "fit_in_words")
bp.add_app_template_global(pairings_told)  # and notices which one they are about

# What the templates of these pages call to put facts into words.
IN_TEMPLATES = {
    "Act": Act,
    "Side": Side,
    "State": State,
    "consent_text": DISCLOSURE,
    "criteria_lines": criteria_words.lines,
    "criteria_summary": criteria_words.summary,
    "declared_line": criteria_words.declared_line,
    "field_of": categories.label,
    "kept_criteria": criteria_words.kept_criteria,
    "kept_evidence": kept_evidence,
    "marked": marked,
    "missing_words": missing_words,
    "reason_label": reason_label,
    "advice_for": advice,
    "advice_links": advice_links,
    "relation_line": criteria_words.relation_line,
    "relation_told": criteria_words.TOLD,
    "rule_text": rule_text,
    "shown_terms": shown_terms,
    "state_label": state_label,
    "word_for": word_for,
}


@bp.context_processor
def in_templates():
    return IN_TEMPLATES


def our_side():
    """Return the side on which the signed-in firm stands."""
    return Side.SME if current_user.organisation.kind is Kind.SME else Side.COMPANY


def own_need(need_id):
    return db.one_or_404(Need.of(current_user.organisation).where(Need.id == need_id))


def own_offer(offer_id):
    return db.one_or_404(Offer.of(current_user.organisation).where(Offer.id == offer_id))


def public_offer(offer_id):
    """Load an offer that has ever been published; a draft does not exist for others."""
    published = sa.select(Offer).where(Offer.id == offer_id, Offer.published_at.is_not(None))
    return db.one_or_404(published)


def readable_need(need_id, *, today):
    """Load another firm's need if this company may read it."""
    need = db.one_or_404(sa.select(Need).where(Need.id == need_id))
    if not may_read_need(current_user.organisation, need, today=today):
        abort(404)
    return need


def own_pairing(pairing_id):
    """Load a pairing of the signed-in firm; who only waits in line is not shown to the company."""
    return db.one_or_404(pairing_of(current_user.organisation, pairing_id))


def colleagues():
    """Return the people of the signed-in firm who may take care of something."""
    return [one for one in current_user.organisation.people if one.active]


def people():
    """Return the people of the signed-in firm whose contact may open to the other side."""
    return [one for one in current_user.organisation.people if one.active and one.confirmed_at]
