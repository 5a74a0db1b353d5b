"""What has become of a need so far, who has it now and until when, and what comes next."""

from typing import NamedTuple

import sqlalchemy as sa
from flask import url_for
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy.orm import joinedload

from ..db import db, utcnow
from ..i18n import clock, day, moment, short_day
from ..listing.models import Stage
from ..needs.models import IDLE_DAYS
from ..needs.unmet import UnmetNeed
from .lists import next_offers, places_in_line
from .models import Pairing
from .next_best import next_best
from .next_offers import NextOffer
from .rules import rule_text
from .situation import BY_SYSTEM, CLOSED
from .states import LIVE, Side, State
from .timeline import Step, after_no_yes, still_wanted_step


class Story(NamedTuple):
    """The steps of a need, and the offers from which its firm may choose now."""

    steps: list
    choices: list


def need_story(need):
    """Return the story of a need as its own firm reads it; the same number of statements always."""
    now = utcnow()
    met = db.session.scalars(
        sa.select(Pairing)
        .where(Pairing.need_id == need.id)
        .options(joinedload(Pairing.offer), joinedload(Pairing.company))
        .order_by(Pairing.id)
    ).all()
    live = [pairing for pairing in met if pairing.state in LIVE]
    undecided = any(pairing.agreed_at is None for pairing in live)
    choices = [] if live else next_best(need, now=now)
    steps = [
        *_past(need, met),
        *_present(live, places_in_line(live)),
        *_ahead(need, live, next_offers(live), undecided),
    ]
    return Story(steps, choices)


def _past(need, met):
    """Return what was done so far, in the order of time."""
    told = [(need.published_at, _("You published the need"), "")]
    for pairing in met:
        told += _of(pairing)
    told += _passed_over(met)
    for ending in db.session.scalars(sa.select(UnmetNeed).where(UnmetNeed.need_id == need.id)):
        told.append((ending.at, _("It ended without a yes"), ending.reason_name))
        told.append((ending.renewed_at, _("You opened it again"), ""))
    told = sorted((each for each in told if each[0]), key=lambda each: each[0])
    return [Step("done", title, moment(at), text) for at, title, text in told]


def _of(pairing):
    """Return (moment, title, text) of what happened with one offer."""
    other, offer, began = _linked(pairing), _offer(pairing), pairing.created_at
    if pairing.waiting_since:
        yield began, _told(_("You took a place in line: %(other)s"), other), offer
        yield pairing.asked_at, _told(_("A place freed, and the ask went to %(other)s"), other), ""
    elif pairing.asked_at == began:
        yield began, _told(_("You asked %(other)s"), other), offer
    elif pairing.invited_at == began:
        yield began, _told(_("Invited by %(other)s"), other), offer
    else:
        yield began, _told(_("Proposed to you and %(other)s"), other), offer
        yield pairing.asked_at, _told(_("You accepted, and %(other)s was asked"), other), ""
        yield pairing.invited_at, _told(_("Accepted by %(other)s"), other), ""
    opened = _("Names and contact data opened to both sides.")
    yield pairing.agreed_at, _told(_("Accepted by both: %(other)s"), other), opened
    if pairing.state is State.COMPLETED:
        yield pairing.changed_at, _told(_("Completed together with %(other)s"), other), ""
    if pairing.closed_at:
        by_people = (pairing.state, pairing.closed_by is Side.SME) in CLOSED
        by_system = pairing.closed_by is Side.SYSTEM or not by_people
        title = BY_SYSTEM if by_system else CLOSED[pairing.state, pairing.closed_by is Side.SME]
        name = pairing.company.display_name
        said = str(title) % {"other": name} if "%(" in str(title) else str(title)
        yield pairing.closed_at, said, "" if name in said else name


def _passed_over(met):
    """Return the named offers that could not be asked in their turn, with the rule."""
    rows = db.session.scalars(
        sa.select(NextOffer)
        .where(
            NextOffer.pairing_id.in_([pairing.id for pairing in met]),
            NextOffer.skipped_because.is_not(None),
        )
        .options(joinedload(NextOffer.offer))
    )
    return [
        (
            row.used_at,
            _("Passed over: %(company)s", company=row.offer.organisation.display_name),
            str(rule_text(row.skipped_because)),
        )
        for row in rows
    ]


def _present(live, places):
    """Return who has the need now, since when and until when."""
    for pairing in live:
        other, began = _linked(pairing), pairing.created_at
        title, since = "", pairing.changed_at
        if pairing.frozen_at:
            title = _("It rests with %(other)s while an organisation is suspended")
        elif pairing.state is State.ASKED:
            title, since = _("It is the turn of %(other)s to answer"), pairing.asked_at
        elif pairing.state is State.INVITED:
            title, since = _("%(other)s waits for your yes or no"), pairing.invited_at
        elif pairing.state is State.PROPOSED:
            title, since = _("Proposed: %(other)s and you may say yes or no"), pairing.created_at
        elif pairing.state is State.WAITING:
            place = _("You are number %(place)s in line", place=places.get(pairing.id))
            title, since = place + ": %(other)s", pairing.waiting_since
        elif pairing.state is State.AGREED:
            title, since = _("Accepted by both: %(other)s"), pairing.agreed_at
        else:
            title = _("Under way with %(other)s")
        yield Step(
            "now", _told(title, other), _since(since or began, pairing.expires_at), _offer(pairing)
        )


def _ahead(need, live, chains, undecided):
    """Return what comes next by itself, and where the firm chooses."""
    asked = [pairing for pairing in live if pairing.state is State.ASKED]
    for pairing in live:
        if pairing.state is State.ASKED:
            name = pairing.company.display_name
            yield Step(
                "next",
                after_no_yes(chains.get(pairing.id, [])),
                _("If no yes comes until %(day)s", day=short_day(pairing.expires_at)),
                _("For %(company)s", company=name) if len(asked) > 1 else "",
            )
        elif pairing.state is State.WAITING:
            yield still_wanted_step(pairing)
    if need.stage is Stage.PUBLISHED and not live:
        yield Step("next", _("It is your turn: choose whom to ask"), _("Now"))
    if need.stage in (Stage.PUBLISHED, Stage.PAUSED) and (undecided or not live):
        yield _last_day(need)


def _last_day(need):
    if need.closes_on:
        return Step(
            "next",
            _("Without a yes the need ends, and you may open it again"),
            _("After %(day)s", day=day(need.closes_on)),
        )
    return Step(
        "next",
        _("Without a yes the need ends, and you may open it again"),
        _("After %(days)s days without any movement", days=IDLE_DAYS),
    )


def _since(since, until):
    if until is None:
        return _("Since %(day)s", day=day(since))
    return _(
        "Since %(since)s, until %(until)s, %(time)s",
        since=short_day(since),
        until=short_day(until),
        time=clock(until),
    )


def _linked(pairing):
    """Return the name of the company as a link to the pairing."""
    return Markup('<a class="m-link" href="{}">{}</a>').format(
        url_for("pairings.show", pairing_id=pairing.id), pairing.company.display_name
    )


def _offer(pairing):
    """Return what the offer is called, in the language in which that is shown."""
    offer = pairing.offer
    return Markup('<span lang="{}">{}</span>').format(offer.shown_in, offer.display_title)


def _told(sentence, other):
    return Markup.escape(sentence) % {"other": other}
