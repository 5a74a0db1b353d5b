import pickle
import subprocess
import sys
from collections import Counter

import pytest

from matchmaker.matching.categories import BY_CODE
from matchmaker.matching.glossary import Glossary
from matchmaker.matching.glossary_files import GlossaryError, load_glossary
from matchmaker.matching.text import analyse


@pytest.fixture(scope="module")
def small():
    return Glossary(
        {
            "online-sales": ["온라인 판매", "sell online", "selling online"],
            "sales": ["판매", "sales"],
            "mes": ["MES", "엠이에스"],
            "smart-factory": ["스마트공장", "스마트 팩토리"],
            "certificate": ["인증서"],
            "stock": ["out of stock", "재고가 없다"],
            "refusal": ["the bank turned us down"],
            "ai": ["AI", "인공지능"],
        },
        {"mes": "smart_factory"},
    )


def found(glossary, text):
    analysis = analyse(text)
    return [
        (each.concept, analysis.text[each.start : each.end]) for each in glossary.find(analysis)
    ]


@pytest.mark.parametrize(
    ("text", "concepts"),
    [
        ("온라인으로 판매하고 싶다", [("online-sales", "온라인으로 판매"), ("sales", "판매")]),
        ("스마트팩토리를", [("smart-factory", "스마트팩토리")]),
        ("스마트 공장이", [("smart-factory", "스마트 공장")]),
        ("엠이에스를 도입", [("mes", "엠이에스")]),
        ("our bank turned me down", [("refusal", "bank turned")]),
        ("We are out of stock", [("stock", "out of stock")]),
        ("stock market", []),
        ("재고가 없어요", [("stock", "재고가 없어요")]),
        ("인증 서류", []),
        ("AI 기술", [("ai", "AI")]),
        ("retail", []),
        ("판매", [("sales", "판매")]),
        ("", []),
    ],
)
def test_concepts_are_found_as_people_write_them(small, text, concepts):
    assert found(small, text) == concepts


def test_a_term_inside_a_longer_one_counts_where_it_is_of_another_concept():
    glossary = Glossary({"b": ["출연금"], "a": ["출연금", "특별 출연금"]})
    assert found(glossary, "출연금") == [("a", "출연금"), ("b", "출연금")]
    assert found(glossary, "특별 출연금") == [("a", "특별 출연금"), ("b", "출연금")]
    assert found(Glossary({"none": ["!"]}), "!") == []


@pytest.mark.parametrize(
    ("term", "text", "is_found"),
    [
        ("대기업", "대기업과 함께", True),
        ("대기업", "기업과 함께", False),
        ("무담보 대출", "담보 대출", False),
        ("무담보 대출", "무담보로 대출을", True),
        ("정보화", "정보를 찾는다", False),
        ("정보화", "정보화가 필요하다", True),
        ("구직자", "구직자들을", True),
        ("아무도 모르다", "값을 모른다", False),
        ("알려 주다", "손님에게 알리고", False),
        ("하자", "판매를 한다", False),
        ("배우고 싶다", "배우고 싶습니다", True),
        ("industry 4.0", "local industry", False),
        ("marketing", "a traditional market", False),
        ("productivity", "products", False),
        ("wine", "we win", False),
        ("cars", "a car", True),
        ("automate", "automated", True),
        ("packing", "it is packed", True),
        ("factories", "a factory", True),
        ("온라인 매장", "온라인은 필요 없다. 매장 진열", False),
        ("production tests", "tests are being built, and the production", False),
        ("parts and equipment", "parts, equipment", True),
    ],
)
def test_a_term_is_not_found_in_words_that_only_resemble_it(term, text, is_found):
    assert bool(found(Glossary({"x": [term]}), text)) is is_found


def test_found_concepts_are_kept_up_to_a_limit(small, monkeypatch):
    monkeypatch.setattr("matchmaker.matching.glossary._MEMO_SIZE", 1)
    assert found(small, "판매와 인공지능") == found(small, "판매와 인공지능")
    assert found(small, "다른 판매") and len(small._memo) == 1
    assert found(pickle.loads(pickle.dumps(small)), "판매") == [("sales", "판매")]  # noqa: S301


def test_the_shipped_glossary_names_known_categories_in_both_languages():
    glossary = load_glossary()
    assert len(glossary.concepts) > 900
    assert sum(map(len, glossary.concepts.values())) > 17_000
    assert set(glossary.categories.values()) == set(BY_CODE)
    counts = Counter(glossary.categories.values())
    assert min(counts.values()) >= 4 or counts.most_common()[-1][0] in ("social_value",)


def test_every_shipped_term_is_found_in_its_own_words():
    glossary = load_glossary()
    for concept, terms in glossary.concepts.items():
        lost = [t for t in terms if concept not in {name for name, _ in found(glossary, t)}]
        assert lost == []


def test_the_shipped_glossary_is_built_once_and_not_for_one_of_ones_own():
    assert load_glossary() is load_glossary()
    code = (
        "from matchmaker.matching import glossary, glossary_files, ranker, cards\n"
        "glossary_files.PATH = None\n"
        "own = ranker.TfidfRanker(glossary.Glossary({'x': ['sale']}))\n"
        "own.fit([cards.OfferCard('o', body='sale')])\n"
        "assert own.rank([cards.NeedCard('n', body='sale')])[0] and own.version"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("손님이 뚝 끊겼어요", "marketing"),
        ("은행에서 거절당했어요", "loan"),
        ("사람을 못 구해요", "recruitment"),
        ("nobody knows our shop", "marketing"),
        ("we cannot afford it", "own-share"),
        ("엠이에스", "mes"),
        ("The bank turned us down", "loan"),
    ],
)
def test_the_shipped_glossary_knows_plain_speech(text, concept):
    assert concept in {name for name, _ in found(load_glossary(), text)}


def test_a_version_changes_with_terms_and_categories():
    versions = {
        Glossary({"a": ["판매"]}).version,
        Glossary({"a": ["판매", "sales"]}).version,
        Glossary({"a": ["판매"]}, {"a": "training"}).version,
    }
    assert len(versions) == 3


def test_a_glossary_of_ones_own_is_read_from_a_file(tmp_path):
    path = tmp_path / "own.yaml"
    path.write_text(
        "concepts:\n- {id: x, category: training, ko: [도자기], en: [pottery]}\n"
        "- {id: y, ko: [2024]}"
    )
    glossary = load_glossary(path)
    assert glossary.concepts == {"x": ("도자기", "pottery"), "y": ("2024",)}
    assert glossary.categories == {"x": "training"}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"concepts: [", "not a YAML file"),
        (b"\xff\xfe\x00", "not a YAML file"),
        (b"[" * 100_000, "not a YAML file"),
        (b"", "'concepts' is missing"),
        (b"concepts: {}", "'concepts' is missing"),
        (b"concepts: [1]", "concept 1 has no id"),
        (b"concepts: [{id: ''}]", "concept 1 has no id"),
        (b"concepts: [{id: a}]", "concept a has no terms"),
        (b"concepts: [{id: a, ko: [' ']}]", "concept a has no terms"),
        (b"concepts: [{id: a, ko: x}]", "concept a: terms are not lists"),
        (b"concepts: [{id: a, ko: [x]}, {id: a, ko: [y]}]", "concept a stands there twice"),
    ],
)
def test_a_damaged_glossary_is_refused_with_the_reason(tmp_path, content, reason):
    path = tmp_path / "own.yaml"
    path.write_bytes(content)
    with pytest.raises(GlossaryError, match=reason):
        load_glossary(path)


def test_a_missing_glossary_is_refused(tmp_path):
    with pytest.raises(GlossaryError, match="No such file"):
        load_glossary(tmp_path / "none.yaml")
