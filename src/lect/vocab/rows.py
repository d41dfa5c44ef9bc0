"""Where the rows of a new vocabulary come from: a sparse matrix over the old one, with a reason for every row.

Every way to start a vocabulary (copy, mean of pieces, dictionary, similarity, …) is a function `(model, tokenizer, *,
seed) → Rows`; `remapping.remap` applies what it gives.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from lect.artifacts.errors import LectError
from lect.artifacts.models import Model
from lect.vocab.surfaces import forms, matches, roles, same_role, segmenter, tokens_by_id, vocabulary_size

COPIED, DRAWN = "copied", "drawn"


@dataclass(frozen=True)
class Rows:
    """New rows are `weights @ old rows`; where `drawn`, draws from N(mean, deviation) of each old column."""

    weights: sparse.csr_array
    """float64 [new vocabulary, old vocabulary]"""
    drawn: np.ndarray
    """bool [new vocabulary]"""
    reasons: list[str]
    """One a row, such as "copied", "mean of 3 pieces", "drawn"."""
    seed: int = 0

    def __post_init__(self) -> None:
        new = self.weights.shape[0]
        if len(self.drawn) != new or len(self.reasons) != new:
            raise LectError(
                f"weights has {new} rows, drawn {len(self.drawn)}, reasons {len(self.reasons)}; give one of each a row"
            )
        filled = np.diff(self.weights.indptr) > 0
        if wrong := np.flatnonzero(filled == self.drawn)[:3].tolist():
            raise LectError(f"rows: each row needs weights or a draw, not both and not neither; wrong are rows {wrong}")

    def summary(self) -> dict[str, int]:
        """Return how many rows there are of each kind: copied, mean of pieces, drawn."""
        return dict(Counter(re.sub(r" \d+ (\w+?)s?$", r" \1s", reason) for reason in self.reasons))

    def shuffled(self, seed: int) -> "Rows":
        """Return the control: the same rows, but dealt at random among the tokens that are not copies."""
        order = np.arange(len(self.reasons))
        free = np.flatnonzero(np.array(self.reasons) != COPIED)
        order[free] = np.random.default_rng(seed).permutation(free)
        return Rows(self.weights[order], self.drawn[order], [self.reasons[index] for index in order], self.seed)


Builder = Callable[..., Rows]
"""`(model, tokenizer, *, seed=0) -> Rows`"""


def rows_from(parts: Sequence[Sequence[int]], reasons: list[str], width: int, seed: int = 0) -> Rows:
    """Return rows that are plain means: `parts[i]` are the old ids of row i (twice is double weight), none: drawn."""
    lengths = np.array([len(part) for part in parts], dtype=np.int64)
    columns = np.fromiter((index for part in parts for index in part), dtype=np.int64, count=int(lengths.sum()))
    values = np.repeat(1.0 / np.maximum(lengths, 1), lengths)
    weights = sparse.csr_array((values, columns, np.concatenate([[0], np.cumsum(lengths)])), shape=(len(parts), width))
    weights.sum_duplicates()
    return Rows(weights, lengths == 0, reasons, seed)


def kept_rows(kept: Iterable[int], width: int) -> Rows:
    """Return rows that are copies of the old rows `kept`, in this order; `width` is the size of the old vocabulary."""
    parts = [[index] for index in kept]
    return rows_from(parts, [COPIED] * len(parts), width)


def random_rows(model: Model, tokenizer: Any, *, seed: int = 0) -> Rows:
    """Draw every row but those of special tokens, which are copied by role: the floor that any start has to beat."""
    size, named = vocabulary_size(tokenizer), roles(model.tokenizer)
    twins = {index: same_role(role, named) for role, index in reversed(roles(tokenizer).items())}
    parts = [[twin] if (twin := twins.get(index)) is not None else [] for index in range(size)]
    return rows_from(parts, [COPIED if part else DRAWN for part in parts], vocabulary_size(model.tokenizer), seed)


def overlap_rows(model: Model, tokenizer: Any, *, seed: int = 0) -> Rows:
    """Copy tokens that stand for the same bytes at the same place of a word, or have the same role; draw the rest."""
    return _rows(model, tokenizer, lambda form: [], seed)


def constituent_rows(model: Model, tokenizer: Any, *, seed: int = 0) -> Rows:
    """Average the old rows of the pieces into which the old tokenizer cuts a new token; copy what both have.

    E_new[v] = mean(E_old[pieces(v)]), word start and all (Koto et al., 2021, IndoBERTweet, section 3.2: the best of
    their five ways). Tokens of which the old tokenizer knows no piece are drawn.
    """
    return _rows(model, tokenizer, segmenter(model.tokenizer), seed)


def shuffled(rows: Builder) -> Builder:
    """Return the control of a builder: the same rows, dealt at random among the tokens that are not copies."""

    def builder(model: Model, tokenizer: Any, *, seed: int = 0) -> Rows:
        return rows(model, tokenizer, seed=seed).shuffled(seed)

    return builder


BUILDERS: dict[str, Builder] = {"random": random_rows, "overlap": overlap_rows, "constituent": constituent_rows}
"""The builders that need nothing but a model and a tokenizer."""


def _rows(model: Model, tokenizer: Any, cut: Callable[[bytes], list[int]], seed: int) -> Rows:
    width, parts, reasons = vocabulary_size(model.tokenizer), [], []
    same = matches(tokenizer, model.tokenizer)
    for token, form, twin in zip(tokens_by_id(tokenizer), forms(tokenizer), same, strict=True):
        part = [int(twin)] if twin >= 0 else cut(form) if form is not None and token is not None else []
        parts.append(part)
        reasons.append(COPIED if twin >= 0 else f"mean of {len(part)} piece{'s' * (len(part) > 1)}" if part else DRAWN)
    return rows_from(parts, reasons, width, seed)
