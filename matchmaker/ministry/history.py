"""Histories as officers read them: a pairing's without who ended it or why, an approval's whole."""

from flask_babel import lazy_gettext as _l

from .. import audit
from ..db import db
from ..i18n import day, moment
from ..organisations.words import REVIEWS
from ..pairings import onlookers
from ..pairings.states import Act, State

TITLES = {
    Act.SME_ACCEPTS: _l("The firm accepted"),
    Act.COMPANY_ACCEPTS: _l("The company accepted"),
    Act.PLACE_FREES: _l("A place became free; the ask was sent"),
    Act.BOTH_CONFIRM: _l("Both have confirmed the agreement"),
    Act.BOTH_COMPLETE: _l("Both have confirmed the completion"),
    Act.SME_ENDS: _l("Ended after the agreement"),
    Act.COMPANY_ENDS: _l("Ended after the agreement"),
    **{act: _l("Did not come about") for act in onlookers.CLOSING_ACTS},
}

BEGINNINGS = {
    State.PROPOSED: _l("A round proposed the pair"),
    State.WAITING: _l("The firm asked and waits in line for a place"),
    State.ASKED: _l("The firm asked"),
    State.INVITED: _l("The company invited"),
}

# Neither the minute (the clock ends at 18:00, people do not) nor the act may tell them apart.
WITHOUT_TIME = {*onlookers.CLOSING_ACTS, Act.SME_ENDS, Act.COMPANY_ENDS}


def timeline(pairing):
    """Return the steps of a pairing, the oldest first, in the shape of the timeline macro.

    Comments, reasons, settings and confirmations of one side are not part of it.
    """
    events = db.session.scalars(audit.Event.about(pairing)).all()
    steps = [step for event in events if (step := _step(event))]
    if not steps or not _is_beginning(events[0]):
        steps.insert(0, _began(pairing))
    if steps and pairing.is_live:
        steps[-1]["state"] = "now"
    return steps


def approval(organisation):
    """Return the steps of an organisation's approval, with reasons and answers."""
    return [
        {
            "state": "done",
            "when": moment(review.at),
            "title": REVIEWS[review.act],
            "text": review.text,
        }
        for review in organisation.reviews
    ] or [{"state": "done", "when": moment(organisation.created_at), "title": _l("Registered")}]


def _step(event):
    after, when = event.facts.get("after"), _when(event)
    if event.act in TITLES:
        return {"state": "done", "when": when, "title": TITLES[event.act]}
    if _is_beginning(event):
        return {"state": "done", "when": when, "title": BEGINNINGS[after]}
    return None


def _when(event):
    """Return the minute of what a person did, else the day.

    What follows by itself, such as the ask of the next offer, has the minute of another
    pairing's end.
    """
    by_itself = event.account_id is None
    return day(event.at) if by_itself or event.act in WITHOUT_TIME else moment(event.at)


def _is_beginning(event):
    return "before" not in event.facts and event.facts.get("after") in BEGINNINGS


def _began(pairing):
    """Return the first step of a pairing whose beginning left no event (it was loaded)."""
    return {"state": "done", "when": moment(pairing.created_at), "title": _l("The two met")}
