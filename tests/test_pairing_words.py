"""What pages say of criteria, evidence and the way of a pairing."""

import pytest
from flask_babel import force_locale

from matchmaker import audit
from matchmaker.matching.eligibility import Criterion, Rule, Status
from matchmaker.matching.evidence import Evidence
from matchmaker.offers.models import Limit
from matchmaker.pairings.criteria_words import declared_line, lines, relation_line, summary
from matchmaker.pairings.ranking.marked import kept_evidence, marked, shown_terms
from matchmaker.pairings.relations import Relation, RelationKind
from matchmaker.pairings.situation import situation
from matchmaker.pairings.states import Side, State
from matchmaker.pairings.timeline import timeline

from .factories import NOW, make_need, make_offer, make_organisation, make_pairing


def words(*terms):
    return [Evidence(term, 0.05, "word", (term,), (term,)) for term in terms]


@pytest.fixture(autouse=True)
def english(app):
    with app.test_request_context("/?lang=en"):
        yield


def test_marked_words_stand_in_marks_and_everything_else_is_escaped():
    text = marked("<b>MES</b> & more", words("MES"), "offer")
    assert text == "&lt;b&gt;<mark>MES</mark>&lt;/b&gt; &amp; more"


def test_a_long_text_is_cut_to_the_sentences_with_marked_words():
    text = "Nothing here. " * 20 + "The MES is here. " + "Nothing there. " * 20
    assert marked(text, words("MES"), "offer", most=20) == "… The <mark>MES</mark> is here. …"


def test_a_long_text_without_a_full_stop_is_cut_all_the_same():
    assert len(marked("word " * 500, [], "offer", most=100)) < 250
    assert marked(None, [], "offer") == ""


@pytest.mark.parametrize("count", [1, 5, 6, 30])
def test_the_terms_shown_add_up_to_the_score(count):
    evidence = words(*(f"term{n}" for n in range(count)))
    terms = shown_terms(evidence, 0.05 * count)
    assert len(terms) <= 5
    assert sum(term.percent for term in terms) == 5 * count


def test_a_category_is_named_in_the_language_of_the_page():
    evidence = [Evidence("교육 · Training", 0.1, "category", ("교육",), ("교육",))]
    assert [term.term for term in shown_terms(evidence, 0.1)] == ["Training"]


def test_terms_are_in_the_language_of_the_page_and_others_stand_together():
    need = make_need(title="손님이 끊겼다", text="시장에서 반찬을 팝니다. 사진, MES")
    evidence = [
        Evidence("food", 0.05, "word", ("food",), ("food", "Food")),
        Evidence("MES", 0.04, "word", ("MES",), ("MES",)),
        Evidence("손님이 끊겼다 ↔ market", 0.03, "concept", ("손님이 끊겼다",), ("market", "장터")),
        Evidence("사진 ↔ photos", 0.02, "concept", ("사진",), ("photos",)),
    ]
    with force_locale("ko"):
        terms = shown_terms(evidence, 0.14, need)
    assert [term.term for term in terms[:3]] == ["MES", "손님이 끊겼다 ↔ 장터", "사진"]
    assert [term.percent for term in terms] == [4, 3, 2, 5]
    assert terms[3].kind == "rest"
    in_english = [term.term for term in shown_terms(evidence, 0.14, need)]
    assert in_english == ["food", "MES", "손님이 끊겼다 ↔ market", "사진 ↔ photos"]


def test_kept_evidence_finds_the_words_of_both_sides():
    rows = [
        {"term": "공장 ↔ factory", "share": 0.1, "kind": "concept"},
        {"term": "MES", "share": 0.1, "kind": "word", "need": ["MES"], "offer": ["MES", "mes"]},
    ]
    first, second = kept_evidence(make_pairing(evidence=rows))
    assert (first.need_surfaces, first.offer_surfaces) == (("공장",), ("factory",))
    assert second.offer_surfaces == ("MES", "mes")


def told(status, rule, wanted, side, **facts):
    need = make_need(organisation=make_organisation(**facts))
    return [line.text for line in lines([Criterion(rule, status, wanted)], need, side)]


def test_each_criterion_is_told_to_the_side_that_reads_it():
    unmet, unknown = Status.UNMET, Status.UNKNOWN
    assert told(Status.MET, Rule.REGION, ("41",), Side.SME) == ["Region: Gyeonggi"]
    assert "Region: anywhere in Korea" in told(Status.MET, Rule.SIZE, ("small",), Side.SME)
    text = told(unmet, Rule.SIZE, ("micro",), Side.COMPANY)[1]
    assert text == "Size: only micro-enterprise. The firm’s facts say small firm."
    text = told(unknown, Rule.TRAITS, ("venture",), Side.COMPANY)[1]
    assert text == "Traits: only venture firm. The firm has not said."
    text = told(unknown, Rule.INDUSTRY, ("25",), Side.SME, industry=None)[1]
    assert 'href="/organisation/edit"' in text
    assert "{link}" not in text


def test_the_summary_counts_what_is_met_or_names_what_is_not():
    need = make_need()
    met = Criterion(Rule.SIZE, Status.MET, ("small",))
    unmet = Criterion(Rule.REGION, Status.UNMET, ("48",))
    assert summary([met], need, Side.COMPANY)[0].text == "The one criterion is met"
    assert summary([], need, Side.COMPANY)[0].text == "The offer states no criteria"
    assert [line.state for line in summary([met, unmet], need, Side.COMPANY)] == ["unmet"]


@pytest.mark.parametrize(
    ("declared", "state"),
    [(None, "unknown"), ("unknown", "unknown"), ("none", "met"), ("supplier", "unmet")],
)
def test_the_relation_is_met_only_once_it_is_declared(declared, state):
    offer = make_offer()
    offer.allow(Limit.RELATION, ["none"], now=offer.created_at)
    row = declared and Relation(declared=RelationKind(declared))
    assert relation_line(offer, row).state == state


def test_what_the_firm_says_of_its_trade_is_told_to_the_company():
    states = [declared_line(row).state for row in (None, *map(relation, RelationKind))]
    assert states == ["unknown", "met", "met", "met", "unknown"]


def relation(kind):
    return Relation(declared=kind)


def test_what_only_concerns_the_line_is_not_told_to_the_company():
    pairing = make_pairing(state=State.ASKED)
    audit.record("ask_still_wanted", pairing, by=None, now=pairing.created_at)
    audit.record("still_wanted", pairing, by=None, now=pairing.created_at)
    for side, count in ((Side.SME, 2), (Side.COMPANY, 0)):
        steps = timeline(pairing, side, situation(pairing, side, now=NOW))
        assert sum(step.state == "done" for step in steps) == count


@pytest.mark.parametrize("side", [Side.SME, Side.COMPANY])
def test_the_way_tells_what_happens_now_and_what_lies_ahead(side):
    pairing = make_pairing(state=State.ASKED)
    steps = timeline(pairing, side, situation(pairing, side, now=NOW))
    ahead = 4 if side is Side.SME else 3  # only the firm reads what follows a no
    assert [step.state for step in steps if step.state != "done"] == ["now"] + ["next"] * ahead
