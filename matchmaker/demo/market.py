"""What the demonstration has made so far, found by the ids of its files."""

from dataclasses import dataclass, field


@dataclass
class Market:
    """Rows by the ids of the files; people in the order in which the file names them."""

    organisations: dict = field(default_factory=dict)
    people: dict = field(default_factory=dict)
    needs: dict = field(default_factory=dict)
    offers: dict = field(default_factory=dict)
    memberships: dict = field(default_factory=dict)  # by (association, member)
    recommendations: dict = field(default_factory=dict)  # by (association, need, offer)
    pairings: dict = field(default_factory=dict)  # the latest by (need, offer)

    def owner(self, organisation_id):
        """Return the first person of an organisation, or None for a reconstructed one."""
        return next(iter(self.people.get(organisation_id, ())), None)

    def officer(self):
        """Return the officer who approves."""
        return self.owner("ministry")
