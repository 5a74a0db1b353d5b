"""Pages of offers."""

from flask import Blueprint

from .models import Offer  # noqa: F401

bp = Blueprint("offers", __name__)
