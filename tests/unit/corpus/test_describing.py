import json
import math
import random
from dataclasses import replace

import numpy as np
import pytest
from tests.unit.adaptation.corpus_specimens import DROPPED, kept_rows, write_corpus

from lect.artifacts import LectError
from lect.artifacts.hooks import watch
from lect.corpus.describing import gather, surveying
from lect.corpus.describing.distributions import distribute
from lect.corpus.describing.drifting import divergence, measure_drift, trigrams
from lect.corpus.describing.tallies import Bottom, Tally, estimate
from lect.corpus.shards import MANIFEST

DOCUMENTS = 280


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return write_corpus(tmp_path_factory.mktemp("made") / "corpus", DOCUMENTS)


@pytest.fixture(scope="module")
def said(folder):
    return gather(folder)


def test_counts_are_exact(said):
    rows = kept_rows(DOCUMENTS)
    assert (said.documents, said.bytes) == (DOCUMENTS, sum(len(row["text"].encode()) for row in rows))
    for column in ("language", "source", "register"):
        facet = said.facets[column]
        names = [row[column] for row in rows]
        assert {group.name: group.documents for group in facet.groups} == {n: names.count(n) for n in set(names)}
        assert sum(group.bytes for group in facet.groups) == said.bytes
        assert facet.unknown.documents == 0
    assert [group.name for group in said.facets["site"].groups] == ["bladid.fo", "kommunan.fo", "savn.fo"]
    assert [group.name for group in said.facets["year"].groups if group.documents > 60] == [
        "2019",
        "2020",
        "2021",
        "2022",
    ]
    assert said.facets["year"].distinct == 4


def test_licenses_are_read_and_what_has_none_is_unknown(said):
    assert {group.name for group in said.facets["license"].groups} == {"CC-BY-4.0", "CC-BY-SA-4.0", "CC-BY-NC-4.0"}
    assert said.facets["license"].unknown.documents == DOCUMENTS // 4
    terms = said.facets["license_terms"]
    assert {group.name: group.documents for group in terms.groups} == dict.fromkeys(
        ("free", "share_alike", "non_commercial"), DOCUMENTS // 4
    )
    assert terms.unknown == said.facets["license"].unknown


def test_numbers_have_exact_ends_and_quartiles(said):
    words = [row["words"] for row in kept_rows(DOCUMENTS)]
    shape = said.numbers["words"]
    assert (shape.low, shape.high) == (min(words), max(words))
    assert shape.quartiles == tuple(np.quantile(words, [0.25, 0.5, 0.75]))
    assert sum(shape.counts) == shape.sampled == DOCUMENTS
    assert next(iter(said.numbers)) == "characters"
    assert not {"bytes", "offset"} & set(said.numbers)


def test_what_was_dropped_is_that_of_the_ledger(said, folder):
    ledger = json.loads((folder / "ledger.json").read_text())
    assert {loss.reason: loss.documents for loss in said.dropped} == DROPPED
    assert said.received.documents == DOCUMENTS + sum(DROPPED.values()) == ledger["in"]["documents"]
    assert said.received.bytes == said.kept_size + sum(loss.bytes for loss in said.dropped)
    assert said.faults == []
    assert list(said.samples) == ["", *DROPPED]
    assert {reason: len(some) for reason, some in said.samples.items()} == {"": 3} | {
        r: min(3, n) for r, n in DROPPED.items()
    }
    assert all(len(one.text) <= 300 for some in said.samples.values() for one in some)
    assert [one.text for one in said.samples["http_error"]] == ["", ""]
    assert said.samples["near_copy"][0].cut


def test_a_ledger_that_does_not_fit_is_a_fault(tmp_path):
    folder = write_corpus(tmp_path / "corpus", 20)
    ledger = json.loads((folder / "ledger.json").read_text())
    ledger["out"]["documents"] += 1
    ledger["in"]["documents"] += 1
    (folder / "ledger.json").write_text(json.dumps(ledger))
    assert gather(folder).faults == ["kept: the ledger says 21, the folder holds 20"]


def test_a_changed_shard_is_refused(tmp_path):
    folder = write_corpus(tmp_path / "corpus", 20)
    file = folder / "dropped" / "part-00000.parquet"
    file.write_bytes(file.read_bytes()[:-1] + b"x")
    with pytest.raises(LectError, match="has changed"):
        gather(folder)


def test_the_order_of_documents_and_shards_is_of_no_matter(said, tmp_path, monkeypatch):
    other = gather(write_corpus(tmp_path / "corpus", DOCUMENTS, shards=7))
    assert other.to_json() == said.to_json()
    monkeypatch.setattr(surveying, "ROWS", 100)
    rows = [{key: value for key, value in row.items() if key != "id"} for row in kept_rows(DOCUMENTS)]
    rows += rows[:50]  # copies that nobody removed
    shuffled = random.Random(1).sample(rows, len(rows))
    one, two = gather(rows), gather(shuffled)
    assert one.numbers["words"].sampled == 100
    assert one.to_json() == two.to_json()
    assert gather(rows, seed=5).samples != one.samples


def test_a_plain_text_has_what_can_be_known(tmp_path):
    file = tmp_path / "text.txt"
    file.write_text("Gott kvøld\nGóðan morgun\n", encoding="utf-8")
    said = gather(file)
    assert (said.documents, said.received, said.copies, said.drift) == (2, None, None, [])
    assert said.facets["license_terms"].unknown.documents == 2
    assert [(link.path, link.bytes) for link in said.chain] == [(str(file), file.stat().st_size)]
    assert json.loads(json.dumps(said.to_json()))["name"] == "text.txt"


def test_the_chain_goes_back_to_the_raw_files(said):
    assert [(link.depth, link.verb, link.path) for link in said.chain] == [
        (0, "corpus.build", "raw/crawl.warc.gz"), (0, "corpus.build", "raw/dump.jsonl.gz"), (1, "corpus.fetch", "raw/list.txt")
    ]  # fmt: skip
    assert "CC-BY-SA-4.0" in said.chain[0].license
    assert said.made["verb"] == "corpus.build"


def test_copies_are_those_of_the_clusters(said):
    sizes = [row["cluster_size"] for row in kept_rows(DOCUMENTS)]
    assert (said.copies.documents, said.copies.largest) == (sum(sizes), max(sizes))
    assert said.copies.repeated == sum(size > 1 for size in sizes)


def test_the_site_in_another_language_drifts_and_no_other(said):
    found = {one.name: one for one in said.drift}
    assert said.drift[0].name == "savn.fo"
    assert found["savn.fo"].drift > 1.5 * found["savn.fo"].chance
    assert all(one.drift < 1.3 * one.chance + 0.02 for one in said.drift if one.name != "savn.fo")


def test_divergence_is_that_of_the_formula():
    p, q = np.array([0.5, 0.5, 0.0]), np.array([0.25, 0.25, 0.5])
    entropy = lambda x: -sum(value * math.log2(value) for value in x if value)  # noqa: E731
    assert divergence(p * 8, q * 4) == pytest.approx(entropy((p + q) / 2) - (entropy(p) + entropy(q)) / 2)
    one = trigrams(["Gott  kvøld", "Góðan morgun"])
    assert (one == trigrams(["góðan\nmorgun", "gott kvøld"])).all()
    assert one.sum() == len("\n\ngott kvøld\n\ngóðan morgun\n\n") - 2
    assert measure_drift(["a"] * 100, {"source": ["x"] * 100}, seed=0) == []


def test_a_column_of_too_many_values_is_estimated(monkeypatch):
    monkeypatch.setattr(surveying, "_MOST", 5)
    rows = [{"text": f"Orð {number}", "source": str(number % 10), "author": str(number)} for number in range(200)]
    said = gather(rows)
    facet = said.facets["source"]
    assert facet.estimated
    assert {group.documents for group in facet.groups} == {20}
    assert "author" not in said.facets  # as many values as documents tell nothing
    tally = Tally(1)
    tally.add("a", 1)
    tally.add("b", 1)
    assert tally.over
    assert tally.groups() == []
    assert estimate([("", 1), ("a", 3)], 20, 80).unknown == replace(estimate([("", 1)], 10, 20).unknown)


@pytest.mark.parametrize(
    ("values", "scale", "bars"),
    [([1, 2, 2, 3], "each", 3), ([1, 10, 100, 1e5], "log", 24), ([0.1, 0.5, 0.9], "linear", 24), ([0.5], "linear", 1)],
)
def test_the_scale_follows_the_numbers(values, scale, bars):
    shape = distribute(values, low=min(values), high=max(values), missing=0)
    assert (shape.scale, len(shape.counts), sum(shape.counts)) == (scale, bars, len(values))


def test_bad_rows_do_no_harm():
    rows = [
        {"text": "a\ud800b", "url": "http://[bad", "date": None, "score": math.nan, "flag": True, "tags": ["x"]},
        {"text": "c", "date": "long ago", "license": "unknown", "score": math.inf},
    ]
    said = gather(rows)
    assert set(said.numbers) == {"characters"}
    assert set(said.facets) == {"license_terms"}


def test_samples_keep_the_smallest_hashes_of_any_order():
    keys = list(range(1000))
    random.Random(0).shuffle(keys)
    sample = Bottom(5)
    for key in keys:
        sample.offer(key, key)
    assert list(sample) == [0, 1, 2, 3, 4]
    assert 3 in sample
    assert not sample.wants(5)
    assert not Bottom(0).wants(1)


def test_progress_counts_all_documents(folder):
    reports = []
    with watch(reports.append):
        gather(folder)
    assert reports[-1].done == reports[-1].total == DOCUMENTS + sum(DROPPED.values())
    assert (folder / MANIFEST).is_file()
