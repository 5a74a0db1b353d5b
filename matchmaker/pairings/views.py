"""The pages of pairings: one blueprint, whose views stand in a module for each kind of act."""

from . import (
    answer_views,
    ask_views,
    conversation_views,
    export_views,
    inbox_views,
    invite_views,
    list_views,
    preference_views,
    ranked_views,
    show_views,
)
from .blueprint import bp

# Importing the modules has put their views on the blueprint.
VIEWS = (
    export_views,
    inbox_views,
    ranked_views,
    ask_views,
    invite_views,
    list_views,
    preference_views,
    show_views,
    answer_views,
    conversation_views,
)

__all__ = ["VIEWS", "bp"]
