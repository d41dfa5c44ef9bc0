"""What is said beside the numbers: how many runs, how large a difference, what a test could have seen."""

from collections.abc import Sequence

from lect.score.evidence.gathering import ENOUGH_SEEDS
from lect.score.evidence.significance import Comparison
from lect.score.metrics import metric


def describe_seeds(runs: int) -> str:
    """Say in words how many trained runs there are."""
    return {0: "deterministic", 1: "1 seed"}.get(runs, f"{runs} seeds")


def describe_size(name: str, difference: float) -> str:
    """Say how large a difference of a metric is: in points, hundredths of the best value, or in the metric's unit.

    >>> describe_size("accuracy", 0.0184), describe_size("bits_per_byte", 0.0184)
    ('1.8 points', '0.018 bits per byte')
    """
    row = metric(name)
    if row.better == "lower" or row.top is None:
        return f"{difference:.2g} {row.unit}"
    return f"{100 * difference / row.top:.2g} points"


def say_reach(name: str, found: Comparison) -> str:
    """Say the smallest difference that this comparison could have seen: in 80 of 100 repetitions, at its level."""
    trained = sorted({runs for runs in found.seeds if runs})
    if trained and trained[0] < ENOUGH_SEEDS:
        return f"With {describe_seeds(trained[0])} nothing can be shown, however many examples there are."
    seeds = f"{' and '.join(map(str, trained))} seeds and " if trained else ""
    return (
        f"With {seeds}{found.n} examples you can see differences above "
        f"{describe_size(name, found.minimum_detectable_effect)} (about 80 times in 100)."
    )


def lay_out(table: Sequence[Sequence[str]]) -> list[str]:
    """Return the lines of a table whose columns are as wide as their widest cell."""
    widths = [max(len(line[i]) for line in table) for i in range(len(table[0]))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in table]
