import io
import json
import os
import stat
import sys
import threading
from types import SimpleNamespace

import joblib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.matching import files
from matchmaker.matching.files import ClusterError, InputError, OutputError, rank_files
from matchmaker.matching.ranker import TfidfRanker
from matchmaker.matching.records import RecordError, need_of, offer_of

OFFERS = [
    {"id": "a", "title": "온라인 판매 교육", "body": "Selling online", "organisation": "가온"},
    {"id": "b", "title": "온라인 창업", "body": "판매를 배운다", "regions": ["서울", "42"]},
    {
        "id": "c",
        "title": "온라인 판매",
        "body": "",
        "sizes": ["mid"],
        "industries": ["음식점", "I56"],
    },
    {"id": "d", "title": "온라인 판매", "body": "", "traits": ["market"]},
]
NEEDS = [
    {"id": "n1", "title": "온라인으로 팔고 싶다", "body": "", "region": "강원도"},
    {"id": "n2", "title": "", "body": "온라인 판매", "size": "mid", "industry": "56111"},
    {"id": "n3", "title": "", "body": ""},
]


def lines(records):
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)


@pytest.fixture
def written(tmp_path):
    """Return a function that writes records, text or bytes to a file and gives its path."""

    def write(name, content):
        if isinstance(content, list):
            content = lines(content)
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


@pytest.fixture
def ranked(written):
    """Return a function that ranks and gives the result's records."""

    def rank(needs=NEEDS, offers=OFFERS, **options):
        stream = io.BytesIO()
        rank_files(written("needs", needs), written("offers", offers), stream=stream, **options)
        return [json.loads(line) for line in stream.getvalue().splitlines()]

    return rank


def test_each_need_gets_the_offers_that_it_may_take_best_first(ranked):
    result = ranked()
    assert [record["need"] for record in result] == ["n1", "n2", "n3"]
    assert {offer["offer"] for offer in result[0]["offers"]} == {"a", "b"}
    assert [offer["offer"] for offer in result[1]["offers"]] == ["c"]
    assert result[2]["offers"] == []
    for record in result:
        scores = [offer["score"] for offer in record["offers"]]
        assert scores == sorted(scores, reverse=True)
        for offer in record["offers"]:
            assert list(offer) == ["offer", "score", "evidence"]
            shares = [term["share"] for term in offer["evidence"]]
            assert sum(shares) == pytest.approx(offer["score"], abs=1e-12)
            assert shares == sorted(shares, reverse=True)


def test_the_number_of_offers_and_of_terms_can_be_limited(ranked):
    assert [len(record["offers"]) for record in ranked(top=1)] == [1, 1, 0]
    whole, few, none = ranked(), ranked(evidence=1), ranked(evidence=0)
    assert few[0]["offers"][0]["evidence"] == whole[0]["offers"][0]["evidence"][:1]
    assert list(none[0]["offers"][0]) == ["offer", "score"]


def test_equal_scores_are_ordered_by_offer_id(ranked):
    offers = [{"id": id_, "title": "판매", "body": ""} for id_ in ("z", "10", "9")]
    result = ranked(needs=[{"id": "n", "title": "판매", "body": ""}], offers=offers)
    assert [offer["offer"] for offer in result[0]["offers"]] == ["10", "9", "z"]


def test_a_byte_order_mark_blank_lines_nulls_and_unknown_fields_are_allowed(ranked):
    record = {
        "id": "n",
        "title": "판매",
        "body": "",
        "region": None,
        "traits": None,
        "more": [1, {}],
    }
    content = "\ufeff\r\n \t\n" + lines([record]).replace("\n", "\r\n") + "\n"
    offers = "\ufeff" + lines([OFFERS[0] | {"regions": None, "lang": "ko"}]).rstrip("\n")
    assert [offer["offer"] for offer in ranked(content, offers)[0]["offers"]] == ["a"]


def test_plain_words_for_an_industry_take_part_in_the_text(ranked):
    offers = [{"id": "a", "title": "", "body": "", "industries": ["도자기 공예"]}]
    need = {"id": "n", "title": "", "body": "", "industry": "도자기  공예"}
    assert ranked([need], offers)[0]["offers"]
    assert not ranked([need | {"industry": "C23"}], offers)[0]["offers"]


def test_a_known_category_is_taken_by_code_or_name_and_any_other_as_words():
    def category(text):
        return need_of(json.dumps({"id": "n", "title": "", "body": "", "category": text}).encode())

    assert category("online_sales").category == "online_sales"
    assert category("Selling  Online").category == "online_sales"
    assert category("스마트공장").category == "smart_factory"
    assert category("공예").category == "공예"
    assert category("").category is None


def test_empty_files_give_an_empty_result(ranked):
    assert ranked(needs="\n\n") == []
    assert [record["offers"] for record in ranked(offers="")] == [[], [], []]


BAD = [
    (b"{", "not valid JSON"),
    (b'{"id": "n", "title": "", "body": ""} x', "not valid JSON"),
    (b"[]", "not a JSON object"),
    (b"NaN", "NaN is not a JSON value"),
    (b'{"id": "n", "title": "", "body": "", "x": -Infinity}', "-Infinity is not a JSON value"),
    (b'{"id": "n", "x": ' + b"9" * 5000 + b"}", "more digits"),
    (b"[" * 100_000, "nested too deeply"),
    (b'{"id": "\xff"}', "not UTF-8 at byte 9"),
    ("{}".encode("utf-16"), "not UTF-8"),
    (b'{"title": "", "body": ""}', '"id" is missing'),
    (b'{"id": null, "title": "", "body": ""}', '"id" is missing'),
    (b'{"id": "", "title": "", "body": ""}', '"id" is empty'),
    (b'{"id": 1, "title": "", "body": ""}', '"id" must be a string, not a number'),
    (b'{"id": true, "title": "", "body": ""}', "not true or false"),
    (b'{"id": "n", "body": ""}', '"title" is missing'),
    (b'{"id": "n", "title": "", "body": {}}', '"body" must be a string, not an object'),
    (b'{"id": "n", "title": "\\ud800", "body": ""}', "lone surrogate"),
    (b'{"id": "n", "title": "", "body": "", "lang": 1}', '"lang" must be a string'),
    (b'{"id": "n", "title": "", "body": "", "traits": "x"}', "a list of strings, not a string"),
    (b'{"id": "n", "title": "", "body": "", "traits": [null]}', "must be a string, not null"),
    (b'{"id": "n", "title": "", "body": "", "traits": [" "]}', "is empty"),
]
BAD_NEEDS = [
    (b'{"id": "n", "title": "", "body": "", "region": "Korea"}', '"Korea" is not a province'),
    (b'{"id": "n", "title": "", "body": "", "region": ["11"]}', "must be a string, not a list"),
    (b'{"id": "n", "title": "", "body": "", "size": "huge"}', '"huge" is none of micro, small'),
    (b'{"id": "n", "title": "", "body": "", "size": "' + b"x" * 99 + b'"}', "x…"),
]
BAD_OFFERS = [
    (b'{"id": "n", "title": "", "body": "", "regions": ["99"]}', '"99" is not a province'),
    (b'{"id": "n", "title": "", "body": "", "sizes": ["SME"]}', '"SME" is none of'),
    (b'{"id": "n", "title": "", "body": "", "industries": [1]}', "not a number"),
    (b'{"id": "n", "title": "", "body": "", "organisation": []}', "not a list"),
]


@pytest.mark.parametrize(
    ("parse", "line", "reason"),
    [(need_of, *case) for case in BAD + BAD_NEEDS]
    + [(offer_of, *case) for case in BAD + BAD_OFFERS],
)
def test_a_line_that_cannot_be_used_says_why(parse, line, reason):
    with pytest.raises(RecordError) as error:
        parse(line)
    assert reason in str(error.value)
    assert "\n" not in str(error.value)


@given(
    st.binary(max_size=40) | st.text(max_size=40).map(lambda text: text.encode("utf-8", "replace"))
)
@settings(max_examples=200, deadline=None)
def test_any_bytes_are_a_card_or_a_reason(line):
    for parse in (need_of, offer_of):
        with pytest.raises(RecordError):
            parse(line)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=2)
    ),
    max_leaves=4,
)
FIELDS = (
    "id title body category region industry size traits lang regions sizes eligibility x".split()
)


@given(st.dictionaries(st.sampled_from(FIELDS), VALUES, max_size=6))
@settings(max_examples=200, deadline=None)
def test_any_object_is_a_card_or_a_reason(record):
    line = json.dumps({"id": "n", "title": "", "body": ""} | record).encode("utf-8", "replace")
    for parse in (need_of, offer_of):
        try:
            card = parse(line)
        except RecordError:
            continue
        assert card.id and isinstance(card.title, str)


@pytest.mark.parametrize(
    ("needs", "offers", "place"),
    [
        (b"\n{}\n", OFFERS, "needs:2: "),
        (NEEDS, b"\xef\xbb\xbf\n\n[]", "offers:3: "),
        ([*NEEDS, {"id": "n1", "title": "", "body": ""}], OFFERS, "needs:4: "),
    ],
)
def test_all_input_is_checked_before_the_first_byte_of_output(
    written, tmp_path, needs, offers, place
):
    stream = io.BytesIO()
    paths = written("needs", needs), written("offers", offers)
    for options in ({"stream": stream}, {"output": tmp_path / "out"}):
        with pytest.raises(InputError) as error:
            rank_files(*paths, **options)
        assert str(error.value).startswith(f"{tmp_path}/{place}")
    assert stream.getvalue() == b"" and not (tmp_path / "out").exists()


def test_a_doubled_id_names_both_lines(written):
    path = written("offers", [OFFERS[0], OFFERS[1], OFFERS[0]])
    with pytest.raises(InputError, match=r':3: the id "a" already stands in line 1'):
        list(files.checked(path, offer_of))


def test_a_missing_file_and_a_folder_are_named(written, tmp_path):
    with pytest.raises(InputError, match="none: No such file"):
        rank_files(tmp_path / "none", written("offers", OFFERS), stream=io.BytesIO())
    with pytest.raises(InputError, match="Is a directory"):
        rank_files(written("needs", NEEDS), tmp_path, stream=io.BytesIO())


def test_an_output_file_appears_whole_and_keeps_its_rights(written, tmp_path):
    paths, out = (written("needs", NEEDS), written("offers", OFFERS)), tmp_path / "out"
    out.write_text("before")
    out.chmod(0o640)
    link = tmp_path / "link"
    link.symlink_to(out)
    assert rank_files(*paths, output=link) == 3
    assert len(out.read_text().splitlines()) == 3 and link.is_symlink()
    assert stat.S_IMODE(out.stat().st_mode) == 0o640
    rank_files(*paths, output=tmp_path / "new")
    assert (tmp_path / "new").read_bytes() == out.read_bytes()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["link", "needs", "new", "offers", "out"]


def test_a_failure_midway_leaves_the_earlier_output_as_it_was(written, tmp_path):
    out = tmp_path / "out"
    out.write_text("before")

    def stop(done, total):
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rank_files(written("needs", NEEDS), written("offers", OFFERS), output=out, progress=stop)
    assert out.read_text() == "before"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["needs", "offers", "out"]


@pytest.mark.parametrize("name", ["", "none/out"])
def test_an_output_that_cannot_be_written_says_why(written, tmp_path, name):
    with pytest.raises(OutputError, match=r"Is a directory|No such file"):
        rank_files(written("needs", NEEDS), written("offers", OFFERS), output=tmp_path / name)


def test_a_device_is_written_to_and_not_replaced(written):
    rank_files(written("needs", NEEDS), written("offers", OFFERS), output="/dev/null")
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)


def test_needs_may_come_through_a_pipe(written, tmp_path):
    pipe, stream = tmp_path / "pipe", io.BytesIO()
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_text, args=[lines(NEEDS)])
    writer.start()
    assert rank_files(pipe, written("offers", OFFERS), stream=stream) == 3
    writer.join()
    assert len(stream.getvalue().splitlines()) == 3


def test_chunks_and_processes_give_the_same_bytes(written, monkeypatch):
    monkeypatch.setattr(files, "CHUNK", 2)
    paths = written("needs", NEEDS), written("offers", OFFERS)
    streams = [io.BytesIO(), io.BytesIO()]
    seen = []
    rank_files(*paths, stream=streams[0], progress=lambda *place: seen.append(place))
    rank_files(*paths, stream=streams[1], jobs=2)
    assert streams[0].getvalue() == streams[1].getvalue()
    assert seen == [(0, 3), (2, 3), (3, 3)]


def test_a_text_of_a_megabyte_is_ranked(ranked):
    need = {"id": "n", "title": "", "body": "online selling " * 70_000}
    assert ranked([need])[0]["offers"][0]["offer"] == "a"


def test_a_stored_ranker_is_loaded_once_a_process(written, tmp_path):
    ranker = TfidfRanker().fit(list(files.checked(written("offers", OFFERS), offer_of)))
    needs = list(files.checked(written("needs", NEEDS), need_of))
    joblib.dump(ranker, tmp_path / "ranker")
    first = files.rank_stored(str(tmp_path / "ranker"), needs, 10, None)
    (tmp_path / "ranker").unlink()
    assert files.rank_stored(str(tmp_path / "ranker"), needs, 10, None) == first
    assert first == files.rank_chunk(ranker, needs, 10, None)


class Unreachable:
    """Stands in for the client of a cluster that is not there."""

    def __init__(self, address, timeout):
        raise OSError(f"timed out after {timeout} s")


@pytest.mark.parametrize(
    ("package", "message"),
    [
        (None, "pip install distributed"),
        (SimpleNamespace(Client=Unreachable), "no Dask scheduler answers at tcp://localhost:1"),
    ],
)
def test_a_cluster_that_cannot_be_used_says_why(written, monkeypatch, package, message):
    monkeypatch.setitem(sys.modules, "distributed", package)
    stream = io.BytesIO()
    with pytest.raises(ClusterError, match=message):
        rank_files(
            written("needs", NEEDS),
            written("offers", OFFERS),
            stream=stream,
            cluster="tcp://localhost:1",
        )
    assert stream.getvalue() == b""
