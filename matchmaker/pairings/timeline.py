"""The way of a pairing, behind it and ahead: told from its audit events to one of its sides."""

from datetime import timedelta
from typing import NamedTuple

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from ..audit import Event
from ..db import db
from ..i18n import day, moment, short_day
from .clock import WAITING_DAYS
from .situation import asked_again
from .states import UNDECIDED, Act, Side, State


class Step(NamedTuple):
    """One step of the way: done, now or next."""

    state: str
    title: str
    when: str = ""
    text: str = ""


# What a step is called, to the side that took it and to the other one.
OURS = {
    "ask": _l("You asked %(other)s"),
    "wait": _l("You took a place in line"),
    "invite": _l("You invited %(other)s"),
    "accept": _l("You accepted"),
    "decline": _l("You declined"),
    "withdraw": _l("You took it back"),
    "end": _l("You ended it"),
    "confirm_agreement": _l("You confirmed the agreement"),
    "confirm_completion": _l("You confirmed that it is done"),
    "still_wanted": _l("You said that you still want the place"),
}
THEIRS = {
    "ask": _l("Asked by %(other)s"),
    "wait": _l("In line: %(other)s"),
    "invite": _l("Invited by %(other)s"),
    "accept": _l("Accepted by %(other)s"),
    "decline": _l("Declined by %(other)s"),
    "withdraw": _l("Taken back by %(other)s"),
    "end": _l("Ended by %(other)s"),
    "confirm_agreement": _l("Agreement confirmed by %(other)s"),
    "confirm_completion": _l("Completion confirmed by %(other)s"),
}
NOBODYS = {
    "propose": _l("Proposed to both sides"),
    Act.PLACE_FREES: _l("A place freed, and the ask went out"),
    Act.BOTH_CONFIRM: _l("It began"),
    Act.BOTH_COMPLETE: _l("It was completed"),
    Act.EXPIRES: _l("Time ran out without an answer"),
    Act.CLOSES: _l("It was closed"),
    "remind": _l("A reminder of the deadline went out"),
    "freeze": _l("It rests while an organisation is suspended"),
    "thaw": _l("It goes on"),
}
BY_SIDE = {
    Act.SME_ACCEPTS: "accept",
    Act.COMPANY_ACCEPTS: "accept",
    Act.SME_DECLINES: "decline",
    Act.COMPANY_DECLINES: "decline",
    Act.SME_WITHDRAWS: "withdraw",
    Act.COMPANY_WITHDRAWS: "withdraw",
    Act.SME_ENDS: "end",
    Act.COMPANY_ENDS: "end",
}
AHEAD = (
    (UNDECIDED, _l("If both accept"), _l("Contact data open")),
    (UNDECIDED, _l("After that"), _l("Both confirm what they agreed")),
    (
        (*UNDECIDED, State.AGREED),
        _l("When it is done"),
        _l("Both confirm that it is completed"),
    ),
)


def timeline(pairing, side, situation, following=()):
    """Return the steps done, the one that is now, and those ahead.

    `following` are the offers that the firm named to be asked next.
    """
    other = situation.other
    steps = [step for step in (_done(event, side, other) for event in _events(pairing)) if step]
    published = pairing.need.published_at
    if side is Side.SME and published:
        steps.insert(0, Step("done", _("You published the need"), moment(published)))
    if pairing.is_live:
        words = situation.words
        steps.append(Step("now", words.heading, _("Now")))
        if side is Side.SME and pairing.state is State.ASKED:
            until = _("If no yes comes until %(day)s", day=short_day(pairing.expires_at))
            steps.append(Step("next", after_no_yes(following), until))
        elif side is Side.SME and pairing.state is State.WAITING:
            steps.append(still_wanted_step(pairing))
        steps += [
            Step("next", title, when) for states, when, title in AHEAD if pairing.state in states
        ]
    return steps


def after_no_yes(following):
    """Return what happens where an ask brings no yes."""
    names = [each.offer.organisation.display_name for each in following]
    if names:
        return _("Asked next, in this order: %(companies)s", companies=", ".join(names))
    return _("You choose whom to ask next from the best that remain")


def still_wanted_step(pairing):
    """Return the step at which a firm in line says whether it still wants the place."""
    if asked_again(pairing):
        return Step("next", _("Say whether you still want the place"), _("Now"))
    since = max(filter(None, (pairing.waiting_since, pairing.still_wanted_at)))
    return Step(
        "next",
        _("You are asked whether you still want the place"),
        day(since + timedelta(days=WAITING_DAYS)),
        _("A place that frees before makes it an ask in your turn."),
    )


def _events(pairing):
    return db.session.scalars(Event.about(pairing)).all()


def _done(event, side, other):
    act, doer = _plain(event)
    titles = NOBODYS if doer is None else OURS if doer is side else THEIRS
    title = titles.get(act)
    if title is None:  # what the other side need not know, such as a word about the line
        return None
    opened = event.facts.get("after") == State.AGREED
    text = _("Names and contact data opened to both sides.") if opened else ""
    title = str(title)
    return Step(
        "done", title % {"other": other} if "%(" in title else title, moment(event.at), text
    )


def _plain(event):
    """Return what was done, and the side that did it or None."""
    act = event.act
    if act in ("confirm_agreement", "confirm_completion"):
        return act, Side(event.facts["side"])
    if act in ("ask", "still_wanted"):
        waits = event.facts.get("after") == State.WAITING
        return ("wait" if waits else act), Side.SME
    if act == "invite":
        return act, Side.COMPANY
    if act in BY_SIDE:
        return BY_SIDE[act], Side(act.partition("_")[0])
    return act, None
