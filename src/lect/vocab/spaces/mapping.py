"""One space for two languages: vectors are turned onto each other by a dictionary (supervised mapping)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from scipy import linalg

from lect.artifacts.bitexts import read_pairs
from lect.artifacts.errors import LectError
from lect.vocab.spaces.vectors import Vectors

Maps = tuple[np.ndarray, np.ndarray]
"""What the source rows and what the target rows are multiplied by."""


@dataclass(frozen=True)
class Mapped:
    """Two languages in one space: rows of unit length, and the maps that brought them there.

    `source.matrix` is `normalize(source given) @ source_map`, brought to unit length, and so for the target.
    """

    source: Vectors
    target: Vectors
    source_map: np.ndarray
    """float64 [dimension, dimension]"""
    target_map: np.ndarray
    """float64 [dimension, dimension]; the identity but for the whitened methods"""
    pairs: int
    """How many pairs of the dictionary both vocabularies have."""


def map_vectors(
    source: Vectors,
    target: Vectors,
    dictionary: Any,
    *,
    method: Literal["orthogonal", "whitened", "canonical", "least_squares"] = "orthogonal",
    reweight: float = 0.5,
) -> Mapped:
    """Bring two sets of vectors into one space by Pairs of (source word, target word).

    Rows are brought to unit length, centered and brought to unit length again (Artetxe, Labaka & Agirre, 2016). Then

    - `orthogonal`: W = argmin ‖XW − Z‖ with W'W = I, over the pairs: UV' of the decomposition of X'Z (Schönemann, 1966).
    - `whitened`: whitening, orthogonal maps of both sides, weights s^`reweight` by how well each direction agrees,
      and the whitening undone (Artetxe, Labaka & Agirre, 2018, steps 1 to 4; `reweight` is that of both sides).
    - `canonical`: the same with the whitening kept, which is canonical correlation (Faruqui & Dyer, 2014).
    - `least_squares`: W = X⁺Z, without any constraint (Mikolov et al., 2013).

    Words are looked up as they are written, else in lower case. n-grams are not mapped. Dimension reduction (step 5 of
    2018) and self-learning are not implemented.

    >>> mapped = map_vectors(faroese, english, [("hús", "house"), …])  # doctest: +SKIP
    """
    if method not in _METHODS:
        raise LectError(f"there is no mapping method {method!r}; expected one of {', '.join(_METHODS)}")
    pairs = _pairs(source, target, dictionary, method)
    X, Z = normalize(source.matrix), normalize(target.matrix)
    source_map, target_map = _METHODS[method](X[pairs[:, 0]], Z[pairs[:, 1]], reweight)
    turned = [
        Vectors(side.words, unit(rows @ turn).astype(side.matrix.dtype))
        for side, rows, turn in ((source, X, source_map), (target, Z, target_map))
    ]
    return Mapped(turned[0], turned[1], source_map, target_map, len(pairs))


def unit(rows: np.ndarray) -> np.ndarray:
    """Return rows of length 1; a row of zeros stays."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / np.where(lengths > 0, lengths, 1)


def normalize(rows: np.ndarray) -> np.ndarray:
    """Return rows of length 1 around their own mean, as float64: unit length, centered, unit length."""
    rows = unit(rows.astype(np.float64))
    return unit(rows - rows.mean(axis=0))


def find(vectors: Vectors, words: Sequence[str]) -> np.ndarray:
    """Return the row of each word as it is written, else of it in lower case, else -1; int64 [word]."""
    rows = vectors.rows(words)
    return np.where(rows >= 0, rows, vectors.rows([word.lower() for word in words]))


def _pairs(source: Vectors, target: Vectors, dictionary: Any, method: str) -> np.ndarray:
    """Return the distinct pairs of rows that the dictionary names, int64 [pair, 2], in its order."""
    if source.dimension != target.dimension:
        raise LectError(
            f"the source vectors have {source.dimension} dimensions, the target vectors {target.dimension}; "
            "make both with the same dimension"
        )
    sides = read_pairs(dictionary).sides()
    left, right = (find(vectors, side) for vectors, side in zip((source, target), sides, strict=True))
    both = (left >= 0) & (right >= 0)
    if not both.any():
        raise LectError(
            f"no pair of the dictionary ({len(both)} pairs) has both words in the vectors: {int((left >= 0).sum())} of "
            f"its first words are among the source words, {int((right >= 0).sum())} of its second among the target "
            "words. Are the sides exchanged? Words should be written as in the vectors, or in lower case there."
        )
    pairs = np.array(list(dict.fromkeys(zip(left[both].tolist(), right[both].tolist(), strict=True))))
    fewest = min(len(np.unique(side)) for side in pairs.T)
    if method != "orthogonal" and fewest < source.dimension:
        raise LectError(
            f"method={method!r} needs at least as many words with a translation as there are dimensions "
            f"({source.dimension}); the dictionary gives {fewest}. Use method='orthogonal', or a larger dictionary."
        )
    return pairs


def _orthogonal(X: np.ndarray, Z: np.ndarray, reweight: float) -> Maps:
    return linalg.orthogonal_procrustes(X, Z)[0], np.eye(Z.shape[1])


def _least_squares(X: np.ndarray, Z: np.ndarray, reweight: float) -> Maps:
    return linalg.lstsq(X, Z)[0], np.eye(Z.shape[1])


def _canonical(X: np.ndarray, Z: np.ndarray, reweight: float) -> Maps:
    (white_x, _), (white_z, _) = _whitening(X), _whitening(Z)
    U, agreement, Vt = linalg.svd((X @ white_x).T @ (Z @ white_z))
    return white_x @ U * agreement**reweight, white_z @ Vt.T * agreement**reweight


def _whitened(X: np.ndarray, Z: np.ndarray, reweight: float) -> Maps:
    (white_x, color_x), (white_z, color_z) = _whitening(X), _whitening(Z)
    U, agreement, Vt = linalg.svd((X @ white_x).T @ (Z @ white_z))
    weights = agreement**reweight
    return white_x @ U * weights @ U.T @ color_x @ U, white_z @ Vt.T * weights @ Vt @ color_z @ Vt.T


def _whitening(rows: np.ndarray) -> Maps:
    """Return (X'X)^-1/2, which makes the columns of X orthonormal, and (X'X)^1/2, which undoes it."""
    _, values, Vt = linalg.svd(rows, full_matrices=False)
    if values[-1] <= 1e-9 * values[0]:
        raise LectError(
            "the vectors of the dictionary's words do not span all dimensions, so they cannot be whitened. "
            "Use method='orthogonal', or a larger dictionary."
        )
    return (Vt.T / values) @ Vt, (Vt.T * values) @ Vt


_METHODS: dict[str, Callable[[np.ndarray, np.ndarray, float], Maps]] = {
    "orthogonal": _orthogonal,
    "whitened": _whitened,
    "canonical": _canonical,
    "least_squares": _least_squares,
}
