"""Where a pairing stands, in words for each side: what is the case, who is next, what then."""

from typing import NamedTuple

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from ..i18n import clock, short_day
from .states import ANSWERS, PLACED, Act, Side, State


class Words(NamedTuple):
    """The heading of a page and a sentence below it; then who is next, and what that means."""

    title: str
    lead: str
    eyebrow: str
    heading: str
    text: str


NOTHING_TO_DO = _l("Nothing to do now")
TO_DO = _l("What to do now")
THE_END = _l("This has come to its end")
BOTH_FREE = _l("Yes and no are both free, and a no has no disadvantage.")
OPENS = _l("If you accept, names and contact data open to both sides.")
AT_ONCE = _l("Without an answer until %(day)s, or with a no, you learn it at once.")
TAKE_BACK = _l("You may take it back at any time, without a reason.")

WORDS = {
    (State.ASKED, Side.SME): Words(
        _l("Waiting for the answer of %(other)s"),
        AT_ONCE,
        NOTHING_TO_DO,
        _l("It is the turn of %(other)s to answer"),
        TAKE_BACK,
    ),
    (State.ASKED, Side.COMPANY): Words(
        _l("It is your turn to answer"),
        BOTH_FREE,
        TO_DO,
        _l("Accept or decline until %(day)s, %(time)s"),
        OPENS,
    ),
    (State.INVITED, Side.SME): Words(
        _l("Invited by %(other)s"),
        BOTH_FREE,
        TO_DO,
        _l("Accept or decline until %(day)s, %(time)s"),
        OPENS,
    ),
    (State.INVITED, Side.COMPANY): Words(
        _l("Waiting for the answer of %(other)s"),
        AT_ONCE,
        NOTHING_TO_DO,
        _l("It is the turn of %(other)s to answer"),
        TAKE_BACK,
    ),
    (State.WAITING, Side.SME): Words(
        _l("You are number %(place)s in line"),
        _l("When a place frees, yours becomes an ask in its turn, and seven days begin."),
        NOTHING_TO_DO,
        _l("All places of this offer are taken"),
        _l("Until then there is no deadline, and you may withdraw at any time."),
    ),
    **dict.fromkeys(
        ((State.PROPOSED, Side.SME), (State.PROPOSED, Side.COMPANY)),
        Words(
            _l("This match is proposed to both of you"),
            BOTH_FREE,
            TO_DO,
            _l("Accept or decline until %(day)s, %(time)s"),
            _l("Neither side has said anything yet. Only when both accept do contacts open."),
        ),
    ),
    **dict.fromkeys(
        ((State.COMPLETED, Side.SME), (State.COMPLETED, Side.COMPANY)),
        Words(
            _l("Completed together"),
            _l("Both sides have confirmed that it is done."),
            THE_END,
            _l("There is nothing left to do here"),
            _l("The contact data that have opened stay open."),
        ),
    ),
}

# In the minute between the deadline and the job that closes what nobody answered.
TOO_LATE = Words(
    _l("Time ran out without an answer"),
    _l("The deadline was %(day)s, %(time)s."),
    NOTHING_TO_DO,
    _l("It closes by itself in a moment"),
    _l("The small firm is told at once, and the next offer that it named is asked."),
)
TOLD = _l("You are told at once, and the next offer that you named is asked.")

# In agreed and active each side confirms once; `True` where this side has done so.
CONFIRMING = {
    (State.AGREED, False): Words(
        _l("Both have accepted"),
        _l("Contacts are open. Settle together what is done, by when, and who pays."),
        TO_DO,
        _l("Talk to each other, then confirm what you agreed"),
        _l("It begins once both sides have confirmed."),
    ),
    (State.AGREED, True): Words(
        _l("Both have accepted"),
        _l("You have confirmed the agreement."),
        NOTHING_TO_DO,
        _l("It is the turn of %(other)s to confirm"),
        _l("It begins once both sides have confirmed."),
    ),
    (State.ACTIVE, False): Words(
        _l("It is under way"),
        _l("Both sides have confirmed the agreement."),
        TO_DO,
        _l("Confirm once what was agreed is done"),
        _l("It is completed once both sides have confirmed."),
    ),
    (State.ACTIVE, True): Words(
        _l("It is under way"),
        _l("You have confirmed that it is done."),
        NOTHING_TO_DO,
        _l("It is the turn of %(other)s to confirm"),
        _l("It is completed once both sides have confirmed."),
    ),
}

# (state, whether this side closed it): the heading of what has ended.
CLOSED = {
    (State.DECLINED, True): _l("You have declined"),
    (State.DECLINED, False): _l("Declined by %(other)s"),
    (State.WITHDRAWN, True): _l("You have taken it back"),
    (State.WITHDRAWN, False): _l("Taken back by %(other)s"),
    (State.EXPIRED, False): _l("Time ran out without an answer"),
    (State.ENDED, True): _l("You have ended it"),
    (State.ENDED, False): _l("Ended by %(other)s"),
}
BY_SYSTEM = _l("It was closed before both had answered")
RANK_STAYS = _l("Your rank with others does not change by it.")


class Situation(NamedTuple):
    """The words, filled in, and what this side may do now."""

    words: Words
    acts: set
    confirms: str | None  # "agreement" or "completion"
    other: str
    is_good: bool
    asked_again: bool  # whether it still wants its place in line


def other_name(pairing, side):
    """Return what the other side is called here: an unnamed firm until both accepted."""
    if side is Side.SME:
        return pairing.company.display_name
    return pairing.sme.display_name if pairing.contacts_are_open else _("the firm")


def situation(pairing, side, *, now, place=None, following=()):
    """Return where a pairing stands for one side.

    `place` is the firm's place in line, `following` what is to be asked next.
    """
    other = other_name(pairing, side)
    late = pairing.is_overdue(now) and not pairing.frozen_at
    too_late = TOO_LATE._replace(text=TOLD) if side is Side.SME else TOO_LATE
    words = too_late if late else _words(pairing, side, following)
    acts = {act for act in Act if act.startswith(f"{side}_") and pairing.can(act)}
    deadline = pairing.expires_at
    names = {
        "other": other,
        "place": place,
        "day": deadline and short_day(deadline),
        "time": deadline and clock(deadline),
    }
    return Situation(
        Words(*(_filled(text, names) for text in words)),
        acts - ANSWERS if late else acts,
        pairing.awaits(side),
        other,
        pairing.state in PLACED,
        side is Side.SME and asked_again(pairing),
    )


def _filled(text, names):
    text = str(text)
    return text % names if "%(" in text else text


def _words(pairing, side, following):
    state = pairing.state
    if pairing.frozen_at:
        return Words(
            _("This pairing rests"),
            _("One of the two organisations is suspended."),
            NOTHING_TO_DO,
            _("It goes on once the suspension is lifted"),
            _("Nothing is lost, and no deadline runs."),
        )
    if state in (State.AGREED, State.ACTIVE):
        return CONFIRMING[state, pairing.awaits(side) is None]
    if (state, side) not in WORDS:
        return _closed(pairing, side)
    words = WORDS[state, side]
    if side is Side.SME and state is State.ASKED and following:
        name = following[0].offer.organisation.display_name
        lead = _("%(lead)s Then the next is asked: %(company)s.", lead=words.lead, company=name)
        return words._replace(lead=lead)
    if state is State.WAITING and asked_again(pairing):
        return words._replace(
            eyebrow=TO_DO,
            heading=_("Say whether you still want the place"),
            text=_("You have been in line for 30 days. Your turn comes only once you say so."),
        )
    return words


def asked_again(pairing):
    """Say whether a firm in line was asked if it still wants the place, and has not said so."""
    asked, said = pairing.still_wanted_asked_at, pairing.still_wanted_at
    return pairing.state is State.WAITING and asked is not None and (not said or said < asked)


def _closed(pairing, side):
    by_system = pairing.state is State.WITHDRAWN and pairing.closed_by not in (
        Side.SME,
        Side.COMPANY,
    )
    title = BY_SYSTEM if by_system else CLOSED[pairing.state, pairing.closed_by is side]
    return Words(title, RANK_STAYS, THE_END, "", "")
