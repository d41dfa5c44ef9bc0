"""Which texts are like the good ones: a classifier on hashed n-grams or on vectors, with or without labels."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.special import softmax

from lect.artifacts.errors import LectError
from lect.corpus.choosing.drawing import content_keys
from lect.corpus.grading.linear_models import Features, LinearModel, load_model, make_rows, save_model
from lect.corpus.grading.ngrams import HashedNgrams
from lect.corpus.grading.regressions import draw_layer, fit_perceptron, fit_softmax

Floats = np.ndarray
GOOD, WEB = "good", "web"


@dataclass(frozen=True)
class Classifier:
    """Labels in the order of the alphabet, and the model that says how likely each is."""

    labels: list[str]
    model: LinearModel

    def probabilities(self, texts: Sequence[str]) -> Floats:
        """Return p(label), float64 [text, label]."""
        return np.asarray(softmax(self.model.outputs(texts), axis=1))

    def score(self, texts: Sequence[str], label: str = GOOD) -> Floats:
        """Return p(`label`) of each text, float64 [text]."""
        if label not in self.labels:
            raise LectError(f"this classifier knows {', '.join(self.labels)}; found {label!r}")
        return self.probabilities(texts)[:, self.labels.index(label)]

    def label(self, texts: Sequence[str], *, least: float = 0.0) -> list[str]:
        """Return the likeliest label of each text, "" where its probability is below `least` (0–1)."""
        found = self.probabilities(texts)
        return [
            self.labels[best] if row[best] >= least else ""
            for row, best in zip(found, found.argmax(axis=1), strict=True)
        ]

    def save(self, folder: str | Path) -> Path:
        """Write the classifier into a folder: `weights.safetensors` and `model.json`."""
        return save_model(self.model, folder, "classifier", {"labels": self.labels})


def load_classifier(folder: str | Path, *, features: Features | None = None) -> Classifier:
    """Read a classifier back; `features` is the function it was learned with, where that was not hashed n-grams.

    >>> load_classifier("quality").score(["Gott kvøld"])  # doctest: +SKIP
    """
    model, said = load_model(folder, "classifier", features)
    return Classifier(said["labels"], model)


def learn_classifier(
    texts: Sequence[str], labels: Sequence[str], *, features: Features | None = None, strength: float = 1.0,
    hidden: int = 0, seed: int = 0,
) -> Classifier:  # fmt: skip
    """Fit a logistic regression of labels on the features of texts (see `fit_softmax` for `strength`).

    `features` are hashed n-grams of words and characters unless an encoder is passed, a function texts → float32 [text,
    d]. With `hidden` units there is a layer of rectified units in between, for vectors; its start is drawn under `seed`.

    >>> learned = learn_classifier(["ja ja", "nei", "ja", "nei nei"], ["yes", "no", "yes", "no"])
    >>> learned.label(["nei nei nei", "ja"])
    ['no', 'yes']
    """
    features = features or HashedNgrams()
    if len(texts) != len(labels):
        raise LectError(f"expected a label for each text; found {len(texts)} texts and {len(labels)} labels")
    names = sorted(set(labels))
    if len(names) < 2:
        raise LectError(f"the texts have the labels {names}; expected two or more")
    if strength <= 0 or hidden < 0:
        raise LectError(f"strength must be above 0 and hidden not below; found {strength} and {hidden}")
    rows = make_rows(features, texts)
    place = {name: number for number, name in enumerate(names)}
    gold = np.array([place[label] for label in labels])
    if not hidden:
        return Classifier(names, LinearModel(features, fit_softmax(rows, gold, len(names), strength)))
    if not isinstance(rows, np.ndarray):
        raise LectError("hidden units read vectors; pass features=, an encoder, or leave hidden at 0 for n-grams")
    start = draw_layer(rows.shape[1], hidden, seed)
    layer, weights = fit_perceptron(rows, gold, len(names), strength, start)
    return Classifier(names, LinearModel(features, weights, layer))


def contrast(
    good: Sequence[str], web: Sequence[str], *, features: Features | None = None, most: int = 100_000,
    strength: float = 1.0, hidden: int = 0, seed: int = 0,
) -> Classifier:  # fmt: skip
    """Learn what sets good texts apart from a random sample of a crawl, without any labels (Messmer et al., 2025).

    As many texts of one side as of the other, at most `most` of each, chosen by a hash of what they say under `seed`.
    The score of a text is p("good"); lines are joined by spaces, never glued.

    >>> grader = contrast(["Góðan morgun øll", "Góða nátt"], ["klikk her", "meny meny meny"])
    >>> bool(grader.score(["Góðan morgun"])[0] > grader.score(["meny klikk"])[0])
    True
    """
    number = min(len(good), len(web), most)
    if number < 2:
        raise LectError(f"contrast needs two good texts and two of the crawl; found {len(good)} and {len(web)}")
    texts = [*_drawn(good, number, seed), *_drawn(web, number, seed)]
    labels = [GOOD] * number + [WEB] * number
    return learn_classifier(texts, labels, features=features, strength=strength, hidden=hidden, seed=seed)


def _drawn(texts: Sequence[str], number: int, seed: int) -> list[str]:
    return [texts[place] for place in np.argsort(content_keys(texts, seed), kind="stable")[:number]]


def likeness(
    texts: Sequence[str], examples: Sequence[str], encoder: Features, *, most: int = 8192, seed: int = 0
) -> Floats:
    """Return the cosine of each text to the nearest of at most `most` good examples, float64 [text] (ibid.).

    >>> likeness(texts, good, lambda some: use.embed(model, some, layer=-1))  # doctest: +SKIP
    """
    known = _unit(make_rows(encoder, _drawn(examples, min(most, len(examples)), seed)))
    batches = [texts[start : start + 1024] for start in range(0, len(texts), 1024)]
    near = [(_unit(make_rows(encoder, batch)) @ known.T).max(axis=1) for batch in batches]
    return np.concatenate([np.empty(0), *near])


def _unit(rows: Floats) -> Floats:
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / np.where(norms > 0, norms, 1)
