"""The words of pairings: states as each side reads them, reasons, and the advice they carry."""

from flask_babel import lazy_gettext as _l

from .states import Reason, Side, State

BOTH = {
    State.PROPOSED: _l("Proposed"),
    State.AGREED: _l("Accepted by both"),
    State.ACTIVE: _l("Under way"),
    State.COMPLETED: _l("Completed"),
    State.DECLINED: _l("Declined"),
    State.WITHDRAWN: _l("Withdrawn"),
    State.EXPIRED: _l("Time ran out"),
    State.ENDED: _l("Ended"),
}
LABELS = {
    Side.SME: {
        **BOTH,
        State.WAITING: _l("Waiting in line"),
        State.ASKED: _l("Asked"),
        State.INVITED: _l("They invited you"),
    },
    Side.COMPANY: {
        **BOTH,
        State.WAITING: _l("Waiting in line"),
        State.ASKED: _l("They asked"),
        State.INVITED: _l("Invited"),
    },
}

REASONS = {
    Reason.NONE_GIVEN: _l("No reason given"),
    Reason.NO_CAPACITY: _l("No capacity at present"),
    Reason.WRONG_KIND: _l("Another kind of help is needed"),
    Reason.WRONG_REGION: _l("Too far away"),
    Reason.TOO_EARLY: _l("The time is not right yet"),
    Reason.TOO_SMALL: _l("Too small for this"),
    Reason.TOO_LARGE: _l("Too large for this"),
    Reason.ALREADY_SERVED: _l("Help has been found already"),
    Reason.NEEDS_DOCUMENTS: _l("More details are needed"),
    Reason.TERMS_DIFFER: _l("The terms do not suit both"),
    Reason.OTHER: _l("Another reason"),
    Reason.TIMED_OUT: _l("No answer came in time"),
    Reason.PLACE_TAKEN: _l("The place went to another firm"),
    Reason.LISTING_CLOSED: _l("The need or the offer was closed"),
    Reason.SUSPENDED: _l("One of the organisations was suspended"),
}

# What a firm may do with a reason that came with a no. Never the comment, never a judgement.
ADVICE = {
    Reason.NONE_GIVEN: _l("No reason was given. Your rank with others has not changed."),
    Reason.NO_CAPACITY: _l(
        "The company cannot take on more at present. Other offers of the same kind may have places."
    ),
    Reason.WRONG_KIND: _l(
        "The company does other things than you need. Say more exactly in your need what is "
        "missing."
    ),
    Reason.WRONG_REGION: _l(
        "The company cannot reach your region. Look for offers that are open to your province."
    ),
    Reason.TOO_EARLY: _l(
        "The time did not suit. If your date can move, change it in your need and ask later."
    ),
    Reason.TOO_SMALL: _l(
        "This offer suits larger cases. Asking together with other firms of your association may "
        "help."
    ),
    Reason.TOO_LARGE: _l("This offer suits smaller cases. Split your need into parts, if you can."),
    Reason.ALREADY_SERVED: _l("The company takes it that help has been found already."),
    Reason.NEEDS_DOCUMENTS: _l(
        "The company needed more details. Add figures, dates and what you have tried to your need."
    ),
    Reason.TERMS_DIFFER: _l(
        "The terms did not suit both. Say in your need what you can pay or do yourself."
    ),
    Reason.OTHER: _l("Another reason was chosen. Your rank with others has not changed."),
    Reason.TIMED_OUT: _l("No answer came in time. That says nothing about your need."),
    Reason.PLACE_TAKEN: _l("The last place went to another firm."),
    Reason.LISTING_CLOSED: _l("The listing was closed before an answer came."),
    Reason.SUSPENDED: _l("One of the two organisations was suspended before an answer came."),
}


def state_label(state, side):
    """Return the words for a state as a side reads them."""
    return LABELS[side][state]


def reason_label(reason):
    return REASONS[reason]


def advice(reason):
    """Return what the firm may do with the reason of a no."""
    return ADVICE[reason]
