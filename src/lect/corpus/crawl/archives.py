"""Any file of a crawl as records: its format is seen from what it holds, and nothing that is damaged ends the run."""

import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

from lect.artifacts.errors import LectError
from lect.artifacts.formats import read_documents
from lect.artifacts.opening import find_files, format_of
from lect.corpus.crawl.arcs import read_arc
from lect.corpus.crawl.encodings import decode
from lect.corpus.crawl.inflating import read_pieces
from lect.corpus.crawl.lines import fill_in, read_jsonl, read_plain
from lect.corpus.crawl.records import LIMIT, Record
from lect.corpus.crawl.responses import looks_like_page
from lect.corpus.crawl.warcs import read_warc

_PACKED = (".gz", ".zst", ".bz2")
_PAGES = {".html", ".htm", ".xhtml", ".shtml"}
_FOREIGN = (
    b"PK\x03\x04",
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"\xd0\xcf\x11\xe0",
    b"7z\xbc\xaf",
    b"\x7fELF",
)
_WIDE = (b"\xff\xfe", b"\xfe\xff")
_ROWS = 256  # of a parquet file, held at once


def find_archives(source: str | Path) -> list[Path]:
    """Return the files that a path or a glob names, sorted; a folder stands for all files below it but hidden ones."""
    folder = Path(source)
    if not folder.is_dir():
        return find_files(source)
    files = sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))
    if not files:
        raise LectError(f"the folder {folder} holds no file; pass the folder or the files of a crawl")
    return files


def read_records(path: str | Path, *, column: str = "text") -> Iterator[Record]:
    """Yield what a file or a folder holds: WARC, ARC, HTML, JSONL, parquet, CoNLL-U or plain text, also compressed.

    Whatever cannot be read is a record with a `fault`, and reading goes on behind it: `unreadable_file`,
    `unknown_format`, `binary_data`, `truncated_file`, `damaged_gzip`, `compression_bomb`, `unreadable_record`,
    `bad_json`, `no_text`, `empty`, `too_large` (beyond 10 MB, never held in memory), and of archives `http_error`,
    `not_html`, `revisit` and `robots_file`. `column` is the one with the text, of JSONL and parquet.

    >>> [record.text for record in read_records("crawl/text.jsonl.gz")]  # doctest: +SKIP
    ['Góðan morgun']
    """
    for file in find_archives(path):
        try:
            yield from _reader(file, column)(file)
        except (OSError, LectError, zlib.error) as error:
            if isinstance(error, LectError) and "pip install" in str(error):
                raise  # a package is missing: not the fault of the file
            yield Record(file.name, fault="unreadable_file", metadata={"size": _size(file), "why": str(error)})


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _reader(path: Path, column: str) -> Callable[[Path], Iterator[Record]]:
    """Return the reader for a file, by the first bytes of what it holds and then by its name."""
    head = next(read_pieces(path, []), b"")[:4096]
    name = path.name.lower()
    for ending in _PACKED:
        name = name.removesuffix(ending)
    kind = format_of(Path(name))
    if head.startswith(b"WARC/") or name.endswith(".warc"):
        return read_warc
    if head.startswith(b"filedesc://") or name.endswith(".arc"):
        return read_arc
    if head.startswith(b"PAR1") or kind == "parquet":
        return lambda file: _read_parquet(file, column)
    if kind in ("jsonl", "conllu"):
        return (lambda file: read_jsonl(file, column)) if kind == "jsonl" else _read_conllu
    if Path(name).suffix in _PAGES or looks_like_page(head):
        return _read_page
    if head.startswith(_FOREIGN):
        return lambda file: iter([Record(file.name, fault="unknown_format", metadata={"size": _size(file)})])
    if head.startswith(_WIDE):
        return _read_whole
    return read_plain


def _whole(path: Path) -> tuple[bytes, int, list[str]]:
    """Return the first bytes of a file up to the limit, how many there are, and the damage."""
    damage: list[str] = []
    kept, size = bytearray(), 0
    for piece in read_pieces(path, damage):
        size += len(piece)
        if size <= LIMIT:
            kept += piece
    return bytes(kept), size, damage


def _read_page(path: Path) -> Iterator[Record]:
    payload, size, damage = _whole(path)
    fault = "too_large" if size > LIMIT else next(iter(damage), "" if payload.strip() else "empty")
    record = Record(path.name, kind="html", payload=b"" if fault else payload, fault=fault)
    if fault:
        record.metadata["size"] = size
    yield record


def _read_whole(path: Path) -> Iterator[Record]:
    payload, size, damage = _whole(path)
    fault = "too_large" if size > LIMIT else next(iter(damage), "")
    yield Record(path.name, kind="text", text="" if fault else decode(payload), fault=fault, metadata={"size": size})


def _read_conllu(path: Path) -> Iterator[Record]:
    for number, document in enumerate(read_documents(path, "text", "utf-8", "auto")):
        yield Record(path.name, number, kind="text", text=document["text"])


def _read_parquet(path: Path, column: str) -> Iterator[Record]:
    import pyarrow
    from pyarrow.parquet import ParquetFile

    number = 0
    try:
        with ParquetFile(path) as file:
            for batch in file.iter_batches(batch_size=_ROWS):
                for row in batch.to_pylist():
                    yield fill_in(Record(path.name, number), row, column, 0)
                    number += 1
    except (pyarrow.ArrowException, OSError) as error:
        raise LectError(f"{path} cannot be read as parquet beyond row {number}: {error}") from None
