"""Signatures: the set of shingles of each document, and the keys under which near copies meet."""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lect.corpus.copies.settings import Setting
from lect.corpus.copies.words import Hashes, Words, hash_words, mix

_BLOCK = 1 << 15  # shingles in hand at a time: with their products they fit the cache of a core


class Signatures(NamedTuple):
    """What is known of some documents for finding their copies."""

    texts: Hashes
    """fingerprint of the text, white space collapsed [document]"""
    lengths: NDArray[np.int64]
    """characters, white space collapsed [document]"""
    keys: Hashes
    """[band, document]: documents that share one are candidates"""
    shingles: NDArray[np.uint32]
    """the sets of shingle hashes, each sorted, one after the other"""
    ends: NDArray[np.int64]
    """where the set of each document ends [document]"""


def sign(strings: Sequence[str], setting: Setting) -> Signatures:
    """Return fingerprints, band keys and shingle sets of some documents; one result for each, whatever its neighbors.

    A shingle is a run of `setting.ngram` words, as a hash of 32 bits: by chance alone two sets of n shingles share about
    n² / 2^32 (0.006 of 5,000). A document of fewer words is one shingle, one without words is its own text.

    >>> one, two = sign(["a b c d", "A b, c d"], Setting()).shingles.reshape(2, 2)
    >>> bool((one == two).all())
    True
    """
    hashed = hash_words(strings)
    shingles, ends = _sets(hashed, setting.ngram)
    minima = _minima(shingles, ends, _multipliers(setting.bands * setting.rows, setting.seed))
    return Signatures(hashed.texts, hashed.lengths, _band_keys(minima, setting.bands), shingles, ends)


def _sets(hashed: Words, ngram: int) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    words, counts = _padded(hashed, ngram)
    windows = counts - ngram + 1
    runs = np.zeros(max(len(words) - ngram + 1, 0), dtype=np.uint64)
    for place in range(ngram):
        runs = runs * np.uint64(0xD6E8FEB86659FD93) + words[place : place + len(runs)]
    stops = np.cumsum(counts)
    inside = np.ones(len(words), dtype=bool)
    for back in range(1, ngram):  # a run that starts in the last words of a document would reach into the next
        inside[stops - back] = False
    keys = mix(runs[inside[: len(runs)]]) >> np.uint64(32)
    keys |= np.repeat(np.arange(len(counts), dtype=np.uint64), windows) << np.uint64(32)
    keys.sort()
    new = np.concatenate([[True], keys[1:] != keys[:-1]]) if len(keys) else np.zeros(0, bool)
    keys = keys[new]
    ends = np.searchsorted(keys, np.arange(1, len(counts) + 1, dtype=np.uint64) << np.uint64(32))
    return keys.astype(np.uint32), ends


def _padded(hashed: Words, ngram: int) -> tuple[Hashes, NDArray[np.int64]]:
    """Return the words with every document brought to `ngram` of them: by zeros, or by its text if it has none."""
    lacking = np.maximum(ngram - hashed.counts, 0)
    if not lacking.any():
        return hashed.words, hashed.counts
    fill = np.where(hashed.counts == 0, hashed.texts, np.uint64(0))
    places = np.repeat(np.cumsum(hashed.counts), lacking)
    return np.insert(hashed.words, places, np.repeat(fill, lacking)), hashed.counts + lacking


@cache
def _multipliers(number: int, seed: int) -> NDArray[np.uint32]:
    return np.random.default_rng(seed).integers(0, 1 << 31, number, dtype=np.uint32) * np.uint32(2) + np.uint32(1)


def _minima(
    shingles: NDArray[np.uint32], ends: NDArray[np.int64], multipliers: NDArray[np.uint32]
) -> NDArray[np.uint32]:
    """Return min over the set of multiplier · shingle mod 2^32 [multiplier, document].

    An odd multiplier permutes the 32-bit numbers (Dietzfelbinger and others 1997), and the shingles are hashes already.
    """
    minima = np.empty((len(multipliers), len(ends)), dtype=np.uint32)
    starts = np.concatenate([[0], ends[:-1]])
    for first, last in _spans(ends):
        block = shingles[starts[first] : ends[last - 1]]
        cuts, products = starts[first:last] - starts[first], np.empty_like(block)
        for row, multiplier in enumerate(multipliers):
            np.multiply(block, multiplier, out=products)
            np.minimum.reduceat(products, cuts, out=minima[row, first:last])
    return minima


def _spans(ends: NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    """Yield (first, last) of runs of documents that together have about a block of shingles, or one that has more."""
    first = 0
    while first < len(ends):
        held = int(ends[first - 1]) if first else 0
        last = max(first + 1, int(np.searchsorted(ends, held + _BLOCK, side="right")))
        yield first, last
        first = last


def _band_keys(minima: NDArray[np.uint32], bands: int) -> Hashes:
    grouped = minima.reshape(bands, -1, minima.shape[1])
    keys = np.zeros((bands, minima.shape[1]), dtype=np.uint64)
    for row in range(grouped.shape[1]):
        keys = mix(keys + grouped[:, row])
    return keys
