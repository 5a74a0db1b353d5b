"""The Korean business registration number (사업자등록번호): reading, checking and writing it."""

import re
import unicodedata

WEIGHTS = (1, 3, 7, 1, 3, 7, 1, 3, 5)
TEN_DIGITS = re.compile(r"[0-9]{10}")


def normalise(text):
    """Return what was typed without spaces and dashes, full-width digits as plain ones.

    Anything else that was typed stays, so that a letter makes the number invalid
    instead of disappearing.
    """
    typed = unicodedata.normalize("NFKC", text or "")
    # Pd: dashes; Z*: spaces; Cf: zero-width characters that come along when copying.
    dropped = ("Pd", "Zs", "Zl", "Zp", "Cf", "Cc")
    kept = (c for c in typed if c != "−" and unicodedata.category(c) not in dropped)
    return "".join(kept)


def is_valid(number):
    """Say whether this is a business number: ten digits, the last of them the check digit."""
    number = normalise(number)
    if not TEN_DIGITS.fullmatch(number) or number == "0" * 10:
        return False
    digits = [int(c) for c in number]
    total = sum(weight * digit for weight, digit in zip(WEIGHTS, digits[:9], strict=True))
    total += digits[8] * 5 // 10
    return (10 - total % 10) % 10 == digits[9]


def formatted(number):
    """Return the number as people write it, 124-81-00998; other text comes back as it is."""
    digits = normalise(number)
    if not TEN_DIGITS.fullmatch(digits):
        return number or ""
    return f"{digits[:3]}-{digits[3:5]}-{digits[5:]}"
