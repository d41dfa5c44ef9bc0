"""Texts as weighted n-grams, and a linear classifier on them: the baseline that reads no further than words."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Literal

import numpy as np
from scipy import sparse
from scipy.special import log_softmax

from lect.artifacts.errors import LectError
from lect.artifacts.tasks import Labeled, read_task
from lect.corpus.grading.ngrams import Ngrams
from lect.corpus.grading.regressions import fit_softmax

Floats = np.ndarray
Side = Literal["both", "text", "pair"]
_PAIR = "\x1f"  # set before the n-grams of a second text: what stands there is another feature


@dataclass(frozen=True)
class TfIdf:
    """A vocabulary of n-grams and how rare each is; makes rows of texts."""

    ngrams: Ngrams
    places: dict[str, int]
    rarity: Floats
    """float64 [n-gram]"""

    def rows(self, texts: Sequence[str], pairs: Sequence[str | None] | None = None) -> sparse.csr_array:
        """Return float64 [text, n-gram] of unit length (0 where no n-gram is known): count times rarity."""
        return self.weigh([Counter(one) for one in _counted(self.ngrams, texts, pairs)])

    def weigh(self, counts: Sequence[Counter[str]]) -> sparse.csr_array:
        """Return the rows of texts whose n-grams are counted already."""
        known = [[(self.places[gram], times) for gram, times in one.items() if gram in self.places] for one in counts]
        ends = np.cumsum([0, *map(len, known)])
        flat = np.array(list(chain.from_iterable(known)), dtype=np.int64).reshape(-1, 2)
        table = sparse.csr_array(
            (flat[:, 1] * self.rarity[flat[:, 0]], flat[:, 0], ends), (len(counts), len(self.rarity))
        )
        norms = np.sqrt(np.asarray(table.multiply(table).sum(axis=1))).reshape(-1)
        table.data /= np.repeat(np.where(norms > 0, norms, 1), np.diff(ends))
        table.sort_indices()
        return table


def fit_tfidf(
    texts: Sequence[str], pairs: Sequence[str | None] | None = None, *, ngrams: Ngrams | None = None, least: int = 1
) -> TfIdf:
    """Return the n-grams that at least `least` texts have, with rarity ln((1 + N) / (1 + n)) + 1 (as scikit-learn).

    N are the texts, n those that have the n-gram. `pairs` are second texts, whose n-grams are told from those of the
    first; None is a text without one.
    """
    chosen = ngrams or Ngrams()
    found = Counter(chain.from_iterable(set(one) for one in _counted(chosen, texts, pairs)))
    kept = sorted(gram for gram, times in found.items() if times >= least)
    if not kept:
        raise LectError(f"{len(texts)} texts have no n-gram {least} times; expected texts with words")
    seen = np.array([found[gram] for gram in kept], dtype=np.float64)
    return TfIdf(chosen, {gram: place for place, gram in enumerate(kept)}, np.log((1 + len(texts)) / (1 + seen)) + 1)


def _counted(ngrams: Ngrams, texts: Sequence[str], pairs: Sequence[str | None] | None) -> Iterator[list[str]]:
    for text, pair in zip(texts, pairs or [None] * len(texts), strict=True):
        yield [*ngrams.of(text), *(_PAIR + gram for gram in ngrams.of(pair or ""))]


@dataclass(frozen=True)
class LinearClassifier:
    """Classes, what each n-gram says for each of them (float64 [n-gram + 1, class]; the last row is the bias)."""

    labels: list[str]
    features: TfIdf
    weights: Floats
    side: Side = "both"

    def predict(self, examples: Sequence[Labeled]) -> list[str]:
        """Return the likeliest class of each example; of equals the first in the alphabet."""
        return [self.labels[best] for best in self.scores(examples).argmax(axis=1)]

    def scores(self, examples: Sequence[Labeled]) -> Floats:
        """Return ln p(class), float64 [example, class]."""
        rows = self.features.rows(*_sides(examples, self.side))
        return np.asarray(log_softmax(rows @ self.weights[:-1] + self.weights[-1], axis=1))


def linear_classifier(
    task: Any, *, ngrams: Ngrams | None = None, side: Side = "both", strength: float = 1.0, least: int = 1
) -> LinearClassifier:
    """Fit a logistic regression on the n-grams of the training part of a classification task.

    Least Σ −ln p(class) + ‖w‖² / (2 · `strength`), the bias free (scikit-learn's C), by L-BFGS; starts at 0, so there is
    no chance in it. `side` is what it may read: `pair` alone is the hypothesis-only baseline (Poliak et al. 2018), which
    on a sound inference set stays at chance. `least` drops n-grams of fewer texts.

    >>> grade(linear_classifier(task).predict(task.part("test")), task)[0].value  # doctest: +SKIP
    """
    task = read_task(task)
    if task.kind != "classification":
        raise LectError(f"{task.name} is a {task.kind} task; a linear classifier needs one of kind 'classification'")
    return fit_linear(task.part("train"), ngrams=ngrams, side=side, strength=strength, least=least)


def fit_linear(
    examples: Sequence[Labeled], *, ngrams: Ngrams | None = None, side: Side = "both", strength: float = 1.0,
    least: int = 1,
) -> LinearClassifier:  # fmt: skip
    """Fit the classifier of `linear_classifier` on examples that are no task yet."""
    if strength <= 0:
        raise LectError(
            f"strength is {strength}; expected a number above 0 (the larger, the closer to the training part)"
        )
    labels = sorted({example.label for example in examples})
    if len(labels) < 2:
        raise LectError(f"the training part has the classes {labels}; expected two or more")
    sides = _sides(examples, side)
    features = fit_tfidf(*sides, ngrams=ngrams, least=least)
    place = {label: number for number, label in enumerate(labels)}
    gold = np.array([place[example.label] for example in examples])
    return LinearClassifier(labels, features, fit_softmax(features.rows(*sides), gold, len(labels), strength), side)


def _sides(examples: Sequence[Labeled], side: Side) -> tuple[list[str], list[str | None] | None]:
    if side == "text":
        return [example.text for example in examples], None
    pairs = [example.pair for example in examples]
    if side == "both":
        return [example.text for example in examples], pairs
    if side != "pair":
        raise LectError(f"side is {side!r}; expected 'both', 'text' or 'pair'")
    if None in pairs:
        raise LectError("side is 'pair', but some examples have no second text")
    return [pair or "" for pair in pairs], None
