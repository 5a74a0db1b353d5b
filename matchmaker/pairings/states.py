"""The life of a pairing as data: what is not in this table cannot happen."""

from enum import StrEnum
from typing import NamedTuple


class State(StrEnum):
    PROPOSED = "proposed"
    WAITING = "waiting"
    ASKED = "asked"
    INVITED = "invited"
    AGREED = "agreed"
    ACTIVE = "active"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    ENDED = "ended"
    COMPLETED = "completed"


class Side(StrEnum):
    SME = "sme"
    COMPANY = "company"
    TIME = "time"  # the clock
    SYSTEM = "system"  # a closed listing, a suspension, a place that went to somebody else


class Act(StrEnum):
    SME_ACCEPTS = "sme_accepts"
    COMPANY_ACCEPTS = "company_accepts"
    SME_DECLINES = "sme_declines"
    COMPANY_DECLINES = "company_declines"
    SME_WITHDRAWS = "sme_withdraws"
    COMPANY_WITHDRAWS = "company_withdraws"
    PLACE_FREES = "place_frees"
    EXPIRES = "expires"
    BOTH_CONFIRM = "both_confirm"  # the second confirmation of the agreement
    BOTH_COMPLETE = "both_complete"  # the second confirmation of completion
    SME_ENDS = "sme_ends"
    COMPANY_ENDS = "company_ends"
    CLOSES = "closes"  # by the system: listing closed, suspended, place taken


# A yes or a no to what is open; after the deadline it comes too late.
ANSWERS = {Act.SME_ACCEPTS, Act.COMPANY_ACCEPTS, Act.SME_DECLINES, Act.COMPANY_DECLINES}


class Reason(StrEnum):
    """Why a pairing closed. The first group people choose from, the second is the system's."""

    NONE_GIVEN = "none_given"
    NO_CAPACITY = "no_capacity"
    WRONG_KIND = "wrong_kind"
    WRONG_REGION = "wrong_region"
    TOO_EARLY = "too_early"
    TOO_SMALL = "too_small"
    TOO_LARGE = "too_large"
    ALREADY_SERVED = "already_served"
    NEEDS_DOCUMENTS = "needs_documents"
    TERMS_DIFFER = "terms_differ"
    OTHER = "other"
    TIMED_OUT = "timed_out"
    PLACE_TAKEN = "place_taken"
    LISTING_CLOSED = "listing_closed"
    SUSPENDED = "suspended"


SYSTEM_REASONS = {Reason.TIMED_OUT, Reason.PLACE_TAKEN, Reason.LISTING_CLOSED, Reason.SUSPENDED}
CHOSEN_REASONS = [reason for reason in Reason if reason not in SYSTEM_REASONS]

OPEN = (State.PROPOSED, State.ASKED, State.INVITED)  # a clock runs
TURN = {  # who is to answer
    State.PROPOSED: (Side.SME, Side.COMPANY),
    State.ASKED: (Side.COMPANY,),
    State.INVITED: (Side.SME,),
}
UNDECIDED = (*OPEN, State.WAITING)
PLACED = (State.AGREED, State.ACTIVE, State.COMPLETED)  # a place of the offer is taken
LIVE = (*UNDECIDED, State.AGREED, State.ACTIVE)
COUNTS_AS_ASK = (State.ASKED, State.WAITING)

NEXT = {
    (State.PROPOSED, Act.SME_ACCEPTS): State.ASKED,
    (State.PROPOSED, Act.COMPANY_ACCEPTS): State.INVITED,
    (State.PROPOSED, Act.SME_DECLINES): State.DECLINED,
    (State.PROPOSED, Act.COMPANY_DECLINES): State.DECLINED,
    (State.WAITING, Act.PLACE_FREES): State.ASKED,
    (State.WAITING, Act.SME_WITHDRAWS): State.WITHDRAWN,
    (State.ASKED, Act.COMPANY_ACCEPTS): State.AGREED,
    (State.ASKED, Act.COMPANY_DECLINES): State.DECLINED,
    (State.ASKED, Act.SME_WITHDRAWS): State.WITHDRAWN,
    (State.INVITED, Act.SME_ACCEPTS): State.AGREED,
    (State.INVITED, Act.SME_DECLINES): State.DECLINED,
    (State.INVITED, Act.COMPANY_WITHDRAWS): State.WITHDRAWN,
    (State.AGREED, Act.BOTH_CONFIRM): State.ACTIVE,
    (State.ACTIVE, Act.BOTH_COMPLETE): State.COMPLETED,
    **{(state, Act.EXPIRES): State.EXPIRED for state in OPEN},
    **{(state, Act.CLOSES): State.WITHDRAWN for state in UNDECIDED},
    **{
        (state, act): State.ENDED
        for state in (State.AGREED, State.ACTIVE)
        for act in (Act.SME_ENDS, Act.COMPANY_ENDS)
    },
}


class Confirmation(NamedTuple):
    """What both sides confirm in a state, each in a column of its own, and what that moves."""

    name: str
    act: Act
    suffix: str

    def column(self, side):
        return f"{side}_{self.suffix}"


CONFIRMATIONS = {
    State.AGREED: Confirmation("agreement", Act.BOTH_CONFIRM, "confirmed_at"),
    State.ACTIVE: Confirmation("completion", Act.BOTH_COMPLETE, "completed_at"),
}
