import json
import math

import pytest

from lect.artifacts.errors import LectError
from lect.score.evidence.comparing import compare
from lect.score.exchange import read_samples

EARLY, LATE = "2026-01-31T12-00-00.000001", "2026-02-01T12-00-00.000001"


def write(folder, task, rows, stamp=EARLY, model=None):
    folder.mkdir(parents=True, exist_ok=True)
    lines = [
        {"doc_id": n, "doc_hash": f"h{n}", "filter": "none", "metrics": [k for k in row if k != "filter"], **row}
        for n, row in enumerate(rows)
    ]
    text = "".join(json.dumps(line) + "\n" for line in reversed(lines))
    (folder / f"samples_{task}_{stamp}.jsonl").write_text(text, encoding="utf-8")
    if model:
        (folder / f"results_{stamp}.json").write_text(json.dumps({"model_name": model, "lm_eval_version": "0.4.13"}))


def values(results):
    return {(row["task"], row["metric"]): score.value for row, score in results.scores()}


def test_each_metric_becomes_statistics_of_examples(tmp_path):
    write(
        tmp_path / "m", "pairs", [{"acc": float(n % 4 > 0), "acc_bytes": float(n % 2)} for n in range(8)], model="x/net"
    )
    write(
        tmp_path / "m", "bpb", [{"bits_per_byte": [-math.log(2) * 30, 10]}, {"bits_per_byte": [-math.log(2) * 5, 25]}]
    )
    write(tmp_path / "m", "qa", [{"f1": 0.5, "exact_match": 0.0}, {"f1": 1.0, "exact_match": 1.0}])
    write(tmp_path / "m", "mt", [{"chrf": ["góðan dag", "góðan dag"]}, {"chrf": [["ja", "jú"], "ja"]}])
    results = read_samples(tmp_path)
    assert values(results) == {
        ("pairs", "accuracy"): 0.75,
        ("pairs/acc_bytes", "accuracy"): 0.5,
        ("bpb", "bits_per_byte"): pytest.approx(1.0),
        ("qa", "answer_f1"): 0.75,
        ("qa", "exact_match"): 0.5,
        ("mt", "chrf"): pytest.approx(100.0),
    }
    row, score = results.scores(task="pairs")[0]
    assert row["system"] == "net"
    assert score.ids == [f"h{n}" for n in range(8)]
    assert score.examples[:, 0].tolist() == [0, 1, 1, 1, 0, 1, 1, 1]
    assert "|harness:acc@0.4.13|" in score.signature


def test_correlation_of_classes_is_that_of_scikit_learn(tmp_path):
    metrics = pytest.importorskip("sklearn.metrics")
    pairs = [(n % 3, (n * n) % 3) for n in range(30)]
    write(tmp_path, "classes", [{"mcc": list(pair)} for pair in pairs])
    gold, found = zip(*pairs, strict=True)
    assert values(read_samples(tmp_path))["classes", "mcc"] == pytest.approx(metrics.matthews_corrcoef(gold, found))


def test_two_models_are_compared_in_pairs(tmp_path):
    write(tmp_path / "a", "t", [{"acc": float(n % 10 > 0)} for n in range(200)])
    write(tmp_path / "b", "t", [{"acc": float(n % 10 > 3)} for n in range(200)])
    (row,) = compare(read_samples(tmp_path / "a", system="one"), read_samples(tmp_path / "b", system="two"))
    assert (row.verdict, row.comparison.n) == ("better", 200)
    assert row.comparison.effect == pytest.approx(0.3)
    both = read_samples(tmp_path)
    assert compare(both, both, systems=("a", "b"))[0].comparison.effect == pytest.approx(0.3)


def test_filters_are_tasks_and_the_newest_run_counts(tmp_path):
    write(tmp_path, "math", [{"exact_match": 1.0}, {"exact_match": 1.0}], EARLY)
    rows = [{"exact_match": float(n < 1), "filter": name} for name in ("strict", "flexible") for n in range(2)]
    write(tmp_path, "math", rows, LATE)
    assert values(read_samples(tmp_path)) == {
        ("math/strict", "exact_match"): 0.5,
        ("math/flexible", "exact_match"): 0.5,
    }


def test_a_metric_of_another_form_is_left_out(tmp_path):
    write(tmp_path, "t", [{"acc": 1.0, "f1": [1, 0], "brier_score": [0, [0.5, 0.5]]}])
    assert values(read_samples(tmp_path)) == {("t", "accuracy"): 1.0}
    write(tmp_path / "only", "u", [{"brier_score": [0, [0.5, 0.5]]}])
    with pytest.raises(LectError, match=r"no metric .* is known"):
        read_samples(tmp_path / "only")


def test_folders_without_samples_and_broken_files_are_refused(tmp_path):
    with pytest.raises(LectError, match="--log_samples"):
        read_samples(tmp_path)
    with pytest.raises(LectError, match="--log_samples"):
        read_samples(tmp_path / "absent")
    (tmp_path / f"samples_t_{EARLY}.jsonl").write_text('{"filter": "none", "metrics": []}\n{"broken\n')
    with pytest.raises(LectError, match="line 2 is no sample"):
        read_samples(tmp_path)
