"""All copies are found, nothing else is dropped, and neither order nor workers nor engine changes what is kept."""

import json
import os
import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow
import pyarrow.parquet
import pytest

from lect.artifacts import read
from lect.artifacts.errors import LectError
from lect.corpus.copies import finding
from lect.corpus.copies.choosing import plant_edits
from lect.corpus.copies.engines import across_processes, across_threads
from lect.corpus.copies.finding import find_copies
from lect.corpus.copies.settings import Setting
from lect.corpus.ledgers import sift


def _documents(number=300, words=150, seed=0):
    chance = random.Random(seed)
    lexicon = [f"orð{n}" for n in range(4000)]
    return [" ".join(chance.choices(lexicon, k=words)) for _ in range(number)]


@pytest.fixture(scope="module")
def planted():
    originals = _documents()
    near, shares = plant_edits(originals[:160], (0.01, 0.02, 0.05, 0.1), random.Random(1))
    exact = [text.replace(" ", "  ", 3) + "\n" for text in originals[160:220]]
    rows = [{"id": f"o{n}", "text": text} for n, text in enumerate(originals)]
    rows += [{"id": f"n{n}-{share}", "text": text} for n, (text, share) in enumerate(zip(near, shares, strict=True))]
    rows += [{"id": f"e{n + 160}", "text": text} for n, text in enumerate(exact)]
    return rows


def _kept(rows, copies):
    return {row["id"] for row, reason in zip(rows, copies.reasons, strict=True) if not reason}


def _write(rows, folder, shards=3):
    folder.mkdir()
    for part in range(shards):
        pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows[part::shards]), folder / f"part-{part:05}.parquet")
    return [row for part in range(shards) for row in rows[part::shards]]


def test_planted_copies_are_dropped_and_nothing_else(planted):
    copies = find_copies(planted)
    kept = _kept(planted, copies)
    assert copies.reasons.count("exact_copy") == 60
    for share, least in ((0.01, 1.0), (0.02, 1.0), (0.05, 0.96), (0.1, 0.67)):
        pairs = [(f"o{n}", f"n{n}-{share}") for n in range(160) if f"n{n}-{share}" in {row["id"] for row in planted}]
        assert len(pairs) == 40
        assert sum(not set(pair) <= kept for pair in pairs) >= least * 40
    for n in range(300):
        assert {row["id"] for row in planted if row["id"][1:].split("-")[0] == str(n)} & kept
    assert set(copies.size.tolist()) == {1, 2}


def test_the_ledger_adds_up(planted):
    text = read(planted)
    kept, ledger = sift(text, find_copies(text).reasons)
    said = ledger.to_json()
    assert said["in"]["documents"] == len(planted) == len(kept) + sum(d["documents"] for d in said["dropped"].values())


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_order_of_documents_changes_nothing(planted, seed):
    shuffled = random.Random(seed).sample(planted, len(planted))
    one, other = find_copies(planted), find_copies(shuffled)
    assert _kept(planted, one) == _kept(shuffled, other)
    clusters = dict(zip([row["id"] for row in planted], one.cluster.tolist(), strict=True))
    assert [clusters[row["id"]] for row in shuffled] == other.cluster.tolist()


def test_a_stream_and_its_shards_give_the_same_over_threads(planted, tmp_path):
    rows = _write([*planted, {"id": "blank", "text": " \n"}, {"id": "none", "text": None}], tmp_path / "shards")
    rows = [row for row in rows if (row["text"] or "").strip()]
    copies = find_copies(rows)
    for across in (map, across_threads(2)):
        other = find_copies(tmp_path / "shards", across=across)
        assert other.reasons == copies.reasons
        assert np.array_equal(other.cluster, copies.cluster)
        assert np.array_equal(other.size, copies.size)


@pytest.mark.slow
def test_two_processes_keep_the_same(planted, tmp_path):
    _write(planted, tmp_path / "shards")
    copies = find_copies(tmp_path / "shards")
    assert find_copies(tmp_path / "shards", across=across_processes(2)).reasons == copies.reasons


def test_the_longest_is_kept_then_content_decides():
    long, chance = _documents(1)[0], random.Random(0)
    shorter = long.rsplit(" ", 2)[0]
    for rows in ([long, shorter], [shorter, long]):
        reasons = find_copies(rows).reasons
        assert reasons[rows.index(shorter)] == "near_copy"
        assert reasons[rows.index(long)] == ""
    same = [{"id": str(n), "text": long} for n in range(5)]
    chance.shuffle(same)
    assert len({next(iter(_kept(rows, find_copies(rows)))) for rows in (same, same[::-1])}) == 1


def test_a_chain_does_not_drop_what_is_unlike_all_that_stays():
    words = [f"w{n}" for n in range(400)]
    chain = [" ".join(words[start : start + 200]) for start in range(0, 200, 20)]  # neighbors: J = 0.82; ends: 0.05
    copies = find_copies(chain)
    kept = [set(text.split()) for text, reason in zip(chain, copies.reasons, strict=True) if not reason]
    assert len(set(copies.cluster.tolist())) == 1
    assert copies.size.tolist() == [10] * 10
    for text in chain:
        assert max(len(set(text.split()) & other) / len(set(text.split()) | other) for other in kept) > 0.45


def test_unlike_documents_of_one_template_all_stay():
    menu = " ".join(f"meny{n}" for n in range(60))
    pages = [f"{menu} {text}" for text in _documents(200, words=140, seed=5)]  # J about 0.17
    assert find_copies(pages).reasons == [""] * 200


def test_many_copies_of_one_template_are_one_cluster():
    base = _documents(1, words=200)[0].split()
    pages = [" ".join([*base, f"síða{n}"]) for n in range(400)]
    copies = find_copies(pages)
    assert copies.reasons.count("") == 1
    assert set(copies.size.tolist()) == {400}


def test_a_new_crawl_is_held_against_the_old_one(planted, tmp_path):
    old, new = planted[:300], planted[300:]
    find_copies(old, out=tmp_path / "old")
    before = {file: file.read_bytes() for file in sorted((tmp_path / "old").rglob("*.npy"))}
    fresh = [{"id": "new", "text": _documents(1, seed=9)[0]}]
    copies = find_copies([*new, *fresh], against=[tmp_path / "old"])
    assert copies.reasons[160:] == ["exact_copy"] * 60 + [""]
    assert copies.reasons[:160].count("near_copy") >= 145
    assert copies.size[-1] == 1
    assert set(copies.size[160:220].tolist()) == {2}
    assert before == {file: file.read_bytes() for file in sorted((tmp_path / "old").rglob("*.npy"))}
    find_copies(old, out=tmp_path / "old")  # the same again is kept as it is


def test_copies_of_old_pages_of_one_template_are_found(tmp_path):
    chance = random.Random(0)
    menu = " ".join(f"meny{n}" for n in range(150))
    old = [f"{menu} {text} {'x ' * chance.randrange(40)}" for text in _documents(300, words=100, seed=5)]  # J about 0.4
    find_copies(old, out=tmp_path / "old")
    near, _ = plant_edits(old, [0.02], chance)
    assert find_copies(near, against=tmp_path / "old").reasons == ["near_copy"] * 300


def test_an_interrupted_index_is_resumed(planted, tmp_path, monkeypatch):
    rows = _write(planted, tmp_path / "shards")
    calls = []

    def breaking(function, items):
        for item in items:
            calls.append(item[0])
            if len(calls) == 2:
                raise KeyboardInterrupt
            yield function(item)

    with pytest.raises(KeyboardInterrupt):
        find_copies(tmp_path / "shards", out=tmp_path / "index", across=breaking)
    made = tmp_path / "index.partial" / "part-00000" / "keys.npy"
    stamp = made.stat().st_mtime_ns
    copies = find_copies(tmp_path / "shards", out=tmp_path / "index")
    assert (tmp_path / "index" / "part-00000" / "keys.npy").stat().st_mtime_ns == stamp
    assert copies.reasons == find_copies(rows).reasons


def test_another_setting_does_not_fit_an_old_index(tmp_path):
    find_copies(_documents(3), out=tmp_path / "old")
    with pytest.raises(LectError, match="bands 24 there, 20 here"):
        find_copies(_documents(3), setting=Setting(bands=20, rows=6), against=[tmp_path / "old"])
    with pytest.raises(LectError, match="no index"):
        find_copies(_documents(3), against=[tmp_path])


@pytest.mark.parametrize(
    ("table", "says"), [({"content": ["a"]}, "no column 'text'"), ({"text": [1]}, "int"), (None, "cannot be read")]
)
def test_a_shard_that_is_none_is_refused(tmp_path, table, says):
    if table:
        pyarrow.parquet.write_table(pyarrow.table(table), tmp_path / "part-00000.parquet")
    else:
        (tmp_path / "part-00000.parquet").write_text("PAR1 and no more")
    with pytest.raises(LectError, match=says):
        find_copies(tmp_path)


def test_odd_documents_are_only_copies_of_themselves():
    texts = ["!!", "??", "a", "a b", "lone \ud800 one", "lone \udfff two", "x" * 100, "東京", "\x00", "long " * 200_000]
    assert find_copies([{"text": text} for text in texts]).reasons == [""] * 10
    assert find_copies([{"text": text} for text in texts * 2]).reasons.count("exact_copy") == 10


@pytest.mark.slow
@pytest.mark.parametrize("ray", [None, "local"])
def test_daft_gives_the_same_here_and_on_ray(planted, tmp_path, ray):
    pytest.importorskip("daft")
    if ray:
        pytest.importorskip("ray")
    _write(planted, tmp_path / "shards")
    script = tmp_path / "run.py"
    script.write_text(
        "import json, sys\nfrom pathlib import Path\n"
        "from lect.corpus.copies.engines import across_daft\nfrom lect.corpus.copies.finding import find_copies\n"
        f"copies = find_copies(Path(sys.argv[1]), across=across_daft(2, ray={ray!r}))\n"
        "Path(sys.argv[2]).write_text(json.dumps([copies.reasons, copies.cluster.tolist(), copies.size.tolist()]))\n"
    )
    _run(script, tmp_path / "shards", tmp_path / "out.json")
    copies = find_copies(tmp_path / "shards")
    assert _load(tmp_path / "out.json") == [copies.reasons, copies.cluster.tolist(), copies.size.tolist()]


def _run(script, *arguments):
    """Run a script in a process of its own, since one process has one of Daft's runners for good."""
    source = str(Path(finding.__file__).resolve().parents[3])
    environment = os.environ | {"PYTHONPATH": source}
    done = subprocess.run([sys.executable, script, *arguments], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]


def _load(file):
    return json.loads(file.read_text())
