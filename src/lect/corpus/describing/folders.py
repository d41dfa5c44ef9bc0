"""A corpus as it lies on disk: shards of what was kept and of what was dropped, the ledger, and its history."""

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pyarrow.parquet import ParquetFile

from lect.artifacts.errors import LectError
from lect.artifacts.opening import combined_hash
from lect.artifacts.texts import Text, read
from lect.corpus.ledgers import Ledger
from lect.corpus.shards import MANIFEST, Row, read_manifest, verify

_BATCH = 1024  # rows of a shard that are Python objects at once
_OF_DROPPED = ("text", "reason", "bytes", "language", "title", "url", "source", "license", "offset", "date")


@dataclass(frozen=True)
class Corpus:
    """A folder that `lect corpus build` wrote, or any text; `size` is the number of its rows, None where unknown."""

    name: str
    identity: str
    path: Path | None = None
    text: Text | None = None
    ledger: Ledger | None = None
    history: dict[str, Any] | None = None
    sources: list[dict[str, Any]] = field(default_factory=list)
    size: int | None = None

    def kept(self) -> Iterator[Row]:
        """Yield the rows that were kept."""
        if self.text is not None:
            return iter(self.text)
        return iter(()) if self.path is None else _rows(self.path)

    def dropped(self) -> Iterator[Row]:
        """Yield the rows that were dropped, each with its `reason`."""
        return iter(()) if self.path is None else _rows(self.path / "dropped", _OF_DROPPED)


def open_corpus(source: Any) -> Corpus:
    """Open a corpus folder, after a look at every byte of its shards, or anything that `read` reads as text.

    >>> open_corpus(["Gott kvøld", "Góðan morgun"]).size is None
    True
    """
    if isinstance(source, Corpus):
        return source
    folder = Path(source) if isinstance(source, (str, Path)) else None
    if folder is None or not (folder / MANIFEST).is_file():
        text = read(source)
        known = folder is not None and folder.is_dir()
        return Corpus(
            Path(source).name if folder else "text",
            text.identity,
            text=text,
            history=_json(folder / "lect.json") if known and folder else None,
            sources=text.sources,
        )
    shards = [*verify(folder), *verify(folder / "dropped")]
    ledger = _json(folder / "ledger.json")
    return Corpus(
        folder.resolve().name,
        combined_hash("corpus", *(shard.sha256 for shard in shards), json.dumps(ledger, sort_keys=True)),
        path=folder,
        ledger=Ledger.from_json(ledger) if ledger else None,
        history=_json(folder / "lect.json"),
        sources=[{"path": str(folder), "documents": sum(shard.rows for shard in shards)}],
        size=sum(shard.rows for shard in shards),
    )


def _rows(folder: Path, columns: Collection[str] = ()) -> Iterator[Row]:
    """Yield the rows of the shards of a folder: all columns, or those of `columns` that there are."""
    for shard in read_manifest(folder):
        file = ParquetFile(folder / shard.file)
        wanted = [name for name in file.schema_arrow.names if name in columns] if columns else None
        for batch in file.iter_batches(batch_size=_BATCH, columns=wanted):
            yield from batch.to_pylist()


def _json(file: Path) -> dict[str, Any] | None:
    """Return what a JSON file says, None where there is no such file."""
    if not file.is_file():
        return None
    try:
        said: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise LectError(f"{file} is not JSON ({error}); write the corpus again") from None
    return said
