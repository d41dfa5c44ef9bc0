"""Claims: a sentence such as "aligned < random" that a table of results answers."""

import difflib
import re
from dataclasses import dataclass
from typing import Any

from lect.artifacts.errors import LectError
from lect.artifacts.results import Results
from lect.score.evidence.gathering import (
    Entry,
    describe_few,
    find_obstacle,
    gather_runs,
    has_few,
    open_results,
    read_cautions,
)
from lect.score.evidence.significance import Comparison, paired_bootstrap
from lect.score.evidence.wording import describe_seeds, say_reach
from lect.score.metrics import metric as metric_row

KEYS = ("metric", "task", "language", "stage")
VERDICTS = {"holds": "holds", "contradicted": "is contradicted", "not shown": "is not shown"}


@dataclass(frozen=True)
class Claim:
    """The answer to a claim: `verdict` is "holds", "not shown" or "contradicted".

    `effect` is left − right in the unit of the metric; `seeds` are the trained runs of both sides (0: deterministic).
    `reading` says it all in plain sentences,
    `where` the stage, task or language that was asked about.
    """

    text: str
    verdict: str
    effect: float
    low: float
    high: float
    n: int
    seeds: tuple[int, int]
    minimum_detectable_effect: float
    reading: str
    where: str = ""


def claim(
    results: Any,
    text: str,
    metric: str | None = None,
    *,
    within: float | None = None,
    by: float = 0.0,
    **where: Any,
) -> Claim:
    """Answer a claim `"A < B"`, `"A > B"` or `"A ~ B"` about two systems of a results table (or its folder).

    The signs compare values, so that fewer bits per byte is `<`. The claim *holds* if the 95% interval of A − B
    (`paired_bootstrap`: over training seeds and examples) lies on its side of zero, is *contradicted* if it lies on
    the other side, else it is *not shown*, which is not evidence that the two do as well as each other. Rows without
    a seed are deterministic and decided by the examples alone; a trained system with fewer than three seeds can only
    be *not shown*. `"A ~ B"` says that the two differ by less than `within`: it holds if the whole interval lies inside
    ±`within`, and is contradicted if all of it lies outside (an equivalence test). `by` asks for a margin: `"A > B"` by
    0.05 compares A − B with 0.05 instead of zero. `where` narrows the rows to one metric, task, language and stage.

    >>> claim(results, "aligned < random", stage="start").verdict  # doctest: +SKIP
    'holds'
    """
    table = open_results(results)
    left, sign, right = _parse(text)
    if (sign == "~") != (within is not None) or (within is not None and within <= 0):
        raise LectError("'A ~ B' takes within=, the largest difference that still counts as equal; 'A < B' takes none")
    if by < 0 or (by and sign == "~"):
        raise LectError("by= is the margin, above 0, of 'A < B' or 'A > B'; for 'A ~ B' it is called within=")
    chosen = where | ({"metric": metric} if metric else {})
    sides = _find_rows(table, left, chosen), _find_rows(table, right, chosen)
    entries = [*sides[0], *sides[1]]
    _check_one(entries, text)
    if obstacle := find_obstacle(entries):
        raise LectError(obstacle)
    a, b = gather_runs(sides[0]), gather_runs(sides[1])
    found = paired_bootstrap(a, b)
    verdict = _judge(found, sign, within or by, few=has_few(a) or has_few(b))
    margin = f" within {within:g}" if within else f" by {by:g}" if by else ""
    means = [
        f"{name} {system.values.mean():.4g} ({describe_seeds(system.runs)})" for name, system in ((left, a), (right, b))
    ]
    reading = " ".join(
        [
            f"{', '.join(means)} {metric_row(a.metric).unit}.",
            *_say(found, a.metric, f"{left} {sign} {right}{margin}", verdict),
            *describe_few(a, b, (left, right)),
            *read_cautions(entries),
        ]
    )
    return Claim(
        text,
        verdict,
        found.effect,
        found.low,
        found.high,
        found.n,
        found.seeds,
        found.minimum_detectable_effect,
        reading,
        ", ".join(str(value) for value in where.values()),
    )


def _parse(text: str) -> tuple[str, str, str]:
    match = re.fullmatch(r"\s*([^<>~]*[^<>~\s])\s*([<>~])\s*([^<>~]*[^<>~\s])\s*", text)
    if match is None:
        raise LectError(f"a claim reads 'A < B', 'A > B' or 'A ~ B' with the names of two systems; found {text!r}")
    return match[1], match[2], match[3]


def _find_rows(results: Results, system: str, where: dict[str, Any]) -> list[Entry]:
    found = results.scores(system=system, **where)
    if found:
        return found
    names = sorted({str(row["system"]) for row in results.rows})
    if system not in names:
        near = difflib.get_close_matches(system, names, n=1)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        raise LectError(f"the results have no system {system!r}; they have {', '.join(names) or 'no rows'}.{hint}")
    values = {key: sorted({str(row.get(key)) for row, _ in results.scores(system=system)}) for key in where}
    held = "; ".join(f"{key}: {', '.join(options)}" for key, options in values.items())
    raise LectError(f"{system!r} has no rows with {where}; it has {held}")


def _check_one(entries: list[Entry], text: str) -> None:
    for key in KEYS:
        values = sorted({str(row.get(key)) for row, _ in entries})
        if len(values) > 1:
            raise LectError(
                f"the rows for {text!r} have several values of {key}: {', '.join(values)}. "
                f"Choose one: {key}={values[0]!r}"
            )


def _judge(found: Comparison, sign: str, margin: float, *, few: bool) -> str:
    if sign == "~":
        inside, outside = -margin < found.low <= found.high < margin, found.low > margin or found.high < -margin
        return "not shown" if few or not (inside or outside) else "holds" if inside else "contradicted"
    border = -margin if sign == "<" else margin
    below, above = found.high < border, found.low > border
    if few or not (below or above):
        return "not shown"
    return "holds" if below == (sign == "<") else "contradicted"


def _say(found: Comparison, metric: str, sentence: str, verdict: str) -> list[str]:
    said = [
        f"Difference {found.effect:+.4g}, {found.level:.0%} interval [{found.low:+.4g}, {found.high:+.4g}] "
        f"over {found.n} examples.",
        f"{sentence} {VERDICTS[verdict]}.",
    ]
    if found.low <= 0 <= found.high and "~" not in sentence:
        said.append("The difference may lie anywhere in the interval: no evidence that there is none.")
    return [*said, say_reach(metric, found)]
