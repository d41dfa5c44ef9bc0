"""An identifier on disk: a folder with identifier.safetensors (a few megabytes) and identifier.json."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file
from scipy import sparse

from lect.artifacts.errors import LectError
from lect.artifacts.outputs import version
from lect.corpus.identification.hashing import BUCKETS
from lect.corpus.identification.identifying import Identifier

FORMAT = "lect identifier 1"  # the hash and the sums of the n-grams: another number means another reader
_TENSORS, _FACTS = "identifier.safetensors", "identifier.json"


def write_identifier(identifier: Identifier, folder: str | Path) -> Path:
    """Write an identifier into a new folder, or into an empty one, and return it.

    >>> load_identifier(write_identifier(identifier, "lid")).labels == identifier.labels  # doctest: +SKIP
    True
    """
    out, gains = Path(folder), identifier.gains
    if out.exists() and any((out / name).exists() for name in (_TENSORS, _FACTS)):
        raise LectError(f"{out} already holds an identifier. Choose another folder, or delete it.")
    out.mkdir(parents=True, exist_ok=True)
    tensors = {
        "buckets": identifier.buckets,
        "gains": gains.data,
        "labels": gains.indices.astype(np.uint16),
        "lengths": np.diff(gains.indptr).astype(np.uint16),
        "floors": identifier.floors,
        "priors": identifier.priors,
    }
    save_file(tensors, out / _TENSORS)
    facts = {
        "format": FORMAT,
        "lect": version(),
        "labels": identifier.labels,
        "orders": identifier.orders,
        "step": identifier.step,
        "sharpness": identifier.sharpness,
        "threshold": identifier.threshold,
    }
    (out / _FACTS).write_text(json.dumps(facts, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return out


def load_identifier(folder: str | Path) -> Identifier:
    """Read the identifier that `write_identifier` wrote; refuse another format and what is not whole."""
    path = Path(folder)
    if missing := [name for name in (_TENSORS, _FACTS) if not (path / name).is_file()]:
        raise LectError(
            f"{path} is no identifier: it lacks {' and '.join(missing)}. `lect corpus identify learn` makes one."
        )
    try:
        facts = json.loads((path / _FACTS).read_text(encoding="utf-8"))
        if facts["format"] != FORMAT:
            raise LectError(
                f"{path} holds {facts['format']!r}; this version of lect reads {FORMAT!r}. Learn it again, or use the "
                f"version of lect that wrote it ({facts.get('lect', 'unknown')})."
            )
        return _assembled(facts, load_file(path / _TENSORS))
    except (SafetensorError, OSError, KeyError, TypeError, ValueError) as error:
        if isinstance(error, LectError):
            raise
        raise LectError(f"{path} is damaged ({type(error).__name__}: {error}). Fetch it or learn it again.") from None


def _assembled(facts: dict[str, Any], tensors: dict[str, np.ndarray]) -> Identifier:
    labels, orders = tuple(map(str, facts["labels"])), tuple(map(int, facts["orders"]))
    ends = np.concatenate(([0], np.cumsum(tensors["lengths"], dtype=np.int64)))
    shape = (len(tensors["buckets"]), len(labels))
    gains = sparse.csr_array((tensors["gains"], tensors["labels"].astype(np.int32), ends), shape=shape)
    gains.check_format(full_check=True)
    buckets, floors, priors = tensors["buckets"], tensors["floors"], tensors["priors"]
    if floors.shape != priors.shape or len(floors) != len(labels) or not 0 < buckets.min() <= buckets.max() < BUCKETS:
        raise ValueError("the tables do not fit together")
    factor, power = map(float, facts["sharpness"])
    step, threshold = float(facts["step"]), float(facts["threshold"])
    return Identifier(labels, orders, buckets, gains, step, floors, priors, (factor, power), threshold)
