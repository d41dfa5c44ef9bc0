"""An index of test texts: in one pass over the words of a batch, which stretches of it stand in which test text."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from lect.corpus.overlap.folding import CHARACTERS_A_WORD, is_unspaced, words
from lect.corpus.overlap.task_texts import TaskText

SEED = 4  # words of the stretches that are looked up; whatever longer stretch two texts share begins with one
_BITS = 22  # of the filter before the look-up: 4 MB
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
Ints = NDArray[np.int64]
Hashes = NDArray[np.uint64]


@dataclass(frozen=True)
class Seeds:
    """All stretches of `width` words of the test texts: their hashes, sorted, and where each stands."""

    width: int
    hashes: Hashes
    texts: Ints
    """[seed]: number of the test text"""
    places: Ints
    """[seed]: number of its first word there"""
    filter: NDArray[np.bool_] = field(repr=False)

    def find(self, ids: Ints) -> tuple[Ints, Ints]:
        """Return (where in `ids`, which seed) for all stretches of `ids` that are seeds."""
        hashes = _stretches(ids, self.width)
        here = np.flatnonzero(self.filter[(hashes >> np.uint64(64 - _BITS)).astype(np.int64)])
        first = np.searchsorted(self.hashes, hashes[here], side="left")
        times = np.searchsorted(self.hashes, hashes[here], side="right") - first
        starts = np.repeat(first - (np.cumsum(times) - times), times)
        return np.repeat(here, times), starts + np.arange(int(times.sum()))


@dataclass(frozen=True)
class TaskIndex:
    """Test texts that are to be found; `vocabulary` numbers their words from 1, and 0 is any other word."""

    texts: list[TaskText]
    vocabulary: dict[str, int] = field(repr=False)
    lengths: Ints
    """[text]: words, or characters of a script without spaces"""
    scales: Ints
    """[text]: how many of these make a word: 1 or `CHARACTERS_A_WORD`"""
    seeds: list[Seeds] = field(repr=False)
    short: dict[tuple[str, ...], int] = field(repr=False)
    """Words of the texts that are too short to be looked for within a document → their number"""

    @property
    def widest(self) -> int:
        """Words of the widest stretch that is looked up, and more than any short text has."""
        return max([*(seeds.width for seeds in self.seeds), *(1 + len(found) for found in self.short)], default=1)

    def number_words(self, found: Sequence[str]) -> Ints:
        """Return the numbers of words, int64 [n]."""
        number = self.vocabulary.get
        return np.fromiter((number(word, 0) for word in found), np.int64, len(found))


def index_texts(texts: Iterable[TaskText], *, least: int = 6) -> TaskIndex:
    """Index test texts; those of fewer than `least` words are only looked for as whole documents.

    Of test texts with the same words the first stands for all.
    """
    kept: dict[tuple[str, ...], TaskText] = {}
    for text in texts:
        if found := tuple(words(text.text)):
            kept.setdefault(found, text)
    every, vocabulary = list(kept), dict[str, int]()
    for found in every:
        for word in found:
            vocabulary.setdefault(word, len(vocabulary) + 1)
    lengths = np.array([len(found) for found in every], dtype=np.int64)
    scales = np.array([CHARACTERS_A_WORD if is_unspaced(list(found)) else 1 for found in every], dtype=np.int64)
    long = lengths >= least * scales
    ids = [np.array([vocabulary[word] for word in found], dtype=np.int64) for found in every]
    return TaskIndex(
        list(kept.values()),
        vocabulary,
        lengths,
        scales,
        [_seeds(ids, np.flatnonzero(long & (scales == scale)), SEED * scale) for scale in sorted(set(scales[long].tolist()))],
        {found: number for number, found in enumerate(every) if not long[number]},
    )  # fmt: skip


def _seeds(ids: Sequence[Ints], numbers: Ints, width: int) -> Seeds:
    hashes = [_stretches(ids[number], width) for number in numbers.tolist()]
    joined = np.concatenate(hashes)
    order = np.argsort(joined, kind="stable")
    sizes = [len(one) for one in hashes]
    places = np.concatenate([np.arange(size) for size in sizes])
    near = np.zeros(1 << _BITS, dtype=np.bool_)
    near[(joined >> np.uint64(64 - _BITS)).astype(np.int64)] = True
    return Seeds(width, joined[order], np.repeat(numbers, sizes)[order], places[order], near)


def _stretches(ids: Ints, width: int) -> Hashes:
    """Return a 64-bit hash of each stretch of `width` numbers; uint64 [max(0, n - width + 1)]."""
    size = max(0, len(ids) - width + 1)
    mixed = np.zeros(size, dtype=np.uint64)
    for offset in range(width):
        mixed = (mixed ^ ids[offset : offset + size].astype(np.uint64)) * _MULTIPLIER
        mixed ^= mixed >> np.uint64(32)
    return mixed * _MULTIPLIER
