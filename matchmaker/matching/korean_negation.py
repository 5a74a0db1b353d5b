"""The Korean side of `negation`: cues among morphemes, and the phrase that each declines."""

import re

from .text import morphemes

_MOST_LETTERS = 80  # between the beginning of a phrase and the word that declines it

# A first look, so that most texts need not be analysed for this.
_WISH = re.compile(
    r"필요(?:는|가|도|성은|성이)?\s*없|(?:필요하|원하|바라|희망하)지\s*(?:는|도)?\s*않|"
    r"[원필요]치\s*않|말[고구]|아니라|아니고|아닌|빼[고구]|제외|대신|관심\S{0,3}\s*\S{0,2}없|"
    r"(?:생각|계획|의향|마음|뜻)(?:은|이|도)?\s*없|싫|[은는]\s*(?:됐|되었)|"
    r"고\s*싶지\s*(?:는|도)?\s*않|안\s\S+도\s*(?:되|됩|돼|괜찮|좋)|지\s*않아도|"
    r"그대로\s*[두놔놓]|보다는"
)
_TERMS = re.compile(r"제외|지\s*않|대상이\s*아|제한|불가")

_NOUN = frozenset({"NNG", "NNP", "NNB", "NR", "NP", "SL", "SN", "SH", "XSN", "XPN", "XR"})
_ENDS = frozenset({"EF", "SF", "MAJ", "SB", "SSO", "SSC"})
_AND = frozenset({"고", "구"})
_TOPIC = frozenset("는은ᆫ")
_WANTING = frozenset({"원하", "찾", "구하", "바라", "싶", "필요", "희망", "급하"})
_MAY_BE = frozenset({"되", "괜찮", "좋"})
# "Young people are not interested" is a firm's need, not what it declines.
_OTHERS = frozenset(
    "손님 손 고객 소비자 바이어 직원 근로자 사람 청년 젊은이 거래처 은행 투자자 업체 구매자 "
    "방문객".split()
)
_OF_TERMS = frozenset("지원 신청 참여 대상 이용 가입 포함 해당 취급".split())


def declined(text, side):
    """Yield the spans of what a text declines; see `negation.declined`."""
    first_look, cues = (_WISH, _WISH_CUES) if side == "need" else (_TERMS, _TERM_CUES)
    if not first_look.search(text):
        return
    found = morphemes(text)
    for place, morpheme in enumerate(found):
        cue = cues.get(morpheme.form)
        last = cue(found, place, place - 1) if cue else None
        if last is not None and (span := _phrase(found, last, morpheme.start, side)):
            yield span


# Each cue gets the morphemes, its own place and the place before; it returns the place of the
# last morpheme of what is declined, or None.


def _nothing_wanted(found, place, before):
    """없다: of a need, an interest or an intention; anything else is missing."""
    if _tag(found, place + 1) == "ETM" or _form(found, place + 1) in ("도록", "게", "이"):
        return None  # "담보가 필요 없는 대출" is what is wanted
    noun = before - 1 if _is_particle(found, before) else before
    if _form(found, noun) in ("필요", "관심"):
        return noun - 1
    is_intention = _form(found, noun) in ("생각", "계획", "의향", "마음", "뜻")
    return noun - 1 if is_intention and _tag(found, noun - 1) == "ETM" else None


def _not_wished(found, place, before):
    """원하지 않다, 받고 싶지 않다, 하지 않아도 되다."""
    if _form(found, before) != "지" or _tag(found, place + 1) == "ETM":
        return None
    stem = before - 1
    if _form(found, place + 1) in ("어도", "아도"):
        return stem if _is_allowed(found, place + 2) else None
    if _form(found, stem) == "싶":
        return stem - 2
    if _form(found, stem) in ("원하", "바라", "희망하", "필요하"):
        return stem - 1
    is_wish = _form(found, stem) == "하" and _form(found, stem - 1) in ("필요", "희망")
    return stem - 2 if is_wish else None


def _need_not(found, place, before):
    """안 바꿔도 되다."""
    may_not = _tag(found, place) == "MAG" and _form(found, place + 2)[-1:] == "도"
    return before if may_not and _is_allowed(found, place + 3) else None


def _wished_not(found, place, before):
    """원치 않다."""
    return before if _form(found, place)[-1] == "치" or _form(found, place + 1) == "치" else None


def _leave_it(found, place, before):
    """대출 말고, 빌리지 말고; not 말고도, which adds."""
    if _form(found, place + 1) not in _AND or _form(found, place + 2) == "도":
        return None
    if _form(found, before) == "지":
        return before - 1
    return before if _is_noun(found, before) else None


def _is_not(found, place, before):
    """대출이 아니라, 대출이 아닌; not 대출뿐 아니라, which adds."""
    contrasts = _form(found, place + 1) in ("라", "고") or _tag(found, place + 1) == "ETM"
    adds = {_form(found, before), _form(found, before - 1)} & {"뿐", "만", "뿐만"}
    return before if contrasts and not adds else None


def _left_out(found, place, before):
    """빼고, 제외하고; not what somebody else has left out (지원에서 제외되다)."""
    if _form(found, place) == "빼":
        return before if _form(found, place + 1) in _AND else None
    is_passive = _form(found, place + 1) == "되" or _form(found, before) == "에서"
    return None if is_passive else before


def _instead(found, place, before):
    """대출 대신 투자를 원하다, 대출보다는 투자를 원하다."""
    if _form(found, place) == "보다":
        fits = _form(found, place + 1) == "는"
    else:  # not 대신하다, nor 누가 대신
        is_on_behalf = _form(found, place + 1) == "하"
        fits = not is_on_behalf and (_is_noun(found, before) or _tag(found, before) == "ETM")
    return before if fits and _wants_later(found, place) else None


def _disliked(found, place, before):
    """대출은 싫다."""
    return before


def _enough(found, place, before):
    """컨설팅은 됐고."""
    is_said = _form(found, place + 1) == "었" and _form(found, before) in _TOPIC
    return before if is_said and _is_noun(found, before - 1) else None


def _as_it_is(found, place, before):
    """로고는 그대로 두고."""
    return before if _form(found, place + 1) in ("두", "놔두", "놓", "놔") else None


def _excluded(found, place, before):
    """음식점은 제외."""
    return before


def _not_given(found, place, before):
    """음식점은 지원하지 않는다."""
    if _form(found, before) != "지":
        return None
    verb = before - 2 if _form(found, before - 1) in ("하", "되") else before - 1
    return verb - 1 if _form(found, verb) in _OF_TERMS else None


def _not_meant(found, place, before):
    """음식점은 대상이 아니다."""
    noun = before - 1 if _is_particle(found, before) else before
    return noun - 1 if _form(found, noun) == "대상" else None


def _limited(found, place, before):
    """음식점은 신청이 제한되다; not 음식점으로 제한하다."""
    return before if _form(found, before) not in ("로", "으로") else None


_WISH_CUES = {
    "없": _nothing_wanted,
    "않": _not_wished,
    "안": _need_not,
    "원치": _wished_not,
    "원하": _wished_not,
    "말": _leave_it,
    "아니": _is_not,
    "빼": _left_out,
    "제외": _left_out,
    "대신": _instead,
    "보다": _instead,
    "싫": _disliked,
    "싫어하": _disliked,
    "되": _enough,
    "그대로": _as_it_is,
}
_TERM_CUES = {
    "제외": _excluded,
    "않": _not_given,
    "아니": _not_meant,
    "제한": _limited,
    "불가": _limited,
}


def _phrase(found, last, cue, side):
    """Return the span of the phrase that ends at `last`, back to where another one begins."""
    first, has_noun = None, False
    for place in range(last, -1, -1):
        if cue - found[place].start > _MOST_LETTERS or _ends_before(found, place, has_noun):
            break
        tag, form = _tag(found, place), found[place].form
        has_noun |= tag in _NOUN and not (side == "offer" and form in _OF_TERMS)
        if tag[:1] not in "JES" or tag in _NOUN:
            first = place
    if first is None or (side == "need" and _others_speak(found, first, last)):
        return None
    return found[first].start, found[last].end


def _ends_before(found, place, has_noun):
    """Return whether a phrase that stands behind this morpheme begins after it."""
    tag = _tag(found, place)
    if tag == "EC":
        return _tag(found, place + 1) != "VX"
    if tag == "SP":
        return not (_is_noun(found, place - 1) and _is_noun(found, place + 1))
    is_subject = tag == "JKS" or (tag == "JX" and found[place].form in _TOPIC)
    return tag in _ENDS or (has_noun and is_subject)


def _others_speak(found, first, last):
    """Return whether somebody else than the firm is who does not want."""
    for place in range(max(first - 4, 0), last - 1):
        after = place + 1
        while _tag(found, after) == "XSN":
            after += 1
        is_subject = _tag(found, after) in ("JKS", "JX") and _form(found, after) not in ("도", "만")
        if found[place].form in _OTHERS and is_subject:
            return True
    return False


def _wants_later(found, place):
    for later in found[place + 1 : place + 16]:
        if later.tag in ("EF", "SF"):
            return False
        if later.form in _WANTING:
            return True
    return False


def _is_allowed(found, place):
    """Return whether a verb says that something may be: it neither asks nor describes a noun."""
    tag, form = _tag(found, place + 1), _form(found, place + 1)
    return _form(found, place) in _MAY_BE and tag in ("EF", "EC") and not re.search("나|까", form)


def _tag(found, place):
    return found[place].tag.partition("-")[0] if 0 <= place < len(found) else ""


def _form(found, place):
    return found[place].form if 0 <= place < len(found) else ""


def _is_noun(found, place):
    return _tag(found, place) in _NOUN


def _is_particle(found, place):
    return _tag(found, place)[:1] == "J"
