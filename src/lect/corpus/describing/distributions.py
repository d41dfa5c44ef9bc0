"""From the numbers of a sample to quartiles and a histogram that shows their shape."""

from collections.abc import Sequence

import numpy as np

from lect.corpus.describing.values import Distribution

_BARS = 24
_EACH = 16  # with at most as many values, each has its own bar
_SKEWED = 20  # the largest value over the median, from which on a logarithmic scale shows more


def distribute(values: Sequence[float], *, low: float, high: float, missing: int) -> Distribution:
    """Return the distribution of a sample's numbers; `low` and `high` are those of all documents.

    The scale is logarithmic where all numbers are above zero and the largest is over 20 times the median.

    >>> distribute([1, 1, 2], low=1, high=2, missing=0).counts
    [2, 1]
    """
    found = np.sort(np.asarray(values, dtype=float))
    first, median, third = (float(x) for x in np.quantile(found, [0.25, 0.5, 0.75]))
    distinct = np.unique(found)
    whole = bool((distinct == np.round(distinct)).all())
    if whole and len(distinct) <= _EACH and distinct[-1] - distinct[0] < _EACH * 2:
        scale, edges = "each", distinct
        counts = np.searchsorted(found, distinct, "right") - np.searchsorted(found, distinct, "left")
    else:
        scale = "log" if found[0] > 0 and found[-1] > _SKEWED * median else "linear"
        edges = _edges(found[0], found[-1], scale)
        counts = np.histogram(found, edges)[0]
    return Distribution(low, high, (first, median, third), scale, edges.tolist(), counts.tolist(), len(found), missing)


def _edges(low: float, high: float, scale: str) -> np.ndarray:
    """Return the limits of the bars; rounding may not push the ends inside the numbers."""
    if high <= low:
        return np.array([low, low + 1.0])
    edges = np.geomspace(low, high, _BARS + 1) if scale == "log" else np.linspace(low, high, _BARS + 1)
    edges[0], edges[-1] = low, high
    return edges
