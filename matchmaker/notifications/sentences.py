"""What each kind of notice says, the page that it leads to, and the group of its switch."""

from enum import StrEnum
from typing import NamedTuple

from flask import url_for
from flask_babel import lazy_gettext as _l


class Group(StrEnum):
    """What people choose mails for: kinds of notices that mean the same to them."""

    ANSWERS = "answers"  # asks and invitations, and what came of them
    DEADLINES = "deadlines"  # what ends by itself if nobody acts
    PROPOSALS = "proposals"  # what the ranking, a round or an association proposes
    MESSAGES = "messages"  # the conversation of two who both said yes
    PEOPLE = "people"  # the organisation, its people and its memberships
    MINISTRY = "ministry"  # the work of officers


class Told(NamedTuple):
    """One kind of notice; `facts` are those that the address of its page needs."""

    sentence: object
    endpoint: str
    facts: tuple
    group: Group


def _pairing(sentence, group=Group.ANSWERS):
    """Return a kind that leads to the page of a pairing, as most of them do."""
    return Told(sentence, "pairings.show", ("pairing_id",), group)


# No sentence holds a name or a contact: a notice may be read in a mail, before both sides said yes.
KINDS = {
    "organisation_approved": Told(
        _l("The ministry has approved your organisation."), "organisations.show", (), Group.PEOPLE
    ),
    "organisation_returned": Told(
        _l("The ministry has returned your organisation with a reason. Read and answer it."),
        "organisations.show",
        (),
        Group.PEOPLE,
    ),
    "organisation_suspended": Told(
        _l("The ministry has suspended your organisation. The reason stands on its page."),
        "organisations.show",
        (),
        Group.PEOPLE,
    ),
    "assigned": _pairing(_l("A colleague gave you a match to take care of.")),
    "join_accepted": Told(
        _l("You can now act for your organisation."), "desk.index", (), Group.PEOPLE
    ),
    "join_declined": Told(
        _l("The owner did not accept your request to join."), "accounts.waiting", (), Group.PEOPLE
    ),
    "join_asked": Told(
        _l("A colleague asks to act for your organisation. Let them in or decline."),
        "organisations.show",
        (),
        Group.PEOPLE,
    ),
    "role_owner": Told(
        _l("You are now an owner of your organisation: you may change its facts and its people."),
        "organisations.show",
        (),
        Group.PEOPLE,
    ),
    "role_member": Told(
        _l("You are now a member of your organisation, and no longer an owner."),
        "organisations.show",
        (),
        Group.PEOPLE,
    ),
    "member_removed": Told(
        _l("You no longer act for your organisation."), "accounts.waiting", (), Group.PEOPLE
    ),
    "membership_accepted": Told(
        _l("A firm has accepted your invitation and is now a member."),
        "associations.index",
        (),
        Group.PEOPLE,
    ),
    "recommendation_to_agree": Told(
        _l("An association would like to recommend one of your needs. Read it and decide."),
        "recommendations.index",
        (),
        Group.PROPOSALS,
    ),
    "recommendation_agreed": Told(
        _l("A member has agreed to your recommendation; the company can read it now."),
        "recommendations.index",
        (),
        Group.PROPOSALS,
    ),
    "recommendation": Told(
        _l("An association recommends a need to one of your offers."),
        "pairings.need_for_offer",
        ("offer_id", "need_id"),
        Group.PROPOSALS,
    ),
    "membership_invited": Told(
        _l("An association has invited you to become a member. Read and answer it."),
        "associations.memberships",
        (),
        Group.PEOPLE,
    ),
    "asked": _pairing(_l("A firm asks for one of your offers. Say yes or no before the deadline.")),
    "invited": _pairing(
        _l("A company invites you to take one of its offers. Say yes or no before the deadline.")
    ),
    "agreed": _pairing(_l("Both sides have accepted. Names and contacts are open now.")),
    "others_open": _pairing(
        _l(
            "Another of your asks for this need is still open. Decide whether you keep or "
            "withdraw it."
        )
    ),
    "declined": _pairing(_l("The other side has declined your invitation or a proposal.")),
    "declined_passed_on": _pairing(
        _l("A company declined. The next offer that you named has been asked at once.")
    ),
    "declined_choose": _pairing(_l("A company declined. Choose whom to ask next.")),
    "answer_due": _pairing(
        _l("The deadline for an answer of yours is near. Say yes or no, as you like."),
        Group.DEADLINES,
    ),
    "expired": _pairing(_l("Time ran out without an answer.")),
    "expired_passed_on": _pairing(
        _l(
            "A company did not answer in time. The next offer that you named has been asked "
            "at once."
        )
    ),
    "expired_choose": _pairing(_l("A company did not answer in time. Choose whom to ask next.")),
    "closed": _pairing(
        _l("A need or an offer was closed, and what was open with it has come to an end.")
    ),
    "closed_passed_on": _pairing(
        _l(
            "An offer that you had asked for is no longer there. The next one that you named "
            "has been asked at once."
        )
    ),
    "closed_choose": _pairing(
        _l("An offer that you had asked for is no longer there. Choose whom to ask next.")
    ),
    "withdrawn": _pairing(_l("The other side has taken back its ask or its invitation.")),
    "ended": _pairing(_l("The other side has ended what you had agreed.")),
    "place_free": _pairing(
        _l(
            "A place has come free. Your place in line is now a request, and the company "
            "answers within seven days."
        )
    ),
    "proposed": _pairing(
        _l("A match is proposed to you and the other side. Say yes or no before the deadline."),
        Group.PROPOSALS,
    ),
    "round_computed": Told(
        _l("The round that you asked for is computed. Nobody else has seen it yet."),
        "ministry.round",
        ("round_id",),
        Group.MINISTRY,
    ),
    "round_published": Told(
        _l("The weekly round was computed and published, as the schedule says."),
        "ministry.round",
        ("round_id",),
        Group.MINISTRY,
    ),
    "place_taken": _pairing(_l("The place of a proposal went to another firm."), Group.PROPOSALS),
    "still_wanted": _pairing(
        _l("You have waited in line for 30 days. Say whether you still want the place."),
        Group.DEADLINES,
    ),
    "need_unmet": Told(
        _l(
            "A need of yours has come to its end without a yes. Read why, and open it again "
            "with one click if you like."
        ),
        "needs.show",
        ("need_id",),
        Group.DEADLINES,
    ),
    "need_ends_soon": Told(
        _l("A need of yours ends within a week. Give it a later last day if it should stay open."),
        "needs.show",
        ("need_id",),
        Group.DEADLINES,
    ),
    "need_unasked": Told(
        _l("Offers fit a need of yours, and you have asked none yet. See them, and ask."),
        "pairings.ranked",
        ("need_id",),
        Group.PROPOSALS,
    ),
    "need_nothing_fits": Told(
        _l("Nothing fits a need of yours yet. See why, and what helps."),
        "pairings.ranked",
        ("need_id",),
        Group.PROPOSALS,
    ),
    "slow_began": Told(
        _l(
            "Fewer than half of the asks and proposals to you were answered in time, so for "
            "30 days you get half the proposals. It ends by itself."
        ),
        "pairings.index",
        (),
        Group.DEADLINES,
    ),
    "message": Told(
        _l("You have a new message from the other side of a match."),
        "pairings.talk",
        ("pairing_id",),
        Group.MESSAGES,
    ),
    "report_handled": Told(
        _l("The ministry has decided on a message that your side reported."),
        "pairings.talk",
        ("pairing_id",),
        Group.MESSAGES,
    ),
    "message_hidden": Told(
        _l("The ministry has hidden a message of one of your conversations."),
        "pairings.talk",
        ("pairing_id",),
        Group.MESSAGES,
    ),
    "message_reported": Told(
        _l("A message was reported. Read it and decide."), "ministry.reports", (), Group.MINISTRY
    ),
    "agreement_confirmed": _pairing(_l("The other side has confirmed the agreement.")),
    "contact_missing": _pairing(
        _l("The person whose contact was to open no longer acts for you. Name another one.")
    ),
    "contact_named": _pairing(
        _l("The other side has named another contact, whose contact data are open now.")
    ),
    "completion_confirmed": _pairing(_l("The other side has confirmed that it is done.")),
}


def sentence(notice):
    """Return what a notice says, in the language in force."""
    return str(KINDS[notice.kind].sentence)


def link(notice, external=True):
    """Return the address of the page that a notice leads to."""
    told = KINDS[notice.kind]
    if not set(told.facts) <= set(notice.facts):  # of a time when its page needed less
        return url_for("notifications.index", _external=external)
    facts = {name: notice.facts[name] for name in told.facts}
    return url_for(told.endpoint, _external=external, **facts)


def kinds_about(endpoint):
    """Return {kind: facts} of the notices that lead to one thing's page, for that page."""
    return {
        kind: told.facts for kind, told in KINDS.items() if told.facts and told.endpoint == endpoint
    }
