"""Byte-pair merges learned from where a tokenizer stands, not from single characters."""

import heapq
import itertools
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping

Pair = tuple[str, str]


def learn_merges(
    words: Mapping[tuple[str, ...], int], known: Collection[str], number: int, prefix: str = "", least: int = 2
) -> Iterator[Pair]:
    """Yield up to `number` merges, most frequent pair first, ties by the pair itself (Sennrich et al., 2016).

    `words` are segmentations with their counts; a pair that occurs fewer than `least` times, or whose product is
    `known` (so that older merges could break in), is never merged. `prefix` marks tokens inside a word and is dropped
    on merging. Only the words that hold a merged pair are read again; counts wait in a heap and are checked when they
    surface.
    """
    state = _Words(words)
    taken = set(known)
    heap = [(-count, pair) for pair, count in state.counts.items()]
    heapq.heapify(heap)
    while number and heap:
        count, pair = heapq.heappop(heap)
        product = pair[0] + pair[1].removeprefix(prefix)
        if -count != state.counts[pair] or product in taken:
            continue
        if -count < least:
            return
        taken.add(product)
        for changed in state.merge(pair, product):
            if state.counts[changed] > 0:
                heapq.heappush(heap, (-state.counts[changed], changed))
        number -= 1
        yield pair


class _Words:
    """Distinct words with the counts of neighboring pairs and where each pair may be."""

    def __init__(self, words: Mapping[tuple[str, ...], int]) -> None:
        self.symbols = [list(word) for word in words]
        self.times = list(words.values())
        self.counts: Counter[Pair] = Counter()
        self.places: defaultdict[Pair, set[int]] = defaultdict(set)
        for index, (symbols, times) in enumerate(zip(self.symbols, self.times, strict=True)):
            for pair in itertools.pairwise(symbols):
                self.counts[pair] += times
                self.places[pair].add(index)

    def merge(self, pair: Pair, product: str) -> set[Pair]:
        """Merge a pair in all words; return the pairs whose counts changed."""
        changed: set[Pair] = set()
        for index in sorted(self.places.pop(pair, ())):
            old, times = self.symbols[index], self.times[index]
            new = _merged(old, pair, product)
            before, after = Counter(itertools.pairwise(old)), Counter(itertools.pairwise(new))
            for other in before.keys() | after.keys():
                if difference := after[other] - before[other]:
                    self.counts[other] += difference * times
                    changed.add(other)
                if after[other] and other != pair:
                    self.places[other].add(index)
            self.symbols[index] = new
        return changed


def _merged(symbols: list[str], pair: Pair, product: str) -> list[str]:
    """Merge from left to right: "aaa" with (a, a) is "aa a"."""
    merged: list[str] = []
    position = 0
    while position < len(symbols):
        if symbols[position] == pair[0] and position + 1 < len(symbols) and symbols[position + 1] == pair[1]:
            merged.append(product)
            position += 2
        else:
            merged.append(symbols[position])
            position += 1
    return merged
