"""Count-based models of characters: interpolated Kneser–Ney up to seven characters, in sorted arrays of hashes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import regex  # type: ignore[import-untyped]

from lect.artifacts.errors import LectError
from lect.corpus.grading.ngrams import encode, grow

Floats = np.ndarray
_BREAK = 0x0A  # begins a line; no n-gram goes across
_SPACES = regex.compile(r"[^\S\n]+")
_DIGITS = regex.compile(r"\p{Nd}")
_STRANGE = 17.0  # bits that tell which character it is that was never seen, of about 2^17 in Unicode


@dataclass(frozen=True)
class Table:
    """What is known of n-grams by their hash: uint64 [n], sorted, and float32 [n, 2].

    The first value is the n-gram's own part of the probability of its last character, the second the weight of shorter
    n-grams after it, where it is what stands before.
    """

    hashes: np.ndarray
    values: Floats

    @cached_property
    def _starts(self) -> tuple[np.ndarray, np.uint64]:
        bits = max(1, len(self.hashes).bit_length())
        shift = np.uint64(64 - bits)
        edges = np.searchsorted(self.hashes >> shift, np.arange((1 << bits) + 1, dtype=np.uint64))
        return edges.astype(np.int32), shift

    def look_up(self, hashes: np.ndarray) -> Floats:
        """Return the values of each hash, 0 and 1 where it is not there; hashes are even, so a bucket has about one."""
        starts, shift = self._starts
        bucket = (hashes >> shift).astype(np.int64)
        at, end = starts[bucket], starts[bucket + 1]
        found = np.tile(np.array([0, 1], np.float32), (len(hashes), 1))
        left = np.flatnonzero(at < end)
        while len(left):
            rows = at[left]
            hit = self.hashes[rows] == hashes[left]
            found[left[hit]] = self.values[rows[hit]]
            at[left] += 1
            left = left[~hit]
            left = left[at[left] < end[left]]
        return found


@dataclass(frozen=True)
class CharacterModel:
    """p(character | the ones before it in its line): the characters seen, sorted, and a table for each length of n-gram.

    `rest` is the share of the whole that no character has of its own: all share it, and what was never seen shares the
    part of one.
    """

    alphabet: np.ndarray
    rest: float
    tables: list[Table]

    def bits(self, texts: Sequence[str]) -> Floats:
        """Return the bits a character of each text costs on average, float64 [text]; 0 for a text without characters."""
        codes, documents = _coded(texts)
        costs = -np.log2(self.probabilities(codes))
        costs += np.where(self._known(codes), 0, _STRANGE)
        real = codes != _BREAK
        sizes = np.bincount(documents[real], minlength=len(texts))
        sums = np.bincount(documents[real], costs[real], minlength=len(texts))
        return np.asarray(sums / np.maximum(sizes, 1))

    def _known(self, codes: np.ndarray) -> np.ndarray:
        place = np.minimum(np.searchsorted(self.alphabet, codes), len(self.alphabet) - 1)
        return np.asarray(self.alphabet[place] == codes)

    def probabilities(self, codes: np.ndarray) -> Floats:
        """Return the probability of each code point after those before it in its line, float64 [place]."""
        said = np.full(len(codes), 1 / (len(self.alphabet) + 1))
        weights = np.full(len(codes), self.rest)  # of the n-gram one shorter that begins at a place
        for (size, hashes), table in zip(grow(codes, len(self.tables)), self.tables, strict=True):
            at = _within(codes, size)
            found = table.look_up(hashes[at])
            said[at + size - 1] = found[:, 0] + weights[at] * said[at + size - 1]
            weights[at] = found[:, 1]
        return said

    def arrays(self) -> dict[str, np.ndarray]:
        """Return the model as named arrays."""
        named = {"alphabet": self.alphabet, "rest": np.array([self.rest])}
        for size, table in enumerate(self.tables, start=1):
            named |= {f"{size}.hashes": table.hashes, f"{size}.values": table.values}
        return named

    @classmethod
    def from_arrays(cls, named: dict[str, np.ndarray]) -> "CharacterModel":
        """Return the model that `arrays` described."""
        sizes = range(1, len(named) // 2)
        tables = [Table(named[f"{size}.hashes"], named[f"{size}.values"]) for size in sizes]
        return cls(named["alphabet"], float(named["rest"][0]), tables)


def learn_characters(texts: Sequence[str], *, order: int = 7, least: int = 2) -> CharacterModel:
    """Learn a character model by interpolated modified Kneser–Ney (Chen and Goodman, 1998, section 4.1.6).

    p_k(c | h) = (n(hc) − D) / n(h) + γ(h) · p_{k−1}(c | h'), where n counts what stands before, but for the longest
    order and what begins a line, D is one of three discounts and γ(h) the mass that is left. Below the whole stands
    1 / (characters seen + 1). From four characters on an n-gram must occur `least` times; γ takes up the rest, so that
    probabilities add up to 1 whatever is left out. White space is one space, digits are one character.
    """
    if order < 2 or least < 1:
        raise LectError(f"order must be 2 or more and least 1 or more; found {order} and {least}")
    codes, _ = _coded(texts)
    real = codes[codes != _BREAK]
    if not len(real):
        raise LectError("there is no character to learn from; the texts are empty")
    own, rest = [], []
    for size, (hashes, before, counts, raw) in enumerate(_counted(codes, order), start=1):
        parts, left = _discounted(before, counts, raw >= (least if size > 3 else 1))
        own.append((hashes[parts > 0], parts[parts > 0]))
        first = np.unique(before, return_index=True)[1]
        rest.append((before[first], left[first]))
    after_nothing, *after = [*rest, (np.empty(0, np.uint64), np.empty(0))]
    tables = [_joined(*one, *other) for one, other in zip(own, after, strict=True)]
    return CharacterModel(np.unique(real), float(after_nothing[1][0]), tables)


def _joined(own: np.ndarray, parts: Floats, before: np.ndarray, rest: Floats) -> Table:
    """Return the table of n-grams that have a part of their own or leave a rest; what leaves all need not be there."""
    before, rest = before[rest < 1], rest[rest < 1]
    hashes = np.union1d(own, before)
    values = np.tile(np.array([0, 1], np.float32), (len(hashes), 1))
    values[np.searchsorted(hashes, own), 0] = parts
    values[np.searchsorted(hashes, before), 1] = rest
    return Table(hashes, values)


def _counted(codes: np.ndarray, order: int) -> Iterator[tuple[np.ndarray, ...]]:
    """Yield for each size (hash, hash of what stands before the last character, count, raw count) of the n-grams."""
    grown = dict(grow(codes, order))
    grown[0] = np.zeros(len(codes) + 1, np.uint64)
    for size in range(1, order + 1):
        at = _within(codes, size)
        at = at[codes[at] != _BREAK] if size == 1 else at
        hashes, first, raw = np.unique(grown[size][at], return_index=True, return_counts=True)
        at, counts = at[first], raw
        if size < order:
            longer = grown[size + 1][(places := _within(codes, size + 1))]
            kinds = places[np.unique(longer, return_index=True)[1]]  # one place for each longer n-gram
            ended, followed = np.unique(grown[size][kinds + 1], return_counts=True)
            counts = raw.copy()
            inner = np.flatnonzero(np.isin(hashes, ended, assume_unique=True) & (codes[at] != _BREAK))
            counts[inner] = followed[np.searchsorted(ended, hashes[inner])]
        yield hashes, grown[size - 1][at], counts, raw


def _discounted(before: np.ndarray, counts: np.ndarray, kept: np.ndarray) -> tuple[Floats, Floats]:
    """Return of each n-gram its own part of p, 0 if it is not kept, and what its context leaves to shorter ones."""
    ones = [max(int((counts == times).sum()), 1) for times in range(1, 5)]
    ratio = ones[0] / (ones[0] + 2 * ones[1])
    three = [
        np.clip(times - (times + 1) * ratio * ones[times] / ones[times - 1], 0.05, 0.95 * times) for times in (1, 2, 3)
    ]
    taken = np.array([0.0, *three])[np.minimum(counts, 3)]
    _, group = np.unique(before, return_inverse=True)
    totals = np.bincount(group, counts)[group]
    own = np.where(kept, (counts - taken) / totals, 0)
    return own, 1 - np.bincount(group, own)[group]


def _within(codes: np.ndarray, size: int) -> np.ndarray:
    """Return the places where an n-gram begins that has no break but for its first place."""
    breaks = np.concatenate([[0], np.cumsum(codes == _BREAK)])
    at = np.arange(max(len(codes) - size + 1, 0))
    return np.flatnonzero(breaks[at + size] == breaks[at + 1])


def _coded(texts: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    lines = (_DIGITS.sub("0", _SPACES.sub(" ", text.replace("\r", "\n"))) for text in texts)
    return encode(["\n" + text.strip() for text in lines])
