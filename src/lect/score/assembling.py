"""From statistics of examples to a `Score`: value, interval and signature in one manner for all metrics."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from lect.artifacts.errors import LectError
from lect.artifacts.outputs import version
from lect.artifacts.results import Score
from lect.score.evidence.significance import interval
from lect.score.metrics import metric


def sign(name: str, settings: dict[str, Any]) -> str:
    """Return a signature in the manner of sacreBLEU (Post 2018).

    It names the metric, every setting that decides its value, and the version of lect.

    >>> sign("bits_per_byte", {"window": 512, "stride": 256})  # doctest: +ELLIPSIS
    'bits_per_byte|window:512|stride:256|lect:...'
    """
    return "|".join(
        [name, *(key if value is True else f"{key}:{value}" for key, value in settings.items()), f"lect:{version()}"]
    )


def assemble(
    name: str, examples: Any, ids: Sequence[str], settings: dict[str, Any], warnings: Sequence[str] = ()
) -> Score:
    """Return the score of `examples` [n, k]: value, bootstrap interval, signature, and warnings in its columns.

    Ids must be distinct; a repeated id gets the number of its occurrence, so that pairing is never ambiguous.
    """
    statistics = np.asarray(examples, dtype=np.float64)
    value = float(metric(name).reduce(statistics.sum(axis=0)))
    if not np.isfinite(value):
        raise LectError(
            f"{name} is {value} over {len(statistics)} examples. Look at the test set and the weights of the model."
        )
    columns = {"warning": " ".join(warnings)} if warnings else {}
    score = Score(
        name, value, len(statistics), statistics, _distinct(ids), signature=sign(name, settings), columns=columns
    )
    if len(statistics) < 2:
        return score
    low, high = interval(score)
    return replace(score, low=low, high=high)


def _distinct(ids: Sequence[str]) -> list[str]:
    seen: dict[str, int] = {}
    distinct = []
    for id_ in ids:
        seen[id_] = seen.get(id_, 0) + 1
        distinct.append(id_ if seen[id_] == 1 else f"{id_}#{seen[id_]}")
    return distinct
