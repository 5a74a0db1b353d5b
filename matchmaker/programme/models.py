"""The historical record of 2019-2022, in tables of its own: it never enters the market's totals."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..db import db
from ..i18n import in_language


def said(name):
    """Return a property: the text in the page's language, of the columns `name`_ko and _en."""

    def text(row):
        return in_language(getattr(row, f"{name}_ko"), getattr(row, f"{name}_en"))

    return property(text)


class HistoryRecord(db.Model):  # type: ignore[name-defined]
    """What the record as a whole says of itself, and when it was loaded: one row."""

    id: Mapped[int] = mapped_column(primary_key=True)
    about_ko: Mapped[str] = mapped_column(sa.Text)
    about_en: Mapped[str] = mapped_column(sa.Text)
    needs_ko: Mapped[str] = mapped_column(sa.Text)  # what the reconstructed needs are
    needs_en: Mapped[str] = mapped_column(sa.Text)
    honours_ko: Mapped[str] = mapped_column(sa.Text)
    honours_en: Mapped[str] = mapped_column(sa.Text)
    loaded_at: Mapped[datetime]

    about, needs, honours = said("about"), said("needs"), said("honours")


class HistoryWord(db.Model):  # type: ignore[name-defined]
    """How a unit, a count or a scope of the record is written ({} is the number), or a note."""

    kind: Mapped[str] = mapped_column(sa.String(10), primary_key=True)  # unit, count, scope, note
    key: Mapped[str] = mapped_column(sa.String(60), primary_key=True)
    text_ko: Mapped[str] = mapped_column(sa.Text)
    text_en: Mapped[str] = mapped_column(sa.Text)

    text = said("text")


class HistorySource(db.Model):  # type: ignore[name-defined]
    """Where something was read: a page on the web, or a named paper without an address."""

    key: Mapped[str] = mapped_column(sa.String(400), primary_key=True)  # its address, or a name
    url: Mapped[str | None] = mapped_column(sa.String(400))
    publisher_ko: Mapped[str]
    publisher_en: Mapped[str]
    title_ko: Mapped[str | None] = mapped_column(sa.Text)
    title_en: Mapped[str | None] = mapped_column(sa.Text)
    published_on: Mapped[date | None]

    publisher, title = said("publisher"), said("title")


class HistoryCompany(db.Model):  # type: ignore[name-defined]
    """An inclusive company as reported, or (`is_related`) a company of a neighbouring programme."""

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(sa.String(60), unique=True)
    is_related: Mapped[bool] = mapped_column(default=False)
    name_ko: Mapped[str]
    name_en: Mapped[str]
    aliases: Mapped[str] = mapped_column(sa.Text, default="")
    ordinal: Mapped[int | None]
    ordinal_2_0: Mapped[int | None]  # its number among the companies of 2021 and later
    ordinal_note_ko: Mapped[str | None]
    ordinal_note_en: Mapped[str | None]
    industry_ko: Mapped[str]
    industry_en: Mapped[str]
    region_ko: Mapped[str | None]
    region_en: Mapped[str | None]
    verified: Mapped[bool]
    note_ko: Mapped[str | None] = mapped_column(sa.Text)
    note_en: Mapped[str | None] = mapped_column(sa.Text)
    sources: Mapped[list] = mapped_column(sa.JSON)  # keys of HistorySource, here and below

    memoranda: Mapped[list["HistoryMemorandum"]] = relationship(
        back_populates="company", order_by="HistoryMemorandum.signed_on"
    )
    offers: Mapped[list["HistoryOffer"]] = relationship(
        back_populates="company", order_by="HistoryOffer.id"
    )
    outcomes: Mapped[list["HistoryOutcome"]] = relationship(
        back_populates="company", order_by="HistoryOutcome.id"
    )

    name, industry, region = said("name"), said("industry"), said("region")
    note, ordinal_note = said("note"), said("ordinal_note")

    @property
    def memorandum(self):
        """The agreement that made it an inclusive company, or None where none was found."""
        return next((memo for memo in self.memoranda if not memo.is_further), None)

    @classmethod
    def listed(cls, *, text="", category=""):
        """Select the inclusive companies by number, of a word and a kind of help if given."""
        select = sa.select(cls).where(~cls.is_related)
        if text:
            offered = cls.offers.any(
                sa.or_(
                    *(
                        column.icontains(text, autoescape=True)
                        for column in (
                            *(HistoryOffer.title_ko, HistoryOffer.title_en),
                            *(HistoryOffer.text_ko, HistoryOffer.text_en),
                        )
                    )
                )
            )
            own = (cls.name_ko, cls.name_en, cls.aliases, cls.industry_ko, cls.industry_en)
            select = select.where(
                sa.or_(offered, *(column.icontains(text, autoescape=True) for column in own))
            )
        if category:
            select = select.where(cls.offers.any(HistoryOffer.category == category))
        return select.order_by(cls.id)


class HistoryMemorandum(db.Model):  # type: ignore[name-defined]
    """An agreement between the ministry, a company and its partners, as reported."""

    id: Mapped[int] = mapped_column(primary_key=True)
    company_id: Mapped[int | None] = mapped_column(sa.ForeignKey("history_company.id"), index=True)
    is_further: Mapped[bool] = mapped_column(default=False)  # after the one that made it inclusive
    signed_on: Mapped[date | None]
    partners: Mapped[list] = mapped_column(sa.JSON)  # of {ko, en}
    about_ko: Mapped[str | None] = mapped_column(sa.Text)
    about_en: Mapped[str | None] = mapped_column(sa.Text)
    verified: Mapped[bool]
    sources: Mapped[list] = mapped_column(sa.JSON)

    company: Mapped[HistoryCompany | None] = relationship(back_populates="memoranda")
    pledges: Mapped[list["HistoryPledge"]] = relationship(order_by="HistoryPledge.id")

    about = said("about")


class HistoryPledge(db.Model):  # type: ignore[name-defined]
    """An amount that was promised; `account` tells versions apart that contradict each other."""

    id: Mapped[int] = mapped_column(primary_key=True)
    memorandum_id: Mapped[int] = mapped_column(sa.ForeignKey("history_memorandum.id"), index=True)
    offer_id: Mapped[int | None] = mapped_column(sa.ForeignKey("history_offer.id"))
    account: Mapped[str | None] = mapped_column(sa.String(20))  # signing_day, press_release
    amount_krw: Mapped[int] = mapped_column(sa.BigInteger)
    scope: Mapped[str] = mapped_column(sa.String(20))
    note_ko: Mapped[str | None] = mapped_column(sa.Text)
    note_en: Mapped[str | None] = mapped_column(sa.Text)
    verified: Mapped[bool]
    sources: Mapped[list] = mapped_column(sa.JSON)

    offer: Mapped["HistoryOffer | None"] = relationship()

    note = said("note")


class HistoryOffer(db.Model):  # type: ignore[name-defined]
    """What a company offered, retold from reports."""

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(sa.String(60), unique=True)
    company_id: Mapped[int] = mapped_column(sa.ForeignKey("history_company.id"), index=True)
    category: Mapped[str] = mapped_column(sa.String(40), index=True)
    title_ko: Mapped[str]
    title_en: Mapped[str]
    text_ko: Mapped[str] = mapped_column(sa.Text)
    text_en: Mapped[str] = mapped_column(sa.Text)
    eligible_ko: Mapped[str] = mapped_column(sa.Text)
    eligible_en: Mapped[str] = mapped_column(sa.Text)
    capacity_ko: Mapped[str | None] = mapped_column(sa.Text)
    capacity_en: Mapped[str | None] = mapped_column(sa.Text)
    period_ko: Mapped[str | None] = mapped_column(sa.Text)
    period_en: Mapped[str | None] = mapped_column(sa.Text)
    amount_krw: Mapped[int | None] = mapped_column(sa.BigInteger)
    amount_scope: Mapped[str | None] = mapped_column(sa.String(20))
    amount_note_ko: Mapped[str | None] = mapped_column(sa.Text)
    amount_note_en: Mapped[str | None] = mapped_column(sa.Text)
    verified: Mapped[bool]
    sources: Mapped[list] = mapped_column(sa.JSON)

    company: Mapped[HistoryCompany] = relationship(back_populates="offers")

    title, text, eligible = said("title"), said("text"), said("eligible")
    capacity, period, amount_note = said("capacity"), said("period"), said("amount_note")


class HistoryOutcome(db.Model):  # type: ignore[name-defined]
    """A reported figure: its values and its date; a change is computed when it is shown."""

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(sa.String(60), unique=True)
    company_id: Mapped[int] = mapped_column(sa.ForeignKey("history_company.id"), index=True)
    part_of_id: Mapped[int | None] = mapped_column(sa.ForeignKey("history_outcome.id"))
    metric_ko: Mapped[str]
    metric_en: Mapped[str]
    kind: Mapped[str] = mapped_column(sa.String(20))  # see words.KINDS
    unit: Mapped[str] = mapped_column(sa.String(30))
    before: Mapped[float | None]
    after: Mapped[float | None]
    counts: Mapped[dict] = mapped_column(sa.JSON)
    word_ko: Mapped[str | None]  # where the result is a word
    word_en: Mapped[str | None]
    reported_for: Mapped[str | None] = mapped_column(sa.String(20))  # 2020, 2020-04, 2020-Q2, …
    beneficiaries: Mapped[list] = mapped_column(sa.JSON)  # of {ko, en, firm, note}
    verified: Mapped[bool]
    note_ko: Mapped[str | None] = mapped_column(sa.Text)
    note_en: Mapped[str | None] = mapped_column(sa.Text)
    sources: Mapped[list] = mapped_column(sa.JSON)

    company: Mapped[HistoryCompany] = relationship(back_populates="outcomes")
    part_of: Mapped["HistoryOutcome | None"] = relationship(remote_side=[id])

    metric, word, note = said("metric"), said("word"), said("note")

    @property
    def has_change(self):
        """Say whether a change can be computed: both values are known and before is not 0."""
        return bool(self.before) and self.after is not None


class HistoryPractice(db.Model):  # type: ignore[name-defined]
    """One of the five practices that the ministry named on the first anniversary."""

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(sa.String(60), unique=True)
    title_ko: Mapped[str]
    title_en: Mapped[str]
    text_ko: Mapped[str] = mapped_column(sa.Text)
    text_en: Mapped[str] = mapped_column(sa.Text)
    companies: Mapped[list] = mapped_column(sa.JSON)  # slugs
    figures: Mapped[list] = mapped_column(sa.JSON)  # {label_ko, label_en, value | before, after, …}
    steps: Mapped[list] = mapped_column(sa.JSON)  # of {ko, en}
    events: Mapped[list] = mapped_column(sa.JSON)  # of {on, ko, en, verified, note}
    no_percentage: Mapped[bool] = mapped_column(default=False)
    sources: Mapped[list] = mapped_column(sa.JSON)

    title, text = said("title"), said("text")


class HistoryMilestone(db.Model):  # type: ignore[name-defined]
    """How many inclusive companies there were at a reported date."""

    id: Mapped[int] = mapped_column(primary_key=True)
    reported_for: Mapped[str] = mapped_column(sa.String(20))
    companies: Mapped[int]
    sources: Mapped[list] = mapped_column(sa.JSON)


class HistoryHonour(db.Model):  # type: ignore[name-defined]
    """A pair of a large and a small firm that later won the Win-Win Honors."""

    id: Mapped[int] = mapped_column(primary_key=True)
    large_ko: Mapped[str]
    large_en: Mapped[str]
    small_ko: Mapped[str]
    small_en: Mapped[str]
    sources: Mapped[list] = mapped_column(sa.JSON)

    large, small = said("large"), said("small")


class ReconstructedNeed(db.Model):  # type: ignore[name-defined]
    """What a real firm may have needed, in our words after reports; in no queue of the market."""

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(sa.String(60), unique=True)
    name_ko: Mapped[str]
    name_en: Mapped[str]
    category: Mapped[str | None] = mapped_column(sa.String(40), index=True)
    region: Mapped[str | None] = mapped_column(sa.String(2))
    industry_ko: Mapped[str | None]
    industry_en: Mapped[str | None]
    text_ko: Mapped[str] = mapped_column(sa.Text)
    text_en: Mapped[str] = mapped_column(sa.Text)
    confidence: Mapped[str] = mapped_column(sa.String(10))  # see words.CONFIDENCE
    company_id: Mapped[int | None] = mapped_column(sa.ForeignKey("history_company.id"))
    helper_ko: Mapped[str]  # who helped, also where it is no company of the record
    helper_en: Mapped[str]
    helped_on: Mapped[str | None] = mapped_column(sa.String(20))
    note_ko: Mapped[str | None] = mapped_column(sa.Text)
    note_en: Mapped[str | None] = mapped_column(sa.Text)
    sources: Mapped[list] = mapped_column(sa.JSON)

    company: Mapped[HistoryCompany | None] = relationship()

    name, industry, text = said("name"), said("industry"), said("text")
    helper, note = said("helper"), said("note")
