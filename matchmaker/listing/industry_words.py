"""The names of industries as text for ranking."""

from ..organisations import industries


def industry_words(codes):
    """Return the names of industries in both languages, one after the other."""
    return " ".join(
        industries.short_name(code, language) for code in codes if code for language in ("ko", "en")
    )
