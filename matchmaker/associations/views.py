"""Pages of associations."""

from flask import Blueprint

from .models import Membership  # noqa: F401

bp = Blueprint("associations", __name__)
