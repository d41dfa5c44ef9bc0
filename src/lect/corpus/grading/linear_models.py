"""A linear model of texts, with what turns texts into rows; on disk, safetensors and JSON."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse

from lect.artifacts.errors import LectError
from lect.artifacts.hooks import progress
from lect.corpus.grading.ngrams import HashedNgrams, Ngrams

Floats = np.ndarray
Features = Callable[[Sequence[str]], Any]
"""Texts → rows [text, feature]: `HashedNgrams`, or an encoder that gives float32 [text, d]."""
_FORMAT = 1
_AT_ONCE = 4096  # texts


@dataclass(frozen=True)
class JoinedFeatures:
    """Several features side by side, such as hashed n-grams and fluency.

    >>> JoinedFeatures((HashedNgrams(buckets=64), lambda texts: np.ones((len(texts), 2))))(["ja", "nei"]).shape
    (2, 66)
    """

    parts: tuple[Features, ...]

    def __call__(self, texts: Sequence[str]) -> sparse.csr_array:
        """Return float32 [text, feature], the columns of one part after those of another."""
        return sparse.csr_array(sparse.hstack([make_rows(part, texts) for part in self.parts], dtype=np.float32))


@dataclass(frozen=True)
class LinearModel:
    """What turns texts into rows, and what each feature says for each output (float64 [feature + 1, output])."""

    features: Features
    weights: Floats
    layer: Floats | None = None
    """hidden layer of rectified units before the weights, float64 [feature + 1, hidden]"""

    def outputs(self, texts: Sequence[str]) -> Floats:
        """Return float64 [text, output], texts in batches."""
        with progress("grading", total=len(texts), unit="documents") as advance:
            found = [np.empty((0, self.weights.shape[1]))]
            for start in range(0, len(texts), _AT_ONCE):
                batch = texts[start : start + _AT_ONCE]
                found.append(self._applied(make_rows(self.features, batch)))
                advance(len(batch))
        return np.concatenate(found)

    def _applied(self, rows: Any) -> Floats:
        if rows.shape[1] != len(self.layer if self.layer is not None else self.weights) - 1:
            raise LectError(
                f"the features of these texts are {rows.shape[1]} wide, which is not what was learned from; pass the "
                "function that was used then"
            )
        if self.layer is not None:
            rows = np.maximum(rows @ self.layer[:-1] + self.layer[-1], 0)
        return np.asarray(rows @ self.weights[:-1] + self.weights[-1], dtype=np.float64)


def make_rows(features: Features, texts: Sequence[str]) -> Any:
    """Return the rows of texts, and refuse what an encoder must not give."""
    rows = features(texts)
    if rows.ndim != 2 or rows.shape[0] != len(texts):
        raise LectError(f"features must be [text, feature]; for {len(texts)} texts there came {rows.shape}")
    if isinstance(rows, np.ndarray) and not np.isfinite(rows).all():
        raise LectError("the encoder gave numbers that are not finite; leave out texts that it cannot read")
    return rows


def save_model(model: LinearModel, folder: str | Path, kind: str, said: dict[str, Any]) -> Path:
    """Write `weights.safetensors` and `model.json`; of features other than n-grams only that there were some."""
    from safetensors.numpy import save_file

    path = Path(folder)
    path.mkdir(parents=True, exist_ok=True)
    arrays = {"weights": model.weights} | ({} if model.layer is None else {"layer": model.layer})
    save_file(
        {name: np.ascontiguousarray(one, dtype=np.float32) for name, one in arrays.items()},
        path / "weights.safetensors",
    )
    features = _described(model.features)
    text = json.dumps({"format": _FORMAT, "kind": kind, "features": features, **said}, ensure_ascii=False, indent=1)
    (path / "model.json").write_text(text + "\n", encoding="utf-8")
    return path


def _described(features: Features) -> dict[str, Any] | str:
    if not isinstance(features, HashedNgrams):
        return "passed"
    return {"words": features.ngrams.words, "characters": features.ngrams.characters, "buckets": features.buckets}


def load_model(folder: str | Path, kind: str, features: Features | None = None) -> tuple[LinearModel, dict[str, Any]]:
    """Read a model that `save_model` wrote, and what was said of it; `features` is the function it was learned with."""
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    path = Path(folder)
    try:
        said = json.loads((path / "model.json").read_text(encoding="utf-8"))
        arrays = load_file(path / "weights.safetensors")
    except (OSError, ValueError, SafetensorError) as error:
        raise LectError(f"{folder} holds no {kind} that can be read: {error}") from None
    if said.get("kind") != kind or said.get("format") != _FORMAT:
        raise LectError(
            f"{folder} holds a {said.get('kind')} of format {said.get('format')}; expected a {kind} of {_FORMAT}"
        )
    if said["features"] == "passed":
        if features is None:
            raise LectError(
                f"the {kind} in {folder} was learned on features of your own; pass features=, their function"
            )
        return LinearModel(features, arrays["weights"], arrays.get("layer")), said
    named = said["features"]
    ngrams = Ngrams(tuple(named["words"]), tuple(named["characters"]))
    return LinearModel(HashedNgrams(ngrams, named["buckets"]), arrays["weights"]), said
