"""Tasks from tables, one example a row: classes, grades, and texts with references."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from lect.artifacts.bitexts import read_jsonl_rows, read_tsv_rows
from lect.artifacts.errors import LectError
from lect.artifacts.opening import format_of, read_lines
from lect.artifacts.tasks.examples import Graded, Labeled, Task, Written
from lect.artifacts.tasks.partitions import assemble_task, find_parts

ENDINGS = (".jsonl", ".tsv", ".csv")
_TEXT = ("text", "sentence1", "premise", "question", "txt1", "sentence", "source")
_PAIR = ("pair", "hypothesis", "sentence2", "txt2", "sentence")
_LABEL = ("label", "category", "class", "gold_label", "topic", "sentiment")
_VALUE = ("score", "value", "similarity", "label")
_SOURCE = ("source", "question", "prompt", "input", "text")
_TARGET = ("references", "reference", "target", "answer", "answers", "output", "sparql")
_GROUP = ("group", "category", "phenomenon", "relation", "genre", "chart_type")


def read_classes(
    path: str | Path, *, name: str = "classification", text: str = "", pair: str = "", label: str = ""
) -> Task:
    """Read texts, or pairs of texts, and their classes from `.jsonl`, `.tsv` (header, no quoting) or `.csv` files.

    The columns are found by the names that the field uses (`text`, `premise`, `hypothesis`, `label`, …) unless they are
    given. `pair` is a second text that the class is about.
    """
    texts, pairs, labels = ((given,) if given else usual for given, usual in ((text, _TEXT), (pair, _PAIR), (label, _LABEL)))  # fmt: skip

    def read(file: Path) -> Iterator[Labeled]:
        for number, row in enumerate(read_rows(file)):
            first = column(row, texts, file)
            second = optional(row, [name for name in pairs if name != first])
            found = cell(row, column(row, labels, file), file)
            group = optional(row, [name for name in _GROUP if str(row.get(name)) != found])
            yield Labeled(
                cell(row, first, file),
                found,
                None if second is None else str(row[second]),
                f"{file.name}:{number}",
                "" if group is None else str(row[group]),
            )

    files = find_parts(path, ENDINGS)
    return assemble_task(name, "classification", files, read, lambda example: [example.label])


def read_grades(path: str | Path, *, name: str = "similarity") -> Task:
    """Read texts or pairs of texts and a number for each (`score`, `value`, `similarity` or `label`)."""

    def read(file: Path) -> Iterator[Graded]:
        for number, row in enumerate(read_rows(file)):
            first = column(row, _TEXT, file)
            second = optional(row, [name for name in _PAIR if name != first])
            said = cell(row, column(row, _VALUE, file), file)
            try:
                value = float(said)
            except ValueError:
                raise LectError(f"{file} row {number + 1}: the grade is {said!r}; expected a number") from None
            pair = None if second is None else str(row[second])
            yield Graded(cell(row, first, file), value, pair, f"{file.name}:{number}")

    return assemble_task(name, "regression", find_parts(path, ENDINGS), read)


def read_written(
    path: str | Path, *, name: str = "generation", source: str = "", target: str = "", kind: str = "generation"
) -> Task:
    """Read sources and the texts that would be right answers; a JSON list holds several references."""
    sources, targets = ((given,) if given else usual for given, usual in ((source, _SOURCE), (target, _TARGET)))

    def read(file: Path) -> Iterator[Written]:
        for number, row in enumerate(read_rows(file)):
            asked = cell(row, column(row, sources, file), file)
            references = [str(one) for one in _listed(row[column(row, targets, file)])]
            if not any(reference.strip() for reference in references):
                raise LectError(f"{file} row {number + 1} has no reference; expected at least one text")
            group = optional(row, _GROUP)
            yield Written(asked, references, f"{file.name}:{number}", "" if group is None else str(row[group]))

    return assemble_task(name, kind, find_parts(path, ENDINGS), read)


def read_rows(file: Path) -> Iterator[Mapping[str, Any]]:
    """Yield the rows of a table by the names of its columns: `.jsonl`, `.tsv` or `.csv`, each also `.gz`."""
    if file.name.removesuffix(".gz").endswith(".csv"):
        yield from csv.DictReader(read_lines(file))
        return
    if format_of(file) == "jsonl":
        yield from _json_rows(file)
        return
    names, rows = read_tsv_rows(file)
    yield from rows(names, True)


def _json_rows(file: Path) -> Iterator[Mapping[str, Any]]:
    names, rows = read_jsonl_rows(file)
    yield from rows(names, True)


def column(row: Mapping[str, Any], names: Sequence[str], file: Path) -> str:
    """Return the first of `names` that the row has; raise `LectError` if it has none."""
    found = optional(row, names)
    if found is None:
        raise LectError(f"{file} has no column {' or '.join(map(repr, names))}; its columns are {', '.join(row)}")
    return found


def optional(row: Mapping[str, Any], names: Iterable[str]) -> str | None:
    """Return the first of `names` under which the row has something, or None."""
    return next((name for name in names if row.get(name) is not None), None)


def cell(row: Mapping[str, Any], name: str, file: Path) -> str:
    """Return what stands under a name, as text that is not empty."""
    said = str(row[name])
    if not said.strip():
        raise LectError(f"{file} has a row whose {name!r} is empty; fill it or take the row out")
    return said


def cell_list(row: Mapping[str, Any], names: Sequence[str], file: Path) -> list[str]:
    """Return the list of strings that stands under one of `names`."""
    found = row[column(row, names, file)]
    if not isinstance(found, list):
        raise LectError(f"{file}: {names[0]} is {type(found).__name__}; expected a list")
    return [str(item) for item in found]


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
