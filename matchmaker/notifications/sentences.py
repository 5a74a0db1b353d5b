"""What each kind of notice says, and the page that it leads to."""

from flask import url_for
from flask_babel import lazy_gettext as _l

# kind → (sentence, endpoint, the facts that its address needs). No sentence holds a name or a
# contact: a notice may be read in a mail, before both sides said yes.
KINDS = {
    "organisation_approved": (
        _l("The ministry has approved your organisation."),
        "organisations.show",
        (),
    ),
    "organisation_returned": (
        _l("The ministry has returned your organisation with a reason. Read and answer it."),
        "organisations.show",
        (),
    ),
    "organisation_suspended": (
        _l("The ministry has suspended your organisation. The reason stands on its page."),
        "organisations.show",
        (),
    ),
    "join_accepted": (_l("You can now act for your organisation."), "desk.index", ()),
    "join_declined": (
        _l("The owner did not accept your request to join."),
        "accounts.waiting",
        (),
    ),
    "join_asked": (
        _l("A colleague asks to act for your organisation. Let them in or decline."),
        "organisations.show",
        (),
    ),
    "role_owner": (
        _l("You are now an owner of your organisation: you may change its facts and its people."),
        "organisations.show",
        (),
    ),
    "role_member": (
        _l("You are now a member of your organisation, and no longer an owner."),
        "organisations.show",
        (),
    ),
    "member_removed": (_l("You no longer act for your organisation."), "accounts.waiting", ()),
    "membership_accepted": (
        _l("A firm has accepted your invitation and is now a member."),
        "associations.index",
        (),
    ),
    "recommendation_to_agree": (
        _l("An association would like to recommend one of your needs. Read it and decide."),
        "recommendations.index",
        (),
    ),
    "recommendation_agreed": (
        _l("A member has agreed to your recommendation; the company can read it now."),
        "recommendations.index",
        (),
    ),
    "recommendation": (
        _l("An association recommends a need to one of your offers."),
        "pairings.need_for_offer",
        ("offer_id", "need_id"),
    ),
    "membership_invited": (
        _l("An association has invited you to become a member. Read and answer it."),
        "associations.memberships",
        (),
    ),
    "asked": (
        _l("A firm asks for one of your offers. Say yes or no before the deadline."),
        "pairings.show",
        ("pairing_id",),
    ),
    "invited": (
        _l("A company invites you to take one of its offers. Say yes or no before the deadline."),
        "pairings.show",
        ("pairing_id",),
    ),
    "agreed": (
        _l("Both sides have accepted. Names and contacts are open now."),
        "pairings.show",
        ("pairing_id",),
    ),
    "others_open": (
        _l(
            "Another of your asks for this need is still open. Decide whether you keep or "
            "withdraw it."
        ),
        "pairings.index",
        (),
    ),
    "declined": (
        _l("The other side has declined your invitation or a proposal."),
        "pairings.show",
        ("pairing_id",),
    ),
    "declined_passed_on": (
        _l("A company declined. The next offer that you named has been asked at once."),
        "pairings.show",
        ("pairing_id",),
    ),
    "declined_choose": (
        _l("A company declined. Choose whom to ask next."),
        "pairings.show",
        ("pairing_id",),
    ),
    "expired": (_l("Time ran out without an answer."), "pairings.show", ("pairing_id",)),
    "expired_passed_on": (
        _l(
            "A company did not answer in time. The next offer that you named has been asked "
            "at once."
        ),
        "pairings.show",
        ("pairing_id",),
    ),
    "expired_choose": (
        _l("A company did not answer in time. Choose whom to ask next."),
        "pairings.show",
        ("pairing_id",),
    ),
    "closed": (
        _l("A need or an offer was closed, and what was open with it has come to an end."),
        "pairings.show",
        ("pairing_id",),
    ),
    "closed_passed_on": (
        _l(
            "An offer that you had asked for is no longer there. The next one that you named "
            "has been asked at once."
        ),
        "pairings.show",
        ("pairing_id",),
    ),
    "closed_choose": (
        _l("An offer that you had asked for is no longer there. Choose whom to ask next."),
        "pairings.show",
        ("pairing_id",),
    ),
    "withdrawn": (
        _l("The other side has taken back its ask or its invitation."),
        "pairings.show",
        ("pairing_id",),
    ),
    "ended": (
        _l("The other side has ended what you had agreed."),
        "pairings.show",
        ("pairing_id",),
    ),
    "place_free": (
        _l(
            "A place has come free. Your place in line is now a request, and the company "
            "answers within seven days."
        ),
        "pairings.show",
        ("pairing_id",),
    ),
    "place_taken": (
        _l("The place of a proposal went to another firm."),
        "pairings.show",
        ("pairing_id",),
    ),
    "still_wanted": (
        _l("You have waited in line for 30 days. Say whether you still want the place."),
        "pairings.show",
        ("pairing_id",),
    ),
    "slow_began": (
        _l(
            "Fewer than half of the asks and proposals to you were answered in time, so for "
            "30 days you get half the proposals. It ends by itself."
        ),
        "pairings.index",
        (),
    ),
    "agreement_confirmed": (
        _l("The other side has confirmed the agreement."),
        "pairings.show",
        ("pairing_id",),
    ),
    "contact_missing": (
        _l("The person whose contact was to open no longer acts for you. Name another one."),
        "pairings.show",
        ("pairing_id",),
    ),
    "contact_named": (
        _l("The other side has named another contact, whose contact data are open now."),
        "pairings.show",
        ("pairing_id",),
    ),
    "completion_confirmed": (
        _l("The other side has confirmed that it is done."),
        "pairings.show",
        ("pairing_id",),
    ),
}


def sentence(notice):
    """Return what a notice says, in the language in force."""
    return str(KINDS[notice.kind][0])


def link(notice, external=True):
    """Return the address of the page that a notice leads to."""
    _sentence, endpoint, names = KINDS[notice.kind]
    return url_for(endpoint, _external=external, **{name: notice.facts[name] for name in names})
