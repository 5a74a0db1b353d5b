"""What a simulation brought, counted from the rows that it left."""

from collections import Counter
from statistics import mean, median, quantiles

import sqlalchemy as sa

from ..db import db
from ..listing.models import Stage
from ..needs.models import Need
from ..needs.unmet import UnmetNeed
from ..offers.models import Offer
from ..outbox import Notice
from ..pairings.models import Pairing
from ..pairings.next_offers import NextOffer
from ..pairings.rounds.models import Round, RoundChoice, RoundState
from ..pairings.states import PLACED, UNDECIDED, Side, State

ANSWERS = ("yes", "no")
# What each ask came to; every one of these is an end of which the firm has been told.
HOWS = {
    "yes": "the company said yes",
    "no": "the company said no",
    "passed_on": "no answer in time: the next offer was asked at once",
    "told": "no answer in time: the firm was told at once, and chose",
    "withdrawn": "the firm withdrew it",
    "closed": "a listing closed",
    "open": "still open, or ended untold",
}


def asks():
    """Return {how: number} of all asks that reached a company."""
    told, passed_on = set(db.session.scalars(_told())), _passed_on()
    counts = Counter()
    for pairing in db.session.scalars(sa.select(Pairing).where(Pairing.asked_at.is_not(None))):
        counts[_how(pairing, told, passed_on)] += 1
    return counts


def _told():
    """Select the ids of pairings after whose end the firm read at once that it may choose."""
    kinds = ("expired_choose", "declined_choose", "closed_choose")
    return sa.select(Notice.facts["pairing_id"].as_integer()).where(Notice.kind.in_(kinds))


def _passed_on():
    """Return the ids of pairings at whose very end the next offer of their chain was asked."""
    used = sa.select(NextOffer.pairing_id, NextOffer.asked_pairing_id, NextOffer.used_at).where(
        NextOffer.asked_pairing_id.is_not(None)
    )
    steps = db.session.execute(used).all()
    head_of = {asked: head for head, asked, _ in steps}
    moments = {(head, at) for head, _, at in steps}
    ended = sa.select(Pairing.id, Pairing.closed_at).where(Pairing.closed_at.is_not(None))
    return {id_ for id_, at in db.session.execute(ended) if (head_of.get(id_, id_), at) in moments}


def _how(pairing, told, passed_on):
    if pairing.agreed_at:
        return "yes"
    if pairing.state is State.DECLINED:
        return "no"
    if pairing.state is State.WITHDRAWN:
        return "withdrawn" if pairing.closed_by is Side.SME else "closed"
    if pairing.state is State.EXPIRED and pairing.id in passed_on:
        return "passed_on"
    if pairing.state is State.EXPIRED and pairing.id in told:
        return "told"
    return "open"


def begun_by_others():
    """Return {what: {how: number}} of what rounds proposed and companies invited to."""
    proposed = set(db.session.scalars(sa.select(RoundChoice.pairing_id)))
    counts = {"proposals": Counter(), "invitations": Counter()}
    for pairing in db.session.scalars(sa.select(Pairing).order_by(Pairing.id)):
        if pairing.id in proposed:
            counts["proposals"][_end_of(pairing)] += 1
        elif pairing.invited_at:
            counts["invitations"][_end_of(pairing)] += 1
    return counts


def _end_of(pairing):
    if pairing.agreed_at:
        return "both said yes"
    if pairing.state in UNDECIDED:
        return "open"
    return {State.DECLINED: "one said no", State.EXPIRED: "time ran out"}.get(
        pairing.state, "taken back or closed"
    )


def hours_to_answer():
    """Return the hours from each ask to the company's answer, shortest first."""
    answered = sa.select(Pairing.asked_at, Pairing.agreed_at, Pairing.closed_at).where(
        Pairing.asked_at.is_not(None),
        sa.or_(
            Pairing.agreed_at.is_not(None),
            sa.and_(Pairing.state == State.DECLINED, Pairing.closed_by == Side.COMPANY),
        ),
    )
    return sorted(
        ((agreed or closed) - asked).total_seconds() / 3600
        for asked, agreed, closed in db.session.execute(answered)
    )


def fates():
    """Return {fate: number} of all needs; "between" is what must not be."""
    placed = set(db.session.scalars(sa.select(Pairing.need_id).where(Pairing.state.in_(PLACED))))
    undecided = set(
        db.session.scalars(sa.select(Pairing.need_id).where(Pairing.state.in_(UNDECIDED)))
    )
    unmet = dict(db.session.execute(sa.select(UnmetNeed.need_id, UnmetNeed.reason)).all())
    counts = Counter()
    for need_id, stage in db.session.execute(sa.select(Need.id, Need.stage)):
        if need_id in undecided:
            counts["between"] += 1
        elif need_id in placed:
            counts["agreed"] += 1
        elif need_id in unmet:
            counts[f"unmet: {unmet[need_id].value}"] += 1
        elif stage is Stage.CLOSED:
            counts["closed by its firm"] += 1
        else:
            counts["between"] += 1
    return counts


def places():
    """Return (places taken at the end, firms that got one at any time, all places)."""
    taken, capacity = db.session.execute(
        sa.select(sa.func.sum(Offer.places_taken), sa.func.sum(Offer.capacity))
    ).one()
    ever = sa.select(sa.func.count(Pairing.id)).where(Pairing.agreed_at.is_not(None))
    return taken, db.session.scalar(ever), capacity


def rounds():
    """Return the published rounds, the first one first."""
    published = sa.select(Round).where(Round.state == RoundState.PUBLISHED)
    return db.session.scalars(published.order_by(Round.id)).all()


def answered_or_passed_on(counts):
    """Return the share of asks that did not end in silence towards the firm, in [0, 1]."""
    total = sum(counts.values())
    return 1 - counts["open"] / total if total else 1.0


def answered_in_time(counts):
    """Return the share of asks that a company answered, of those it was left to answer."""
    due = sum(counts[how] for how in (*ANSWERS, "passed_on", "told"))
    return sum(counts[how] for how in ANSWERS) / due if due else 1.0


def lines(play, days):
    """Yield the report, line by line, in Markdown."""
    counts, ended, hours = asks(), fates(), hours_to_answer()
    taken, ever, capacity = places()
    yield f"{play.acts:,} acts over {play.days} days; all clocks had run out on day {days}."
    yield ""
    yield "## Asks"
    yield f"- answered or passed on: {answered_or_passed_on(counts):.0%} of {counts.total():,}"
    yield f"- answered in time by the company: {answered_in_time(counts):.0%}"
    for how, words in HOWS.items():
        yield f"- {words}: {counts[how]:,}"
    if len(hours) > 1:
        late = quantiles(hours, n=10)[-1]
        yield f"- time to answer: median {median(hours):.0f} hours, nine in ten in {late:.0f}"
    for what, ends in begun_by_others().items():
        told = ", ".join(f"{how} {number}" for how, number in sorted(ends.items()))
        yield f"- {what}: {ends.total()}" + (f" ({told})" if told else "")
    yield ""
    yield "## Places"
    yield f"- places used at the end: {taken} of {capacity} ({taken / capacity:.0%})"
    yield f"- agreements at any time: {ever}"
    yield f"- capacity breaches: {play.breaches}"
    yield ""
    yield "## Needs"
    for fate, number in sorted(ended.items()):
        yield f"- {fate}: {number}"
    yield f"- none of these: {ended['between']}"
    yield ""
    yield from _rounds()


def _rounds():
    made = rounds()
    yield "## Rounds"
    columns = ("week", "needs", "proposed", "blocking pairs", "over capacity", "exposed", "bound")
    yield "| " + " | ".join((*columns, "Gini, plain lists", "Gini, ours", "score loss")) + " |"
    yield "|---" * 10 + "|"
    for each in made:
        figures, lists = each.figures, each.figures["lists"]
        yield (
            f"| {each.week} | {figures['needs']} | {figures['proposed']} | {figures['blocking']} "
            f"| {figures['over_capacity']} | {lists['exposed']} | {lists['bound']} "
            f"| {lists['plain_gini']:.2f} | {lists['gini']:.2f} | {lists['loss']:.3f} |"
        )
    shown = [each.figures["lists"] for each in made if each.figures["lists"]["eligible"]]
    if shown:
        plain, ours = (mean(one[name] for one in shown) for name in ("plain_gini", "gini"))
        yield ""
        yield f"- Gini of appearances, mean of the rounds: plain {plain:.2f}, ours {ours:.2f}"
        equal = all(one["exposed"] == one["bound"] for one in shown)
        yield f"- firms on lists equal to the bound in each round: {'yes' if equal else 'NO'}"
    yield f"- blocking pairs in all rounds: {sum(each.figures['blocking'] for each in made)}"
