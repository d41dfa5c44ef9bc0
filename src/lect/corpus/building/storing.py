"""The third step: the corpus, what was dropped, and the ledger of both."""

import json
from collections.abc import Iterator
from pathlib import Path

import pyarrow
import pyarrow.compute

from lect.artifacts.errors import LectError
from lect.corpus.ledgers import Ledger
from lect.corpus.shards import join, mend_manifest, read_manifest, tables, write_shard

PART = 50_000_000  # bytes of text in one file of the corpus
DROPPED = "dropped"


def store(read: Path, decided: pyarrow.Table, folder: Path) -> Ledger:
    """Write what is kept into `folder` and the rest into `folder/dropped`, in files of about `PART` bytes; return the ledger."""
    ledger = Ledger()
    sizes = (size for table in tables(read, ["bytes"]) for size in table.column("bytes").to_pylist())
    for reason, size in zip(decided.column("reason").to_pylist(), sizes, strict=True):
        ledger.add(reason, size)
    for target, dropped in ((folder, False), (folder / DROPPED, True)):
        done = len(mend_manifest(target))
        for number, part in enumerate(_parts(read, decided, dropped=dropped)):
            if number >= done:
                write_shard(target, f"part-{number:05}.parquet", part, size=_sum(part, "bytes"))
    _expect_sum(folder, ledger)
    (folder / "ledger.json").write_text(json.dumps(ledger.to_json(), indent=1) + "\n", encoding="utf-8")
    return ledger


def _decided(read: Path, decided: pyarrow.Table) -> Iterator[pyarrow.Table]:
    """Yield the shards that were read with what was decided of their rows."""
    start = 0
    for table in tables(read):
        said = decided.slice(start, table.num_rows)
        start += table.num_rows
        table = table.drop_columns([name for name in decided.column_names if name in table.column_names])
        for name in decided.column_names:
            table = table.append_column(name, said.column(name))
        yield table


def _parts(read: Path, decided: pyarrow.Table, *, dropped: bool) -> Iterator[pyarrow.Table]:
    """Yield tables of about `PART` bytes of text, of what was dropped or of what was kept."""
    held: list[pyarrow.Table] = []
    size = 0
    for table in _decided(read, decided):
        gone = pyarrow.compute.not_equal(table.column("reason"), "")
        chosen = table.filter(gone if dropped else pyarrow.compute.invert(gone))
        if not chosen.num_rows:
            continue
        held.append(chosen if dropped else chosen.drop_columns(["reason"]))
        size += held[-1].nbytes
        if size >= PART:
            yield join(held)
            held, size = [], 0
    if held:
        yield join(held)


def _sum(table: pyarrow.Table, column: str) -> int:
    return int(pyarrow.compute.sum(table.column(column)).as_py() or 0)


def _expect_sum(folder: Path, ledger: Ledger) -> None:
    """Refuse a corpus whose files do not hold what its ledger says."""
    kept, gone = read_manifest(folder), read_manifest(folder / DROPPED)
    found = sum(shard.rows for shard in kept), sum(shard.rows for shard in kept + gone)
    if found != (ledger.documents[""], ledger.documents.total()):
        raise LectError(f"{folder} holds {found} documents (kept, all), but the ledger says {ledger.to_json()}")
