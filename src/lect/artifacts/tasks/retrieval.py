"""Retrieval: documents, queries, and judgments of which document answers which query."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lect.artifacts.errors import LectError
from lect.artifacts.opening import file_hash, find_files, read_lines
from lect.artifacts.tasks.examples import Query, Task
from lect.artifacts.tasks.partitions import find_parts
from lect.artifacts.tasks.tables import column, optional, read_rows

_ENDINGS = (".jsonl", ".tsv")


def read_retrieval(path: str | Path, *, name: str = "retrieval") -> Task:
    """Read a folder as BEIR and TREC have it: `corpus`, `queries` (`.jsonl` or `.tsv`) and `qrels` (a file, or by split).

    Documents and queries have an id (`_id` or `id`) and `text` (a `title` is set before it). Judgments are TREC lines
    (`query 0 document grade`) or a table with `query-id`, `corpus-id`, `score`; grades of 0 and below say not relevant.
    Every judged document and query must exist; queries without a relevant document are left out.
    """
    folder = Path(path)
    documents = _texts(find_files(_one(folder, "corpus"))[0])
    queries = _texts(find_files(_one(folder, "queries"))[0])
    qrels = folder / "qrels"
    files = find_parts(qrels if qrels.is_dir() else _one(folder, "qrels"), (".tsv", ".txt", ".trec", ""))
    splits = {split: _judged(file, queries, documents) for split, file in files.items()}
    sources = [{"path": str(file), "sha256": file_hash(file)} for file in files.values()]
    return Task(name, "retrieval", splits, sources=sources, documents=documents)


def _one(folder: Path, stem: str) -> Path:
    found = sorted(file for file in folder.glob(f"{stem}*") if file.is_file()) if folder.is_dir() else []
    if len(found) != 1:
        raise LectError(f"{folder} needs one file {stem}.* (and corpus, queries, qrels); found {len(found)}")
    return found[0]


def _texts(file: Path) -> dict[str, str]:
    texts: dict[str, str] = {}
    for row in read_rows(file):
        id_ = str(row[column(row, ("_id", "id"), file)])
        if id_ in texts:
            raise LectError(f"{file} has the id {id_!r} twice")
        title = optional(row, ("title",))
        texts[id_] = " ".join(str(row[part]) for part in (title, column(row, ("text",), file)) if part and row[part])
    return texts


def _judged(file: Path, queries: Mapping[str, str], documents: Mapping[str, str]) -> list[Query]:
    relevant: dict[str, dict[str, float]] = {}
    for number, line in enumerate(read_lines(file), start=1):
        cells = line.split()
        if not cells or (number == 1 and not _is_number(cells[-1])):
            continue
        if len(cells) not in (3, 4) or not _is_number(cells[-1]):
            raise LectError(f"{file} line {number} is {line[:60]!r}; expected query, (0,) document, grade")
        query, document, grade = cells[0], cells[-2], float(cells[-1])
        for id_, known, what in ((query, queries, "query"), (document, documents, "document")):
            if id_ not in known:
                raise LectError(f"{file} line {number} judges a {what} {id_!r} that is not in the collection")
        if grade > 0:
            relevant.setdefault(query, {})[document] = grade
    return [Query(queries[id_], grades, id_) for id_, grades in relevant.items()]


def _is_number(said: Any) -> bool:
    try:
        float(said)
    except ValueError:
        return False
    return True
