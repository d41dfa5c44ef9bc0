"""Text: a re-iterable stream of documents, whatever it came from."""

import hashlib
import json
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

from lect.artifacts.errors import LectError
from lect.artifacts.opening import combined_hash, file_hash, find_files, format_of, read_lines

Document = dict[str, Any]
TextLike = "Text | str | Path | Iterable[str] | Iterable[Document]"


class Text:
    """Documents, each a dict with `text` and whatever else is known (`id`, `language`, `source`, `license`).

    It can be iterated again and again; nothing is held in memory but what the caller passed in.
    """

    def __init__(self, documents: Callable[[], Iterator[Document]], identity: str, sources: list[dict[str, Any]] | None = None):
        self._documents = documents
        self.identity = identity
        self.sources = sources or []

    def __iter__(self) -> Iterator[Document]:
        return self._documents()

    def __len__(self) -> int:
        return self._size[0]

    def __repr__(self) -> str:
        names = ", ".join(str(source.get("path", source.get("made", "?"))) for source in self.sources) or "in memory"
        return f"Text({names})"

    def strings(self) -> Iterator[str]:
        """Yield the text of every document."""
        return (document["text"] for document in self)

    @cached_property
    def _size(self) -> tuple[int, int]:
        documents = total = 0
        for string in self.strings():
            documents += 1
            total += len(string.encode("utf-8"))
        return documents, total

    @property
    def megabytes(self) -> float:
        """The size of all documents in megabytes (10^6 bytes) of UTF-8."""
        return self._size[1] / 1e6

    def split(self, heldout: float = 0.02) -> tuple["Text", "Text"]:
        """Return (seen, held out): a document's own hash decides, so a corpus that grows never moves one across.

        `heldout` is a share between 0 and 1. Identical documents fall on the same side.
        """
        if not 0 < heldout < 1:
            raise LectError(f"heldout must be a share between 0 and 1, not {heldout}")

        def chosen(document: Document) -> bool:
            digest = hashlib.blake2b(document["text"].encode("utf-8", "surrogatepass"), digest_size=8, person=b"lect-split").digest()
            return int.from_bytes(digest, "big") < heldout * 2**64

        return (
            self._derived(f"seen|{heldout}", lambda: (d for d in self if not chosen(d))),
            self._derived(f"heldout|{heldout}", lambda: (d for d in self if chosen(d))),
        )

    def take(self, megabytes: float) -> "Text":
        """Return the first documents, up to `megabytes` of UTF-8 (at least one document)."""

        def first() -> Iterator[Document]:
            left = megabytes * 1e6
            for document in self:
                if left <= 0:
                    return
                left -= len(document["text"].encode("utf-8"))
                yield document

        return self._derived(f"take|{megabytes}", first)

    def __add__(self, other: "Text") -> "Text":
        def both() -> Iterator[Document]:
            yield from self
            yield from other

        return Text(both, combined_hash("add", self.identity, other.identity), self.sources + other.sources)

    def _derived(self, how: str, documents: Callable[[], Iterator[Document]]) -> "Text":
        return Text(documents, combined_hash(how, self.identity), self.sources)


def read(source: Any, *, column: str = "text", language: str | None = None, encoding: str = "utf-8", documents: str = "auto") -> Text:
    """Read text from a path, a glob, a folder, a list of those, a list of strings or dicts, or a `datasets.Dataset`.

    Formats by ending: `.txt`, `.jsonl`, `.parquet`, `.conllu`, each also `.gz`; anything else is plain text. In plain text a document is
    a block between blank lines where there are blank lines, else a line (`documents="blocks"` or `"lines"` decides it by hand). Text is
    brought to Unicode NFC. `language` labels documents that carry no label of their own.

    >>> [d["text"] for d in read(["Gott kvøld", "Góðan morgun"])]
    ['Gott kvøld', 'Góðan morgun']
    """
    if documents not in ("auto", "lines", "blocks"):
        raise LectError(f"documents must be 'auto', 'lines' or 'blocks', not {documents!r}")
    if isinstance(source, Text):
        return source
    if isinstance(source, (str, Path)):
        return _read_files(find_files(source), column, language, encoding, documents)
    if hasattr(source, "column_names") and hasattr(source, "__getitem__"):
        return _read_dataset(source, column, language)
    items = list(source)
    if not items:
        raise LectError("the text is an empty list; pass at least one document or file")
    if all(isinstance(item, Path) or (isinstance(item, str) and _looks_like_path(item)) for item in items):
        files = [file for item in items for file in find_files(item)]
        return _read_files(files, column, language, encoding, documents)
    return _read_items(items, column, language)


def _looks_like_path(item: str) -> bool:
    """Whether a string of a list is meant as a file: it exists, or is one word with the ending of a text file."""
    if len(item.encode("utf-8", "surrogatepass")) > 255 or "\n" in item:
        return False
    return Path(item).exists() or (format_of(Path(item)) != "" and " " not in item)


def _read_files(files: list[Path], column: str, language: str | None, encoding: str, documents: str) -> Text:
    sources = [{"path": str(path), "sha256": file_hash(path), "bytes": path.stat().st_size} for path in files]

    def all_documents() -> Iterator[Document]:
        for path in files:
            for number, document in enumerate(_documents_of(path, column, encoding, documents)):
                yield _finished(document, f"{path.name}:{number}", language)

    identity = combined_hash(*(str(source["sha256"]) for source in sources), column, encoding, documents)
    text = Text(all_documents, identity, sources)
    if next(iter(text), None) is None:
        raise LectError(f"no text in {', '.join(map(str, files))}: the file is empty or holds only white space")
    return text


def _finished(document: Document, id_: str, language: str | None) -> Document:
    document["text"] = unicodedata.normalize("NFC", document["text"])
    document.setdefault("id", id_)
    if language and not document.get("language"):
        document["language"] = language
    return document


def _documents_of(path: Path, column: str, encoding: str, documents: str) -> Iterator[Document]:
    readers = {"jsonl": _from_jsonl, "parquet": _from_parquet, "conllu": _from_conllu}
    kind = format_of(path)
    if kind in readers:
        found = readers[kind](path, column, encoding)
    else:
        found = _from_plain(path, encoding, documents)
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


def _missing(path: Path, column: str, columns: Iterable[str]) -> LectError:
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
            raise LectError(f"{path} line {number} is not JSON: {error.msg}. Expected one JSON object a line.") from None
        if not isinstance(row, dict) or not isinstance(row.get(column), str):
            raise _missing(path, column, row if isinstance(row, dict) else [])
        yield {**{k: v for k, v in row.items() if k != column}, "text": row[column]}


def _from_parquet(path: Path, column: str, encoding: str) -> Iterator[Document]:
    import pyarrow
    import pyarrow.parquet

    try:
        file = pyarrow.parquet.ParquetFile(path)
    except pyarrow.ArrowInvalid as error:
        raise LectError(f"{path} cannot be read as parquet: {error}") from None
    if column not in file.schema_arrow.names:
        raise _missing(path, column, file.schema_arrow.names)
    for batch in file.iter_batches(batch_size=1024):
        for row in batch.to_pylist():
            yield {**{k: v for k, v in row.items() if k != column}, "text": row[column] or ""}


def _from_conllu(path: Path, column: str, encoding: str) -> Iterator[Document]:
    for line in read_lines(path, encoding):
        if line.startswith("# text ="):
            yield {"text": line.partition("=")[2].strip()}


def _read_dataset(dataset: Any, column: str, language: str | None) -> Text:
    if column not in (dataset.column_names or [column]):
        raise _missing(Path("the dataset"), column, dataset.column_names)

    def rows() -> Iterator[Document]:
        for number, row in enumerate(dataset):
            yield _finished({**{k: v for k, v in row.items() if k != column}, "text": row[column]}, str(number), language)

    fingerprint = getattr(dataset, "_fingerprint", None) or combined_hash(*(str(row[column]) for row in dataset))
    return Text(rows, combined_hash("dataset", str(fingerprint), column), [{"made": "datasets.Dataset"}])


def _read_items(items: list[Any], column: str, language: str | None) -> Text:
    rows: list[Document] = []
    for number, item in enumerate(items):
        if isinstance(item, str):
            row: Document = {"text": item}
        elif isinstance(item, dict) and isinstance(item.get(column), str):
            row = {**{k: v for k, v in item.items() if k != column}, "text": item[column]}
        else:
            raise LectError(f"item {number} of the text is {type(item).__name__}; expected a string, or a dict with the key {column!r}")
        rows.append(_finished(row, str(number), language))
    identity = combined_hash(*(row["text"] for row in rows))
    return Text(lambda: ({**row} for row in rows), identity, [{"made": "list", "documents": len(rows)}])
