"""Vectors from counts: which words stand near which, as a sparse matrix, and the space that its largest values span."""

from array import array
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import Any

import numpy as np
import regex  # type: ignore[import-untyped]
from scipy import linalg, sparse

from lect.artifacts.errors import LectError
from lect.artifacts.hooks import progress
from lect.artifacts.texts import read
from lect.vocab.chunking import chunked
from lect.vocab.surfaces import tokens_by_id

# The words of `measuring.measure`, without its single signs, which would fill every window.
_WORD = regex.compile(r"[\p{L}\p{M}\p{N}\u200c\u200d]+(?:['’ʼ\-‑][\p{L}\p{M}\p{N}]+)*")
_SMOOTHING = 0.75  # of the contexts' distribution
_POWER = 0.5  # of the singular values
_PAIRS = 1 << 20  # tokens whose pairs are held at once
_OVERSAMPLING, _ITERATIONS = 30, 7  # of the subspace; fewer cost translation accuracy (ours)


@dataclass(frozen=True)
class Stream:
    """A text as numbers: the running ids of its words, those that are too rare left out."""

    words: list[str]
    """The most frequent first."""
    counts: np.ndarray
    """int64 [word]"""
    ids: np.ndarray
    """int32 [position]"""
    documents: np.ndarray
    """int32 [position]: which document, never falling"""


def read_stream(text: Any, tokenizer: Any = None, *, minimum: int = 5) -> Stream:
    """Read a text as words in lower case, or as the tokens of a tokenizer; those below `minimum` are left out.

    Every distinct word (or stretch between spaces, where the tokenizer never looks across them) is handled once; eight
    bytes a token are held in memory.
    """
    strings = read(text).strings()
    names, ids, lengths = _words(strings) if tokenizer is None else _tokens(tokenizer, strings)
    return _frequent(names, ids, np.repeat(np.arange(len(lengths), dtype=np.int32), lengths), minimum)


def _words(strings: Iterable[str]) -> tuple[list[str], np.ndarray, np.ndarray]:
    """Return the distinct words of strings, their running numbers int32, and how many words each string has."""
    number: defaultdict[str, int] = defaultdict()
    number.default_factory = number.__len__
    order, lengths = array("i"), array("q")
    with progress("reading", unit="documents") as advance:
        for string in strings:
            words = _WORD.findall(string.lower())
            order.extend(map(number.__getitem__, words))
            lengths.append(len(words))
            advance(1)
    return list(number), np.frombuffer(order, dtype=np.int32), np.frombuffer(lengths, dtype=np.int64)


def _tokens(tokenizer: Any, strings: Iterable[str]) -> tuple[list[str | None], np.ndarray, np.ndarray]:
    """Return the tokens of a tokenizer by id, their running ids int32, and how many tokens each string has."""
    chunks = chunked(tokenizer, strings)
    sizes = np.array([len(ids) for ids in chunks.ids], dtype=np.int64)
    flat = np.fromiter(chain.from_iterable(chunks.ids), dtype=np.int32, count=int(sizes.sum()))
    taken = sizes[chunks.order]
    before = np.concatenate([[0], np.cumsum(taken)])
    shifts = (np.cumsum(sizes) - sizes)[chunks.order] - before[:-1]
    places = np.repeat(shifts, taken) + np.arange(before[-1])
    return tokens_by_id(tokenizer), flat[places], np.diff(before[chunks.starts])


def _frequent(names: Sequence[str | None], ids: np.ndarray, documents: np.ndarray, minimum: int) -> Stream:
    counts = np.bincount(ids, minlength=len(names))
    kept = [index for index in np.flatnonzero(counts >= max(minimum, 1)).tolist() if names[index] is not None]
    kept.sort(key=lambda index: (-counts[index], names[index]))
    new = np.full(len(names), -1, dtype=np.int32)
    new[kept] = np.arange(len(kept), dtype=np.int32)
    running = new[ids]
    seen = running >= 0
    return Stream([str(names[index]) for index in kept], counts[kept], running[seen], documents[seen])


def count_pairs(stream: Stream, window: int) -> sparse.csr_array:
    """Return how often two words stand within `window` of each other in a document; float64 [word, word], symmetric.

    A pair at distance d counts (window + 1 - d) / window, as windows of random width would (Mikolov et al., 2013).
    """
    size, ids, documents = len(stream.words), stream.ids, stream.documents
    total = sparse.csr_array((size, size), dtype=np.float64)
    for start in range(0, len(ids), _PAIRS):
        rows, columns, values = [], [], []
        for distance in range(1, window + 1):
            end = min(start + _PAIRS, len(ids) - distance)
            left, right = slice(start, end), slice(start + distance, end + distance)
            same = documents[left] == documents[right] if end > start else np.zeros(0, dtype=bool)
            if not same.any():
                continue
            rows.append(ids[left][same])
            columns.append(ids[right][same])
            values.append(np.full(len(rows[-1]), (window + 1 - distance) / window))
        if rows:
            found = tuple(np.concatenate(side) for side in (values, rows, columns))
            total = total + sparse.coo_array((found[0], found[1:]), shape=(size, size)).tocsr()
    return sparse.csr_array(total + total.T)


def positive_information(pairs: sparse.csr_array) -> sparse.csr_array:
    """Return max(0, log P(w, c) / (P(w) P_s(c))) with P_s(c) ∝ n(c)^0.75 (Levy, Goldberg & Dagan, 2015); float32."""
    margins = np.asarray(pairs.sum(axis=1)).ravel()
    smoothed = margins**_SMOOTHING
    smoothed /= smoothed.sum() or 1.0
    found = pairs.tocoo()
    rows, columns = found.coords
    values = np.log(found.data / (margins[rows] * smoothed[columns]))
    above = values > 0
    kept = (values[above].astype(np.float32), (rows[above], columns[above]))
    return sparse.csr_array(sparse.coo_array(kept, shape=pairs.shape))


def factor(matrix: sparse.csr_array, dimension: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the largest singular values and vectors (U, s, V^T) of a sparse matrix, by subspace iteration.

    Halko, Martinsson & Tropp (2011), algorithm 4.4. The sign of a column is that of its largest entry.
    """
    width = min(dimension + _OVERSAMPLING, *matrix.shape)
    orthonormal = partial(linalg.qr, mode="economic", overwrite_a=True, check_finite=False)
    start = np.random.default_rng(seed).standard_normal((matrix.shape[1], width), dtype=np.float32)
    back = matrix.T.tocsr()
    basis = orthonormal(matrix @ start)[0]
    for _ in range(_ITERATIONS):
        basis = orthonormal(matrix @ orthonormal(back @ basis)[0])[0]
    right, values, left = linalg.svd(back @ basis, full_matrices=False, check_finite=False)
    vectors = (basis @ left.T)[:, :dimension]
    signs = np.sign(vectors[np.abs(vectors).argmax(axis=0), np.arange(dimension)])
    return vectors * signs, values[:dimension], (right[:, :dimension] * signs).T


def spectral_matrix(stream: Stream, dimension: int, window: int, seed: int) -> np.ndarray:
    """Return U s^0.5 of the positive information of a stream; float32 [word, dimension]."""
    pairs = count_pairs(stream, window)
    if not pairs.nnz:
        raise LectError(
            "no two words of the text that are frequent enough stand near each other; pass longer documents"
        )
    left, values, _ = factor(positive_information(pairs), dimension, seed)
    return np.ascontiguousarray(left * values**_POWER, dtype=np.float32)


def check_size(stream: Stream, dimension: int) -> None:
    """Raise LectError where a stream has too few words for vectors of this dimension."""
    if len(stream.words) <= dimension:
        raise LectError(
            f"{dimension} dimensions need more than {dimension} words; the text has {len(stream.words)} that occur "
            "often enough. Pass more text, a lower minimum or a lower dimension."
        )
