"""Registers and domains of documents: news, scripture, tweets, law, whatever the labeled examples know."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from lect.artifacts.errors import LectError
from lect.artifacts.texts import read
from lect.corpus.choosing.drawing import content_keys
from lect.corpus.grading.classifiers import Classifier, learn_classifier
from lect.corpus.grading.linear_models import Features

UNKNOWN = ""


def learn_registers(
    examples: Any, *, column: str = "register", features: Features | None = None, most: int = 2000,
    strength: float = 1.0, seed: int = 0,
) -> Classifier:  # fmt: skip
    """Learn registers from documents that carry a label in `column`; see `learn_classifier` for the rest.

    At most `most` documents of each register, chosen by a hash of what they say, so that a large one does not stand for
    all; `label(texts, least=0.5)` leaves the rest without a label.

    >>> learned = learn_registers([{"text": t, "register": r} for t, r in [("Amen", "scripture"), ("lol", "tweet")] * 2])
    >>> learned.label(["amen"])
    ['scripture']
    """
    documents = list(read(examples))
    if missing := sum(not document.get(column) for document in documents):
        columns = sorted({name for document in documents for name in document} - {"text", "id"})
        raise LectError(
            f"{missing} of {len(documents)} documents have no {column!r}; their columns are "
            f"{', '.join(columns) or 'text alone'}. Pass column= with the one that holds the register."
        )
    labels = np.array([str(document[column]) for document in documents])
    keys = content_keys((document["text"] for document in documents), seed)
    kept = [place for label in np.unique(labels) for place in _smallest(np.flatnonzero(labels == label), keys, most)]
    texts = [documents[place]["text"] for place in kept]
    return learn_classifier(texts, labels[kept].tolist(), features=features, strength=strength)


def _smallest(places: np.ndarray, keys: np.ndarray, most: int) -> list[int]:
    return [int(place) for place in places[np.argsort(keys[places], kind="stable")][:most]]


def confusion(labels: Sequence[str], gold: Sequence[str]) -> dict[tuple[str, str], int]:
    """Return (gold, found) → documents.

    >>> confusion(["news", ""], ["news", "law"])
    {('law', ''): 1, ('news', 'news'): 1}
    """
    pairs, counts = np.unique(np.array(list(zip(gold, labels, strict=True))), axis=0, return_counts=True)
    return {(str(one), str(other)): int(count) for (one, other), count in zip(pairs, counts, strict=True)}
