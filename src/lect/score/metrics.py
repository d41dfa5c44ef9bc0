"""Every metric as sums: what an example contributes, and how the sums become the value."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lect.artifacts.errors import LectError

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Metric:
    """One row of the table.

    `statistics` names the k numbers that each example contributes; `reduce` maps their sums `[..., k]` to values
    `[...]`, so that a resampled test set is scored by adding up, never by running a model again. `better` is "lower"
    or "higher". `size` names the statistic that belongs to the example and not to the system (bytes of a document,
    words of a sentence): two systems that were scored on the same examples agree in it.
    """

    reduce: Callable[[Floats], Floats]
    better: str
    unit: str
    statistics: tuple[str, ...]
    size: str | None = None


def _ratio(sums: Floats) -> Floats:
    return sums[..., 0] / sums[..., 1]


def _bits_per_byte(sums: Floats) -> Floats:
    """Nats over bytes, in bits: unlike perplexity, the same scale whatever the tokenizer."""
    return sums[..., 0] / (math.log(2) * sums[..., 1])


METRICS: dict[str, Metric] = {
    "bits_per_byte": Metric(_bits_per_byte, "lower", "bits per byte", ("nats", "bytes"), size="bytes"),
    "accuracy": Metric(_ratio, "higher", "share of words", ("correct", "words"), size="words"),
    "fertility": Metric(_ratio, "lower", "tokens per word", ("tokens", "words"), size="words"),
    "continued": Metric(_ratio, "lower", "share of words", ("cut", "words"), size="words"),
    "unknown": Metric(_ratio, "lower", "share of tokens", ("unknown", "tokens")),
    "bytes_per_token": Metric(_ratio, "higher", "bytes per token", ("bytes", "tokens"), size="bytes"),
    "characters_per_token": Metric(
        _ratio, "higher", "characters per token", ("characters", "tokens"), size="characters"
    ),
    "premium": Metric(_ratio, "lower", "times the tokens of the reference", ("tokens", "reference")),
    "average_rank": Metric(_ratio, "higher", "ranks", ("rank", "languages")),
    "divergence": Metric(_ratio, "lower", "bits", ("divergence", "pairs")),
    "throughput": Metric(lambda sums: _ratio(sums) / 1e6, "higher", "MB/s", ("bytes", "seconds"), size="bytes"),
    "parameters": Metric(lambda sums: sums[..., 0], "lower", "parameters", ("parameters", "bytes")),
}


def metric(name: str) -> Metric:
    """Return the row of the metric called `name`."""
    if name not in METRICS:
        raise LectError(
            f"there is no metric {name!r}; score.metrics.METRICS has {', '.join(sorted(METRICS))}. Add a row there."
        )
    return METRICS[name]
