"""Shards: parquet files of rows, written whole or not at all, with a manifest that says what must be there."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet

from lect.artifacts.errors import LectError
from lect.artifacts.opening import file_hash

MANIFEST, COMPLETE = "shards.manifest", "complete.json"  # no endings that `read` takes for text
Row = dict[str, Any]


@dataclass(frozen=True)
class Shard:
    """One line of a manifest: a file, how many rows it has, the bytes they came in with, and its SHA-256."""

    file: str
    rows: int
    bytes: int
    sha256: str


def write_shard(folder: Path, file: str, table: pyarrow.Table, *, size: int) -> Shard:
    """Write a table beside its name, rename it, and only then put it into the manifest of its folder."""
    folder.mkdir(parents=True, exist_ok=True)
    partial = folder / f".{file}.partial"
    pyarrow.parquet.write_table(table, partial, compression="zstd")
    partial.rename(folder / file)
    shard = Shard(file, table.num_rows, size, file_hash(folder / file))
    with (folder / MANIFEST).open("a", encoding="utf-8") as manifest:
        manifest.write(json.dumps(asdict(shard)) + "\n")
    return shard


def read_manifest(folder: Path) -> list[Shard]:
    """Return the shards of a folder in order; a last line that a kill cut short does not count."""
    if not (folder / MANIFEST).exists():
        return []
    found = []
    for line in (folder / MANIFEST).read_text(encoding="utf-8").splitlines(keepends=True):
        if line.endswith("\n"):
            found.append(Shard(**json.loads(line)))
    return found


def mend_manifest(folder: Path) -> list[Shard]:
    """Return the shards that are finished, and make the manifest end with the last of them."""
    shards = read_manifest(folder)
    if shards:
        lines = "".join(json.dumps(asdict(shard)) + "\n" for shard in shards)
        partial = folder / f".{MANIFEST}.partial"
        partial.write_text(lines, encoding="utf-8")
        partial.rename(folder / MANIFEST)
    return shards


def verify(folder: Path) -> list[Shard]:
    """Return the shards of a folder after a look at every byte; raise `LectError` where one is not as it was written."""
    shards = read_manifest(folder)
    for shard in shards:
        path = folder / shard.file
        if not path.exists() or file_hash(path) != shard.sha256:
            what = "has changed since it was written" if path.exists() else "is missing"
            raise LectError(f"{path} {what}; delete {folder} and run the same command again")
    return shards


def tables(folder: Path, columns: Sequence[str] | None = None) -> Iterator[pyarrow.Table]:
    """Yield the table of every shard, in the order of the manifest."""
    for shard in read_manifest(folder):
        yield pyarrow.parquet.read_table(folder / shard.file, columns=list(columns) if columns else None)


def to_table(rows: Sequence[Mapping[str, Any]]) -> pyarrow.Table:
    """Return rows as a table; a column is there if any row has it, and null where a row lacks it.

    A lone surrogate, which is no character and no UTF-8 can hold, becomes a question mark.
    """
    names = dict.fromkeys(name for row in rows for name in row)
    columns = {name: [row.get(name) for row in rows] for name in names}
    try:
        return pyarrow.table(columns)
    except UnicodeEncodeError:
        return pyarrow.table({name: [_mended(value) for value in values] for name, values in columns.items()})


def _mended(value: Any) -> Any:
    return value.encode("utf-8", "replace").decode("utf-8") if isinstance(value, str) else value


def join(several: Sequence[pyarrow.Table]) -> pyarrow.Table:
    """Return tables one below the other; a column that one lacks, or has only nulls of, is null there."""
    return pyarrow.concat_tables(several, promote_options="permissive")


def finish(folder: Path, records: int) -> None:
    """Say that a folder of shards holds all the records that there are."""
    (folder / COMPLETE).write_text(json.dumps({"records": records}), encoding="utf-8")


def is_finished(folder: Path) -> bool:
    """Say whether all records of a folder of shards were written."""
    return (folder / COMPLETE).exists()


def expect_whole(folder: Path) -> None:
    """Refuse to go on where a shard is missing, has changed, or holds other rows than were read."""
    rows = sum(shard.rows for shard in verify(folder))
    expected = json.loads((folder / COMPLETE).read_text(encoding="utf-8"))["records"]
    if rows != expected:
        raise LectError(f"{folder} holds {rows} of {expected} records; delete {folder} and run the same command again")
