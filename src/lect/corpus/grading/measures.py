"""How well scores tell documents apart, without any threshold."""

from collections.abc import Sequence

import numpy as np
from scipy.stats import rankdata, spearmanr

from lect.artifacts.errors import LectError


def auc(scores: Sequence[float] | np.ndarray, wanted: Sequence[bool] | np.ndarray) -> float:
    """Return the share of pairs (wanted, unwanted) of which the wanted one has the higher score, ties counting half.

    >>> auc([0.9, 0.4, 0.1], [True, False, False])
    1.0
    """
    chosen = np.asarray(wanted, dtype=bool)
    good, bad = int(chosen.sum()), int((~chosen).sum())
    if not good or not bad:
        raise LectError(f"AUC needs documents of both sorts; found {good} wanted and {bad} unwanted")
    ranks = rankdata(np.asarray(scores, dtype=np.float64))
    return float((ranks[chosen].sum() - good * (good + 1) / 2) / (good * bad))


def top_precision(scores: np.ndarray, wanted: np.ndarray, share: float = 0.1) -> float:
    """Return the share of wanted documents among the `share` (0–1) with the highest scores.

    >>> float(top_precision(np.array([3.0, 2.0, 1.0, 0.0]), np.array([True, False, True, False]), 0.5))
    0.5
    """
    number = max(1, round(share * len(scores)))
    best = np.lexsort((np.arange(len(scores)), -np.asarray(scores)))[:number]
    return float(np.asarray(wanted, dtype=np.float64)[best].mean())


def spearman(scores: np.ndarray, values: np.ndarray) -> float:
    """Return the correlation of ranks, ties averaged; 0 where one side is constant.

    >>> round(spearman(np.array([1, 2, 3]), np.array([2, 4, 9])), 6)
    1.0
    """
    if np.ptp(scores) == 0 or np.ptp(values) == 0:
        return 0.0
    return float(spearmanr(scores, values).statistic)
