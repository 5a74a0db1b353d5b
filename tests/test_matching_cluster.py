import io

from distributed import LocalCluster

from matchmaker.matching import files
from matchmaker.matching.files import rank_files
from matchmaker.matching.glossary import Glossary
from tests.test_matching_files import NEEDS, OFFERS, lines


def test_a_scheduler_with_two_workers_gives_the_same_bytes(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "CHUNK", 2)
    paths = tmp_path / "needs", tmp_path / "offers"
    for path, records in zip(paths, (NEEDS, OFFERS), strict=True):
        path.write_text(lines(records), encoding="utf-8")
    glossary = Glossary({"sales": ["온라인 판매", "selling online"]})
    here, there, seen = io.BytesIO(), io.BytesIO(), []
    rank_files(*paths, stream=here, glossary=glossary)
    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
    ) as cluster:
        rank_files(
            *paths,
            stream=there,
            glossary=glossary,
            cluster=cluster.scheduler_address,
            progress=lambda *place: seen.append(place),
        )
    assert there.getvalue() == here.getvalue() and there.getvalue().count(b"\n") == 3
    assert seen == [(0, 3), (2, 3), (3, 3)]
