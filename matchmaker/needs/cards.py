"""Turns a need into the card that matching reads."""

from ..listing.industry_words import industry_words
from ..matching.cards import NeedCard


def need_card(need):
    """Return the plain facts of a need; its organisation must be loaded.

    Ids are strings, as in `NeedCard`. The text counts as the firm wrote it: an English version
    beside it says the same once more, and would split the shares of the evidence in two.
    """
    organisation = need.organisation
    return NeedCard(
        id=str(need.id),
        title=need.title or "",
        body=need.text or "",
        category=need.category and need.category.value,
        region=need.place,
        industry=organisation.industry,
        industry_text=industry_words([organisation.industry]),
        size=organisation.size and organisation.size.value,
        traits=frozenset(trait.value for trait in organisation.traits),
        organisation_id=organisation.id,
    )
