"""Byte-pair merges of many words side by side, in the rows of a matrix."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from lect.vocab.ragged_arrays import Ragged

_NEVER = np.iinfo(np.int32).max


class MergeRows:
    """The merges of a tokenizer, and the words that they are tried on: lowest rank first, leftmost first."""

    def __init__(self, model: Mapping[str, Any], ids: Mapping[str, int], symbols: Ragged, whole: np.ndarray) -> None:
        """Read the merges of `model` (of tokenizer.json).

        `symbols` are the ids of the characters of each word (-1: none); `whole` is the token that a word becomes
        without any merge, -1 for most.
        """
        self.symbols, self.whole = symbols, whole
        prefix = model.get("continuing_subword_prefix") or ""
        pairs = [merge.split(" ") if isinstance(merge, str) else merge for merge in model["merges"]]
        table = np.array(
            [(ids[left], ids[right], ids[left + right.removeprefix(prefix)]) for left, right in pairs], dtype=np.int64
        ).reshape(-1, 3)
        self.none = max(ids.values()) + 1
        """Stands where there is no symbol; no merge has it."""
        self.product = table[:, 2]
        keys = self._keys(table[:, 0], table[:, 1])
        self.rank = np.argsort(keys, kind="stable").astype(np.int32)
        self.keys = np.append(keys[self.rank], np.iinfo(np.int64).max)

    def cut(self, words: np.ndarray, without: np.ndarray, alive: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return (row, token) of all tokens of the rows, in order: word `words[i]` cut without token `without[i]`."""
        taken = self.symbols.take(words)
        inside = np.arange(int(taken.size.max())) < taken.size[:, None]
        symbols = np.full((len(words), inside.shape[1] + 1), self.none, dtype=np.int64)  # the last column stays empty
        symbols[:, :-1][inside] = np.where(taken.values < 0, self.none, taken.values)
        whole = self.whole[words]
        at_once = (whole >= 0) & alive[whole] & (whole != without)
        inside[at_once, 1:], symbols[at_once, 0], symbols[at_once, 1:] = False, whole[at_once], self.none
        self._merge(symbols, inside, without, alive)
        return np.nonzero(inside)[0], symbols[:, :-1][inside]

    def _merge(self, symbols: np.ndarray, inside: np.ndarray, without: np.ndarray, alive: np.ndarray) -> None:
        """Merge in place; what a pair becomes stands where its left part stood, and the right one is not inside."""
        rows, width = symbols.shape
        after = np.tile(np.arange(1, width + 1, dtype=np.int16), (rows, 1))
        before = after - np.int16(2)
        ranks = np.full(symbols.shape, _NEVER, dtype=np.int32)
        ranks[:, :-1] = self._ranks(symbols[:, :-1], symbols[:, 1:], without[:, None], alive)
        row = np.arange(rows)
        while len(row):
            left = ranks[row].argmin(axis=1)
            rank = ranks[row, left]
            row, left, rank = (part[rank < _NEVER] for part in (row, left, rank))
            right = after[row, left]
            beyond, previous = after[row, right], before[row, left]
            symbols[row, left], inside[row, right], ranks[row, right] = self.product[rank], False, _NEVER
            after[row, left], before[row, beyond] = beyond, left
            # No symbol is left of the first (position -1, the empty column) or right of the last: those never merge.
            ranks[row, left] = self._ranks(symbols[row, left], symbols[row, beyond], without[row], alive)
            ranks[row, previous] = self._ranks(symbols[row, previous], symbols[row, left], without[row], alive)

    def _ranks(self, left: np.ndarray, right: np.ndarray, without: np.ndarray, alive: np.ndarray) -> np.ndarray:
        keys = self._keys(left, right)
        place = np.searchsorted(self.keys, keys)
        found = self.keys[place] == keys
        rank = self.rank[np.where(found, place, 0)]
        product = self.product[rank]
        return np.where(found & alive[product] & (product != without), rank, _NEVER)

    def _keys(self, left: np.ndarray, right: np.ndarray) -> np.ndarray:
        return left * (self.none + 1) + right
