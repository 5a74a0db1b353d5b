"""Pages of ministry."""

from flask import Blueprint

bp = Blueprint("ministry", __name__)
