"""Pages of needs."""

from flask import Blueprint

from .models import Need  # noqa: F401

bp = Blueprint("needs", __name__)
