"""Results: what was added is on disk, and comes back with the statistics of every example."""

import json

import numpy as np
import pytest

from lect.artifacts.errors import LectError
from lect.artifacts.results import Results, Score


def score(value=1.5, n=3, **more):
    examples = np.arange(2.0 * n).reshape(n, 2) + value
    return Score("bits_per_byte", value, n, examples, [f"d{i}" for i in range(n)], 1.0, 2.0, "bpb|docs:3", **more)


def test_every_add_is_on_disk_and_comes_back(tmp_path):
    results = Results(tmp_path)
    results.add(score(), system="base", task="heldout", language="fao")
    assert len(Results.open(tmp_path).rows) == 1
    results.add(score(2.5, 4, columns={"warning": "few"}), system="adapted", seed=0, stage="end", note="free")
    results.add(Score("parameters", 12.0, 1), system="adapted")
    again = Results.open(tmp_path)
    assert again.rows == results.rows
    assert Results.open(tmp_path / "results.jsonl").rows == results.rows
    for (row, left), (_, right) in zip(results.scores(), again.scores(), strict=True):
        assert (left.metric, left.value, left.n, left.ids, left.low, left.high, left.signature) == (
            right.metric, right.value, right.n, right.ids, right.low, right.high, right.signature,
        )  # fmt: skip
        assert right.columns == {key: row[key] for key in ("warning", "note") if key in row}
        assert (left.examples is None) == (right.examples is None)
        if left.examples is not None:
            np.testing.assert_array_equal(left.examples, right.examples)
    assert not list(tmp_path.glob(".*"))


def test_a_row_has_what_is_known_and_no_more():
    results = Results()
    results.add(score(), system="base", seed=0)
    assert results.rows == [
        {"system": "base", "metric": "bits_per_byte", "value": 1.5, "low": 1.0, "high": 2.0, "n": 3, "seed": 0, "signature": "bpb|docs:3"}
    ]  # fmt: skip


def test_scores_are_found_by_their_columns():
    results, more = Results(), Results()
    for seed in range(3):
        results.add(score(seed), system="adapted", seed=seed)
    more.add(score(9), system="base")
    results.extend(more)
    assert [found.value for _, found in results.scores(system="adapted")] == [0, 1, 2]
    assert [found.value for _, found in results.scores(system="adapted", seed=2)] == [2]
    assert [found.value for _, found in results.scores(seed=None)] == [9]
    assert results.scores(system="none") == []


def test_a_score_that_was_opened_can_be_added_elsewhere(tmp_path):
    first = Results(tmp_path / "a")
    first.add(score(columns={"warning": "few"}), system="base")
    second = Results(tmp_path / "b")
    for row, found in Results.open(tmp_path / "a").scores():
        second.add(found, system=row["system"])
    assert second.rows == first.rows
    np.testing.assert_array_equal(Results.open(tmp_path / "b").scores()[0][1].examples, score().examples)


def test_values_of_numpy_become_plain(tmp_path):
    Results(tmp_path).add(Score("x", np.float32(0.5), int(np.int64(2))), system="a", depth=np.int64(3))
    (row,) = [json.loads(line) for line in (tmp_path / "results.jsonl").read_text().splitlines()]
    assert (row["value"], row["depth"]) == (0.5, 3)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "holds no results.jsonl"),
        ("{\n", "line 1 is not JSON"),
        ("[]\n", "line 1 is no score"),
        ('{"system": "a", "metric": "b", "value": 1}\n', "is no score: it has no n"),
    ],
)
def test_a_folder_without_results_says_so(tmp_path, content, said):
    if content is not None:
        (tmp_path / "results.jsonl").write_text(content)
    with pytest.raises(LectError) as error:
        Results.open(tmp_path)
    assert said in str(error.value)
