"""Which words of two languages translate each other, counted over sentence pairs: IBM model 1, then an HMM.

A *cell* is one possible link: a word of the left sentence with one of the right. Cells are numbered sentence by
sentence, so that two models, one for each direction, can be multiplied cell by cell. Sentences with as many states are
worked on together, without padding.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import regex  # type: ignore[import-untyped]
from scipy import sparse

from lect.artifacts.bitexts import read_pairs
from lect.artifacts.errors import LectError
from lect.artifacts.hooks import progress

# The words of `measuring.measure`; in scripts that write no spaces every character with its marks is a word.
_UNSPACED = r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Tibetan}]"
_WORD = regex.compile(
    rf"(?V1) ?(?:{_UNSPACED}\p{{M}}*|[[\p{{L}}\p{{M}}\p{{N}}\u200c\u200d]--{_UNSPACED}]+"
    r"(?:['’ʼ\-‑][\p{L}\p{M}\p{N}]+)*|[^\s\p{L}\p{M}\p{N}])"
)
LONGEST = 128  # words of a side; time and memory of a pair grow with the product of its sides
_NULL = 0.1  # probability that a word translates nothing
_FAINT = 0.01  # less likely links are not counted
_FLOOR = 1e-12
_CELLS = 1 << 20  # numbered at once


@dataclass(frozen=True)
class WordLinks:
    """How often the words of one language were linked to the words of another."""

    left: tuple[str, ...]
    """Distinct words as they are written, sorted: " word" after a space or at the start of a text, else "word"."""
    right: tuple[str, ...]
    counts: sparse.csr_array
    """float64 [left, right]: expected number of links"""
    skipped: int = 0
    """Pairs that were left out: a side has more than `LONGEST` words, or none."""

    def dictionary(self, least: float = 2.0) -> list[tuple[str, str]]:
        """Return (word, word) that are each other's most frequent link, at least `least` times, most frequent first.

        Words are in lower case and without the mark of the word start.
        """
        plain = [[word.strip().lower() for word in side] for side in (self.left, self.right)]
        names = [sorted(set(side)) for side in plain]
        places = [{word: index for index, word in enumerate(side)} for side in names]
        entries = self.counts.tocoo()
        rows, columns = (
            np.array([places[side][plain[side][index]] for index in ids], dtype=np.int64)
            for side, ids in enumerate((entries.row, entries.col))
        )
        counts = sparse.csr_array((entries.data, (rows, columns)), shape=(len(names[0]), len(names[1])))
        best, back = counts.argmax(axis=1), counts.argmax(axis=0)
        found = [
            (float(counts[row, column]), names[0][row], names[1][column])
            for row, column in enumerate(np.asarray(best).reshape(-1).tolist())
            if np.asarray(back).reshape(-1)[column] == row
        ]
        kept = sorted((entry for entry in found if entry[0] >= least), key=lambda entry: (-entry[0], entry[1:]))
        return [(left, right) for _, left, right in kept if left.isalpha() and right.isalpha()]


@dataclass(frozen=True)
class _Side:
    words: list[str]
    """Distinct written words, sorted"""
    written: np.ndarray
    """int64 [position]: which of `words`"""
    types: np.ndarray
    """int64 [position]: which word irrespective of case and space"""
    lengths: np.ndarray
    """int64 [sentence]"""
    starts: np.ndarray
    """int64 [sentence]: first position"""


@dataclass(frozen=True)
class _Direction:
    """The words of `states` emit those of `emissions`; the strides say how far apart the cells of neighbors are."""

    states: _Side
    emissions: _Side
    first_cells: np.ndarray
    state_strides: np.ndarray
    emission_strides: np.ndarray


@dataclass(frozen=True)
class _Model:
    table: np.ndarray
    """float64 [kind of cell]: p(emission | state)"""
    null: np.ndarray
    """float64 [type]: p(emission | no state)"""
    jumps: np.ndarray
    """float64 [2 * LONGEST + 1]: weight of going from state i to i', at i' - i + LONGEST; the start is state -1"""


Posteriors = tuple[np.ndarray, np.ndarray, np.ndarray]
"""Of one block: links [row, state], no link [row], expected jumps [2 * LONGEST + 1]."""
Expectation = Callable[[np.ndarray, np.ndarray, np.ndarray, np.ndarray], Posteriors]
"""(p(emission | state) [row, state], p(emission | null) [row], jump weights, bounds of the steps) -> Posteriors"""


def align(pairs: Any, *, iterations: int = 5) -> WordLinks:
    """Count how often each word of the left language is linked to each word of the right one.

    EM with IBM model 1 (Brown et al., 1993), then with an HMM over jump distances and a null word (Vogel et al., 1996;
    Och and Ney, 2003). Both directions are trained together: the probability of a link is the product of its two
    posteriors, in training and in the result (Liang et al., 2006). Words are compared in lower case and counted as
    written. Not implemented: fertilities (IBM model 3 on), word classes. `iterations` are of each of the two models.

    >>> links = align([("hús", "house"), ("hús og bátur", "house and boat"), ("bátur", "boat")])
    >>> links.left[0], links.right[links.counts[[0]].indices[0]]
    (' bátur', ' boat')
    """
    if iterations < 1:
        raise LectError(f"iterations is {iterations}; expected 1 or more")
    left, right, skipped = _read(pairs)
    cells = left.lengths * right.lengths
    first = np.cumsum(cells) - cells
    ones = np.ones_like(cells)
    directions = (
        _Direction(left, right, first, right.lengths, ones),
        _Direction(right, left, first, ones, right.lengths),
    )
    kinds, types = _number(left, right, cells)
    links = _train(directions, kinds, types, iterations)
    kept = np.flatnonzero(links > _FAINT)
    at_left, at_right = _positions(left, right, first, kept)
    counts = sparse.csr_array(
        (links[kept].astype(np.float64), (left.written[at_left], right.written[at_right])),
        shape=(len(left.words), len(right.words)),
    )
    return WordLinks(tuple(left.words), tuple(right.words), counts, skipped)


def _read(pairs: Any) -> tuple[_Side, _Side, int]:
    every = [[_WORD.findall(" " + " ".join(text.split())) for text in pair] for pair in read_pairs(pairs)]
    kept = [pair for pair in every if all(0 < len(words) <= LONGEST for words in pair)]
    if not kept:
        raise LectError(
            f"none of {len(every)} pairs has two sides of 1 to {LONGEST} words; expected pairs of sentences"
        )
    left, right = (_side([pair[side] for pair in kept]) for side in (0, 1))
    return left, right, len(every) - len(kept)


def _side(sentences: list[list[str]]) -> _Side:
    words = sorted({word for sentence in sentences for word in sentence})
    number = {word: index for index, word in enumerate(words)}
    types: dict[str, int] = {}
    of_word = np.array([types.setdefault(word.strip().lower(), len(types)) for word in words])
    lengths = np.array([len(sentence) for sentence in sentences])
    written = np.fromiter((number[word] for sentence in sentences for word in sentence), np.int64, int(lengths.sum()))
    return _Side(words, written, of_word[written], lengths, np.cumsum(lengths) - lengths)


def _positions(left: _Side, right: _Side, first: np.ndarray, cells: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the left and the right position of each cell."""
    sentence = np.searchsorted(first, cells, side="right") - 1
    row, column = np.divmod(cells - first[sentence], right.lengths[sentence])
    return left.starts[sentence] + row, right.starts[sentence] + column


def _number(left: _Side, right: _Side, cells: np.ndarray) -> tuple[np.ndarray, tuple[np.ndarray, np.ndarray]]:
    """Return the kind of each cell (which two types; int32), and the left and right types of the kinds."""
    first, width = np.cumsum(cells) - cells, int(right.types.max()) + 1
    kinds = np.empty(int(cells.sum()), dtype=np.int32)
    chunks = []
    for start in range(0, len(kinds), _CELLS):
        here = slice(start, min(start + _CELLS, len(kinds)))
        at_left, at_right = _positions(left, right, first, np.arange(here.start, here.stop))
        found, kinds[here] = np.unique(left.types[at_left] * width + right.types[at_right], return_inverse=True)
        chunks.append((here, found))
    every = np.unique(np.concatenate([found for _, found in chunks]))
    for here, found in chunks:
        kinds[here] = np.searchsorted(every, found)[kinds[here]]
    return kinds, np.divmod(every, width)


def _train(
    directions: tuple[_Direction, _Direction],
    kinds: np.ndarray,
    types: tuple[np.ndarray, np.ndarray],
    iterations: int,
) -> np.ndarray:
    """Return the probability of each cell's link; float32 [cell]."""
    sizes = [int(one.emissions.types.max()) + 1 for one in directions]
    models = [
        _Model(np.full(len(types[0]), 1 / size), np.full(size, 1 / size), np.ones(2 * LONGEST + 1)) for size in sizes
    ]
    links = np.empty(0, dtype=np.float32)
    with progress("aligning", total=2 * iterations, unit="iterations") as advance:
        for turn in range(2 * iterations):
            expectation = _model1 if turn < iterations else _hmm
            (links, *first), (others, *second) = (
                _expect(direction, model, kinds, expectation)
                for direction, model in zip(directions, models, strict=True)
            )
            links *= others
            counts = np.bincount(kinds, links, len(types[0]))
            tables = [counts / np.maximum(np.bincount(side, counts)[side], _FLOOR) for side in types]
            models = [
                _Model(np.maximum(table, _FLOOR), np.maximum(null / max(null.sum(), _FLOOR), _FLOOR), jumps + 1)
                for table, (null, jumps) in zip(tables, (first, second), strict=True)
            ]
            advance(1)
    return links


def _expect(
    direction: _Direction, model: _Model, kinds: np.ndarray, expectation: Expectation
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the posterior of each cell (float32), the expected emissions of null, the expected jumps."""
    links = np.empty(len(kinds), dtype=np.float32)
    null, jumps = np.zeros_like(model.null), np.zeros_like(model.jumps)
    for cells, emitted, bounds in _blocks(direction):
        found, unlinked, jumped = expectation(model.table[kinds[cells]], model.null[emitted], model.jumps, bounds)
        links[cells] = found
        null += np.bincount(emitted, unlinked, len(null))
        jumps += jumped
    return links, null, jumps


def _blocks(direction: _Direction) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Yield (cells [row, state], emitted types [row], row bounds of each step) for the sentences with as many states.

    Rows are ordered by step; at each step the sentences that are long enough stand in the same order, longest first.
    """
    lengths = direction.emissions.lengths
    for size in np.unique(direction.states.lengths):
        sentences = np.flatnonzero(direction.states.lengths == size)
        sentences = sentences[np.argsort(-lengths[sentences], kind="stable")]
        steps = np.arange(lengths[sentences[0]])
        alive = np.searchsorted(-lengths[sentences], -steps, side="left")
        members, step = np.concatenate([sentences[:count] for count in alive]), np.repeat(steps, alive)
        first = direction.first_cells[members] + step * direction.emission_strides[members]
        cells = first[:, None] + direction.state_strides[members][:, None] * np.arange(size)
        emitted = direction.emissions.types[direction.emissions.starts[members] + step]
        yield cells, emitted, np.concatenate([[0], np.cumsum(alive)])


def _model1(emit: np.ndarray, null: np.ndarray, jumps: np.ndarray, bounds: np.ndarray) -> Posteriors:
    """Every state is as likely, wherever it stands."""
    links, none = emit * ((1 - _NULL) / emit.shape[1]), null * _NULL
    total = links.sum(axis=1) + none
    return links / total[:, None], none / total, np.zeros_like(jumps)


def _hmm(emit: np.ndarray, null: np.ndarray, jumps: np.ndarray, bounds: np.ndarray) -> Posteriors:
    """Forward and backward pass; a null word leaves the position where it was."""
    states = np.arange(emit.shape[1])
    start = jumps[states + 1 + LONGEST] / jumps[states + 1 + LONGEST].sum()
    move = jumps[states - states[:, None] + LONGEST]
    move = (1 - _NULL) * move / move.sum(axis=1, keepdims=True)
    null = _NULL * null[:, None]
    here = [slice(one, two) for one, two in pairwise(bounds)]
    # The rows of the step before that belong to the sentences that go on.
    before = [slice(a.start, a.start + b.stop - b.start) for a, b in pairwise(here)]

    linked, unlinked, onward = np.empty_like(emit), np.empty_like(emit), np.ones_like(emit)
    linked[here[0]] = (1 - _NULL) * start * emit[here[0]]
    unlinked[here[0]] = null[here[0]] / len(states)
    for step, now in enumerate(here):
        if step:
            reached = linked[before[step - 1]] + unlinked[before[step - 1]]
            linked[now] = (reached @ move) * emit[now]
            unlinked[now] = reached * null[now]
        total = (linked[now].sum(axis=1) + unlinked[now].sum(axis=1))[:, None]
        linked[now] /= total
        unlinked[now] /= total
    moved = np.zeros_like(move)
    for then, now in zip(reversed(before), reversed(here[1:]), strict=True):
        reached, ahead = linked[then] + unlinked[then], emit[now] * onward[now]
        back = ahead @ move.T + null[now] * onward[now]
        total = (reached * back).sum(axis=1, keepdims=True)
        onward[then] = back / total
        moved += reached.T @ (ahead / total)
    links = linked * onward
    moved *= move
    jumped = np.bincount((states - states[:, None] + LONGEST).ravel(), moved.ravel(), len(jumps))
    jumped[states + 1 + LONGEST] += links[here[0]].sum(axis=0)
    return links, (unlinked * onward).sum(axis=1), jumped
