"""The 17 provinces of Korea with their codes and all the names by which people write them."""

import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Region:
    """One province.

    `code` is the newest two-digit administrative standard code (행정표준코드);
    `former` holds codes and names that older records still use, in any language.
    """

    code: str
    ko: str
    ko_short: str
    en: str
    former: tuple[str, ...] = ()


REGIONS = (
    Region("11", "서울특별시", "서울", "Seoul", ("서울시",)),
    Region("26", "부산광역시", "부산", "Busan", ("부산시", "부산직할시", "Pusan")),
    Region("27", "대구광역시", "대구", "Daegu", ("대구시", "대구직할시", "Taegu")),
    Region("28", "인천광역시", "인천", "Incheon", ("인천시", "인천직할시", "Inchon")),
    Region("29", "광주광역시", "광주", "Gwangju", ("광주시", "광주직할시", "Kwangju")),
    Region("30", "대전광역시", "대전", "Daejeon", ("대전시", "대전직할시", "Taejon")),
    Region("31", "울산광역시", "울산", "Ulsan", ("울산시",)),
    Region("36", "세종특별자치시", "세종", "Sejong", ("세종시",)),
    Region("41", "경기도", "경기", "Gyeonggi", ("Kyonggi",)),
    Region("51", "강원특별자치도", "강원", "Gangwon", ("42", "강원도", "Kangwon")),
    Region("43", "충청북도", "충북", "Chungbuk", ("Chungcheongbuk", "North Chungcheong")),
    Region("44", "충청남도", "충남", "Chungnam", ("Chungcheongnam", "South Chungcheong")),
    Region(
        "52",
        "전북특별자치도",
        "전북",
        "Jeonbuk",
        ("45", "전라북도", "전북도", "Jeollabuk", "North Jeolla"),
    ),
    Region("46", "전라남도", "전남", "Jeonnam", ("전남도", "Jeollanam", "South Jeolla")),
    Region("47", "경상북도", "경북", "Gyeongbuk", ("경북도", "Gyeongsangbuk", "North Gyeongsang")),
    Region("48", "경상남도", "경남", "Gyeongnam", ("경남도", "Gyeongsangnam", "South Gyeongsang")),
    Region("50", "제주특별자치도", "제주", "Jeju", ("제주도", "제주시", "Cheju")),
)

# What English names carry besides the name itself, longest first.
_SUFFIXES = (
    "special self-governing province",
    "special self-governing city",
    "special autonomous province",
    "special autonomous city",
    "metropolitan city",
    "special city",
    "province",
    "state",
    "city",
    "do",
    "si",
)


def _plain(text):
    """Return a name without case, accents of encoding, outer space and English suffix."""
    plain = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    for suffix in _SUFFIXES:
        for joint in ("-", " "):
            if plain.endswith(joint + suffix):
                return plain.removesuffix(joint + suffix)
    return plain


_CODES = {
    _plain(name): region.code
    for region in REGIONS
    for name in (region.code, region.ko, region.ko_short, region.en, *region.former)
}
# The provinces whose short names drop the last two syllables of a former long name.
_CODES |= {"충북도": "43", "충남도": "44", "세종특별시": "36", "jeju island": "50"}

BY_CODE = {region.code: region for region in REGIONS}


def code_of(text):
    """Return the canonical code of a province, or None for anything else.

    Parameters
    ----------
    text : str
        A two-digit code, old or new (42 and 51 are both Gangwon), a full,
        short or former Korean name, or an English name in any case, with or
        without "-do", "Province", "Metropolitan City" and the like.

    Returns
    -------
    str or None
        The newest code of the province, as in `REGIONS`.
    """
    return _CODES.get(_plain(text))
