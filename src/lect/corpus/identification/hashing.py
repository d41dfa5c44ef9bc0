"""Character n-grams of many texts at once, as buckets of one hash table: the one n-gram hash of the corpus room."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import regex  # type: ignore[import-untyped]

BITS = 20
BUCKETS = 1 << BITS  # bucket 0 is nothing: it stands where no n-gram begins
_SPACE, _APOSTROPHES = ord(" "), "'’ʼʻ‘`´"
_SURROGATES = range(0xD800, 0xE000)


@dataclass(frozen=True)
class Hashed:
    """Buckets int32 [positions, orders], 0 where none, and where each text begins: int64 [texts + 1]."""

    buckets: np.ndarray
    starts: np.ndarray

    def flat(self) -> np.ndarray:
        """Return all buckets that are not 0, in order."""
        return self.buckets[self.buckets > 0]


def hash_ngrams(texts: Sequence[str], orders: Sequence[int]) -> Hashed:
    """Return the hashed character n-grams of texts: lower case, letters and marks, one space for all that is between.

    An n-gram may cross words but not texts; both ends of a text are spaces. The hash of an n-gram is that of its first
    n - 1 characters, mixed with the last one (h ← (h xor c)·p, h ← h xor h/2¹⁵, 32 bits), so all orders take one
    pass. Order 0 is the whole word.

    >>> hash_ngrams(["Ja!", "ja"], [1, 2]).flat().reshape(2, -1).tolist()[0][:1] == [hash_ngrams(["ja"], [2]).flat()[0]]
    True
    """
    codes, starts = _coded(texts)
    empty = starts[:-1][np.diff(starts) == 1]
    buckets = np.zeros((len(codes), len(orders)), np.int32)
    mixed = np.zeros(len(codes), np.uint32)
    for order in range(1, max(orders, default=0) + 1):
        mixed = _mix(mixed[: len(codes) - order + 1], codes[order - 1 :])
        if order in orders:
            column = buckets[:, list(orders).index(order)]
            column[: len(mixed)] = _bucket(mixed)
            _clear_ends(column, starts[1:], order)
    if 1 in orders:
        buckets[codes == _SPACE, list(orders).index(1)] = 0
    if 0 in orders:
        _hash_words(codes, buckets[:, list(orders).index(0)])
    buckets[empty] = 0
    return Hashed(buckets[: starts[-1]], starts)


def _coded(texts: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """Return the folded characters of all texts, a space before and after each, and where each begins."""
    ends = np.cumsum([0, *(len(text) + 1 for text in texts)])  # the spaces between
    raw = np.frombuffer(f" {' '.join(texts)} ".encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    codes = folding()[raw]
    space = codes == _SPACE
    kept = np.ones(len(codes), bool)
    kept[1:] = ~(space[1:] & space[:-1])
    firsts = np.flatnonzero(kept)
    kept[firsts[np.searchsorted(firsts, ends, side="right") - 1]] = False  # of a run of spaces at an end, only the end
    kept[ends] = True
    return codes[kept], np.cumsum(kept)[ends] - 1


@cache
def folding() -> np.ndarray:
    """Return what each code point is read as, uint32 [0x110000]: its lower case if a letter or mark, else a space."""
    table = np.full(0x110000, _SPACE, np.uint32)
    everything = "".join(chr(code) for code in range(0x110000) if code not in _SURROGATES)
    for letter in regex.findall(r"[\p{L}\p{M}]", everything):
        table[ord(letter)] = ord(letter.lower()[0])
    table[[ord(mark) for mark in _APOSTROPHES]] = ord("'")
    return table


def _mix(mixed: np.ndarray, codes: np.ndarray) -> np.ndarray:
    mixed = (mixed ^ codes) * np.uint32(0x9E3779B1)
    mixed ^= mixed >> np.uint32(15)
    return mixed


def _bucket(mixed: np.ndarray) -> np.ndarray:
    """Return buckets from 1 on: the high bits of a product are the well mixed ones."""
    return np.maximum((mixed * np.uint32(0x85EBCA6B)) >> np.uint32(32 - BITS), 1)


def _clear_ends(column: np.ndarray, ends: np.ndarray, order: int) -> None:
    """Take out the windows that would run over the end of a text into the next."""
    for left in range(1, order - 1):
        places = ends - left
        column[places[places >= 0]] = 0


def _hash_words(codes: np.ndarray, column: np.ndarray) -> None:
    """Write the hash of each word at its first letter: a sum of characters mixed with their places in the word."""
    letter = codes != _SPACE
    opening = letter.copy()
    opening[1:] &= ~letter[:-1]
    first = np.flatnonzero(opening)
    if not len(first):
        return
    place = np.arange(len(codes)) - first[np.maximum(np.cumsum(opening) - 1, 0)]
    mixed = np.where(letter, _mix(place.astype(np.uint32) * np.uint32(0x27D4EB2F), codes), 0).astype(np.uint32)
    column[first] = _bucket(np.add.reduceat(mixed, first, dtype=np.uint32))
