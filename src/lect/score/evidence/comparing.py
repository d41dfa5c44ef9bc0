"""Two systems side by side, over every metric and task that both were scored on."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from lect.artifacts.errors import LectError
from lect.artifacts.results import Results
from lect.score.evidence.claims import KEYS
from lect.score.evidence.gathering import (
    Entry,
    describe_few,
    find_obstacle,
    gather_runs,
    has_few,
    open_results,
    read_cautions,
)
from lect.score.evidence.significance import Comparison, holm, paired_bootstrap
from lect.score.evidence.wording import describe_seeds, describe_size, lay_out, say_reach
from lect.score.metrics import METRICS, metric

Key = tuple[Any, ...]


@dataclass(frozen=True)
class Row:
    """One metric on one task: the means of two systems, their difference first − second, and what it shows.

    `verdict` is "better", "worse" or "not shown" (of `systems[0]`), or "not tested" for a metric with a single example,
    such as speed. `p` is adjusted by Holm over all rows of the table. `cautions` must be read with it.
    """

    metric: str
    task: str | None
    language: str | None
    stage: str | None
    systems: tuple[str, str]
    values: tuple[float, float]
    signatures: tuple[str, str]
    comparison: Comparison | None = None
    few_seeds: bool = False
    p: float | None = None
    verdict: str = "not tested"
    cautions: tuple[str, ...] = ()


def compare(a: Any, b: Any, *, systems: tuple[str, str] | None = None, draws: int = 10_000, **where: Any) -> list[Row]:
    """Compare a system of `a` with one of `b` wherever both have a score; each is a results table or its folder.

    Rows meet by metric, task, language and stage; `systems` names the two where a table holds several (`a` and `b` may
    be one table); `where` narrows the rows. Each difference comes from `paired_bootstrap`, its p value is adjusted over
    all rows (Holm 1979), and a verdict needs p below 0.05 after that, and three seeds of each trained system.
    Figures without examples, such as tokens per word, are left out.

    >>> print(describe(compare("base", "adapted")))  # doctest: +SKIP
    """
    tables = open_results(a), open_results(b)
    names = systems or (_only_system(tables[0], "first", where), _only_system(tables[1], "second", where))
    sides = [_by_key(table.scores(system=name, **where)) for table, name in zip(tables, names, strict=True)]
    for side, name in zip(sides, names, strict=True):
        if not side:
            raise LectError(f"there are no rows of system {name!r}" + (f" with {where}" if where else ""))
    shared = [
        key
        for key in sides[0]
        if key in sides[1] and key[0] in METRICS and _has_examples(*(side[key] for side in sides))
    ]
    if not shared:
        raise LectError(
            f"{names[0]} and {names[1]} were not scored on the same metric and task: {_list(sides[0])} against "
            f"{_list(sides[1])}. Score both on one."
        )
    return _judge([_row(key, sides[0][key], sides[1][key], names, draws) for key in shared])


def _has_examples(*sides: list[Entry]) -> bool:
    return all(score.examples is not None for entries in sides for _, score in entries)


def describe(rows: Sequence[Row]) -> str:
    """Return the comparison as a plain table, with what the tests could have shown, cautions and signatures."""
    head = (
        "metric",
        "task",
        *rows[0].systems,
        "difference",
        "95% interval",
        "p (Holm)",
        "n",
        "seeds",
        "could show",
        "verdict",
    )
    table = [head, *(_cells(row) for row in rows)]
    lines = lay_out(table)
    first, second = rows[0].systems
    lines += [
        "",
        f"difference: {first} − {second}; better, worse: said of {first}.",
        "not shown: these data do not decide; that is no evidence that there is no difference.",
        "could show: the smallest difference that such a test shows 80 times in 100.",
        *(f"{_name(row)}: {say_reach(row.metric, row.comparison)}" for row in rows if row.comparison),
        *sorted({caution for row in rows for caution in row.cautions}),
        *dict.fromkeys(signature for row in rows for signature in row.signatures if signature),
    ]
    return "\n".join(lines)


def _only_system(results: Results, which: str, where: dict[str, Any]) -> str:
    names = sorted({str(row["system"]) for row, _ in results.scores(**where)})
    if len(names) != 1:
        raise LectError(
            f"the {which} results hold {len(names)} systems{': ' if names else ''}{', '.join(names)}. "
            "Name the two to compare: systems=('base', 'adapted')"
        )
    return names[0]


def _by_key(entries: Sequence[Entry]) -> dict[Key, list[Entry]]:
    grouped: dict[Key, list[Entry]] = {}
    for row, score in entries:
        grouped.setdefault(tuple(row.get(key) for key in KEYS), []).append((row, score))
    return grouped


def _list(side: dict[Key, list[Entry]]) -> str:
    return ", ".join("/".join(str(part) for part in key if part is not None) for key in side)


def _row(key: Key, first: list[Entry], second: list[Entry], names: tuple[str, str], draws: int) -> Row:
    a, b = gather_runs(first), gather_runs(second)
    values = float(a.values.mean()), float(b.values.mean())
    signatures = first[0][1].signature, second[0][1].signature
    obstacle = find_obstacle([*first, *second])
    cautions = (obstacle,) if obstacle else (*describe_few(a, b, names), *read_cautions([*first, *second]))
    metric_, task, language, stage = key
    row = Row(metric_, task, language, stage, names, values, signatures, cautions=cautions)
    if obstacle or len(a.ids) == len(b.ids) == 1:
        return row
    return replace(row, comparison=paired_bootstrap(a, b, draws=draws), few_seeds=has_few(a) or has_few(b))


def _judge(rows: list[Row]) -> list[Row]:
    """Adjust the p values of all tested rows for their number, and say what each shows."""
    adjusted = iter(holm([row.comparison.p for row in rows if row.comparison]))
    return [_decide(row, row.comparison, next(adjusted)) if row.comparison else row for row in rows]


def _decide(row: Row, found: Comparison, p: float) -> Row:
    if row.few_seeds or p >= 1 - found.level:
        return replace(row, p=p, verdict="not shown")
    good = (found.effect < 0) == (metric(row.metric).better == "lower")
    return replace(row, p=p, verdict="better" if good else "worse")


def _place(row: Row) -> str:
    return "/".join(part for part in (row.task, row.language, row.stage) if part)


def _name(row: Row) -> str:
    return f"{row.metric} {_place(row)}".strip()


def _cells(row: Row) -> tuple[str, ...]:
    start = (row.metric, _place(row) or "-", f"{row.values[0]:.4g}", f"{row.values[1]:.4g}")
    found = row.comparison
    if found is None or row.p is None:
        return (*start, f"{row.values[0] - row.values[1]:+.4g}", "-", "-", "-", "-", "-", row.verdict)
    return (
        *start,
        f"{found.effect:+.4g}",
        f"[{found.low:+.4g}, {found.high:+.4g}]",
        f"{row.p:.3f}" if row.p >= 0.001 else "<0.001",
        str(found.n),
        " / ".join(dict.fromkeys(describe_seeds(runs) for runs in found.seeds)),
        describe_size(row.metric, found.minimum_detectable_effect),
        row.verdict,
    )
