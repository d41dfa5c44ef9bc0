"""One figure for many tasks and languages: means of scores relative to chance, harmonic means, ranks."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import rankdata

from lect.artifacts.errors import LectError
from lect.artifacts.results import Score
from lect.score.assembling import sign
from lect.score.evidence.cells import Cell, Tasks, collect_cells
from lect.score.evidence.gathering import has_few, open_results
from lect.score.evidence.resampling import resample
from lect.score.evidence.significance import draw_values
from lect.score.metrics import Floats, metric

Groups = Sequence[list[int]]  # the cells of each task
Chance = Mapping[str, float] | float | None
PROMPTS: dict[str, Callable[..., Floats]] = {"max": np.max, "median": np.median}


@dataclass(frozen=True)
class Aggregate:
    """One score for each system; `what` says in a sentence what was aggregated, `drawn` [draw, system] is its bootstrap.

    `few` names the systems with a score of a model that was trained with fewer than three seeds.
    """

    what: str
    better: str
    scores: dict[str, Score]
    drawn: Floats
    few: tuple[str, ...]


@dataclass(frozen=True)
class Fold:
    """One way to aggregate: from values `[..., system, cell]` to `[..., system]`; `says` names it."""

    says: str
    reduce: Callable[[Floats, Groups], Floats]
    of_ranks: str = ""  # which end of the ranks is better; "" where the values themselves are averaged


def average(values: Floats) -> Floats:
    """Return the arithmetic mean over the last axis."""
    return values.mean(axis=-1)


def average_harmonic(values: Floats) -> Floats:
    """Return the harmonic mean over the last axis; 0, its limit, where a value is 0 or below (worse than chance)."""
    positive = (values > 0).all(axis=-1)
    return np.where(positive, 1 / (1 / np.where(values > 0, values, 1.0)).mean(axis=-1), 0.0)


def rank(values: Floats) -> Floats:
    """Return the rank of each system in each cell, 1 for the highest value; equals share the mean of their ranks."""
    return np.asarray(rankdata(-values, axis=-2, method="average"), dtype=np.float64)


def _by_task(values: Floats, groups: Groups, mean: Callable[[Floats], Floats]) -> Floats:
    return mean(np.stack([mean(values[..., cells]) for cells in groups], axis=-1))


FOLDS = {
    "mean": Fold("mean", lambda values, groups: _by_task(values, groups, average)),
    "harmonic": Fold("harmonic mean", lambda values, groups: _by_task(values, groups, average_harmonic)),
    "rank": Fold("mean rank", lambda values, groups: _by_task(rank(values), groups, average), "lower"),
    "borda": Fold("Borda count", lambda values, _: (values.shape[-2] - rank(values)).sum(axis=-1), "higher"),
}


def aggregate(
    results: Any,
    how: str = "mean",
    *,
    prompts: str | None = None,
    chance: Chance = None,
    tasks: Tasks = None,
    draws: int = 2_000,
    seed: int = 0,
    **where: Any,
) -> Aggregate:
    """Aggregate the scores of each system of a results table (or its folder) over tasks and languages.

    `how`: "mean"; "harmonic", by which weak languages weigh more (LEXTREME, Niklaus et al. 2023); "rank", the mean rank;
    "borda", one point for each system beaten in a task and language, half a point for a tie. The first three average
    the languages of a task, then the tasks, so that a task counts once whatever its number of languages.

    Means are of (value − chance) / (top − chance): chance from the rows' column `chance` or from `chance=`, one number
    or task → number; `chance=0` leaves shares as they are. Where no chance is known, only scores of one unit are
    averaged, as they are; ranks need no unit. `prompts`: "max" or "median" over the rows of a task that differ in their
    column `prompt` (HPLT 3.0, Oepen et al. 2025); the maximum is chosen on the test set and flatters all systems alike.
    Their selection of prompts and tasks by a signal during pretraining is not implemented.

    The interval is the percentile bootstrap: test sets are resampled and seeds varied as for one score, and each draw
    is aggregated anew, choice of prompt and ranks included.

    >>> results.add(aggregate(results, "mean", chance=0.25).scores["base"], system="base")  # doctest: +SKIP
    """
    if how not in FOLDS:
        raise LectError(f"how is one of {', '.join(FOLDS)}; found {how!r}")
    if prompts is not None and prompts not in PROMPTS:
        raise LectError(f"prompts is one of {', '.join(PROMPTS)}; found {prompts!r}")
    cells, fold = collect_cells(open_results(results), tasks, where), FOLDS[how]
    _check_prompts(cells, prompts)
    scale, better, unit = _orient(cells) if fold.of_ranks else _relate(cells, chance, how)
    both = [_draw(cell, prompts, draws, seed) for cell in cells]
    groups = [[i for i, cell in enumerate(cells) if cell.task == task] for task in dict.fromkeys(c.task for c in cells)]
    values = fold.reduce(scale(np.stack([value for value, _ in both], axis=-1)), groups)
    drawn = fold.reduce(scale(np.stack([drawn for _, drawn in both], axis=-1)), groups)
    low, high = np.quantile(drawn, [0.025, 0.975], axis=0)
    signature = sign(how, _settings(cells, unit, prompts) | {"draws": draws, "seed": seed})
    what = _say(cells, fold, unit, prompts)
    columns = {"aggregated": what} | _warn(cells)
    examples = sum(len(next(iter(next(iter(cell.members.values())).values())).ids) for cell in cells)
    scores = {
        name: Score(how, float(values[i]), examples, None, [], float(low[i]), float(high[i]), signature, columns)
        for i, name in enumerate(cells[0].members)
    }
    return Aggregate(what, fold.of_ranks or better, scores, drawn, _find_few(cells))


def _draw(cell: Cell, prompts: str | None, draws: int, seed: int) -> tuple[Floats, Floats]:
    """Return of one cell the values [system] and their draws [draw, system]."""
    members = {f"{i}/{prompt}": run for i, by in enumerate(cell.members.values()) for prompt, run in by.items()}
    drawn = draw_values(resample(members, draws=draws, seed=seed))
    values, resampled = [], []
    for i, by in enumerate(cell.members.values()):
        choose = PROMPTS[prompts or "median"]
        values.append(choose([run.values.mean() for run in by.values()], axis=0))
        resampled.append(choose([drawn[f"{i}/{prompt}"] for prompt in by], axis=0))
    return np.array(values), np.stack(resampled, axis=-1)


def _orient(cells: Sequence[Cell]) -> tuple[Callable[[Floats], Floats], str, str]:
    """Return what turns values so that higher is better in every cell."""
    signs = np.array([1.0 if metric(cell.metric).better == "higher" else -1.0 for cell in cells])
    return lambda values: values * signs, "higher", ""


def _relate(cells: Sequence[Cell], chance: Chance, how: str) -> tuple[Callable[[Floats], Floats], str, str]:
    """Return what makes values comparable, which end is better then, and their unit."""
    levels = [_chance_of(cell, chance) for cell in cells]
    units = list(dict.fromkeys(metric(cell.metric).unit for cell in cells))
    better = metric(cells[0].metric).better
    if all(level is None for level in levels) and len(units) == 1 and (how != "harmonic" or better == "higher"):
        return lambda values: values, better, units[0]
    unknown = [cell.name for cell, level in zip(cells, levels, strict=True) if level is None]
    if unknown:
        raise LectError(
            f"a {how} of unlike units ({', '.join(units)}) is taken relative to chance, which is not known for "
            f"{', '.join(dict.fromkeys(unknown))}. Give chance={{task: share}}, choose one metric, or how='rank'"
        )
    rows = [metric(cell.metric) for cell in cells]
    tops = [row.top if row.better == "higher" else None for row in rows]
    for cell, top, level in zip(cells, tops, levels, strict=True):
        if top is None or level is None or not level < top:
            best = "has no best value" if top is None else f"has {top:g} as its best value, and chance is {level}"
            raise LectError(f"{cell.metric} of {cell.name} {best}: it has no place on a scale. Use how='rank'")
    low, span = np.array(levels, dtype=float), np.array(tops, dtype=float) - np.array(levels, dtype=float)
    return lambda values: (values - low) / span, "higher", "share of the way from chance to perfect"


def _chance_of(cell: Cell, given: Chance) -> float | None:
    if isinstance(given, Mapping):
        return given.get(cell.task or "", cell.chance)
    return cell.chance if given is None else float(given)


def _check_prompts(cells: Sequence[Cell], prompts: str | None) -> None:
    for cell in cells:
        several = next(iter(cell.members.values()))
        if len(several) > 1 and prompts is None:
            names = ", ".join(map(str, several))
            raise LectError(
                f"{cell.name} was asked with {len(several)} prompts: {names}. Give prompts='median' or 'max'"
            )


def _find_few(cells: Sequence[Cell]) -> tuple[str, ...]:
    few = [name for cell in cells for name, by in cell.members.items() if any(map(has_few, by.values()))]
    return tuple(dict.fromkeys(few))


def _warn(cells: Sequence[Cell]) -> dict[str, str]:
    cautions = dict.fromkeys(caution for cell in cells for caution in cell.cautions)
    return {"warning": " ".join(cautions)} if cautions else {}


def _settings(cells: Sequence[Cell], unit: str, prompts: str | None) -> dict[str, Any]:
    said = {
        "metrics": "+".join(dict.fromkeys(cell.metric for cell in cells)),
        "tasks": "+".join(dict.fromkeys(cell.task for cell in cells if cell.task)),
        "languages": "+".join(dict.fromkeys(cell.language for cell in cells if cell.language)),
        "unit": unit,
        "prompts": prompts,
    }
    return {key: value for key, value in said.items() if value}


def _say(cells: Sequence[Cell], fold: Fold, unit: str, prompts: str | None) -> str:
    by_metric: dict[str, list[str]] = {}
    for cell in cells:
        by_metric.setdefault(cell.metric, []).append(cell.name)
    of = "; ".join(f"{name} of {', '.join(names)}" for name, names in by_metric.items())
    scale = f", in {unit}" if unit else ""
    asked = f", the {prompts} over the prompts of each" if prompts else ""
    return f"{fold.says} of {len(cells)} scores{scale}{asked}: {of}"
