"""From rows of a results table to systems that can be compared."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lect.artifacts.errors import LectError
from lect.artifacts.results import Results, Score
from lect.score.evidence.systems import System, gather

ENOUGH_SEEDS = 3
Entry = tuple[dict[str, Any], Score]


def open_results(source: Any) -> Results:
    """Return `source` if it is a results table, else open the folder or file that it names."""
    if isinstance(source, Results):
        return source
    if isinstance(source, (str, Path)):
        return Results.open(source)
    raise LectError(f"expected Results or the path of a results folder, found {type(source).__name__}")


def gather_runs(entries: Sequence[Entry]) -> System:
    """Make one system of the rows of its runs; rows without a seed are one deterministic run."""
    seeds = [row.get("seed") for row, _ in entries]
    without = seeds.count(None)
    if 0 < without < len(seeds):
        raise LectError(
            f"{entries[0][0]['system']} has {len(seeds) - without} rows with a seed and {without} without. "
            "A trained system needs a seed in every row; narrow the rows, for instance by stage."
        )
    return gather([score for _, score in entries], None if without else seeds)


def find_obstacle(entries: Sequence[Entry]) -> str:
    """Say why these scores are different quantities ("" if they are one)."""
    if len({"pseudo" in _settings(score) for _, score in entries}) == 1:
        return ""
    return (
        "One system was scored by pseudo-likelihood (encoder), the other by likelihood (decoder): two quantities. "
        "Compare encoders with encoders, or compare both on a task."
    )


def read_cautions(entries: Sequence[Entry]) -> list[str]:
    """Return what must be said beside a comparison of these scores: their warnings, and vocabularies that differ."""
    cautions = {str(row["warning"]) for row, _ in entries if row.get("warning")}
    if len({_settings(score).get("vocab") for _, score in entries}) > 1:
        cautions.add("The vocabularies differ, and pseudo-likelihood does not compare across vocabularies.")
    return sorted(cautions)


def has_few(system: System) -> bool:
    """Say whether a trained system has too few seeds to tell its gain from training noise."""
    return 0 < system.runs < ENOUGH_SEEDS


def describe_few(a: System, b: System, names: tuple[str, str]) -> list[str]:
    """Say in words which system has too few seeds."""
    few = [f"{name} ({one.runs})" for name, one in zip(names, (a, b), strict=True) if has_few(one)]
    return [f"Fewer than three seeds show nothing about training noise: {', '.join(few)}."] if few else []


def _settings(score: Score) -> dict[str, str]:
    return {part.partition(":")[0]: part.partition(":")[2] for part in score.signature.split("|")[1:]}
