"""Pieces of a Unigram vocabulary, learned the same way every time.

The trainer of `tokenizers` walks its words in the order of a hash that changes from process to process, and its scores
with it.
"""

import heapq
import math
from array import array
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

_LONGEST = 16  # characters of a piece
_WORD = 40  # characters of a word; longer ones are read in stretches, so that no probability underflows
_WORDS = 300_000  # distinct words, most frequent first
_SHRINK = 0.75
_STEPS = 2
_STEP = 1e-6  # of a log probability


def learn_pieces(words: Mapping[str, int], size: int) -> dict[str, float]:
    """Return up to `size` pieces with their log probabilities: all characters, and the pieces most missed without.

    Starts from the most frequent substrings (by count × length), then alternates EM over all segmentations with
    dropping the quarter whose loss costs the text the least likelihood, count × (log p(piece) − log p(its other
    segmentations)) (Kudo, 2018, section 3.2). Fewer pieces come back only where the words have no more substrings that
    occur twice.
    """
    kept = _stretches(words)
    pieces = _seeds(kept, 10 * size + 1000)
    single = np.array([len(piece) == 1 for piece in pieces])
    index = {piece: position for position, piece in enumerate(pieces)}
    times = np.array(list(kept.values()), dtype=np.float64)
    text, own = _Lattice(list(kept), index, whole=True), _Lattice(list(pieces), index, whole=False)
    frequency = np.fromiter(pieces.values(), dtype=np.float64, count=len(pieces))
    probability, alive = frequency / frequency.sum(), np.ones(len(pieces), dtype=bool)
    while True:
        for _ in range(_STEPS):
            expected = text.expect(np.where(alive, probability, 0.0), times)
            # A piece that the text does not use keeps a trace of probability, so that it can come back when others go.
            probability = np.maximum(expected, 1e-3) * alive
            probability /= probability.sum()
        if alive.sum() <= size:
            break
        with np.errstate(divide="ignore", invalid="ignore"):
            loss = np.maximum(expected, 1e-3) * (np.log(probability) - np.log(own.totals(probability)))
        loss = np.where(single, np.inf, np.where(alive, loss, -np.inf))
        left = max(size, int(_SHRINK * alive.sum()), int(single.sum()))
        alive[np.lexsort((np.arange(len(pieces)), -loss))[left:]] = False
        text.forget(alive)
        own.forget(alive)
        if left == single.sum() > size:
            break
    return {piece: float(np.log(probability[position])) for piece, position in index.items() if alive[position]}


def lift_pieces(scores: Mapping[str, float]) -> dict[str, float]:
    """Return the log probabilities to six decimals, raised where a piece would never be used.

    A piece whose best segmentation into other pieces is as likely as itself is out of reach of Viterbi; it gets one
    millionth more than that. Shorter pieces come first, so that every piece is compared with final scores.
    """
    lifted: dict[str, float] = {}
    for piece in sorted(scores, key=lambda piece: (len(piece), piece)):
        best = [0.0] + [-math.inf] * len(piece)
        for end in range(1, len(piece) + 1):
            parts = ((start, lifted.get(piece[start:end])) for start in range(max(0, end - _LONGEST), end))
            best[end] = max((best[start] + score for start, score in parts if score is not None), default=-math.inf)
        lifted[piece] = round(max(scores[piece], best[-1] + _STEP), 6)
    return lifted


def _stretches(words: Mapping[str, int]) -> dict[str, int]:
    most = heapq.nsmallest(_WORDS, words.items(), key=lambda item: (-item[1], item[0]))
    cut: Counter[str] = Counter()
    for word, times in most:
        for start in range(0, len(word), _WORD):
            cut[word[start : start + _WORD]] += times
    return dict(cut)


def _seeds(words: Mapping[str, int], number: int) -> dict[str, int]:
    """Return all characters and the `number` substrings with the highest count × length, with their counts."""
    counts: Counter[str] = Counter()
    for word, times in words.items():
        for start in range(len(word)):
            for end in range(start + 1, min(len(word), start + _LONGEST) + 1):
                counts[word[start:end]] += times
    longer = ((piece, times) for piece, times in counts.items() if len(piece) > 1 and times > 1)
    best = heapq.nsmallest(number, longer, key=lambda item: (-item[1] * len(item[0]), item[0]))
    return dict(sorted((piece, times) for piece, times in counts.items() if len(piece) == 1)) | dict(best)


class _Lattice:
    """All the ways in which strings can be cut into pieces, as edges between positions."""

    def __init__(self, strings: Sequence[str], index: Mapping[str, int], whole: bool) -> None:
        """Read the edges of all strings; without `whole`, a string is no piece of itself."""
        self.first = np.cumsum([0, *(len(string) + 1 for string in strings)])[:-1]
        self.last = self.first + np.array([len(string) for string in strings])
        edges = array("q")
        for string, offset in zip(strings, self.first.tolist(), strict=True):
            length = len(string)
            for start in range(length):
                for end in range(start + 1, min(length, start + _LONGEST) + 1):
                    found = index.get(string[start:end])
                    if found is not None and (whole or end - start < length):
                        edges.extend((end, offset + start, offset + end, found))
        table = np.frombuffer(edges, dtype=np.int64).reshape(-1, 4)
        self._sort(table[np.argsort(table[:, 0], kind="stable")])

    def _sort(self, table: np.ndarray) -> None:
        self.table = table
        self.start, self.end, self.piece = (np.ascontiguousarray(table[:, column]) for column in (1, 2, 3))
        bounds = np.flatnonzero(np.diff(table[:, 0], prepend=-1))
        self.levels = [slice(*pair) for pair in zip(bounds, [*bounds[1:], len(table)], strict=True)]

    def forget(self, alive: np.ndarray) -> None:
        """Drop the edges of pieces that are gone for good."""
        self._sort(self.table[alive[self.piece]])

    def _forward(self, probability: np.ndarray) -> np.ndarray:
        reached = np.zeros(self.last[-1] + 1 if len(self.last) else 0)
        reached[self.first] = 1.0
        for level in self.levels:  # every edge into a position comes from an earlier one
            np.add.at(reached, self.end[level], reached[self.start[level]] * probability[self.piece[level]])
        return reached

    def totals(self, probability: np.ndarray) -> np.ndarray:
        """Return the probability of each string, summed over its segmentations; float64 [string]."""
        return self._forward(probability)[self.last]

    def expect(self, probability: np.ndarray, times: np.ndarray) -> np.ndarray:
        """Return how often each piece is expected to occur in strings that occur `times`; float64 [piece]."""
        before = self._forward(probability)
        after = np.zeros_like(before)
        after[self.last] = times / before[self.last]
        for level in reversed(self.levels):
            np.add.at(after, self.start[level], after[self.end[level]] * probability[self.piece[level]])
        share = before[self.start] * probability[self.piece] * after[self.end]
        return np.bincount(self.piece, weights=share, minlength=len(probability))
