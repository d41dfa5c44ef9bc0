"""Vectors of two sides matched one to one: nearest neighbors, margins, and the greedy choice among candidates."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from lect.artifacts.errors import LectError

Encode = Callable[[Sequence[str]], Any]
"""Texts → vectors [n, d], float32: a numpy array, or a sparse array of scipy."""
Encoders = Encode | tuple[Encode, Encode]
"""One function for both sides, or one for each."""
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
_CELLS = 1 << 23  # cosines that are held at once


@dataclass(frozen=True)
class Matches:
    """Rows of two sides that were matched, best first; no row occurs twice."""

    source: Ints
    target: Ints
    scores: Floats


def encode_sides(encode: Encoders, source: Sequence[str], target: Sequence[str]) -> tuple[Any, Any]:
    """Return the vectors of both sides, scaled to length 1."""
    left, right = encode if isinstance(encode, tuple) else (encode, encode)
    X, Y = (_unit(one(list(texts)), texts) for one, texts in ((left, source), (right, target)))
    if X.shape[1] != Y.shape[1]:
        raise LectError(f"the encoders give {X.shape[1]} and {Y.shape[1]} dimensions; the sides need one space")
    return X, Y


def _unit(vectors: Any, texts: Sequence[str]) -> Any:
    found: Any = sparse.csr_array(vectors) if sparse.issparse(vectors) else np.asarray(vectors)
    if found.ndim != 2 or found.shape[0] != len(texts):
        raise LectError(f"the encoder gave {found.shape} for {len(texts)} texts; expected one vector for each, [n, d]")
    lengths = np.sqrt(np.asarray((found * found).sum(axis=1), dtype=np.float64).ravel())
    if not np.isfinite(lengths).all():
        raise LectError("the encoder gave vectors that are not finite; look for NaN in its weights")
    scale = 1 / np.maximum(lengths, 1e-12)
    scaled: Any = sparse.diags_array(scale) @ found if sparse.issparse(found) else found * scale[:, None]
    return scaled.astype(np.float32)


def cosine_blocks(X: Any, Y: Any) -> Iterator[tuple[int, NDArray[np.float32]]]:
    """Yield (first row, cosines [rows, n]) of unit vectors, so many rows at a time as memory allows."""
    size = max(1, _CELLS // max(Y.shape[0], 1))
    for start in range(0, X.shape[0], size):
        cosines = X[start : start + size] @ Y.T
        yield start, cosines.toarray() if sparse.issparse(cosines) else cosines


def nearest(X: Any, Y: Any, neighbors: int) -> tuple[Ints, Floats]:
    """Return the rows of Y that are nearest to each row of X, and their cosines, best first: two arrays [n, neighbors].

    Of equal cosines the earlier row comes first.
    """
    number = min(neighbors, Y.shape[0])
    ids, cosines = [np.zeros((0, number), np.int64)], [np.zeros((0, number))]
    for _, block in cosine_blocks(X, Y):
        if number < block.shape[1]:
            border = -np.partition(-block, number - 1, axis=1)[:, number - 1 : number]
            block = np.where(block >= border, block, -np.inf)
        order = np.argsort(-block, axis=1, kind="stable")[:, :number]
        ids.append(order)
        cosines.append(np.take_along_axis(block, order, axis=1).astype(np.float64))
    return np.concatenate(ids), np.concatenate(cosines)


def match_best(source: Ints, target: Ints, scores: Floats, *, least: float) -> Matches:
    """Take candidates of at least the score `least`, best first, where neither side was taken before.

    Candidates may be given twice. Of equal scores the one with the earlier source row, then target row, is taken.
    """
    order = np.lexsort((target, source, -scores))
    order = order[scores[order] >= least]
    used: tuple[set[int], set[int]] = (set(), set())
    kept = []
    for at, row, column in zip(order.tolist(), source[order].tolist(), target[order].tolist(), strict=True):
        if row not in used[0] and column not in used[1]:
            kept.append(at)
            used[0].add(row)
            used[1].add(column)
    chosen = np.array(kept, dtype=np.int64)
    return Matches(source[chosen], target[chosen], scores[chosen])
