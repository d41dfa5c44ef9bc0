"""Many words cut at once, each without one token: how a tokenizer would cut them if that token were gone."""

from array import array
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from tokenizers import Tokenizer

from lect.vocab.counting import weighted_batches
from lect.vocab.ragged_arrays import Ragged, ragged
from lect.vocab.selection.lattices import Lattice
from lect.vocab.selection.merge_rows import MergeRows
from lect.vocab.surfaces import component_types, scheme
from lect.vocab.tokenizer_files import Structure

_BLOCK = 8_192  # rows at a time: what they need stays small, and near the processor
_STRETCH = 100
_MARKS = {"metaspace": "▁", "bytes": "Ġ"}

Cutter = Callable[[np.ndarray, np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]
"""`(words, without, alive) → (rows, tokens)`: row i is word `words[i]`, cut with the tokens that are `alive` (bool
[vocabulary]) but `without[i]` (-1: with all of them). Rows come in any order, the tokens of each in that of the text."""


@dataclass(frozen=True)
class Words:
    """Distinct words as a tokenizer cuts them, and how often each occurs."""

    tokens: Ragged
    times: np.ndarray
    """int64 [word]"""

    def counts(self, size: int) -> np.ndarray:
        """Return how often each token occurs; int64 [size]."""
        each = np.repeat(self.times, self.tokens.size)
        return np.bincount(self.tokens.values, weights=each, minlength=size).astype(np.int64)

    def outside(self, closed: Collection[int]) -> "Words":
        """Return the words without those that are one token of `closed`."""
        open_ = ~np.isin(self.tokens.values[self.tokens.first], list(closed))
        return Words(self.tokens.take(np.flatnonzero(open_)), self.times[open_])

    def split(self, which: np.ndarray) -> "Words":
        """Return the words, but each token of those in `which` (bool [word]) as a word of its own."""
        parts = np.where(which, self.tokens.size, 1)
        size = np.repeat(np.where(which, 1, self.tokens.size), parts)
        return Words(ragged(self.tokens.values, size), np.repeat(self.times, parts))


def read_words(tokenizer: Any, parts: Structure, text: Any) -> Words:
    """Return the words of a text, the heaviest first; special and unknown tokens and bytes stand alone.

    A word begins where the pre-tokenizer or a token (▁, Ġ, no ##) says so: nothing is ever merged across. What goes on for a hundred tokens
    (scripts without spaces) is read in stretches of as many.
    """
    begins, ends, alone = _bounds(tokenizer, parts)
    counted: Counter[tuple[int, ...]] = Counter()
    for times, ids, bounds in _encoded(tokenizer, text):
        start = 0
        for place in range(1, len(ids)):
            here, previous = ids[place], ids[place - 1]
            mark = alone[here] or alone[previous] or (begins[here] and not ends[previous])
            mark = mark or (bounds is not None and bounds[place] != bounds[place - 1])
            if mark or place - start == _STRETCH:
                counted[tuple(ids[start:place])] += times
                start = place
        if ids:
            counted[tuple(ids[start:])] += times
    words = sorted(counted, key=lambda word: (-counted[word], word))
    flat = array("q", (index for word in words for index in word))
    size = np.array([len(word) for word in words], dtype=np.int64)
    return Words(ragged(np.array(flat, dtype=np.int64), size), np.array([counted[word] for word in words]))


def _encoded(tokenizer: Any, text: Any) -> Iterator[tuple[int, list[int], list[int | None] | None]]:
    """Yield (times, ids, word of each token; None where tokens alone say where words begin)."""
    backend = Tokenizer.from_str(tokenizer.backend_tokenizer.to_str())
    backend.no_truncation()
    backend.no_padding()
    marked = component_types(backend.pre_tokenizer) <= {"Sequence", "Metaspace"}
    for batch in weighted_batches(tokenizer, text):
        strings = [string for string, _ in batch]
        if marked:
            encodings = backend.encode_batch_fast(strings, add_special_tokens=False)
            yield from ((times, one.ids, None) for one, (_, times) in zip(encodings, batch, strict=True))
        else:
            encodings = backend.encode_batch(strings, add_special_tokens=False)
            yield from ((times, one.ids, one.word_ids) for one, (_, times) in zip(encodings, batch, strict=True))


def _bounds(tokenizer: Any, parts: Structure) -> tuple[list[bool], list[bool], list[bool]]:
    """Return for each id whether it begins a word, ends in the mark of a beginning, and stands alone."""
    mark = _MARKS.get(scheme(tokenizer))
    if mark is None:
        begins = [not (parts.prefix and token.startswith(parts.prefix)) for token in parts.names]
        ends = [False] * len(begins)
    else:
        begins, ends = ([at(token, mark) for token in parts.names] for at in (str.startswith, str.endswith))
    return begins, ends, [index in parts.closed for index in range(len(begins))]


def cutter(parts: Structure, words: Words, known: Collection[int]) -> Cutter:
    """Return the cutter of a tokenizer (its `structure`) for these words; tokens that are not in `known` are taken to be gone."""
    model, ids, names, prefix = parts.model, parts.ids, parts.names, parts.prefix
    if parts.kind == "BPE":
        symbols = _units(words, lambda index: [ids.get(name, -1) for name in spell(names[index], prefix)])
        alone = words.tokens.values[words.tokens.first]
        whole = np.where((words.tokens.size == 1) & bool(model.get("ignore_merges")), alone, -1)
        rows = MergeRows(model, ids, symbols, whole)
        return _in_blocks(rows.cut, symbols.size)
    characters = _units(words, lambda index: [ord(letter) for letter in names[index].removeprefix(prefix)])
    lattice = Lattice({index: names[index] for index in known}, prefix, characters)
    scores = np.array([score for _, score in model["vocab"]]) if parts.kind == "Unigram" else None
    return _in_blocks(lambda words, without, alive: lattice.cut(words, without, alive, scores), characters.size)


def spell(token: str, prefix: str) -> list[str]:
    """Return the tokens of a token's characters: `##ab` is `##a ##b` and `ab` is `a ##b`, where ## is the prefix."""
    inside = bool(prefix) and token.startswith(prefix)
    letters = token[len(prefix) * inside :]
    return [letter if place == 0 and not inside else prefix + letter for place, letter in enumerate(letters)]


def _units(words: Words, spelled: Callable[[int], list[int]]) -> Ragged:
    """Return what the words are made of, token by token."""
    used, place = np.unique(words.tokens.values, return_inverse=True)
    each = [spelled(index) for index in used.tolist()]
    flat = np.array([unit for one in each for unit in one], dtype=np.int64)
    return ragged(flat, np.array([len(one) for one in each])).take(place).joined(words.tokens.size)


def _in_blocks(cut: Cutter, size: np.ndarray) -> Cutter:
    """Return the cutter that takes some rows at a time, those of words of the same `size` together."""

    def cut_all(words: np.ndarray, without: np.ndarray, alive: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        found = [(words[:0], words[:0])]
        order = np.argsort(size[words], kind="stable")
        for start in range(0, len(words), _BLOCK):
            block = order[start : start + _BLOCK]
            rows, tokens = cut(words[block], without[block], alive)
            found.append((block[rows], tokens))
        return np.concatenate([rows for rows, _ in found]), np.concatenate([tokens for _, tokens in found])

    return cut_all
