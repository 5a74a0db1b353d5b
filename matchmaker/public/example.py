"""The worked example of how the ranking adds up: fixed texts, figures computed by the ranker."""

from functools import cache
from typing import NamedTuple

from ..matching.cards import NeedCard, OfferCard
from ..pairings.ranking.fitting import percents, word_for
from ..pairings.ranking.marked import as_read, marked


class Words(NamedTuple):
    """The words of a listing."""

    title: str
    text: str


NEED = {
    "ko": Words(
        "작업 지시를 종이 대신 MES로",
        "프레스 작업 지시를 종이에 적습니다. 불량이 어느 공정에서 나는지 모릅니다. 공정 개선을 "
        "도와줄 전문가와 현장에 맞는 MES를 찾습니다.",
    ),
    "en": Words(
        "Work orders in an MES instead of on paper",
        "We write work orders for the presses on paper and do not know in which process defects "
        "arise. We look for an expert in process improvement and an MES for our shop floor.",
    ),
}
OFFER = {
    "ko": Words(
        "공정 개선과 생산관리시스템(MES) 도입",
        "전문가가 현장에 머물며 공정을 함께 고치고, 작업 지시와 실적을 종이에서 "
        "생산관리시스템(MES)으로 옮깁니다. 불량이 나는 공정을 데이터로 찾습니다.",
    ),
    "en": Words(
        "Process improvement and a manufacturing execution system (MES)",
        "An expert stays on your shop floor, improves the process with you, and moves work orders "
        "and results from paper into the MES. Data show in which process defects arise.",
    ),
}
# How rare a word is shows only among other offers.
OTHERS = {
    "ko": (
        Words(
            "온라인 판매 교육",
            "상품 사진과 상세 페이지를 함께 만들고, 온라인 가게를 여는 법을 가르칩니다.",
        ),
        Words("저금리 운전자금 대출", "거래가 없는 기업에도 낮은 금리로 운전자금을 빌려 드립니다."),
        Words(
            "해외 바이어 상담회",
            "해외 지사가 바이어를 모아 수출 상담을 엽니다. 통역 전문가가 함께합니다.",
        ),
        Words("미활용 특허 나눔", "쓰지 않는 특허를 무상으로 넘기고 제품 개발을 상담합니다."),
        Words("에너지 진단", "공장의 전기와 열을 진단하고 탄소를 줄일 설비를 함께 고릅니다."),
    ),
    "en": (
        Words(
            "Training in online selling",
            "We make product photos and pages with you and show how to open an online shop.",
        ),
        Words(
            "Working capital at low interest",
            "We lend working capital at low rates, also to firms we do not trade with.",
        ),
        Words(
            "Meetings with foreign buyers",
            "Our offices abroad gather buyers for export talks; expert interpreters help.",
        ),
        Words(
            "Unused patents to share",
            "We hand over patents that we do not use and advise on product development.",
        ),
        Words(
            "Energy check",
            "We check electricity and heat in your factory and choose equipment that saves carbon.",
        ),
    ),
}


class Line(NamedTuple):
    """One shared word: as a person reads it, how each side writes it, and its share."""

    term: str
    percent: int
    in_need: str
    in_offer: str


class Example(NamedTuple):
    """One need and one offer with everything that the ranker says of them."""

    need: tuple
    offer: tuple
    percent: int
    word: object
    lines: list
    others: int


@cache  # the texts are fixed, so a process computes it once a language
def worked(language):
    """Rank the example's offers for its need, in one language, and return the first with why."""
    from ..matching.ranker import TfidfRanker  # scikit-learn and the analyser: ranking only

    offers = [
        OfferCard(id=str(place), title=title, body=text)
        for place, (title, text) in enumerate((OFFER[language], *OTHERS[language]))
    ]
    ranker = TfidfRanker().fit(offers)
    need = NeedCard(id="need", title=NEED[language][0], body=NEED[language][1])
    best = ranker.rank([need], top=1)[0][0]
    evidence = ranker.explain(need, best.id)
    surfaces = {item.term: item for item in evidence}
    lines = [
        Line(
            as_read(surfaces[term.term], None),
            term.percent,
            ", ".join(surfaces[term.term].need_surfaces),
            ", ".join(surfaces[term.term].offer_surfaces),
        )
        for term in percents(evidence, best.score, most=len(evidence))
    ]
    given = offers[int(best.id)]
    return Example(
        need=tuple(marked(text, evidence, "need") for text in NEED[language]),
        offer=tuple(marked(text, evidence, "offer") for text in (given.title, given.body)),
        percent=round(best.score * 100),
        word=word_for(best.score),
        lines=lines,
        others=len(offers) - 1,
    )
