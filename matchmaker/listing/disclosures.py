"""Finds what gives a person away in free text: phone numbers, e-mail addresses, resident numbers.

The text is read as NFKC with all digits, dashes and spaces made plain, so that full-width
or copied spellings are found too; what is returned is the text as it was typed.
"""

import re
import unicodedata
from datetime import date

# At most one separator, with blanks around it: 010-1234-5678, 02) 123 - 4567, 010.1234.5678.
SEP = r"(?: ?[-.·)/] ?| )?"
AREA = r"(?:2|3[1-3]|4[1-4]|5[1-5]|6[1-4]|50[2-8]|60|70|80)"
MOBILE = r"1[016-9]"
ALONE = r"(?<!\d)(?<!\d[-.])"  # not the middle of a longer number
ENDS = r"(?!\d)(?!-\d)"
REST = rf"\d{{3,4}}{SEP}\d{{4}}{ENDS}"
UNIT = r"(?! ?(?:[천만억조원명개대건년월톤장회시배곳℃%]|kg|g\b|mm|cm|m\b|L\b|KRW|won))"

PHONE = re.compile(
    "|".join(
        (
            # +82 10 1234 5678, 0082-2-123-4567, +82 (0)31 123 4567
            rf"{ALONE}(?:\+|00) ?82{SEP}(?:\(?0\)? ?)?(?:{MOBILE}|{AREA}){SEP}{REST}",
            rf"{ALONE}\(?0{MOBILE}{SEP}{REST}",
            # A landline without separators only where it is not the tail of a part number.
            rf"{ALONE}\(?0{AREA}(?: ?[-.·)/] ?| ){REST}",
            rf"(?<![A-Za-z0-9])(?<![A-Za-z0-9][-/#])(?<!\d[.,])0{AREA}\d{{7,8}}{ENDS}",
            # Nation-wide numbers: 1588-1234, but not the range "1600-2000만 원".
            rf"{ALONE}1[568]\d\d ?- ?\d{{4}}{ENDS}{UNIT}",
            # Other countries: + and groups, 9 to 15 digits.
            rf"{ALONE}\+(?=(?:\D?\d){{9,15}}(?!\d))[1-9]\d{{0,2}}(?:[- .]\d{{2,4}}){{2,4}}{ENDS}",
        )
    )
)
EMAIL = re.compile(
    r"(?<![A-Za-z0-9])[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}"
    r"(?: ?@ ?| ?[(\[] ?(?:at|골뱅이) ?[)\]] ?| ?골뱅이 ?)"
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,62})\.){1,8}[A-Za-z]{2,24}",
    re.IGNORECASE,
)
RESIDENT = re.compile(r"(?<!\d)(\d\d)(\d\d)(\d\d) ?-? ?([1-8])\d{6}(?!\d)")
CORPORATE_KIND = re.compile(r"(?:1[1-9]|2[0-8])\d\d(?:1[1-4]|2[12])")  # court, kind of company


def phone_numbers(text):
    """Return the phone numbers in a text as typed, each once, in their order."""
    return _found(PHONE, text)


def email_addresses(text):
    """Return the e-mail addresses in a text as typed, each once, in their order."""
    return _found(EMAIL, text)


def resident_numbers(text):
    """Return what reads as a resident number: a day of birth and seven digits.

    The check digit is not asked for, as numbers given out since October 2020 have none.
    """
    return _found(RESIDENT, text, _is_resident)


def _is_resident(match):
    year, month, day, century = (int(part) for part in match.groups())
    try:
        date((1900 if century in (1, 2, 5, 6) else 2000) + year, month, day)
    except ValueError:
        return False
    return not _is_corporate(re.sub(r"\D", "", match[0]))


def _is_corporate(digits):
    """Say whether these are a company's register number, whose first half may look like a day.

    Those days lie in 1911 to 1928 and 2011 to 2028: hardly of anybody who runs a firm.
    """
    total = sum(int(digit) * (1 + place % 2) for place, digit in enumerate(digits[:12]))
    return bool(CORPORATE_KIND.match(digits)) and (10 - total % 10) % 10 == int(digits[12])


def _found(pattern, text, is_real=lambda match: True):
    plain, origin = _plain(text or "")
    spans = (match.span() for match in pattern.finditer(plain) if is_real(match))
    found = (text[origin[start] : origin[end - 1] + 1] for start, end in spans)
    return list(dict.fromkeys(found))


def _plain(text):
    """Return the text with plain digits, dashes and spaces, and where each character came from."""
    plain, origin = [], []
    for place, typed in enumerate(text):
        for c in typed if typed.isascii() else unicodedata.normalize("NFKC", typed):
            kind = "Cc" if c.isascii() else unicodedata.category(c)
            if kind == "Cf":  # zero-width, put in between by copying or to hide a number
                continue
            if kind == "Nd":
                c = str(unicodedata.decimal(c))
            elif kind == "Pd" or c in "−ー⁃":
                c = "-"
            elif kind == "Zs" or c == "\t":
                c = " "
            elif c in "∙•ㆍ・‧":
                c = "·"
            plain.append(c)
            origin.append(place)
    return "".join(plain), origin
