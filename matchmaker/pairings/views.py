"""The pages of pairings: one blueprint, whose views stand in a module for each kind of act."""

from . import answer_views, ask_views, invite_views, list_views, show_views
from .blueprint import bp
from .conversation import views as conversation_views
from .inbox import export_views
from .inbox import views as inbox_views
from .ranking import ranked_views
from .wishes import views as preference_views

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
