"""What happens between the demonstration's parties, each step by the product's own verb."""

from functools import partial

from ..accounts.consent_texts import RECOMMENDATION
from ..associations.models import invite as invite_member
from ..db import db
from ..pairings.answering import (
    accept,
    confirm_agreement,
    confirm_completion,
    confirm_relation,
    decline,
    end,
    withdraw,
)
from ..pairings.asking import Further, ask, invite
from ..pairings.clock import day_of
from ..pairings.models import Pairing
from ..pairings.passing import expire
from ..pairings.recommending.recommendations import recommend
from ..pairings.relations import RelationKind
from ..pairings.states import Reason, Side
from ..pairings.waiting import ask_whether_still_wanted, long_waiting

CLOSING = {"decline": decline, "withdraw": withdraw, "end": end}
CONFIRMING = {"confirm": confirm_agreement, "complete": confirm_completion}


class Life:
    """Lets associations recommend, and firms and companies meet."""

    def __init__(self, market, calendar):
        self.market = market
        self.calendar = calendar
        self.day = None

    def acts(self, memberships, recommendations, pairings):
        """Yield (moment, act) for all that the associations do, and for each step of a pairing."""
        for entry in memberships:
            yield from self._membership_acts(entry)
        for entry in recommendations:
            yield from self._recommendation_acts(entry)
        for place, entry in enumerate(pairings):
            for order, step in enumerate(entry["steps"]):
                minutes = 20 * order + place % 17  # not all of a day at the same minute
                moment = partial(self.calendar.at, step["days_ago"], 13)
                if step["do"] != "expire":  # that time does by itself, see pass_time
                    yield moment(minutes), partial(self._step, entry, step)
                if step["do"] == "accept" and "relation_confirmed" in entry:
                    yield moment(minutes + 10), partial(self._confirm_relation, entry)

    def pass_time(self, until):
        """Let everything run out whose time is up, each at its own moment.

        Looks once a day: all acts of a day lie before the hour at which time runs out.
        """
        if day_of(until) == self.day:
            return
        self.day = day_of(until)
        for pairing in db.session.scalars(Pairing.overdue(until)).all():
            expire(pairing, now=pairing.expires_at)
        for pairing in db.session.scalars(long_waiting(until)).all():
            ask_whether_still_wanted(pairing, now=until)

    def _membership_acts(self, entry):
        yield self.calendar.at(entry["invited_days_ago"], 12), partial(self._invite_member, entry)
        if entry.get("answered_days_ago") is not None:
            moment = self.calendar.at(entry["answered_days_ago"], 12, 15)
            yield moment, partial(self._answer_association, entry)
        if entry.get("left_days_ago") is not None:
            yield self.calendar.at(entry["left_days_ago"], 12, 20), partial(self._leave, entry)

    def _invite_member(self, entry, *, now):
        association, member = self._organisations(entry)
        self.market.memberships[_key(entry, "association", "member")] = invite_member(
            *(association, member.business_number, member.name),
            by=self.market.owner(entry["association"]),
            now=now,
        )

    def _answer_association(self, entry, *, now):
        membership = self.market.memberships[_key(entry, "association", "member")]
        owner = self.market.owner(entry["member"])
        if entry["answer"] == "declined":
            membership.decline(by=owner, now=now)
        else:
            shows = entry["shows_needs"] or entry["answer"] == "left"
            membership.accept(owner.organisation, shows_needs=shows, by=owner, now=now)

    def _leave(self, entry, *, now):
        membership = self.market.memberships[_key(entry, "association", "member")]
        membership.leave(by=self.market.owner(entry["member"]), now=now)

    def _recommendation_acts(self, entry):
        moment = self.calendar.at(entry["prepared_days_ago"], 12, 30)
        yield moment, partial(self._recommend, entry)
        if entry["answer"]:
            moment = self.calendar.at(entry["answered_days_ago"], 12, 40)
            yield moment, partial(self._answer_recommendation, entry)

    def _recommend(self, entry, *, now):
        association = self.market.organisations[entry["association"]]
        need, offer = self._pair(entry)
        self.market.recommendations[_key(entry, "association", "need", "offer")] = recommend(
            *(association, need, offer, entry[f"word_{need.written_in}"]),
            by=self.market.owner(entry["association"]),
            now=now,
        )

    def _answer_recommendation(self, entry, *, now):
        recommendation = self.market.recommendations[_key(entry, "association", "need", "offer")]
        owner = self._side(entry, Side.SME)
        if entry["answer"] == "declined":
            recommendation.decline(by=owner, now=now)
            return
        consent = owner.consent_to(RECOMMENDATION, language=owner.language, now=now)
        consent.recipient_id = recommendation.offer.organisation_id
        consent.need_id = recommendation.need_id
        named = entry["association_named"]
        recommendation.agree(named=named, consent=consent, by=owner, now=now)

    def _step(self, entry, step, *, now):
        """Do one step of a pairing as the person of the side that the file names."""
        by, do = self._side(entry, step["by"]), step["do"]
        need, offer = self._pair(entry)
        key = _key(entry, "need", "offer")
        if do == "ask":
            self.market.pairings[key] = ask(
                *(need, offer),
                by=by,
                now=now,
                relation=RelationKind(entry["relation"]),
                consent=True,
                message=entry.get("message"),
                further=[self._further(each) for each in entry.get("next_offers", ())],
            )
        elif do == "invite":
            self.market.pairings[key] = invite(offer, need, by=by, now=now, consent=True)
        else:
            self._answer(self.market.pairings[key], entry, step, by=by, now=now)

    def _answer(self, pairing, entry, step, *, by, now):
        do = step["do"]
        if do == "accept":
            relation = RelationKind(entry["relation"]) if step["by"] == Side.SME else None
            accept(pairing, by=by, now=now, consent=True, relation=relation)
        elif do in CONFIRMING:
            CONFIRMING[do](pairing, by=by, now=now)
        else:
            reason = Reason(step["reason"]) if "reason" in step else None
            CLOSING[do](pairing, by=by, now=now, reason=reason, comment=step.get("comment"))

    def _confirm_relation(self, entry, *, now):
        pairing = self.market.pairings[_key(entry, "need", "offer")]
        kind = RelationKind(entry["relation_confirmed"])
        confirm_relation(pairing, kind, by=self._side(entry, Side.COMPANY), now=now)

    def _further(self, entry):
        relation = RelationKind(entry["relation"])
        return Further(self.market.offers[entry["offer"]], relation, consent=True)

    def _pair(self, entry):
        return self.market.needs[entry["need"]], self.market.offers[entry["offer"]]

    def _side(self, entry, side):
        need, offer = self._pair(entry)
        listing = need if side == Side.SME else offer
        return listing.organisation.people[0]

    def _organisations(self, entry):
        return (self.market.organisations[entry[name]] for name in ("association", "member"))


def _key(entry, *names):
    return tuple(entry[name] for name in names)
