"""Documents of files: plain text, JSONL, parquet, CoNLL-U, each row brought to a dict with `text`."""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from lect.artifacts.errors import LectError
from lect.artifacts.opening import format_of, read_lines

Document = dict[str, Any]


def read_documents(path: Path, column: str, encoding: str, documents: str) -> Iterator[Document]:
    """Yield the documents of one file that are not blank; `documents` is `auto`, `lines` or `blocks` and cuts plain text."""
    readers = {"jsonl": _from_jsonl, "parquet": _from_parquet, "conllu": _from_conllu}
    kind = format_of(path)
    found = readers[kind](path, column, encoding) if kind in readers else _from_plain(path, encoding, documents)
    return (document for document in found if document["text"].strip())


def _from_plain(path: Path, encoding: str, documents: str) -> Iterator[Document]:
    blocks = documents == "blocks" or (documents == "auto" and _has_blank_lines(path, encoding))
    if not blocks:
        yield from ({"text": line} for line in read_lines(path, encoding))
        return
    block: list[str] = []
    for line in read_lines(path, encoding):
        if line.strip():
            block.append(line)
        elif block:
            yield {"text": "\n".join(block)}
            block = []
    if block:
        yield {"text": "\n".join(block)}


def _has_blank_lines(path: Path, encoding: str) -> bool:
    """Whether a blank line stands between two lines of text (looked for in the first 50,000 lines)."""
    seen = blank = False
    for number, line in enumerate(read_lines(path, encoding)):
        if line.strip() and seen and blank:
            return True
        seen, blank = seen or bool(line.strip()), not line.strip()
        if number > 50_000:
            break
    return False


def missing_column(path: Path | str, column: str, columns: Iterable[str]) -> LectError:
    """Return the error that names the columns that are there."""
    names = [str(name) for name in columns]
    hint = f" Pass column={names[0]!r}." if names else ""
    return LectError(f"{path} has no column {column!r}; its columns are {', '.join(map(repr, names))}.{hint}")


def _from_jsonl(path: Path, column: str, encoding: str) -> Iterator[Document]:
    for number, line in enumerate(read_lines(path, encoding), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise LectError(
                f"{path} line {number} is not JSON: {error.msg}. Expected one JSON object a line."
            ) from None
        if not isinstance(row, dict):
            raise LectError(
                f"{path} line {number} is {type(row).__name__}; expected one JSON object a line, with the key {column!r}"
            )
        if column not in row:
            raise missing_column(f"{path} line {number}", column, row)
        yield to_document(row, column, f"{path} line {number}")


def _from_parquet(path: Path, column: str, encoding: str) -> Iterator[Document]:
    import pyarrow
    import pyarrow.parquet

    try:
        file = pyarrow.parquet.ParquetFile(path)
    except pyarrow.ArrowInvalid as error:
        raise LectError(f"{path} cannot be read as parquet: {error}") from None
    if column not in file.schema_arrow.names:
        raise missing_column(path, column, file.schema_arrow.names)
    rows = (row for batch in file.iter_batches(batch_size=1024) for row in batch.to_pylist())
    for number, row in enumerate(rows, start=1):
        yield to_document(row, column, f"{path} row {number}")


def to_document(row: Mapping[str, Any], column: str, place: str) -> Document:
    """Return a row as a document, its `column` as `text`; null is empty text."""
    text = "" if row[column] is None else row[column]
    if not isinstance(text, str):
        raise LectError(
            f"{place}: {column!r} holds {type(text).__name__}; expected a string. Pass column= with the column of the text."
        )
    return {**{key: value for key, value in row.items() if key != column}, "text": text}


def _from_conllu(path: Path, column: str, encoding: str) -> Iterator[Document]:
    found = False
    for line in read_lines(path, encoding):
        if line.startswith("# text ="):
            found = True
            yield {"text": line.partition("=")[2].strip()}
    if not found:
        raise LectError(
            f"{path} has no line '# text = …', from which the text of a CoNLL-U file is read; pass the text as .txt"
        )
