"""What an organisation wishes for itself: settings, favourites, vetoes and "fewer like this"."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ... import audit
from ...db import choice, db
from ...listing.categories import Category
from ...needs.models import Need
from ...offers.models import Offer
from ...organisations.facts import Size
from ...organisations.models import Kind, Organisation
from ..states import Reason, Side
from .wishes import Settings, Wishes

MOST_OPEN = 100  # the largest number that an organisation may set for itself
_NAMED = 500  # more organisations than this are found by reading all


class Verdict(StrEnum):
    FAVOURITE = "favourite"
    VETO = "veto"
    FEWER = "fewer"  # last in the own lists, and last of what a round proposes


class Origin(StrEnum):
    CHOSEN = "chosen"
    DECLINED = "declined"  # it came with the reason of a no, and is undone by one click


# What a no with a reason makes rarer for whoever said it. Other reasons change nothing.
RARER = {
    Reason.WRONG_KIND: "category",
    Reason.WRONG_REGION: "region",
    Reason.TOO_SMALL: "size",
    Reason.TOO_LARGE: "size",
    Reason.ALREADY_SERVED: "listing",
}


class Preference(db.Model):  # type: ignore[name-defined]
    """The settings of one organisation; one that has none takes part in everything."""

    __table_args__ = (
        sa.CheckConstraint("most_open BETWEEN 1 AND 100", name="most_open_is_a_number"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(
        sa.ForeignKey("organisation.id", ondelete="CASCADE"), unique=True
    )
    automatic: Mapped[bool] = mapped_column(default=True)  # takes part in rounds
    most_open: Mapped[int | None]  # proposals and asks at once, as far as rounds go
    categories: Mapped[list] = mapped_column(sa.JSON, default=list)  # only these; none means all
    regions: Mapped[list] = mapped_column(sa.JSON, default=list)
    changed_at: Mapped[datetime]

    @classmethod
    def of(cls, organisation):
        """Return the settings of an organisation, stored or as they are before any change."""
        found = db.session.scalar(sa.select(cls).where(cls.organisation_id == organisation.id))
        return found or cls(
            organisation_id=organisation.id, automatic=True, categories=[], regions=[]
        )

    def change(self, *, automatic, most_open, categories, regions, by, now):
        """Set all at once, and record which of them changed."""
        wanted = {
            "automatic": automatic,
            "most_open": most_open,
            "categories": sorted(Category(one).value for one in categories),
            "regions": sorted(regions),
        }
        row = self if self.id else _first(self, now)
        changed = [name for name, value in wanted.items() if getattr(row, name) != value]
        if not changed:
            return
        for name, value in wanted.items():
            setattr(row, name, value)
        row.changed_at = now
        audit.record("set_preferences", row, by=by, now=now, changed=changed)


class Mark(db.Model):  # type: ignore[name-defined]
    """One organisation's word on a listing, an organisation, a kind, a region or a size.

    Exactly one of the columns in `ON` is set. Nobody but that organisation ever reads it.
    """

    ON = ("need_id", "offer_id", "counterpart_id", "category", "region", "size")

    __table_args__ = (
        *(sa.UniqueConstraint("organisation_id", name) for name in ON),
        sa.CheckConstraint(
            " + ".join(f"CASE WHEN {name} IS NULL THEN 0 ELSE 1 END" for name in ON) + " = 1",
            name="on_one_thing",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(
        sa.ForeignKey("organisation.id", ondelete="CASCADE")
    )
    verdict: Mapped[Verdict] = mapped_column(choice(Verdict))
    need_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("need.id", ondelete="CASCADE"), index=True
    )
    offer_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("offer.id", ondelete="CASCADE"), index=True
    )
    counterpart_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("organisation.id", ondelete="CASCADE"), index=True
    )
    category: Mapped[Category | None] = mapped_column(choice(Category))
    region: Mapped[str | None] = mapped_column(sa.String(2))
    size: Mapped[Size | None] = mapped_column(choice(Size))
    origin: Mapped[Origin] = mapped_column(choice(Origin))
    reason: Mapped[Reason | None] = mapped_column(choice(Reason))  # of the no that it came with
    pairing_id: Mapped[int | None] = mapped_column(sa.ForeignKey("pairing.id", ondelete="SET NULL"))
    created_at: Mapped[datetime]

    need: Mapped[Need | None] = relationship()
    offer: Mapped[Offer | None] = relationship()
    counterpart: Mapped[Organisation | None] = relationship(foreign_keys=[counterpart_id])

    @property
    def on(self):
        """Return (column, value) of what the mark is on."""
        return next((name, getattr(self, name)) for name in self.ON if getattr(self, name))

    @classmethod
    def of(cls, organisation):
        """Select an organisation's own marks, the latest first."""
        return sa.select(cls).where(cls.organisation_id == organisation.id).order_by(cls.id.desc())

    def undo(self, *, by, now):
        """Take the mark away; of two clicks the second finds nothing to do."""
        removed = db.session.execute(
            sa.delete(Mark).where(Mark.id == self.id).execution_options(synchronize_session=False)
        ).rowcount
        if removed:
            audit.record("undo_mark", self, by=by, now=now, verdict=self.verdict, on=self.on[0])
        db.session.expunge(self)


def put(organisation, verdict, *, by, now, reason=None, pairing=None, **on):
    """Let an organisation mark one thing, as in `need_id=7`; return the mark.

    A thing has one mark: the later word replaces the earlier one.
    """
    ((name, value),) = on.items()
    same = Mark.of(organisation).where(getattr(Mark, name) == value)
    mark = db.session.scalar(same)
    if mark is None:
        mark = Mark(organisation_id=organisation.id, verdict=verdict, created_at=now, **on)
        mark.origin = Origin.CHOSEN
        try:
            with db.session.begin_nested():
                db.session.add(mark)
        except IntegrityError:  # a second click at the same moment
            mark = db.session.scalars(same).one()
    mark.verdict, mark.created_at = verdict, now
    mark.origin = Origin.DECLINED if reason else Origin.CHOSEN
    mark.reason, mark.pairing_id = reason, pairing and pairing.id
    audit.record("mark", mark, by=by, now=now, verdict=verdict, on=name)
    return mark


def learn(pairing, side, reason, *, by, now):
    """Keep what a no with its reason says about what this side wishes to see; return the mark.

    It changes only what the decliner itself is shown. None where the reason says nothing of
    the kind, or where the organisation has said something about it already.
    """
    name = RARER.get(reason)
    if name is None:
        return None
    organisation = pairing.sme if side is Side.SME else pairing.company
    on = _seen_in(pairing, side, name)
    if not all(on.values()):
        return None  # the fact is not known
    column, value = next(iter(on.items()))
    if db.session.scalar(Mark.of(organisation).where(getattr(Mark, column) == value)):
        return None
    return put(organisation, Verdict.FEWER, by=by, now=now, reason=reason, pairing=pairing, **on)


def _seen_in(pairing, side, name):
    """Return what a side saw of the other in a pairing: {column of a mark: value}."""
    need, company = pairing.need, pairing.company
    if side is Side.COMPANY:
        facts = {"category": need.category, "region": need.place, "size": pairing.sme.size}
        return {name: facts[name]} if name in facts else {"need_id": need.id}
    facts = {"category": pairing.offer.category, "region": company.region, "size": company.size}
    return {name: facts[name]} if name in facts else {"offer_id": pairing.offer_id}


def wishes_of(needs, offers):
    """Return what all organisations behind these listings wish, by three selects.

    The listings are rows, cards or what the live index holds: anything with `id` and
    `organisation_id`, and for needs with the facts of a card.
    """
    companies = {offer.organisation_id for offer in offers}
    everybody = companies | {need.organisation_id for need in needs}
    settings = {
        row.organisation_id: Settings(
            row.automatic, row.most_open, frozenset(row.categories), frozenset(row.regions), {}
        )
        for row in db.session.scalars(_among(sa.select(Preference), Preference, everybody))
        if row.organisation_id in everybody
    }
    columns = (Mark.organisation_id, Mark.verdict, *(getattr(Mark, name) for name in Mark.ON))
    for owner, verdict, *values in db.session.execute(_among(sa.select(*columns), Mark, everybody)):
        if owner in everybody:
            on = next(pair for pair in zip(Mark.ON, values, strict=True) if pair[1])
            settings.setdefault(owner, Settings()).marks[on] = verdict.value
    facts = sa.select(Organisation.id, Organisation.region, Organisation.size).where(
        Organisation.id.in_(companies)
        if len(companies) <= _NAMED
        else Organisation.kind == Kind.COMPANY
    )
    return Wishes(
        settings, {id_: (region, size) for id_, region, size in db.session.execute(facts)}
    )


def _among(select, model, ids):
    return select.where(model.organisation_id.in_(ids)) if len(ids) <= _NAMED else select


def _first(preference, now):
    """Store the first settings of an organisation, or find those stored at the same moment."""
    preference.changed_at = now
    try:
        with db.session.begin_nested():
            db.session.add(preference)
    except IntegrityError:
        stored = sa.select(Preference).where(
            Preference.organisation_id == preference.organisation_id
        )
        return db.session.scalars(stored).one()
    return preference
