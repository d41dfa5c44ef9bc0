"""Ratings of a few documents by a careful judge, distilled into a rater that reads all of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lect.artifacts.errors import LectError
from lect.corpus.grading.linear_models import Features, LinearModel, load_model, make_rows, save_model
from lect.corpus.grading.measures import spearman, top_precision
from lect.corpus.grading.ngrams import HashedNgrams, Ngrams
from lect.corpus.grading.regressions import fit_ridge

Floats = np.ndarray
STEMS = HashedNgrams(Ngrams(words=(1, 1), characters=(3, 5)))
"""Words and their pieces: what a text is about, better than the short n-grams that tell junk (Spearman .73 to .60, ours)."""


@dataclass(frozen=True)
class Rater:
    """What is rated (`name`, such as education, STEM or toxicity), the scale, and the model that rates."""

    name: str
    scale: tuple[float, float]
    model: LinearModel

    def rate(self, texts: Sequence[str]) -> Floats:
        """Return the rating of each text on the scale, float64 [text]."""
        return np.clip(self.model.outputs(texts)[:, 0], *self.scale)

    def save(self, folder: str | Path) -> Path:
        """Write the rater into a folder: `weights.safetensors` and `model.json`."""
        return save_model(self.model, folder, "rater", {"name": self.name, "scale": list(self.scale)})


def load_rater(folder: str | Path, *, features: Features | None = None) -> Rater:
    """Read a rater back; `features` is the function it was learned with, where that was not hashed n-grams.

    >>> load_rater("education").rate(["Gott kvøld"])  # doctest: +SKIP
    """
    model, said = load_model(folder, "rater", features)
    return Rater(said["name"], (said["scale"][0], said["scale"][1]), model)


def learn_rater(
    texts: Sequence[str], ratings: Sequence[float], *, name: str = "rating", scale: tuple[float, float] = (0.0, 5.0),
    features: Features | None = None, strength: float = 1.0,
) -> Rater:  # fmt: skip
    """Distil the ratings of a judge into a ridge regression on the features of native texts (Almeida et al., 2025).

    `ratings` are numbers on `scale`, one for each text; `strength` as in `fit_ridge`, the larger the closer to them.
    `features` are words and pieces of them unless passed.
    The paper fine-tunes a native BERT: pass an encoder of the language as `features` for what comes nearest.

    >>> rater = learn_rater(["ja", "nei", "ja ja", "nei nei"], [5, 0, 5, 0], strength=100)
    >>> [round(one) for one in rater.rate(["nei", "ja"])]
    [0, 5]
    """
    values, features = np.asarray(ratings, dtype=np.float64), features or STEMS
    if len(values) != len(texts) or len(texts) < 2:
        raise LectError(f"expected two or more texts, a rating for each; found {len(texts)} and {len(values)}")
    if not np.isfinite(values).all() or values.min() < scale[0] or values.max() > scale[1]:
        raise LectError(
            f"ratings must lie between {scale[0]:g} and {scale[1]:g}; found {values.min():g} to {values.max():g}"
        )
    if strength <= 0:
        raise LectError(f"strength is {strength}; expected a number above 0")
    weights = fit_ridge(make_rows(features, texts), values, strength)
    return Rater(name, scale, LinearModel(features, weights[:, None]))


@dataclass(frozen=True)
class Agreement:
    """How far a rater ranks as the judge does: on `n` documents that it did not learn from."""

    spearman: float
    top_precision: float
    """share of the tenth rated highest that the judge rated `good` or more"""
    base_rate: float
    """the same share of all documents"""
    n: int


def compare_ratings(
    rated: Sequence[float] | Floats, ratings: Sequence[float] | Floats, *, good: float = 3.0
) -> Agreement:
    """Compare what a rater says of documents with what the judge said; from `good` on, a document is a good one.

    >>> compare_ratings([4.0, 1.0, 0.5, 0.2], [5, 2, 1, 0]).base_rate
    0.25
    """
    ours, gold = np.asarray(rated, dtype=np.float64), np.asarray(ratings, dtype=np.float64)
    if len(ours) != len(gold) or not len(gold):
        raise LectError(f"expected two ratings of each document; found {len(ours)} and {len(gold)}")
    wanted = gold >= good
    return Agreement(spearman(ours, gold), top_precision(ours, wanted), float(wanted.mean()), len(gold))
