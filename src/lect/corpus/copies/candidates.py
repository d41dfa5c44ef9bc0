"""Candidates: pairs of documents that share a band key, and how alike they are exactly."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lect.artifacts.hooks import progress
from lect.corpus.copies.searching import Index
from lect.corpus.copies.settings import Setting

_REACH = 16  # documents under one key that each is compared with: those next to it in size
Ranks = NDArray[np.int64]


class Pairs(NamedTuple):
    """Pairs of documents by rank, `first` < `second`, sorted."""

    first: Ranks
    second: Ranks


def find_candidates(index: Index, ranked: Ranks, old: int, setting: Setting) -> Pairs:
    """Return the pairs of documents that share a key in some band and that could reach the threshold by their sizes.

    `ranked` holds the documents to compare, the one to keep first; a pair of two of the first `old` is left out. Under
    one key each is paired with the 16 next shorter ones, so that a template with a million pages costs no trillion
    pairs. J ≤ the smaller set / the larger one, which rules out most pairs of unlike length.
    """
    sizes = index.sizes[ranked]
    by_length = np.lexsort((index.texts[ranked], -index.lengths[ranked]))
    packed = np.zeros(0, dtype=np.int64)
    with progress("comparing bands", total=setting.bands, unit="bands") as advance:
        for band in range(setting.bands):
            found = [packed]
            for first, second in _neighbors(index.band(band)[ranked], by_length):
                small, large = np.minimum(sizes[first], sizes[second]), np.maximum(sizes[first], sizes[second])
                possible = (second >= old) & (small >= setting.threshold * large)
                found.append(first[possible] * len(ranked) + second[possible])
            packed = np.unique(np.concatenate(found))
            advance(1)
    return Pairs(*np.divmod(packed, max(len(ranked), 1)))


def _neighbors(keys: NDArray[np.uint64], by_length: Ranks) -> Iterator[tuple[Ranks, Ranks]]:
    """Yield the pairs of ranks (first < second) with equal keys, neighbors in length first, then two apart, and so on."""
    order = by_length[np.argsort(keys[by_length], kind="stable")]
    ordered = keys[order]
    for step in range(1, _REACH + 1):
        place = np.flatnonzero(ordered[step:] == ordered[:-step])
        if not len(place):
            return
        one, other = order[place], order[place + step]
        yield np.minimum(one, other), np.maximum(one, other)


def similarities(index: Index, ranked: Ranks, pairs: Pairs) -> NDArray[np.float64]:
    """Return the Jaccard similarity of the shingle sets of each pair."""
    found = np.empty(len(pairs.first))
    held, first = -1, index.shingles(0) if len(index) else np.zeros(0, np.uint32)
    with progress("checking candidates", total=len(found), unit="pairs") as advance:
        for place, (one, other) in enumerate(zip(pairs.first.tolist(), pairs.second.tolist(), strict=True)):
            if one != held:
                held, first = one, index.shingles(int(ranked[one]))
            found[place] = jaccard(first, index.shingles(int(ranked[other])))
            if place % 1000 == 999:
                advance(1000)
    return found


def jaccard(one: NDArray[np.uint32], other: NDArray[np.uint32]) -> float:
    """Return |A ∩ B| / |A ∪ B| of two sorted arrays without repeats.

    >>> jaccard(np.array([1, 2, 3], dtype=np.uint32), np.array([2, 3, 4], dtype=np.uint32))
    0.5
    """
    both = np.concatenate([one, other])
    both.sort()
    shared = int(np.count_nonzero(both[1:] == both[:-1]))
    return shared / max(len(both) - shared, 1)
