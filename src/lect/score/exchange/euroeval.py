"""Results as EuroEval's JSON lines and as Every Eval Ever (EEE) 0.2.1, and back."""

import json
import math
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from lect.artifacts.errors import LectError
from lect.artifacts.opening import combined_hash, read_lines
from lect.artifacts.outputs import version
from lect.artifacts.results import ROW_KEYS, Results, Score
from lect.score.evidence.gathering import gather_runs, open_results
from lect.score.evidence.significance import interval
from lect.score.metrics import METRICS

Record = dict[str, Any]
Entry = tuple[dict[str, Any], Score]
Format = Literal["euroeval", "eee"]
SCHEMA = "0.2.1"
_KEYS = ("system", "task", "language", "stage")
_SIGNED = ("pearson", "spearman", "mcc")  # from -1


def write_records(results: Any, file: str | Path, *, format: Format = "euroeval", date: str | None = None) -> Path:
    """Write results as JSON lines that EuroEval's tools read: a line for each system, task, language and stage.

    "euroeval" is `{"dataset", "task", "languages", "model", "results": {"raw", "total"}, …}`: raw has one dict of
    metrics for each seed, total their means with half the width of the 95 % interval (`_se`), all in percent where a
    metric goes from 0 to 1. "eee" is the schema 0.2.1 of Every Eval Ever as EuroEval 17 and later write it. Our interval
    is that of examples and seeds, not of ten resampled test sets. Either holds the rows of lect besides, so that
    `read_records` gives them back as they were; statistics of examples stay where they are.

    Args:
        results: `Results`, or a folder with results.jsonl.
        file: the .jsonl to write; it must not exist.
        format: "euroeval" or "eee".
        date: when the scores were made, ISO 8601; None: now (EEE wants to know).
    """
    if format not in FORMATS:
        raise LectError(f"results are exported as {' or '.join(FORMATS)}; found {format!r}")
    path, groups = Path(file), _group(open_results(results))
    if path.exists():
        raise LectError(f"{path} already exists. Choose another file, or delete it.")
    if not groups:
        raise LectError("there are no results to export")
    when = datetime.fromisoformat(date) if date else datetime.now(UTC)
    if when.tzinfo is None:
        when = when.replace(tzinfo=UTC)
    records = [FORMATS[format](_flatten(entries), when) for entries in groups]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(_dump(one) + "\n" for one in records), encoding="utf-8")
    return path


def read_records(file: str | Path) -> Results:
    """Read results from JSON lines of EuroEval or EEE, whoever wrote them.

    Rows that lect wrote come back as they were. Those of EuroEval become rows of their metrics with a "seed" for each
    of the iterations in `raw`, which are resampled test sets there; without them the total is one row.
    """
    results = Results()
    for number, line in enumerate(read_lines(Path(file)), start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
            flat = _from_eee(record) if "schema_version" in record else record
            rows = flat.get("lect") or _rows_of(flat)
        except (json.JSONDecodeError, KeyError, TypeError, AttributeError) as error:
            raise LectError(f"{file} line {number} is no result of EuroEval or EEE {SCHEMA}: {error!r}") from None
        for row in rows:
            _add(results, row)
    if not results.rows:
        raise LectError(f"{file} holds no results; expected a JSON object a line")
    return results


def _group(results: Results) -> list[list[Entry]]:
    groups: dict[tuple[Any, ...], list[Entry]] = {}
    for row, score in results.scores():
        groups.setdefault(tuple(row.get(key) for key in _KEYS), []).append((row, score))
    return list(groups.values())


def _flatten(entries: Sequence[Entry]) -> Record:
    """Return the record of one system on one task, as EuroEval has it."""
    first = entries[0][0]
    raw: dict[Any, dict[str, float]] = {}
    by_metric: dict[str, list[Entry]] = {}
    for row, score in entries:
        raw.setdefault(row.get("seed"), {})[f"test_{score.metric}"] = score.value
        by_metric.setdefault(score.metric, []).append((row, score))
    total: dict[str, float] = {}
    for name, runs in by_metric.items():
        scale = _scale(name)
        total[f"test_{name}"] = scale * sum(score.value for _, score in runs) / len(runs)
        if (half := _half_width(runs)) is not None:
            total[f"test_{name}_se"] = scale * half
    task = str(first.get("task") or first.get("stage") or "text")
    return {
        "dataset": task,
        "task": task,
        "languages": [first["language"]] if first.get("language") else [],
        "model": first["system"],
        "results": {"raw": list(raw.values()), "total": total | {"num_failed_instances": 0.0}},
        "num_model_parameters": int(first.get("parameters") or 0),
        "max_sequence_length": 0,
        "vocabulary_size": 0,
        "merge": False,
        "generative": False,
        "generative_type": None,
        "few_shot": None,
        "validation_split": False,
        "lect": [row for row, _ in entries],
    }


def _scale(name: str) -> float:
    return 100.0 if name in METRICS and METRICS[name].top == 1.0 and METRICS[name].better == "higher" else 1.0


def _half_width(runs: Sequence[Entry]) -> float | None:
    """Return half the width of the 95 % interval over examples and seeds, None where there is none."""
    if all(score.examples is not None for _, score in runs) and runs[0][1].n > 1:
        low, high = interval(gather_runs(runs))
        return (high - low) / 2
    row = runs[0][0]
    known = len(runs) == 1 and row.get("low") is not None and row.get("high") is not None
    return (row["high"] - row["low"]) / 2 if known else None


def _as_eee(flat: Record, when: datetime) -> Record:
    """Return the record as EEE has it, in the manner of EuroEval: details are strings."""
    total = flat["results"]["total"]
    names = [name for name in total if not name.endswith("_se") and name != "num_failed_instances"]
    stamp = str(int(when.timestamp()))
    details = {
        "dataset": flat["dataset"],
        "languages": _dump(flat["languages"]),
        "task": flat["task"],
        "validation_split": "false",
        "raw_results": _dump(flat["results"]["raw"]),
        "lect": _dump(flat["lect"]),
    }
    about = {key: str(flat[key]).lower() for key in ("num_model_parameters", "merge", "generative")}
    own = combined_hash(details["lect"])[:8]  # stages of one task and system have a record each
    return {
        "schema_version": SCHEMA,
        "evaluation_id": f"{flat['dataset']}/{flat['model']}/{stamp}-{own}",
        "evaluation_timestamp": when.isoformat(timespec="seconds"),
        "retrieved_timestamp": stamp,
        "source_metadata": {
            "source_name": "lect",
            "source_type": "evaluation_run",
            "source_organization_name": "lect",
            "evaluator_relationship": "other",
        },
        "model_info": {"name": flat["model"], "id": flat["model"], "additional_details": about},
        "eval_library": {"name": "lect", "version": version(), "additional_details": details},
        "evaluation_results": [_eee_result(flat, name) for name in names],
    }


def _eee_result(flat: Record, name: str) -> Record:
    total = flat["results"]["total"]
    metric = name.removeprefix("test_")
    row = METRICS.get(metric)
    top = row.top if row and row.better == "higher" else None
    most = _scale(metric) * top if top is not None else sys.float_info.max  # the schema knows no infinity
    score: Record = {"score": total[name], "details": {"num_failed_instances": "0.0"}}
    if f"{name}_se" in total:
        half = total[f"{name}_se"]
        bounds = {"lower": total[name] - half, "upper": total[name] + half}
        score["uncertainty"] = {
            "confidence_interval": bounds | {"confidence_level": 0.95, "method": "bootstrap"},
            "num_samples": int(flat["lect"][0]["n"]),
        }
    return {
        "evaluation_name": name,
        "source_data": {"dataset_name": flat["dataset"], "source_type": "other"},
        "metric_config": {
            "lower_is_better": bool(row and row.better == "lower"),
            "score_type": "continuous",
            "min_score": -_scale(metric) if metric in _SIGNED else 0,
            "max_score": most,
        },
        "score_details": score,
    }


def _from_eee(record: Mapping[str, Any]) -> Record:
    details = record["eval_library"].get("additional_details") or {}
    total: dict[str, float] = {}
    for one in record["evaluation_results"]:
        name, score = one["evaluation_name"], one["score_details"]
        total[name] = score["score"]
        bounds = (score.get("uncertainty") or {}).get("confidence_interval")
        if bounds:
            total[f"{name}_se"] = (bounds["upper"] - bounds["lower"]) / 2
    datasets = [one["source_data"]["dataset_name"] for one in record["evaluation_results"]]
    return {
        "dataset": next(iter(datasets), details.get("dataset", "")),
        "languages": json.loads(details.get("languages") or "[]"),
        "model": record["model_info"]["name"],
        "results": {"raw": json.loads(details.get("raw_results") or "[]"), "total": total},
        "lect": json.loads(details.get("lect") or "[]"),
    }


def _rows_of(flat: Mapping[str, Any]) -> list[Record]:
    """Return rows of a record that lect did not write: of each iteration, or of the total."""
    languages = flat.get("languages") or flat.get("dataset_languages") or []
    same = {"system": flat["model"], "task": flat["dataset"], "signature": "EuroEval"}
    same |= {"language": languages[0]} if len(languages) == 1 else {}
    raw = flat["results"].get("raw") or []
    raw = raw.get("test", []) if isinstance(raw, dict) else raw  # as before EuroEval 17
    if raw:
        return [
            same | {"metric": name.removeprefix("test_"), "value": float(value), "n": 0, "seed": seed}
            for seed, scores in enumerate(raw)
            for name, value in scores.items()
            if isinstance(value, (int, float))
        ]
    total = flat["results"]["total"]
    return [_total_row(same, name, total) for name in total if not name.endswith("_se") and "failed" not in name]


def _total_row(same: Record, name: str, total: Mapping[str, float]) -> Record:
    metric = name.removeprefix("test_")
    value, scale = total[name] / _scale(metric), _scale(metric)
    row = same | {"metric": metric, "value": value, "n": 0}
    half = total.get(f"{name}_se", math.nan) / scale
    return row if math.isnan(half) else row | {"low": value - half, "high": value + half}


def _add(results: Results, row: Mapping[str, Any]) -> None:
    low, high, signed = row.get("low"), row.get("high"), row.get("signature", "")
    free = {key: value for key, value in row.items() if key not in ROW_KEYS}
    results.add(
        Score(row["metric"], row["value"], row["n"], low=low, high=high, signature=signed, columns=free),
        system=row["system"],
        task=row.get("task"),
        language=row.get("language"),
        stage=row.get("stage"),
        seed=row.get("seed"),
    )


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=float)


FORMATS: dict[str, Callable[[Record, datetime], Record]] = {
    "euroeval": lambda flat, when: flat,
    "eee": _as_eee,
}
"""Name of a format → what makes its record of one of EuroEval."""
