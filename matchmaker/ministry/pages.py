"""The ministry's blueprint, and what all its pages may use."""

from flask import Blueprint

from . import words

bp = Blueprint("ministry", __name__, url_prefix="/ministry")
bp.context_processor(words.for_templates)
