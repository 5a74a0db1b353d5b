"""The wishes of both sides over pairs: who is kept apart, who takes part, who comes first."""

from dataclasses import dataclass, field

FIRST, PLAIN, LAST = 0, 1, 2  # tiers: favourites, everybody, "fewer like this"


@dataclass(slots=True)
class Settings:
    """What one organisation set for itself.

    `categories` and `regions` mean "only these", and all where empty. `marks` is
    {(column, value): verdict}, as in {("need_id", 7): "veto"}.
    """

    automatic: bool = True
    most_open: int | None = None
    categories: frozenset = frozenset()
    regions: frozenset = frozenset()
    marks: dict = field(default_factory=dict)

    def verdicts(self, seen):
        """Return every verdict on what was seen, given as {column: value}."""
        if not self.marks:
            return set()
        return {self.marks.get(pair) for pair in seen.items()} - {None}

    def vetoes(self, seen):
        return "veto" in self.verdicts(seen)

    def leaves_out(self, seen):
        """Say whether it is of another kind or region than those that were named.

        What is not known fails a wish that was stated, as with criteria.
        """
        if self.categories and seen["category"] not in self.categories:
            return True
        return bool(self.regions) and seen["region"] not in self.regions

    def refuses(self, seen):
        return self.leaves_out(seen) or self.vetoes(seen)

    def tier(self, seen):
        found = self.verdicts(seen)
        return FIRST if "favourite" in found else LAST if "fewer" in found else PLAIN


NOTHING_SET = Settings()


class Wishes:
    """What everybody behind some needs and offers wishes; plain data, no database."""

    def __init__(self, settings, companies):
        self._settings = settings  # {organisation id: Settings}
        self._companies = companies  # {company id: (region, size)}

    def of(self, organisation_id):
        return self._settings.get(organisation_id, NOTHING_SET)

    def refuses(self, need, offer):
        """Say whether a setting of either side keeps a pair out of a round."""
        firm, company = self.of(need.organisation_id), self.of(offer.organisation_id)
        if firm is NOTHING_SET and company is NOTHING_SET:
            return False
        return firm.refuses(self.seen_offer(offer)) or company.refuses(seen_need(need))

    def firm_refuses(self, need, offer):
        """Say whether the firm's own settings leave an offer out of its lists."""
        return self.of(need.organisation_id).refuses(self.seen_offer(offer))

    def firm_vetoes(self, need, offer):
        return self.of(need.organisation_id).vetoes(self.seen_offer(offer))

    def company_vetoes(self, need, offer):
        return self.of(offer.organisation_id).vetoes(seen_need(need))

    def company_set_aside(self, need, offer):
        """Say whether the company's veto names this very need, not the firm behind it."""
        return self.of(offer.organisation_id).marks.get(("need_id", int(need.id))) == "veto"

    def hides_from_company(self, need, offer):
        """Say whether a need is left out of a list that the company reads.

        A firm that the company set aside by name is not looked at: what then fell out of the
        list would tell which of the unnamed needs are that firm's.
        """
        if self.firm_refuses(need, offer) or self.company_set_aside(need, offer):
            return True
        return self.of(offer.organisation_id).leaves_out(seen_need(need))

    def vetoed(self, need, offer):
        """Say whether either side has a veto, which also keeps asks and invitations away."""
        return self.firm_vetoes(need, offer) or self.company_vetoes(need, offer)

    def takes_part(self, listing):
        """Say whether the organisation behind a need or an offer wants automatic proposals."""
        return self.of(listing.organisation_id).automatic

    def most_open(self, organisation_id):
        """Return how many open pairings it wants at once, or None for no limit."""
        return self.of(organisation_id).most_open

    def tier(self, side, need, offer):
        """Return a pair's tier for a side: 0 a favourite, 1 any other, 2 "fewer like this"."""
        if side == "sme":
            return self.of(need.organisation_id).tier(self.seen_offer(offer))
        return self.of(offer.organisation_id).tier(seen_need(need))

    def seen_offer(self, offer):
        """Return what a firm's settings can speak of in an offer."""
        region, size = self._companies.get(offer.organisation_id, (None, None))
        return {
            "offer_id": int(offer.id),
            "counterpart_id": offer.organisation_id,
            "category": offer.category,
            "region": region,
            "size": size,
        }


def seen_need(need):
    """Return what a company's settings can speak of in a need: a row, a card or an open need."""
    card = getattr(need, "card", need)
    row = hasattr(card, "place")
    return {
        "need_id": int(need.id),
        "counterpart_id": need.organisation_id,
        "category": card.category,
        "region": card.place if row else card.region,
        "size": card.organisation.size if row else card.size,
    }
