"""Mining: pairs of sentences that translate each other, out of two texts about the same things."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from lect.artifacts.bitexts import Pairs, read_pairs
from lect.artifacts.errors import LectError
from lect.artifacts.hooks import progress
from lect.artifacts.texts import Text
from lect.corpus.overlap.folding import words
from lect.corpus.pairing.matching import Encoders, Floats, Ints, Matches, encode_sides, match_best, nearest

Margin = Literal["ratio", "distance", "absolute"]
MARGINS: dict[str, tuple[Callable[[Floats, Floats], Floats], float]] = {
    "ratio": (lambda cosine, mean: cosine / mean, 1.06),
    "distance": (lambda cosine, mean: cosine - mean, 0.05),
    "absolute": (lambda cosine, mean: cosine, 0.6),
}
"""Name → (score of a pair from its cosine and the mean cosine of both sides with their neighbors, usual threshold)."""
_FLAT = 0.01  # mean cosine with the neighbors below which a ratio says nothing


@dataclass(frozen=True)
class Mined:
    """Pairs of sentences, best first, their scores [pair], and where they stood: `rows` int64 [pair, 2]."""

    pairs: list[tuple[str, str]] = field(repr=False)
    scores: Floats = field(repr=False)
    rows: Ints = field(repr=False)
    margin: str
    """The rule by which they were scored"""
    dropped: dict[str, int]
    """Why candidates were left out → how many: `length`, `copy`"""

    def to_pairs(self) -> Pairs:
        """Return the pairs as an artifact."""
        return read_pairs(self.pairs)


def mine(
    source: Text | Sequence[str],
    target: Text | Sequence[str],
    encode: Encoders,
    *,
    margin: Margin = "ratio",
    threshold: float | None = None,
    neighbors: int = 4,
    length_ratio: float = 2.0,
    copied: float = 0.6,
) -> Mined:
    """Return the sentences of `source` and `target` that are translations of each other, each at most once.

    ratio(x, y) = cos(x, y) / (Σ_z cos(x, z) / 2k + Σ_z cos(y, z) / 2k), z being the k `neighbors` of x, and of y, on the
    other side (Artetxe and Schwenk 2019, "Margin-based parallel corpus mining"); `distance` takes the sum away instead
    of dividing, `absolute` does neither. Candidates are the best partner of every sentence in both directions ("max"),
    taken greedily. A ratio says nothing where the neighbors' mean cosine is near zero or below, as with centered
    vectors: there all is scored by `distance`, and `margin` of the result says so. Sentences that occur again are looked
    at once.

    Args:
        source: sentences, one a document.
        target: likewise, in the other language.
        encode: texts → vectors [n, d] in one space; or one function for each side (`fit_words` makes such two).
        margin: rule of the score.
        threshold: least score; None is that of the rule in `MARGINS`, 1.06 for a ratio. It belongs to the encoder.
        neighbors: k.
        length_ratio: most times that a sentence is longer than its partner, in characters, after the median length of
            each side is divided out.
        copied: share of common words (of all words of both, 0-1) from which a pair is a copy and no translation.
    """
    sides = tuple(_distinct(one) for one in (source, target))
    if not all(len(texts) for texts, _ in sides):
        raise LectError("mining needs sentences on both sides; one of them is empty")
    (left, from_left), (right, from_right) = sides
    with progress("mining", total=3, unit="steps") as advance:
        X, Y = encode_sides(encode, left, right)
        advance(1)
        forward, backward = nearest(X, Y, neighbors), nearest(Y, X, neighbors)
        advance(1)
        rows, columns, scores, used = score_candidates(forward, backward, margin)
        good, dropped = _filtered(left, right, rows, columns, length_ratio, copied)
        least = MARGINS[used][1] if threshold is None else threshold
        found = match_best(rows[good], columns[good], scores[good], least=least)
        advance(1)
    return _mined(found, left, right, from_left, from_right, used, dropped)


def score_candidates(
    forward: tuple[Ints, Floats], backward: tuple[Ints, Floats], margin: str = "ratio"
) -> tuple[Ints, Ints, Floats, str]:
    """Return (source row, target row, score) of the best partner by margin in both directions, and the rule used.

    `forward` and `backward` are (neighbors, cosines), each [n, k], as `nearest` gives them.
    """
    if margin not in MARGINS:
        raise LectError(f"there is no margin {margin!r}; expected one of {', '.join(MARGINS)}")
    means = forward[1].mean(axis=1), backward[1].mean(axis=1)
    flat = min(np.median(means[0]), np.median(means[1])) < _FLAT
    used = "distance" if margin == "ratio" and flat else margin
    rule = MARGINS[used][0]
    found = []
    for (ids, cosines), own, other in ((forward, *means), (backward, *reversed(means))):
        mean = (own[:, None] + other[ids]) / 2
        scores = rule(cosines, np.maximum(mean, _FLAT) if used == "ratio" else mean)
        best = scores.argmax(axis=1)[:, None]
        found.append((np.take_along_axis(ids, best, 1).ravel(), np.take_along_axis(scores, best, 1).ravel()))
    (to_right, one), (to_left, two) = found
    rows = np.concatenate([np.arange(len(to_right)), to_left])
    columns = np.concatenate([to_right, np.arange(len(to_left))])
    return rows, columns, np.concatenate([one, two]), used


def _distinct(side: Text | Sequence[str]) -> tuple[list[str], list[int]]:
    """Return the different texts of a side, and the row at which each stands first."""
    strings = side.strings() if isinstance(side, Text) else side
    places: dict[str, int] = {}
    for row, string in enumerate(strings):
        if string.strip():
            places.setdefault(string, row)
    return list(places), list(places.values())


def _filtered(
    left: list[str], right: list[str], rows: Ints, columns: Ints, length_ratio: float, copied: float
) -> tuple[Ints, dict[str, int]]:
    """Return which candidates pass the filters of length and of copies, and how many did not."""
    sizes = [np.array([len(text) for text in side], dtype=np.float64) for side in (left, right)]
    relative = (sizes[0] / np.median(sizes[0]))[rows] / (sizes[1] / np.median(sizes[1]))[columns]
    fits = np.maximum(relative, 1 / relative) <= length_ratio
    bags: list[list[set[str]]] = [[set(words(text)) for text in side] for side in (left, right)]
    own = np.array(
        [is_translated(bags[0][row], bags[1][column], copied) for row, column in zip(rows, columns, strict=True)]
    )
    pairs = np.unique(np.stack([rows, columns, ~fits, ~own], axis=1), axis=0)
    return np.flatnonzero(fits & own), {
        "length": int(pairs[:, 2].sum()),
        "copy": int((pairs[:, 3] & ~pairs[:, 2]).sum()),
    }


def is_translated(one: set[str], other: set[str], copied: float) -> bool:
    """Say whether two texts have words, and share less than `copied` of them."""
    return bool(one and other) and len(one & other) < copied * len(one | other)


def _mined(
    found: Matches, left: list[str], right: list[str], from_left: list[int], from_right: list[int], margin: str,
    dropped: dict[str, int],
) -> Mined:  # fmt: skip
    rows, columns = found.source.tolist(), found.target.tolist()
    return Mined(
        [(left[row], right[column]) for row, column in zip(rows, columns, strict=True)],
        found.scores,
        np.array([[from_left[row] for row in rows], [from_right[column] for column in columns]], dtype=np.int64).T,
        margin,
        dropped,
    )
