"""Translations as neighbors in a shared space: four rules against hubs, the share they get right, and how hubs fare."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Literal

import numpy as np
from scipy import special, stats

from lect.artifacts.bitexts import read_pairs
from lect.artifacts.errors import LectError
from lect.artifacts.results import Score
from lect.vocab.spaces.mapping import find, unit
from lect.vocab.spaces.vectors import Vectors

Rule = Literal["nearest", "inverted", "softmax", "csls"]
RULES = ("nearest", "inverted", "softmax", "csls")
RANKS = (1, 5, 10)
_BLOCK = 1 << 24  # similarities that are held at once
_TIE = 0.25  # less than half: cosines order what has the same rank, and no more


@dataclass(frozen=True)
class Accuracy:
    """How often a right translation is among the first 1, 5 and 10."""

    at: dict[int, float]
    """Rank → share of the queries with a right translation up to it (P@1, P@5, P@10)."""
    chance: float
    """What P@1 would be if the first were drawn at random."""
    coverage: float
    """Share of the gold source words that have a vector, and a translation that has one."""
    hits: np.ndarray = field(repr=False, compare=False)
    """bool [query, 3]: for intervals by resampling queries"""

    def score(self) -> Score:
        """Return P@1 with its queries as evidence."""
        examples = np.column_stack([self.hits[:, 0], np.ones(len(self.hits))]).astype(np.float64)
        return Score("accuracy", self.at[1], len(examples), examples, [str(i) for i in range(len(examples))])


def translate_words(
    source: Vectors,
    target: Vectors,
    words: Sequence[str] | None = None,
    *,
    number: int = 1,
    rule: Rule = "csls",
    neighbors: int = 10,
    sharpness: float = 30.0,
) -> dict[str, list[tuple[str, float]]]:
    """Return the best target words for source words (None: all) of one space, each with its score, best first.

    Rules: `nearest`, the cosine; `inverted`, minus the rank of x among the queries of y, ties by cosine (Dinu, Lazaridou
    & Baroni, 2015); `softmax`, log of exp(β cos(x, y)) / Σ_x' exp(β cos(x', y)) with β = `sharpness` (Smith et al.,
    2017); `csls`, 2 cos(x, y) − r(x) − r(y), where r is the mean cosine with the nearest `neighbors` of the other
    language (Conneau et al., 2018). x' runs over all source words. Similarities are never held but a block at a time.

    >>> translate_words(mapped.source, mapped.target, ["hús"])  # doctest: +SKIP
    {'hús': [('house', 0.61)]}
    """
    rows = np.arange(len(source.words)) if words is None else source.rows(words)
    if missing := [word for word, row in zip(words or [], rows.tolist(), strict=False) if row < 0]:
        raise LectError(f"{len(missing)} words have no source vector, such as {', '.join(map(repr, missing[:3]))}")
    found, scores = _retrieve(source, target, rows, number, rule, neighbors, sharpness)
    return {
        source.words[row]: [(target.words[index], value) for index, value in zip(ids, values, strict=True)]
        for row, ids, values in zip(rows.tolist(), found.tolist(), scores.tolist(), strict=True)
    }


def retrieval_accuracy(
    source: Vectors,
    target: Vectors,
    gold: Any,
    *,
    rule: Rule = "csls",
    neighbors: int = 10,
    sharpness: float = 30.0,
) -> Accuracy:
    """Measure P@1, P@5 and P@10 of `translate_words` on Pairs of (source word, a right target word).

    A source word with several translations is one query, and any of them is right. Words are looked up as they are
    written, else in lower case. What has no vector is not asked, and lowers the coverage.

    >>> retrieval_accuracy(mapped.source, mapped.target, [("hús", "house"), ("hús", "home")]).at[1]  # doctest: +SKIP
    """
    sides = read_pairs(gold).sides()
    right: dict[int, set[int]] = defaultdict(set)
    for query, answer in zip(find(source, sides[0]).tolist(), find(target, sides[1]).tolist(), strict=True):
        if query >= 0 and answer >= 0:
            right[query].add(answer)
    if not right:
        raise LectError(
            f"none of the {len(sides[0])} gold pairs has both words in the vectors; are the sides exchanged?"
        )
    rows = np.fromiter(right, dtype=np.int64)
    found, _ = _retrieve(source, target, rows, max(RANKS), rule, neighbors, sharpness)
    correct = np.array(
        [[index in right[row] for index in ids] for row, ids in zip(rows.tolist(), found.tolist(), strict=True)]
    )
    hits = np.stack([correct[:, :rank].any(axis=1) for rank in RANKS], axis=1)
    return Accuracy(
        at=dict(zip(RANKS, hits.mean(axis=0).tolist(), strict=True)),
        chance=float(np.mean([len(answers) for answers in right.values()]) / len(target.words)),
        coverage=len(rows) / len(set(sides[0])),
        hits=hits,
    )


def hubness(
    source: Vectors, target: Vectors, *, rule: Rule = "csls", neighbors: int = 10, sharpness: float = 30.0
) -> float:
    """Return the skewness of how often each target word is among the `neighbors` best of all source words.

    The more a few hubs are near everything, the larger it is (Radovanović, Nanopoulos & Ivanović, 2010).
    """
    found, _ = _retrieve(source, target, np.arange(len(source.words)), neighbors, rule, neighbors, sharpness)
    return float(stats.skew(np.bincount(found.ravel(), minlength=len(target.words))))


def _retrieve(
    source: Vectors, target: Vectors, rows: np.ndarray, number: int, rule: Rule, neighbors: int, sharpness: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return the `number` best targets of source rows and their scores, best first: two arrays [row, number]."""
    _check(source, target, rule, number=number, neighbors=neighbors, sharpness=sharpness)
    X, Y = (unit(vectors.matrix) for vectors in (source, target))
    queries = X[rows]
    scale, own, bias = {"csls": 2.0, "softmax": sharpness}.get(rule, 1.0), np.zeros(len(rows)), np.zeros(len(Y))
    if rule == "csls":
        mean = partial(_mean_of_best, number=neighbors)
        own, bias = _over(queries, Y, mean), _over(Y, X, mean)
    elif rule == "softmax":
        bias = _over(Y, X, lambda cosines: special.logsumexp(sharpness * cosines, axis=1))
    number = min(number, len(Y))
    best, ids = np.zeros((len(rows), 0)), np.zeros((len(rows), 0), dtype=np.int64)
    for block in _blocks(len(Y), len(rows)):
        scores = queries @ Y[block].T
        scores = _ranked(scores) if rule == "inverted" else scale * scores - bias[block]
        best, ids = _merge(best, ids, scores, block.start, number)
    return ids, best - own[:, None]


def _check(source: Vectors, target: Vectors, rule: str, **numbers: float) -> None:
    if rule not in RULES:
        raise LectError(f"there is no retrieval rule {rule!r}; expected one of {', '.join(RULES)}")
    if source.dimension != target.dimension:
        raise LectError(f"source has {source.dimension} dimensions, target {target.dimension}; map them into one space")
    for name, value in numbers.items():
        if not value > 0:
            raise LectError(f"{name} must be more than 0, not {value}")


def _blocks(total: int, width: int) -> Iterator[slice]:
    size = max(1, _BLOCK // max(width, 1))
    return (slice(start, min(start + size, total)) for start in range(0, total, size))


def _over(rows: np.ndarray, others: np.ndarray, summary: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """Return `summary` of the cosines of each of `rows` with all `others`; float64 [row]."""
    return np.concatenate([summary(rows[block] @ others.T) for block in _blocks(len(rows), len(others))])


def _mean_of_best(cosines: np.ndarray, number: int) -> np.ndarray:
    number = min(number, cosines.shape[1])
    return np.partition(cosines, -number, axis=1)[:, -number:].mean(axis=1)


def _ranked(cosines: np.ndarray) -> np.ndarray:
    """Return minus the rank of each query among all queries of a target, with the cosine as what decides ties."""
    order = np.argsort(-cosines, axis=0, kind="stable")
    ranks = np.empty_like(order)
    np.put_along_axis(ranks, order, np.arange(1, len(cosines) + 1)[:, None], axis=0)
    return _TIE * cosines - ranks


def _merge(
    best: np.ndarray, ids: np.ndarray, scores: np.ndarray, start: int, number: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return the `number` best of what was best and of a new block of targets, the earlier of equals first."""
    if scores.shape[1] > number:
        places = np.argpartition(-scores, number - 1, axis=1)[:, :number]
        places.sort(axis=1)
    else:
        places = np.broadcast_to(np.arange(scores.shape[1]), scores.shape)
    best = np.concatenate([best, np.take_along_axis(scores, places, axis=1)], axis=1)
    ids = np.concatenate([ids, places + start], axis=1)
    order = np.argsort(-best, axis=1, kind="stable")[:, :number]
    return np.take_along_axis(best, order, axis=1), np.take_along_axis(ids, order, axis=1)
