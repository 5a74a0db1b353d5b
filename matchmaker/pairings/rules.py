"""The rules that may say no to a pair, each with its name and its sentence."""

from flask_babel import lazy_gettext as _l

from ..errors import Refusal

# A rule's name stands in the audit and in tests; its sentence is what a person reads.
RULES = {
    "region": _l("The offer is for other regions."),
    "size": _l("The offer is for firms of another size."),
    "industry": _l("The offer is for other industries."),
    "traits": _l("The offer is for firms with certain traits."),
    "relation": _l("The offer excludes firms with this relation to the company."),
    "not_approved": _l("This opens once the ministry has approved your organisation."),
    "suspended": _l("One of the two organisations is suspended."),
    "need_closed": _l("The need is not published, or its last day has passed."),
    "closed": _l("The offer is not open at present."),
    "full": _l("All places are taken."),
    "live": _l("This need and this offer have already met and are still open."),
    "met": _l("This need and this offer have met before, and that came to an end."),
    "ask_limit": _l("Three asks are open already. Withdraw one of them to ask here."),
    "not_now": _l("You cannot invite this firm at present."),
    "too_late": _l(
        "The member and this offer have met already, so a recommendation would come too late."
    ),
    "setting": _l("The firm shows this need only to those that it asks itself."),
    "own_setting": _l("Not open to this need at this time: a party's own setting."),
    "own_veto": _l("You have set this aside in your settings. Undo that first."),
    "words": _l("The two texts have too little in common."),
    "least": _l("It fits, but less than the round asked for."),
    "served": _l("A company had accepted this need already."),
    "nobody": _l("Nobody acts for the company on this site at present."),
    "changed": _l("Words or facts had changed between computing and publishing the round."),
    "consent": _l("Contacts open only with your consent, so nothing was sent without it."),
    "further": _l("Name at most three further offers, each once, and not the one that you ask."),
    "no_move": _l("This pairing can no longer be changed in that way."),
    "timed_out": _l("The time for an answer has run out."),
    "contact_left": _l("The person whose contact was to open no longer acts for you."),
    "dropped": _l("You took this offer off the list."),
    "nda": _l(
        "These files hold technical material. Say first for your side that a non-disclosure "
        "agreement stands."
    ),
}


def rule_text(rule):
    """Return the sentence of a rule, given by its name."""
    return RULES[str(rule)]


def refuse(rule):
    """Raise the refusal of a rule."""
    raise Refusal(rule_text(rule), str(rule))
