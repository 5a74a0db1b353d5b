"""How officers and associations read a pairing: never who ended it, nor why."""

from flask_babel import lazy_gettext as _l

from .states import Act, State

NOT_COME_ABOUT = (State.DECLINED, State.WITHDRAWN, State.EXPIRED)

# What onlookers filter by; the first word of each pair stands in addresses.
GROUPS = {
    "open": (State.PROPOSED, State.ASKED, State.INVITED),
    "waiting": (State.WAITING,),
    "agreed": (State.AGREED,),
    "active": (State.ACTIVE,),
    "completed": (State.COMPLETED,),
    "ended": (State.ENDED,),
    "not-come-about": NOT_COME_ABOUT,
}

LABELS = {
    State.PROPOSED: _l("Proposal open"),
    State.WAITING: _l("Waiting in line"),
    State.ASKED: _l("Ask open"),
    State.INVITED: _l("Invitation open"),
    State.AGREED: _l("Accepted by both"),
    State.ACTIVE: _l("Under way"),
    State.COMPLETED: _l("Completed"),
    State.ENDED: _l("Ended after the agreement"),
    **{state: _l("Did not come about") for state in NOT_COME_ABOUT},
}

GROUP_LABELS = {
    "open": _l("Answer open"),
    "waiting": _l("Waiting in line"),
    "agreed": _l("Accepted by both"),
    "active": _l("Under way"),
    "completed": _l("Completed"),
    "ended": _l("Ended after the agreement"),
    "not-come-about": _l("Did not come about"),
}

# Acts by which nothing came about; onlookers must not be able to tell them apart.
CLOSING_ACTS = {
    Act.SME_DECLINES,
    Act.COMPANY_DECLINES,
    Act.SME_WITHDRAWS,
    Act.COMPANY_WITHDRAWS,
    Act.EXPIRES,
    Act.CLOSES,
}


def label(state):
    """Return the words for a state."""
    return LABELS[state]


def glyph(state):
    """Return the state whose picture is shown: one for all ways of not coming about."""
    return State.ENDED if state in NOT_COME_ABOUT else state


def group_choices():
    """Return (value, label) of the groups for a filter."""
    return list(GROUP_LABELS.items())
