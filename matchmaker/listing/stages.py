"""The four stages of a need or an offer, with their words."""

from enum import StrEnum

from flask_babel import lazy_gettext as _l


class Stage(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    PAUSED = "paused"
    CLOSED = "closed"


LABELS = {
    Stage.DRAFT: _l("Draft"),
    Stage.PUBLISHED: _l("Published"),
    Stage.PAUSED: _l("Paused"),
    Stage.CLOSED: _l("Closed"),
}

# Which picture of the two halves stands beside a stage (see `badge` among the macros).
GLYPHS = {
    Stage.DRAFT: "proposed",
    Stage.PUBLISHED: "active",
    Stage.PAUSED: "waiting",
    Stage.CLOSED: "withdrawn",
}
