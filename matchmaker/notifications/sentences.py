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
    "recommendation": (
        _l("A recommendation has been sent."),
        "recommendations.index",
        (),
    ),
}


def sentence(notice):
    """Return what a notice says, in the language in force."""
    return str(KINDS[notice.kind][0])


def link(notice, external=True):
    """Return the address of the page that a notice leads to."""
    _sentence, endpoint, names = KINDS[notice.kind]
    return url_for(endpoint, _external=external, **{name: notice.facts[name] for name in names})
