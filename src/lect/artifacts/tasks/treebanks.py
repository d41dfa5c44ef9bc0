"""Tagging and parsing tasks from CoNLL-U."""

from collections.abc import Iterator
from pathlib import Path

from lect.artifacts.errors import LectError
from lect.artifacts.opening import read_lines
from lect.artifacts.tasks.examples import Parsed, Tagged, Task
from lect.artifacts.tasks.partitions import assemble_task, find_parts

_FIELDS = {"upos": 3, "xpos": 4, "feats": 5}
_ENDINGS = (".conllu", ".conll")


def read_tagging(path: str | Path, *, name: str = "pos", column: str = "upos") -> Task:
    """Read a tagging task from CoNLL-U files whose names end in train, dev and test (also `.gz`).

    `column` is `upos`, `xpos` or `feats` (all features of a word as one tag). Multiword ranges (`3-4`) and empty nodes
    (`5.1`) are passed over, as in Universal Dependencies scoring. Where there is no dev part, a tenth of the training
    sentences, chosen by hash, becomes dev.
    """
    if column not in _FIELDS:
        raise LectError(f"column must be one of {', '.join(_FIELDS)}, not {column!r}")
    index = _FIELDS[column]

    def read(file: Path) -> Iterator[Tagged]:
        for number, rows in enumerate(_sentences(file)):
            yield Tagged([row[1] for row in rows], [row[index] for row in rows], f"{file.name}:{number}")

    return assemble_task(name, "tagging", find_parts(path, _ENDINGS), read, lambda example: example.tags)


def read_parsing(path: str | Path, *, name: str = "parsing") -> Task:
    """Read a dependency-parsing task from CoNLL-U files; labels are the relations, subtypes (`nsubj:pass`) kept.

    Trees are checked: heads within the sentence, no word its own head or below itself.
    """

    def read(file: Path) -> Iterator[Parsed]:
        for number, rows in enumerate(_sentences(file)):
            heads = [_head(row, file) for row in rows]
            columns = ([row[index] for row in rows] for index in (1, 7, 3, 5))
            words, relations, tags, features = columns
            yield Parsed(words, heads, relations, tags, features, f"{file.name}:{number}")

    task = assemble_task(name, "parsing", find_parts(path, _ENDINGS), read, lambda example: example.relations)
    for part in task.splits.values():
        for example in part:
            expect_tree(example.heads, example.id)
    return task


def expect_tree(heads: list[int], where: str) -> None:
    """Raise `LectError` unless `heads` (from 1; 0 is the root) is a tree: every word leads to the root."""
    size = len(heads)
    for word, head in enumerate(heads, start=1):
        if not 0 <= head <= size:
            raise LectError(f"{where}: word {word} depends on {head}; the sentence has words 1 to {size}")
    safe = {0}
    for word in range(1, size + 1):
        path: list[int] = []
        while word not in safe:
            if word in path:
                raise LectError(f"{where}: the tree has a cycle through words {', '.join(map(str, path))}")
            path.append(word)
            word = heads[word - 1]
        safe.update(path)


def _head(row: list[str], file: Path) -> int:
    if not row[6].isdigit():
        raise LectError(f"{file}: the head of {row[1]!r} is {row[6]!r}; expected a number (0 for the root)")
    return int(row[6])


def _sentences(path: Path) -> Iterator[list[list[str]]]:
    """Yield the rows of each sentence: its words, ten cells each."""
    rows: list[list[str]] = []
    for number, line in enumerate(read_lines(path), start=1):
        if line.startswith("#"):
            continue
        if line.strip():
            cells = line.split("\t")
            if len(cells) != 10:
                raise LectError(f"{path} line {number} has {len(cells)} columns; CoNLL-U has 10, separated by tabs")
            if cells[0].isdigit():
                rows.append(cells)
        elif rows:
            yield rows
            rows = []
    if rows:
        yield rows
