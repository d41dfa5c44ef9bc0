"""Cells: every system on one task in one language, checked before they are aggregated."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lect.artifacts.errors import LectError
from lect.artifacts.results import Results
from lect.score.evidence.gathering import Entry, find_obstacle, gather_runs, read_cautions
from lect.score.evidence.systems import System

Tasks = Mapping[str, str] | Sequence[str] | None
Place = tuple[str | None, str | None]  # task and language


@dataclass(frozen=True)
class Cell:
    """One metric on one task in one language: of each system the runs under each prompt (None: there is just one)."""

    task: str | None
    language: str | None
    metric: str
    members: dict[str, dict[str | None, System]]
    chance: float | None
    cautions: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Task and language, as messages name the cell."""
        return "/".join(part for part in (self.task, self.language) if part) or self.metric


def collect_cells(table: Results, tasks: Tasks, where: Mapping[str, Any]) -> list[Cell]:
    """Return the cells of the rows that `where` leaves; every system must be in each.

    `tasks` names the tasks (None: all), as a mapping with the metric of each. Without, a task is scored by the first
    metric that the table has for it, which is the headline where `score.grade` wrote it.
    """
    entries = _choose_metrics(_choose_tasks(table.scores(**where), tasks, where), tasks)
    stages = sorted({str(row.get("stage")) for row, _ in entries})
    if len(stages) > 1:
        raise LectError(f"the rows have several stages: {', '.join(stages)}. Choose one: stage={stages[-1]!r}")
    systems = list(dict.fromkeys(str(row["system"]) for row, _ in entries))
    places: dict[Place, list[Entry]] = {}
    for row, score in entries:
        places.setdefault((row.get("task"), row.get("language")), []).append((row, score))
    return [_fill(place, found, systems) for place, found in places.items()]


def _choose_tasks(entries: list[Entry], tasks: Tasks, where: Mapping[str, Any]) -> list[Entry]:
    held = list(dict.fromkeys(str(row.get("task")) for row, _ in entries))
    if not held:
        raise LectError("the results have no rows" + (f" with {dict(where)}" if where else ""))
    missing = [task for task in tasks or () if task not in held]
    if missing:
        raise LectError(f"the results have no task {missing[0]!r}; they have {', '.join(held)}")
    return [entry for entry in entries if tasks is None or entry[0].get("task") in tasks]


def _choose_metrics(entries: list[Entry], tasks: Tasks) -> list[Entry]:
    chosen: dict[Any, str] = dict(tasks) if isinstance(tasks, Mapping) else {}
    for row, _ in entries:
        chosen.setdefault(row.get("task"), row["metric"])
    kept = [entry for entry in entries if entry[0]["metric"] == chosen[entry[0].get("task")]]
    for task, metric in chosen.items():
        if not any(row.get("task") == task for row, _ in kept):
            held = sorted({row["metric"] for row, _ in entries if row.get("task") == task})
            raise LectError(f"{task} has no {metric}; it has {', '.join(held)}")
    return kept


def _fill(place: Place, entries: list[Entry], systems: list[str]) -> Cell:
    metric = entries[0][0]["metric"]
    grouped: dict[str, dict[str | None, list[Entry]]] = {system: {} for system in systems}
    for row, score in entries:
        grouped[str(row["system"])].setdefault(row.get("prompt"), []).append((row, score))
    members = {
        system: {prompt: gather_runs(rows) for prompt, rows in prompts.items()} for system, prompts in grouped.items()
    }
    chances = sorted({float(row["chance"]) for row, _ in entries if row.get("chance") is not None})
    cautions = tuple(read_cautions(entries))
    cell = Cell(*place, metric, members, chances[0] if chances else None, cautions)
    _check(cell, entries, chances)
    return cell


def _check(cell: Cell, entries: list[Entry], chances: list[float]) -> None:
    first, *others = cell.members
    for system, prompts in cell.members.items():
        if not prompts:
            raise LectError(
                f"{system} has no score on {cell.name}, and a mean of part of the tasks is none of all. Score it there, "
                "or name the tasks that all systems have: tasks=[...]"
            )
    for other in others:
        if cell.members[other].keys() != cell.members[first].keys():
            asked = [", ".join(sorted(map(str, cell.members[name]))) for name in (first, other)]
            raise LectError(f"on {cell.name} {first} has the prompts {asked[0]}; {other} has {asked[1]}")
    if len(chances) > 1:
        raise LectError(f"the rows of {cell.name} have several chance levels: {', '.join(map(str, chances))}")
    if obstacle := find_obstacle(entries):
        raise LectError(obstacle)
