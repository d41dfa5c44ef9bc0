"""A diverse choice: the budget is spread over clusters of alike documents, so that no kind of text crowds out the rest."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy import sparse

from lect.artifacts.errors import LectError
from lect.corpus.choosing.drawing import content_keys

CROWDED = "crowded_cluster"
Floats = np.ndarray
_ROUNDS = 10
_AT_ONCE = 4096  # documents compared with all centers at once


def select_diverse(
    texts: Sequence[str], rows: Any, *, share: float, clusters: int = 64, scores: Sequence[float] | Floats | None = None,
    sample: int = 20_000, seed: int = 0,
) -> list[str]:  # fmt: skip
    """Return a reason for each text so that `share` (0–1) of them are kept, as equally from each cluster as can be.

    `rows` are [text, feature], hashed n-grams or vectors. Centers begin as documents each farthest from those before
    (Gonzalez, 1985) in a sample drawn by a hash, and move as in spherical k-means (Dhillon and Modha, 2001). Small
    clusters are kept whole; in others the best `scores` are, without scores the smallest hashes.

    >>> select_diverse(["a", "aa", "b"], np.array([[1, 0], [1, 0], [0, 1.0]]), share=0.67, clusters=2).count("")
    2
    """
    if not 0 < share <= 1 or clusters < 1 or sample < 1:
        raise LectError(
            f"share must lie between 0 and 1, clusters and sample above 0; found {share}, {clusters}, {sample}"
        )
    if rows.shape[0] != len(texts) or (scores is not None and len(scores) != len(texts)):
        raise LectError(
            f"expected a row, and a score if any, for each of {len(texts)} texts; found {rows.shape[0]} rows"
        )
    keys = content_keys(texts, seed)
    first = np.argsort(keys, kind="stable")[:sample]
    groups = assign(rows, find_centers(rows[first], clusters))
    worth = keys if scores is None else -np.nan_to_num(np.asarray(scores, dtype=np.float64), nan=-np.inf)
    order = np.lexsort((keys, worth, groups))
    rank = np.empty(len(texts), dtype=np.int64)
    sizes = np.bincount(groups, minlength=clusters)
    rank[order] = np.arange(len(texts)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    kept = np.zeros(len(texts), dtype=bool)
    kept[np.lexsort((keys, rank))[: round(share * len(texts))]] = True  # the best of each cluster, then the second best
    return ["" if one else CROWDED for one in kept]


def find_centers(rows: Any, clusters: int) -> Floats:
    """Return unit centers of the rows, float64 [cluster, feature]; the same for the same rows in the same order."""
    unit = _unit(rows)
    near = np.full(unit.shape[0], -np.inf)
    chosen = [0]
    while len(chosen) < min(clusters, unit.shape[0]):
        near = np.maximum(near, _dense(unit @ _dense(unit[[chosen[-1]]]).T).reshape(-1))
        farthest = int(near.argmin())
        if near[farthest] > 1 - 1e-9:
            break
        chosen.append(farthest)
    centers = _dense(unit[chosen])
    for _ in range(_ROUNDS):
        groups = assign(unit, centers)
        members = sparse.csr_array(
            (np.ones(len(groups)), (groups, np.arange(len(groups)))), (len(centers), len(groups))
        )
        sums = _dense(members @ unit)
        norms = np.linalg.norm(sums, axis=1, keepdims=True)
        moved = np.where(norms > 0, sums / np.maximum(norms, 1e-12), centers)
        if np.allclose(moved, centers, atol=1e-6):
            break
        centers = moved
    return centers


def assign(rows: Any, centers: Floats) -> np.ndarray:
    """Return the nearest center of each row by cosine, int64 [text]."""
    parts = [_dense(rows[at : at + _AT_ONCE] @ centers.T).argmax(axis=1) for at in range(0, rows.shape[0], _AT_ONCE)]
    return np.concatenate([np.empty(0, np.int64), *parts])


def coverage(rows: Any, kept: Sequence[bool] | np.ndarray) -> float:
    """Return how near the documents are to the nearest one that is kept: mean cosine, the gain of facility location.

    >>> coverage(np.array([[1.0, 0.0], [0.0, 1.0]]), [True, False])
    0.5
    """
    unit, chosen = _unit(rows), np.flatnonzero(np.asarray(kept, dtype=bool))
    if not len(chosen):
        raise LectError("no document is kept, so that none can be near")
    ahead = unit[chosen].T
    parts = [_dense(unit[at : at + 512] @ ahead).max(axis=1) for at in range(0, unit.shape[0], 512)]
    return float(np.concatenate(parts).mean())


def _unit(rows: Any) -> Any:
    if sparse.issparse(rows):
        norms = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1))).reshape(-1)
        return sparse.csr_array(sparse.diags_array(1 / np.where(norms > 0, norms, 1)) @ rows)
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows, dtype=np.float64) / np.where(norms > 0, norms, 1)


def _dense(rows: Any) -> Floats:
    return np.asarray(rows.toarray() if sparse.issparse(rows) else rows, dtype=np.float64)
