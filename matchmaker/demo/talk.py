"""What the demonstration's parties say to each other once both have accepted."""

from functools import partial

from ..db import db
from ..pairings.conversation import conversation, reports
from ..pairings.conversation.attachments import Upload
from ..pairings.conversation.conversation import Message
from ..pairings.conversation.leftovers import store
from ..pairings.states import Side


class Talk:
    """Lets both sides write, read what was written before, and report."""

    def __init__(self, market, calendar):
        self.market = market
        self.calendar = calendar

    def acts(self, conversations):
        """Yield (moment, act) for each message of the file."""
        for entry in conversations:
            for order, step in enumerate(entry["messages"]):
                # After what happened to the pairing that day, before the hour of deadlines.
                moment = self.calendar.at(step["days_ago"], 15, 20 * order)
                yield moment, partial(self._say, entry, step)

    def _say(self, entry, step, *, now):
        pairing = self.market.pairings[entry["need"], entry["offer"]]
        by = self._person(pairing, step["by"])
        last = db.session.scalars(Message.of(pairing)).all()[-1:]
        if last:
            conversation.read(pairing, last[0], by=by, now=now)
        technical = step.get("technical", False)
        message = conversation.write(
            pairing,
            by=by,
            now=now,
            text=step["text"],
            uploads=[Upload(one["name"], one["text"].encode()) for one in step.get("files", ())],
            store=store(),
            technical=technical,
            nda=technical,
        )
        if "reported" in step:
            self._report(message, pairing, step, now=now)

    def _report(self, message, pairing, step, *, now):
        other = Side.SME if step["by"] == Side.COMPANY else Side.COMPANY
        by = self._person(pairing, other)
        conversation.read(pairing, message, by=by, now=now)
        reports.report(
            message, reports.Wrong(step["reported"]), by=by, now=now, comment=step.get("comment")
        )

    def _person(self, pairing, side):
        organisation = pairing.sme if side == Side.SME else pairing.company
        return organisation.people[0]
