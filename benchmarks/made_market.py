"""A made market in a database: listings of the corpus's words, with what is counted in them."""

from datetime import UTC, datetime

import numpy as np
import sqlalchemy as sa

from matchmaker import audit
from matchmaker.config import Testing
from matchmaker.db import db
from matchmaker.listing.stages import Stage
from matchmaker.matching.ranker import TfidfRanker
from matchmaker.matching.tally import key, packed
from matchmaker.needs.cards import need_card
from matchmaker.needs.models import Need
from matchmaker.offers.cards import offer_card
from matchmaker.offers.models import Criterion, Limit, Offer
from matchmaker.organisations.models import Approval, Kind, Organisation
from matchmaker.pairings.ranking.kept_counts import KeptCounts

from .corpus import Corpus

NOW = datetime(2026, 11, 25, 3, tzinfo=UTC)
ORGANISATIONS = 1_000
AT_ONCE = 5_000


class Place(Testing):
    """A market in a folder of its own."""

    def __init__(self, folder):
        self.SQLALCHEMY_DATABASE_URI = f"sqlite:///{folder}/market.db"
        self.INDEX_PATH = f"{folder}/index"


def make(n_offers, n_needs):
    """Fill the database: listings whose texts are made words, with the counts of these words."""
    db.create_all()
    moments = dict.fromkeys(("created_at", "submitted_at", "approved_at"), NOW)
    approved = {"approval": Approval.APPROVED, "industry": "25", "region": "41"} | moments
    firms = [
        {"id": n, "kind": Kind.COMPANY if n % 2 else Kind.SME, "name": f"Firm {n}"} | approved
        for n in range(1, ORGANISATIONS + 1)
    ]
    db.session.execute(sa.insert(Organisation), firms)
    corpus = Corpus()
    fragments, names = corpus.fragments()
    terms = np.array([*corpus.spelling(), *names], dtype=object)
    for model, size, odd, card_of in (
        (Need, n_needs, 0, need_card),
        (Offer, n_offers, 1, offer_card),
    ):
        version = TfidfRanker().counting_version
        for start in range(0, size, AT_ONCE):
            words = corpus.counts(min(AT_ONCE, size - start))
            fill(model, start + 1, words, terms, odd)
            many = model.id > start, model.id <= start + AT_ONCE
            rows = db.session.scalars(sa.select(model).where(*many).order_by(model.id))
            keep(model, [card_of(row) for row in rows], words, words @ fragments, terms, version)
            db.session.expunge_all()
    audit.record("publish", db.session.get(Offer, 1), by=None, now=NOW)
    db.session.commit()


def fill(model, first, words, terms, odd):
    """Insert listings that say these words."""
    said = [" ".join(terms[row]) for row in np.split(words.indices, words.indptr[1:-1])]
    moments = dict.fromkeys(("created_at", "changed_at", "published_at"), NOW)
    rows = [
        {
            "id": number,
            "organisation_id": 1 + odd + 2 * (number % (ORGANISATIONS // 2 - 1)),
            "stage": Stage.PUBLISHED,
            "title": text[:60],
            "text": text,
            "written_in": "ko",
        }
        | moments
        for number, text in enumerate(said, start=first)
    ]
    db.session.execute(sa.insert(model), rows)
    if model is Offer:
        regions = np.random.default_rng(first)
        limits = [
            {"offer_id": row["id"], "limit": Limit.REGION, "value": str(regions.integers(11, 28))}
            for row in rows
            if regions.random() < 0.5
        ]
        db.session.execute(sa.insert(Criterion), limits)


def keep(model, cards, words, fragments, terms, version):
    """Keep the counts that the corpus says, as if the analyser had found them."""
    n_words, rows = words.shape[1], []
    for row, card in enumerate(cards):
        counts = {}
        for matrix, first in ((words, 0), (fragments, n_words)):
            part = slice(matrix.indptr[row], matrix.indptr[row + 1])
            found = terms[matrix.indices[part] + first]
            counts |= dict(zip(found, matrix.data[part].tolist(), strict=True))
        rows.append(
            {
                "kind": model.__tablename__,
                "listing_id": int(card.id),
                "version": version,
                "key": key(version, card),
                "data": packed(counts),
            }
        )
    db.session.execute(sa.insert(KeptCounts), rows)
