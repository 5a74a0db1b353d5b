"""Pages of pairings."""

from flask import Blueprint

from .models import Pairing  # noqa: F401
from .recommendations import Recommendation  # noqa: F401

bp = Blueprint("pairings", __name__)
