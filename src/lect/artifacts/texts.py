"""Text: a re-iterable stream of documents, whatever it came from."""

import hashlib
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from lect.artifacts.errors import LectError
from lect.artifacts.formats import Document, missing_column, read_documents, to_document
from lect.artifacts.opening import combined_hash, file_hash, find_files, format_of


class Text:
    """Documents, each a dict with `text` and whatever else is known (`id`, `language`, `source`, `license`).

    It can be iterated again and again; nothing is held in memory but what the caller passed in.
    """

    def __init__(
        self,
        documents: Callable[[], Iterator[Document]],
        identity: str,
        sources: list[dict[str, Any]] | None = None,
    ) -> None:
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
            digest = hashlib.blake2b(
                document["text"].encode("utf-8", "surrogatepass"), digest_size=8, person=b"lect-split"
            ).digest()
            return int.from_bytes(digest, "big") < heldout * 2**64

        return (
            self._derived(f"seen|{heldout}", lambda: (d for d in self if not chosen(d))),
            self._derived(f"heldout|{heldout}", lambda: (d for d in self if chosen(d))),
        )

    def take(self, megabytes: float) -> "Text":
        """Return the first documents, up to and with the one that reaches `megabytes` of UTF-8."""
        if not megabytes > 0:
            raise LectError(f"take needs more than 0 megabytes, not {megabytes}")

        def first() -> Iterator[Document]:
            left = megabytes * 1e6
            for document in self:
                if left <= 0:
                    return
                left -= len(document["text"].encode("utf-8"))
                yield document

        return self._derived(f"take|{megabytes}", first)

    def clip(self, kilobytes: float) -> "Text":
        """Return every document cut to its first `kilobytes` (10^3 bytes of UTF-8), between characters."""

        def heads() -> Iterator[Document]:
            for document in self:
                yield document | {
                    "text": document["text"].encode("utf-8")[: int(kilobytes * 1000)].decode("utf-8", "ignore")
                }

        return self._derived(f"clip|{kilobytes}", heads)

    def __add__(self, other: "Text") -> "Text":
        def both() -> Iterator[Document]:
            yield from self
            yield from other

        return Text(both, combined_hash("add", self.identity, other.identity), self.sources + other.sources)

    def _derived(self, how: str, documents: Callable[[], Iterator[Document]]) -> "Text":
        return Text(documents, combined_hash(how, self.identity), self.sources)


def read(
    source: Any, *, column: str = "text", language: str | None = None, encoding: str = "utf-8", documents: str = "auto"
) -> Text:
    """Read text from a path, a glob, a folder, a list of those, a list of strings or dicts, or a `datasets.Dataset`.

    Formats by ending: `.txt`, `.jsonl`, `.conllu` (its `# text =` lines), each also `.gz`, and `.parquet`; anything else is plain text. In
    plain text a document is a block between blank lines where there are blank lines, else a line (`documents="blocks"` or `"lines"` decides
    it by hand). Text is brought to Unicode NFC. `language` labels documents that carry no label of their own. One string is a path; in a list
    of strings, all are files if each exists or looks like a file name, else all are text: pass `Path`s where it must be files.

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
    if isinstance(source, (bytes, Mapping)) or not isinstance(source, Iterable):
        raise LectError(
            f"text is a path, a list of paths, of strings or of dicts, or a Dataset; found {type(source).__name__}"
        )
    items = list(source)
    if not items:
        raise LectError("the text is an empty list; pass at least one document or file")
    if all(isinstance(item, Path) or (isinstance(item, str) and _looks_like_path(item)) for item in items):
        files = [file for item in items for file in find_files(item)]
        return _read_files(files, column, language, encoding, documents)
    return _read_items(items, column, language)


def _looks_like_path(item: str) -> bool:
    """Whether a string of a list is meant as a file: it exists, or is one word with the ending of a text file."""
    if not item.strip() or len(item.encode("utf-8", "surrogatepass")) > 255 or "\n" in item:
        return False
    return Path(item).exists() or (format_of(Path(item)) != "" and " " not in item)


def _read_files(files: list[Path], column: str, language: str | None, encoding: str, documents: str) -> Text:
    sources = [{"path": str(path), "sha256": file_hash(path), "bytes": path.stat().st_size} for path in files]

    def all_documents() -> Iterator[Document]:
        for path in files:
            for number, document in enumerate(read_documents(path, column, encoding, documents)):
                yield _finished(document, f"{path.name}:{number}", language)

    identity = combined_hash(
        *(str(source["sha256"]) for source in sources), column, encoding, documents, language or ""
    )
    return _expect_text(Text(all_documents, identity, sources), ", ".join(map(str, files)))


def _finished(document: Document, id_: str, language: str | None) -> Document:
    document["text"] = unicodedata.normalize("NFC", document["text"])
    document.setdefault("id", id_)
    if language and not document.get("language"):
        document["language"] = language
    return document


def _read_dataset(dataset: Any, column: str, language: str | None) -> Text:
    if column not in (dataset.column_names or [column]):
        raise missing_column("the dataset", column, dataset.column_names)

    def rows() -> Iterator[Document]:
        for number, row in enumerate(dataset):
            yield _finished(to_document(row, column, f"row {number} of the dataset"), str(number), language)

    fingerprint = getattr(dataset, "_fingerprint", None) or combined_hash(*(str(row[column]) for row in dataset))
    identity = combined_hash("dataset", str(fingerprint), column, language or "")
    return _expect_text(Text(rows, identity, [{"made": "datasets.Dataset"}]), "the dataset")


def _expect_text(text: Text, where: str) -> Text:
    if not any(string.strip() for string in text.strings()):
        raise LectError(f"no text in {where}: it is empty or holds only white space")
    return text


def _read_items(items: list[Any], column: str, language: str | None) -> Text:
    rows: list[Document] = []
    for number, item in enumerate(items):
        if isinstance(item, str):
            row: Document = {"text": item}
        elif isinstance(item, dict) and column in item:
            row = to_document(item, column, f"item {number} of the text")
        else:
            raise LectError(
                f"item {number} of the text is {type(item).__name__}; expected a string, or a dict with the key {column!r}"
            )
        rows.append(_finished(row, str(number), language))
    identity = combined_hash(*(row["text"] for row in rows), language or "")
    return _expect_text(
        Text(lambda: ({**row} for row in rows), identity, [{"made": "list", "documents": len(rows)}]), "the list"
    )
