"""Documents of text files, line by line: a damaged line is a counted fault, and the rest of the file is read."""

import json
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import Any, NamedTuple

from lect.artifacts.errors import LectError
from lect.artifacts.formats import Document, to_document
from lect.corpus.crawl.encodings import decode, guess_charset
from lect.corpus.crawl.inflating import read_pieces
from lect.corpus.crawl.records import LIMIT, Record

_HEAD = 5_000  # lines that decide whether plain text is cut at blank lines
_COLUMNS = ("url", "date")


class Line(NamedTuple):
    """A line without its end; of a line longer than the limit only `size` is known."""

    offset: int
    raw: bytes
    size: int


def read_jsonl(path: Path, column: str = "text") -> Iterator[Record]:
    """Yield a record for each line that is not blank; what is no JSON object with a string `column` has a fault."""

    def parse(line: Line, charset: str) -> Record:
        record = Record(path.name, line.offset)
        try:
            row = json.loads(decode(line.raw, charset=charset))
        except (ValueError, RecursionError):
            return _faulty(record, "bad_json", line.size)
        return fill_in(record, row, column, line.size)

    def each(lines: Iterator[Line], charset: str) -> Iterator[Record]:
        return (parse(line, charset) if line.raw else _oversized(path, line) for line in lines if line.size)

    return _read(path, each)


def read_plain(path: Path) -> Iterator[Record]:
    """Yield a record for each block between blank lines where the first 5,000 lines have blank ones, else for each line."""

    def cut(lines: Iterator[Line], charset: str) -> Iterator[Record]:
        head = list(islice(lines, _HEAD))
        blank = any(not line.size for line in _inner(head))
        lines = chain(head, lines)
        for block in _blocks(lines) if blank else ([line] for line in lines if line.size):
            size = sum(line.size for line in block) + len(block) - 1
            if size > LIMIT:
                yield _oversized(path, Line(block[0].offset, b"", size))
                continue
            raw = b"\n".join(line.raw for line in block)
            fault = "binary_data" if raw.count(b"\0") * 5 > len(raw) else ""
            record = Record(
                path.name, block[0].offset, kind="text", text="" if fault else decode(raw, charset=charset), fault=fault
            )
            if fault:
                record.metadata["size"] = size
            yield record

    return _read(path, cut)


def fill_in(record: Record, row: Any, column: str, size: int) -> Record:
    """Return the record with the document of a row: its text, its URL and date, and the other columns as metadata."""
    try:
        document: Document = to_document(row, column, f"{record.source}:{record.offset}")
    except (LectError, KeyError, TypeError):
        return _faulty(record, "no_text", size)
    record.kind, record.text = "text", document.pop("text")
    for name in _COLUMNS:
        value = document.pop(name, None)
        setattr(record, name, "" if value is None else str(value))
    record.metadata |= document
    return record if record.text.strip() else _faulty(record, "empty", size)


def split_lines(pieces: Iterable[bytes], limit: int = LIMIT) -> Iterator[Line]:
    r"""Yield lines as they come out of pieces of bytes; a longer one than `limit` is never held.

    >>> [tuple(line) for line in split_lines([b"a\nbb", b"bb\nc"], limit=3)]
    [(0, b'a', 1), (2, b'', 4), (7, b'c', 1)]
    """
    offset, rest, size = 0, b"", 0
    for piece in pieces:
        *ends, tail = piece.split(b"\n")
        for end in ends:
            size += len(end)
            raw = (rest + end).removesuffix(b"\r") if size <= limit else b""
            yield Line(offset, raw, len(raw) or (size if size > limit else 0))
            offset, rest, size = offset + size + 1, b"", 0
        size += len(tail)
        rest = rest + tail if size <= limit else b""
    if size:
        raw = rest.removesuffix(b"\r") if size <= limit else b""
        yield Line(offset, raw, len(raw) or size)


def _read(path: Path, cut: Callable[[Iterator[Line], str], Iterable[Record]]) -> Iterator[Record]:
    """Yield the records that `cut` makes of the lines (blank ones have no size), then one for each damage of the file.

    What is not UTF-8 is read in the encoding of the first 256 kB, not in one that is guessed anew for each line.
    """
    damage: list[str] = []
    pieces = read_pieces(path, damage)
    head = next(pieces, b"")
    lines = (
        line._replace(raw=b"", size=0) if line.size <= LIMIT and not line.raw.strip() else line
        for line in split_lines(chain([head], pieces))
    )
    yield from cut(lines, guess_charset(head))
    yield from (Record(path.name, fault=reason) for reason in damage)


def _inner(lines: list[Line]) -> list[Line]:
    """Return the lines between the first and the last that are not blank."""
    filled = [number for number, line in enumerate(lines) if line.size]
    return lines[filled[0] : filled[-1]] if filled else []


def _blocks(lines: Iterable[Line]) -> Iterator[list[Line]]:
    block: list[Line] = []
    size = 0
    for line in lines:
        if line.size:
            size += line.size
            block.append(line if size <= LIMIT else line._replace(raw=b""))
        elif block:
            yield block
            block, size = [], 0
    if block:
        yield block


def _oversized(path: Path, line: Line) -> Record:
    return Record(path.name, line.offset, fault="too_large", metadata={"size": line.size})


def _faulty(record: Record, fault: str, size: int) -> Record:
    record.fault = fault
    record.metadata["size"] = size
    return record
