"""What a change of vocabulary is: a sparse matrix from old rows to new rows, declared noise, a reason for every row."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
from scipy import sparse

from lect.artifacts.errors import LectError

COPIED, DRAWN = "copied", "drawn"
FILE = "vocab_map.parquet"


@dataclass(frozen=True)
class Noise:
    """A distribution from which new rows are drawn: normal, around the mean of some old rows."""

    members: np.ndarray | None = None
    """int64 ids of the old rows that give the mean and the spread; None for all."""
    spread: Literal["columns", "covariance", "mean"] | float = "columns"
    """"columns": the standard deviation of each column; "covariance": the whole covariance matrix; "mean": none, every
    row is the mean; a number s: N(0, s²) whatever the old rows are."""


@dataclass(frozen=True)
class VocabMap:
    """New rows are `weights @ old rows`, or draws from declared noise: all that any change of vocabulary does to a model."""

    weights: sparse.csr_array
    """float64 [new vocabulary, old vocabulary]"""
    noise: np.ndarray
    """int64 [new vocabulary]: which of `noises` a row is drawn from, -1 for none."""
    reasons: list[str]
    """One a row, such as "copied", "mean of 3 pieces", "drawn"."""
    noises: tuple[Noise, ...] = (Noise(),)
    seed: int = 0
    tokens: tuple[str | None, ...] = ()
    """The new token of each row, once the map has been applied."""
    old_tokens: tuple[str | None, ...] = ()

    def __post_init__(self) -> None:
        new = self.weights.shape[0]
        if len(self.noise) != new or len(self.reasons) != new:
            raise LectError(
                f"weights has {new} rows, noise {len(self.noise)}, reasons {len(self.reasons)}; give one of each a row"
            )
        if not np.isfinite(self.weights.data).all():
            raise LectError("weights holds NaN or infinite values; every weight must be a number")
        if new and not -1 <= self.noise.min() <= self.noise.max() < len(self.noises):
            raise LectError(f"noise must be -1 or the number of one of {len(self.noises)} noises")
        if wrong := np.flatnonzero((np.diff(self.weights.indptr) > 0) == self.drawn)[:3].tolist():
            raise LectError(f"rows: each row needs weights or noise, not both and not neither; wrong are rows {wrong}")

    @property
    def drawn(self) -> np.ndarray:
        """Whether a row is drawn, whatever from; bool [new vocabulary]."""
        return self.noise >= 0

    @property
    def copies(self) -> np.ndarray:
        """The old id of which a row is an exact copy (one weight of 1), -1 for none; int64 [new vocabulary]."""
        starts = self.weights.indptr[:-1]
        single = np.flatnonzero(np.diff(self.weights.indptr) == 1)
        found = np.full(len(self.noise), -1, dtype=np.int64)
        exact = single[self.weights.data[starts[single]] == 1.0]
        found[exact] = self.weights.indices[starts[exact]]
        return found

    def summary(self) -> dict[str, int]:
        """Return how many rows there are of each kind: copied, mean of pieces, drawn."""
        return dict(Counter(re.sub(r" \d+ (\w+?)s?$", r" \1s", reason) for reason in self.reasons))

    def shuffled(self, seed: int) -> "VocabMap":
        """Return the control: the same rows, but dealt at random among the tokens that are not copies."""
        order = np.arange(len(self.reasons))
        free = np.flatnonzero(np.array(self.reasons) != COPIED)
        order[free] = np.random.default_rng(seed).permutation(free)
        reasons = [self.reasons[index] for index in order]
        return replace(self, weights=self.weights[order], noise=self.noise[order], reasons=reasons)

    def then(self, second: "VocabMap") -> "VocabMap":
        """Return the one map that does what this map and then `second` do.

        Rows that `second` copies from drawn rows are drawn from the same noise (other numbers, the same
        distribution); other uses of drawn rows cannot be written as one map and are refused.
        """
        if second.weights.shape[1] != self.weights.shape[0]:
            raise LectError(
                f"the second map starts from {second.weights.shape[1]} tokens, but this one ends with "
                f"{self.weights.shape[0]}; compose maps that follow each other"
            )
        copies = second.copies
        redrawn = (copies >= 0) & self.drawn[copies]
        touched = (second.weights @ self.drawn.astype(np.float64) != 0) & ~redrawn
        if touched.any():
            raise LectError(
                f"rows {np.flatnonzero(touched)[:3].tolist()} of the second map mix rows that the first one draws at "
                "random; apply the two maps one after the other instead"
            )
        noises = (*self.noises, *(_pulled_back(noise, self) for noise in second.noises))
        noise = np.where(second.drawn, second.noise + len(self.noises), -1)
        noise[redrawn] = self.noise[copies[redrawn]]
        reasons = [
            self.reasons[copy] if copy >= 0 else reason for copy, reason in zip(copies, second.reasons, strict=True)
        ]
        weights = sparse.csr_array(second.weights @ self.weights)
        return VocabMap(weights, noise, reasons, noises, second.seed, second.tokens, self.old_tokens)

    def save(self, folder: str | Path) -> Path:
        """Write `vocab_map.parquet`: a row for each new id with its token, the reason, old ids, old tokens, weights."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        old = self.weights.shape[1]
        bounds = pa.array(self.weights.indptr.astype(np.int32))
        columns = {
            "id": pa.array(np.arange(len(self.reasons))),
            "token": pa.array(self.tokens or [None] * len(self.reasons), pa.string()),
            "reason": pa.array(self.reasons).dictionary_encode(),
            "old_ids": pa.ListArray.from_arrays(bounds, pa.array(self.weights.indices.astype(np.int32))),
            "old_tokens": pa.ListArray.from_arrays(
                bounds, pa.array(self.old_tokens or [None] * old, pa.string()).take(pa.array(self.weights.indices))
            ),
            "weights": pa.ListArray.from_arrays(bounds, pa.array(self.weights.data)),
            "noise": pa.array(self.noise),
        }
        noises = [
            {"members": None if noise.members is None else noise.members.tolist(), "spread": noise.spread}
            for noise in self.noises
        ]
        said = {"old_tokens": self.old_tokens or [None] * old, "seed": self.seed, "noises": noises}
        table = pa.table(columns).replace_schema_metadata({"lect": json.dumps(said)})
        file = Path(folder) / FILE
        pq.write_table(table, file)
        return file


def read_map(folder: str | Path) -> VocabMap:
    """Return the map that was saved beside a model."""
    import pyarrow.parquet as pq

    file = Path(folder) / FILE
    if not file.is_file():
        raise LectError(f"{folder} has no {FILE}: its vocabulary was not made by lect, or the model was trained since")
    table = pq.read_table(file)
    said = json.loads((table.schema.metadata or {})[b"lect"])
    old_ids, weights = (table[name].combine_chunks() for name in ("old_ids", "weights"))
    matrix = sparse.csr_array(
        (weights.values.to_numpy(), old_ids.values.to_numpy(), old_ids.offsets.to_numpy()),
        shape=(len(table), len(said["old_tokens"])),
    )
    noises = tuple(
        Noise(None if noise["members"] is None else np.array(noise["members"], dtype=np.int64), noise["spread"])
        for noise in said["noises"]
    )
    tokens, old_tokens = tuple(table["token"].to_pylist()), tuple(said["old_tokens"])
    noise, reasons = table["noise"].to_numpy(), table["reason"].to_pylist()
    return VocabMap(matrix, noise, reasons, noises, said["seed"], tokens, old_tokens)


def _pulled_back(noise: Noise, first: VocabMap) -> Noise:
    """Return the noise over the rows before `first`, of which all that it describes must be copies."""
    if isinstance(noise.spread, float):
        return noise
    members = first.copies if noise.members is None else first.copies[noise.members]
    if (members < 0).any():
        raise LectError(
            "the second map draws around rows that the first one has changed; apply the two maps one after the other"
        )
    return replace(noise, members=np.unique(members))


def rows_from(parts: Sequence[Sequence[int]], reasons: list[str], width: int, seed: int = 0) -> VocabMap:
    """Return rows that are plain means: `parts[i]` are the old ids of row i (twice is double weight), none: drawn."""
    lengths = np.array([len(part) for part in parts], dtype=np.int64)
    columns = np.fromiter((index for part in parts for index in part), dtype=np.int64, count=int(lengths.sum()))
    values = np.repeat(1.0 / np.maximum(lengths, 1), lengths)
    weights = sparse.csr_array((values, columns, np.concatenate([[0], np.cumsum(lengths)])), shape=(len(parts), width))
    weights.sum_duplicates()
    return VocabMap(weights, np.where(lengths == 0, 0, -1), reasons, seed=seed)


def kept_rows(kept: Iterable[int], width: int) -> VocabMap:
    """Return rows that are copies of the old rows `kept`, in this order; `width` is the size of the old vocabulary."""
    parts = [[index] for index in kept]
    return rows_from(parts, [COPIED] * len(parts), width)


def drawn_rows(noise: Noise, size: int, width: int, seed: int = 0) -> VocabMap:
    """Return `size` rows that are all drawn from one noise."""
    empty: Any = sparse.csr_array((size, width), dtype=np.float64)
    return VocabMap(empty, np.zeros(size, dtype=np.int64), [DRAWN] * size, (noise,), seed)
