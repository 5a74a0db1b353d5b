"""Ranked lists after the settings of their reader: left out, moved to the end, or marked."""

from ...matching import eligibility
from ..asking import veto_rule
from ..wishes.wishes import LAST, seen_need


class OwnList:
    """A ranked list after its reader's settings: what is shown, and how many are left out."""

    def __init__(self, shown, hidden):
        self.shown = shown
        self.hidden = hidden


def offers_after_settings(wishes, need, found, card_of):
    """Leave out what the firm set aside, and move what it wants fewer of to the end.

    `found` are a ranked list's entries, `card_of` gives the offer of one. Favourites keep
    their place: the list stands in the order of the score.
    """
    kept = [each for each in found if not wishes.firm_refuses(need, card_of(each))]
    kept.sort(key=lambda each: wishes.tier("sme", need, card_of(each)) == LAST)
    return OwnList(kept, len(found) - len(kept))


def needs_after_settings(wishes, offer, found):
    """Leave out what the company set aside, and move what it wants fewer of to the end.

    Without a word the needs of firms that set the offer or the company aside are left out
    too. A firm that the company set aside by name is not looked at: leaving out its needs
    would tell which of the unnamed ones are its.
    """
    own = wishes.of(offer.organisation_id)
    open_to_it = [each for each in found if not wishes.firm_vetoes(each[0], offer)]
    kept = []
    for each in open_to_it:
        set_aside = wishes.company_set_aside(each[0], offer)
        if not set_aside and not own.leaves_out(seen_need(each[0])):
            kept.append(each)
    kept.sort(key=lambda each: wishes.tier("company", each[0], offer) == LAST)
    return OwnList(kept, len(open_to_it) - len(kept))


def fitting_after_settings(wishes, need, ranker, fitting, near):
    """Return (fitting, near, how many are hidden) as the settings of both sides have it.

    What the firm set aside is hidden. What a company's veto closes stands among what is
    close, with a rule that does not say whose setting it is.
    """
    own = offers_after_settings(wishes, need, fitting, lambda found: ranker.offers_[found[0]])
    closed = {
        found[0] for found in own.shown if wishes.company_vetoes(need, ranker.offers_[found[0]])
    }
    fitting = [found for found in own.shown if found[0] not in closed]
    others = offers_after_settings(wishes, need, near, lambda found: ranker.offers_[found[0]])
    near = [found for found in own.shown if found[0] in closed] + others.shown
    near.sort(key=lambda found: (-found[1], ranker.order_[found[0]]))
    return fitting, near, own.hidden


def first_rule(wishes, need, card, offer):
    """Return the first rule that keeps an offer that is close from being asked."""
    if wishes.company_vetoes(need, offer):
        return "own_setting"
    return eligibility.refusals(card, offer)[0].value


def add_wishes(wishes, need, ranked):
    """Add the firm's own tier, and what a veto closes."""
    for each in ranked:
        each.tier = wishes.tier("sme", need, each.offer)
        each.mark = wishes.of(need.organisation_id).marks.get(("offer_id", each.offer.id))
        rule = veto_rule(need, each.offer, wishes)
        if rule:
            each.refusals = [rule, *each.refusals]
