"""What officers set before a round is computed; a round keeps the settings it was computed with."""

from dataclasses import asdict, dataclass, fields
from enum import StrEnum

from ..ranking.fitting import LEAST_SCORE, WORDS

# From which score on a pair is proposed, named as pages name the fit; the last is all that fits.
NAMES = ("very_good", "good", "fair", "partial")
LEAST = {name: max(least, LEAST_SCORE) for name, (least, _) in zip(NAMES, WORDS, strict=True)}
MOST_PROPOSALS = (1, 2, 3)
LIST_LENGTHS = (5, 10, 20, 50)
SHARES = (100, 75, 50, 25)  # hundredths of the free places that a round may use


class Mode(StrEnum):
    """What a round is for: the best pairs alone, or a proposal for as many as can have one."""

    BEST = "best"
    EVERYBODY = "everybody"  # a mop-up round serves those left with whatever fits


@dataclass(frozen=True, slots=True)
class Settings:
    """All that decides a round beside the market itself.

    `categories` and `regions` name the needs that take part, by field and province; empty
    means all. `place_share` is how many hundredths of the free places it may use.
    """

    least: str = "fair"
    proposals: int = 1
    mode: Mode = Mode.EVERYBODY
    list_length: int = 10
    floor: bool = True
    halve_slow: bool = True
    place_share: int = 100
    categories: tuple = ()
    regions: tuple = ()

    @property
    def least_score(self):
        return LEAST[self.least]

    def as_data(self):
        """Return the settings as a round keeps them."""
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in asdict(self).items()
        }

    @classmethod
    def of(cls, data):
        """Return the settings that a round, or a form, keeps as plain data."""
        known = {field.name for field in fields(cls)} & set(data)
        kept = {name: data[name] for name in known}
        kept["mode"] = Mode(kept.get("mode", cls.mode))
        for name in ("categories", "regions"):
            kept[name] = tuple(sorted(kept.get(name, ())))
        return cls(**kept)
