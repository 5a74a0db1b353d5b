"""What was counted in the texts of open listings, kept so that each text is read once."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ...db import db
from ...matching.cards import NeedCard

AT_ONCE = 500  # rows of one select
MOST_MISSED = 2_000
FEW = 20  # reading so many texts takes as long as a select


class KeptCounts(db.Model):  # type: ignore[name-defined]
    """The term counts of one open listing's texts, as `matching.tally` packs them."""

    kind: Mapped[str] = mapped_column(sa.String(10), primary_key=True)
    listing_id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[str] = mapped_column(sa.String(16))  # of counting
    key: Mapped[str] = mapped_column(sa.String(32))  # of what was counted, and the version
    data: Mapped[bytes] = mapped_column(sa.LargeBinary)


def kept_counts(cards, ranker, *, missed=None):
    """Yield the term counts of cards of one kind, kept ones where they still hold.

    The others are counted on the way; the cards and counts of the first of them are added to
    the list `missed`, for whoever keeps them.
    """
    for start in range(0, len(cards), AT_ONCE):
        part = cards[start : start + AT_ONCE]
        found = _found(part, ranker.counting_version)
        new = [card for card in part if card.id not in found]
        for card, counts in zip(new, counted(new, ranker), strict=True):
            found[card.id] = counts
            if missed is not None and len(missed) < MOST_MISSED:
                missed.append((card, counts))
        yield from (found[card.id] for card in part)


def counts_of(cards, ranker):
    """Return the term counts of cards; what is kept is asked for only if they are many."""
    return counted(cards, ranker) if len(cards) < FEW else kept_counts(cards, ranker)


def counted(cards, ranker):
    """Return the term counts of cards of one kind, read from their texts."""
    if not cards:
        return []
    needs = isinstance(cards[0], NeedCard)
    return list(ranker.count_needs(cards) if needs else ranker.count_offers(cards))


def outdated(cards, ranker):
    """Return the cards whose counts are not kept, or are those of an earlier text."""
    from ...matching.tally import key  # numpy: ranking only

    version, stale = ranker.counting_version, []
    for start in range(0, len(cards), AT_ONCE):
        part = cards[start : start + AT_ONCE]
        keys = dict(db.session.execute(_rows(part, KeptCounts.listing_id, KeptCounts.key)).all())
        stale += [card for card in part if keys.get(int(card.id)) != key(version, card)]
    return stale


def put(card, counts, ranker):
    """Keep a card's counts, in the place of earlier ones."""
    from ...matching.tally import key, packed  # numpy: ranking only

    version, kind, id_ = ranker.counting_version, kind_of(card), int(card.id)
    mine = KeptCounts.kind == kind, KeptCounts.listing_id == id_
    db.session.execute(sa.delete(KeptCounts).where(*mine))
    db.session.execute(
        sa.insert(KeptCounts).values(
            kind=kind,
            listing_id=id_,
            version=version,
            key=key(version, card),
            data=packed(counts),
        )
    )


def kind_of(card):
    return "need" if isinstance(card, NeedCard) else "offer"


def _found(cards, version):
    """Return the kept counts that still hold, by the card's id."""
    from ...matching.tally import key, unpacked  # numpy: ranking only

    keys = {int(card.id): key(version, card) for card in cards}
    found = {}
    columns = KeptCounts.listing_id, KeptCounts.key, KeptCounts.data
    for id_, of, data in db.session.execute(_rows(cards, *columns)):
        if of == keys[id_]:
            try:
                found[str(id_)] = unpacked(data)
            except ValueError:  # damaged: counted anew
                continue
    return found


def _rows(cards, *columns):
    ids = [int(card.id) for card in cards]
    kind = kind_of(cards[0])
    return sa.select(*columns).where(KeptCounts.kind == kind, KeptCounts.listing_id.in_(ids))
