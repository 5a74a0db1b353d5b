"""What an organisation should do next, in the order of urgency, in words and with its link."""

from typing import NamedTuple

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from ..i18n import clock, days_left, short_day
from ..organisations.models import Kind


class Task(NamedTuple):
    """One line of the list: how many, of what, where to go, and until when."""

    count: int
    text: str
    url: str
    note: str = ""
    late: bool = False


def tasks(organisation, counts, *, is_owner):
    """Return what waits for an approved organisation, the most urgent first."""
    lines = {
        Kind.SME: _of_firm,
        Kind.COMPANY: _of_company,
        Kind.ASSOCIATION: _of_association,
    }[organisation.kind](counts)
    if is_owner:
        lines.append(_joins(counts.joins))
    return [task for task in lines if task.count]


def _of_firm(counts):
    return [
        _answers(
            counts,
            ngettext(
                "company waits for your yes or no",
                "companies wait for your yes or no",
                counts.answers,
            ),
        ),
        Task(
            counts.still_wanted,
            ngettext(
                "place in line is kept only if you still want it",
                "places in line are kept only if you still want them",
                counts.still_wanted,
            ),
            url_for("pairings.index", tab="open"),
        ),
        _conversations(counts),
        *_confirmations(counts),
        Task(
            counts.recommendations,
            ngettext(
                "recommendation waits for your agreement",
                "recommendations wait for your agreement",
                counts.recommendations,
            ),
            url_for("recommendations.index"),
        ),
        Task(
            counts.memberships,
            ngettext(
                "association invites you to become a member",
                "associations invite you to become a member",
                counts.memberships,
            ),
            url_for("associations.memberships"),
        ),
        Task(
            counts.unasked,
            ngettext(
                "published need for which you have asked nobody yet",
                "published needs for which you have asked nobody yet",
                counts.unasked,
            ),
            url_for("needs.index"),
        ),
        _drafts(counts, url_for("needs.index")),
    ]


def _of_company(counts):
    return [
        _answers(
            counts,
            ngettext(
                "small firm waits for your answer",
                "small firms wait for your answer",
                counts.answers,
            ),
        ),
        _conversations(counts),
        *_confirmations(counts),
        Task(
            counts.relations,
            ngettext(
                "firm whose relation to you is to be confirmed",
                "firms whose relation to you is to be confirmed",
                counts.relations,
            ),
            url_for("pairings.index", tab="agreed"),
        ),
        Task(
            counts.full,
            ngettext(
                "offer with firms in line; more places would let them in",
                "offers with firms in line; more places would let them in",
                counts.full,
            ),
            url_for("offers.mine"),
        ),
        Task(
            counts.ending,
            ngettext(
                "offer closes within two weeks",
                "offers close within two weeks",
                counts.ending,
            ),
            url_for("offers.mine"),
        ),
        _drafts(counts, url_for("offers.mine")),
    ]


def _of_association(counts):
    return [
        Task(
            counts.needs,
            ngettext(
                "need of a member that nobody has met or recommended yet",
                "needs of members that nobody has met or recommended yet",
                counts.needs,
            ),
            url_for("recommendations.needs"),
        ),
        Task(
            counts.unanswered,
            ngettext(
                "recommendation waits for the member’s agreement",
                "recommendations wait for the members’ agreement",
                counts.unanswered,
            ),
            url_for("recommendations.index"),
        ),
        Task(
            counts.invited,
            ngettext(
                "invitation that a firm has not answered yet",
                "invitations that firms have not answered yet",
                counts.invited,
            ),
            url_for("associations.index", standing="invited"),
        ),
    ]


def _answers(counts, text):
    """The first line of both sides: what runs out soonest."""
    note, late = _until(counts.first_due)
    return Task(counts.answers, text, url_for("pairings.index"), note, late)


def _until(deadline):
    if deadline is None:
        return "", False
    days = days_left(deadline)
    if days < 1:
        return _("first one today until %(time)s", time=clock(deadline)), True
    return (
        ngettext(
            "first one until %(day)s, %(num)d day left",
            "first one until %(day)s, %(num)d days left",
            days,
            day=short_day(deadline),
        ),
        False,
    )


def _conversations(counts):
    return Task(
        counts.conversations,
        ngettext(
            "conversation with something new for you",
            "conversations with something new for you",
            counts.conversations,
        ),
        url_for("pairings.next_unread"),
    )


def _confirmations(counts):
    url = url_for("pairings.index", tab="agreed")
    return (
        Task(
            counts.agreements,
            ngettext(
                "agreement is still to be confirmed by you",
                "agreements are still to be confirmed by you",
                counts.agreements,
            ),
            url,
        ),
        Task(
            counts.completions,
            ngettext(
                "completion that the other side has confirmed and you have not",
                "completions that the other side has confirmed and you have not",
                counts.completions,
            ),
            url,
        ),
    )


def _drafts(counts, url):
    return Task(
        counts.drafts,
        ngettext("draft is not published yet", "drafts are not published yet", counts.drafts),
        url,
    )


def _joins(count):
    return Task(
        count,
        ngettext(
            "person asks to act for your organisation",
            "people ask to act for your organisation",
            count,
        ),
        url_for("organisations.show"),
    )
