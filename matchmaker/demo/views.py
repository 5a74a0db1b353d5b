"""Try as: sign in as a demonstration organisation; and the mailbox of the demonstration."""

from flask import Blueprint

bp = Blueprint("demo", __name__)
