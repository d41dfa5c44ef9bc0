"""The second step: what is dropped, and why, decided over all rows at once."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pyarrow
import pyarrow.parquet

from lect.artifacts.opening import combined_hash
from lect.artifacts.tasks import Task
from lect.artifacts.texts import Document, Text
from lect.corpus.copies.finding import find_copies
from lect.corpus.overlap.decontaminating import find_overlap
from lect.corpus.rules.measuring import STATISTICS
from lect.corpus.rules.rule_sets import Rule, decide
from lect.corpus.shards import expect_whole, read_manifest, tables


def settle(read: Path, file: Path, rules: Sequence[Rule], tasks: Sequence[Task]) -> pyarrow.Table:
    """Return `reason`, `cluster` and `cluster_size` of every row, decided once and kept in `file`.

    The first that applies is the reason: what the page itself was dropped for, a rule, a test example in it, a copy.
    """
    expect_whole(read)
    if file.exists():
        return pyarrow.parquet.read_table(file)
    reasons = [reason for table in tables(read) for reason in _by_rules(table, rules)]
    if tasks:
        fill(reasons, find_overlap(_open(read, reasons), tasks).reasons)
    kept = [place for place, reason in enumerate(reasons) if not reason]
    cluster, size = np.full((2, len(reasons)), -1, dtype=np.int64)
    if kept:
        copies = find_copies(_open(read, reasons))
        cluster[kept], size[kept] = copies.cluster, copies.size
        fill(reasons, copies.reasons)
    decided = pyarrow.table({"reason": reasons, "cluster": cluster, "cluster_size": size})
    partial = file.with_suffix(".partial")
    pyarrow.parquet.write_table(decided, partial)
    partial.rename(file)
    return decided


def fill(reasons: list[str], further: Sequence[str]) -> None:
    """Set the reasons of the documents that have none, in order.

    >>> reasons = ["a", "", ""]
    >>> fill(reasons, ["", "b"]); reasons
    ['a', '', 'b']
    """
    rest = iter(further)
    reasons[:] = [reason or next(rest) for reason in reasons]


def _by_rules(table: pyarrow.Table, rules: Sequence[Rule]) -> list[str]:
    """Return the reasons of a shard: those that its pages have already, and the first rule that each other one fails."""
    reasons: list[str] = table.column("reason").to_pylist()
    left = np.array([not reason for reason in reasons], dtype=bool)
    if rules and left.any():
        measured = {
            name: table.column(name).to_numpy().astype(float)[left] for name in (*STATISTICS, "robots_refusals")
        }
        fill(reasons, decide(measured, rules))
    return reasons


def _open(read: Path, reasons: Sequence[str]) -> Text:
    """Return the documents that have no reason to be dropped so far."""
    known = list(reasons)

    def documents() -> Iterator[Document]:
        rest = iter(known)
        for table in tables(read, ["id", "text"]):
            chosen = [not next(rest) for _ in range(table.num_rows)]
            yield from table.filter(pyarrow.array(chosen)).to_pylist()

    return Text(documents, combined_hash("open", *(shard.sha256 for shard in read_manifest(read)), *known))
