"""Leaderboards: systems in order of an aggregated score, and which of them cannot be told apart."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from lect.score.evidence.aggregating import Aggregate, Chance, aggregate
from lect.score.evidence.cells import Tasks
from lect.score.evidence.significance import holm, two_sided
from lect.score.evidence.wording import lay_out


@dataclass(frozen=True)
class Standing:
    """One line of a leaderboard: `not_separable` names the systems from which this one cannot be told apart.

    `what` says what was aggregated; `few` that a model of this system was trained with fewer than three seeds.
    """

    place: int
    system: str
    value: float
    low: float
    high: float
    not_separable: tuple[str, ...]
    few: bool
    what: str


def leaderboard(
    results: Any,
    how: str = "mean",
    *,
    prompts: str | None = None,
    chance: Chance = None,
    tasks: Tasks = None,
    draws: int = 10_000,
    seed: int = 0,
    **where: Any,
) -> list[Standing]:
    """Return the systems of a results table (or its folder) from best to worst by an aggregated score (`aggregate`).

    Two systems are separable if the bootstrap p value of their difference is below 0.05 after Holm's correction for the
    number of pairs; the draws are the same for all pairs. A system that was trained with fewer than three seeds on
    any task is separable from none: nothing is known of its training noise. *Not separable* is not *equally good*.

    >>> print(describe_leaderboard(leaderboard(results, "rank")))  # doctest: +SKIP
    """
    found = aggregate(results, how, prompts=prompts, chance=chance, tasks=tasks, draws=draws, seed=seed, **where)
    together = _find_pairs(found)
    sign = -1 if found.better == "higher" else 1
    order = sorted(found.scores.items(), key=lambda item: (sign * item[1].value, item[0]))
    return [
        Standing(
            place,
            name,
            score.value,
            score.low or 0.0,
            score.high or 0.0,
            tuple(other for other, _ in order if {name, other} in together),
            name in found.few,
            found.what,
        )
        for place, (name, score) in enumerate(order, start=1)
    ]


def _find_pairs(found: Aggregate) -> list[set[str]]:
    """Return the pairs of systems that cannot be told apart."""
    column = {name: i for i, name in enumerate(found.scores)}
    pairs = list(combinations(column, 2))
    adjusted = holm([two_sided(found.drawn[:, column[a]] - found.drawn[:, column[b]]) for a, b in pairs])
    return [{*pair} for pair, p in zip(pairs, adjusted, strict=True) if p >= 0.05 or {*pair} & {*found.few}]


def describe_leaderboard(standings: Sequence[Standing]) -> str:
    """Return a leaderboard as a plain table that says what was aggregated."""
    head = ("", "system", "value", "95% interval", "not separable from")
    table = [
        head,
        *(
            (
                str(row.place),
                row.system,
                f"{row.value:.4g}",
                f"[{row.low:.4g}, {row.high:.4g}]",
                ", ".join(row.not_separable) or "-",
            )
            for row in standings
        ),
    ]
    few = [row.system for row in standings if row.few]
    return "\n".join(
        [
            *lay_out(table),
            "",
            *dict.fromkeys(row.what for row in standings),
            "not separable: these data do not decide (Holm over all pairs); that is no evidence that there is no difference.",
            *([f"Fewer than three seeds show nothing about training noise: {', '.join(few)}."] if few else []),
        ]
    )
