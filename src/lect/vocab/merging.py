"""Byte-pair merges learned from where a tokenizer stands, not from single characters."""

import heapq
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from itertools import chain

import numpy as np

Pair = tuple[str, str]


def learn_merges(
    words: Mapping[tuple[str, ...], int], known: Collection[str], number: int, prefix: str = "", least: int = 2
) -> Iterator[Pair]:
    """Yield up to `number` merges, most frequent pair first, ties by the pair itself (Sennrich et al., 2016).

    `words` are segmentations with their counts; a pair that occurs fewer than `least` times, or whose product is
    `known` (so that older merges could break in), is never merged. `prefix` marks tokens inside a word and is dropped
    on merging. All places of a pair are merged at once; counts wait in a heap and are checked when they surface.
    """
    state = _Words(words)
    taken, tokens = set(known), state.tokens

    def entry(key: int) -> tuple[int, str, str, int]:
        left, right = divmod(key, _WIDTH)
        return -state.counts[key], tokens[left], tokens[right], key

    heap = [entry(key) for key in state.counts]
    heapq.heapify(heap)
    while number and heap:
        count, left, right, key = heapq.heappop(heap)
        product = left + right.removeprefix(prefix)
        if -count != state.counts.get(key, 0) or product in taken:
            continue
        if -count < least:
            return
        taken.add(product)
        for changed in state.merge(key, product):
            if state.counts[changed] > 0:
                heapq.heappush(heap, entry(changed))
        number -= 1
        yield left, right


_WIDTH = 1 << 31  # a pair of tokens as one number: left * _WIDTH + right


class _Words:
    """All distinct words in one row of tokens, each word closed by a -1, with the counts and places of all pairs.

    A merge writes the product where its left token stood and takes the right one out of the chain of neighbors, so that
    no place ever moves. A pair is placed where its left token stands.
    """

    def __init__(self, words: Mapping[tuple[str, ...], int]) -> None:
        self.tokens = sorted(set(chain.from_iterable(words)))
        index = {token: position for position, token in enumerate(self.tokens)}
        lengths = np.fromiter(map(len, words), dtype=np.int64, count=len(words)) + 1
        symbols = (index[token] if token is not None else -1 for word in words for token in (*word, None))
        self.symbols = np.fromiter(symbols, dtype=np.int64, count=int(lengths.sum()))
        self.times = np.repeat(np.fromiter(words.values(), dtype=np.int64, count=len(words)), lengths)
        self.next = np.roll(np.arange(len(self.symbols)), -1)
        self.previous = np.roll(np.arange(len(self.symbols)), 1)
        self.counts: dict[int, int] = {}
        self.places: defaultdict[int, list[np.ndarray]] = defaultdict(list)
        for key, places, times in self._pairs(np.arange(len(self.symbols))):
            self.counts[key] = times
            self.places[key].append(places)

    def merge(self, key: int, product: str) -> list[int]:
        """Merge a pair wherever it is; return the pairs whose counts changed."""
        self.tokens.append(product)
        left = self._found(key)
        right = self.next[left]
        changed: dict[int, int] = {}
        for pair, _, times in self._pairs(np.unique(np.concatenate([self.previous[left], left, right]))):
            changed[pair] = -times
        after = self.next[right]
        self.symbols[left], self.symbols[right] = len(self.tokens) - 1, -1
        self.next[left], self.previous[after] = after, left
        for pair, places, times in self._pairs(np.unique(np.concatenate([self.previous[left], left]))):
            changed[pair] = changed.get(pair, 0) + times
            self.places[pair].append(places)
        for pair, difference in changed.items():
            self.counts[pair] = self.counts.get(pair, 0) + difference
        return [pair for pair, difference in changed.items() if difference]

    def _found(self, key: int) -> np.ndarray:
        """Return where a pair still is, without overlaps: "aaa" with (a, a) is "aa a"."""
        left, right = divmod(key, _WIDTH)
        places = np.unique(np.concatenate(self.places.pop(key)))
        places = places[(self.symbols[places] == left) & (self.symbols[self.next[places]] == right)]
        if left != right:
            return places
        begins = np.append(True, self.next[places[:-1]] != places[1:])
        order = np.arange(len(places))
        return places[(order - np.maximum.accumulate(np.where(begins, order, 0))) % 2 == 0]

    def _pairs(self, places: np.ndarray) -> Iterator[tuple[int, np.ndarray, int]]:
        """Yield the distinct pairs at some places: (pair, its places, how often it occurs there)."""
        left, right = self.symbols[places], self.symbols[self.next[places]]
        inside = (left >= 0) & (right >= 0)
        places, keys = places[inside], (left * _WIDTH + right)[inside]
        order = np.argsort(keys, kind="stable")
        places, keys = places[order], keys[order]
        starts = np.flatnonzero(np.diff(keys, prepend=-1))
        if not len(starts):
            return
        sums = np.add.reduceat(self.times[places], starts).tolist()
        ends = [*starts[1:].tolist(), len(keys)]
        for key, start, end, times in zip(keys[starts].tolist(), starts.tolist(), ends, sums, strict=True):
            yield key, places[start:end], times
