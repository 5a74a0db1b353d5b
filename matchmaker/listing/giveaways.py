"""Finds what tells in free text who the firm is: its name, its people, its number, its address."""

import re
import unicodedata

LEGAL_FORMS = re.compile(
    r"주식회사|유한회사|유한책임회사|농업회사법인|협동조합|\((?:주|유|재|사|합)\)|㈜"
    r"|\b(?:co|inc|ltd|corp|llc|company|corporation|limited)\b\.?",
    re.IGNORECASE,
)
# Only with a town or district before it: "온라인으로 20곳" is no street.
ADDRESS = re.compile(
    r"[가-힣]{1,8}(?:시|군|구|읍|면) (?:[가-힣]{1,8}(?:구|읍|면|동) )?"
    r"[가-힣0-9]{1,12}(?:대로|로|길|동|리) ?\d{1,5}(?:-\d{1,4})?"
)
SHORTEST_NAME = 2  # characters


def giveaways(organisation, *texts):
    """Return what gives the firm away in the texts, each once: names as known, else as typed."""
    text = "\n".join(filter(None, texts))
    plain = _plain(text)
    told = [name for name in _names(organisation) if _plain(name) in plain]
    number = organisation.business_number
    if number and number in re.sub(r"[\s-]", "", text):
        told.append(f"{number[:3]}-{number[3:5]}-{number[5:]}")
    return list(dict.fromkeys(told + ADDRESS.findall(text)))


def _names(organisation):
    names = [organisation.name, organisation.name_en, *(one.name for one in organisation.people)]
    stems = [LEGAL_FORMS.sub(" ", name or "").strip(" ,.") for name in names]
    return [stem for stem in stems if len(_plain(stem)) >= SHORTEST_NAME]


def _plain(text):
    """Return the text without case, width and spaces: "새봄 정밀" is 새봄정밀."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).casefold()
