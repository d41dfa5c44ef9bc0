"""A judge with a hidden rule, in place of a person or a large model: what a rater is distilled from where truth must be known."""

from collections import Counter
from collections.abc import Sequence
from random import Random

import numpy as np

from lect.artifacts.errors import LectError

_ABOVE = (0.3, 0.55, 0.75, 0.88, 0.95)  # of the documents lie below the grades 1 to 5


def judge_by_words(texts: Sequence[str], *, secret: float = 0.1, least: int = 1, seed: int = 0) -> list[int]:
    """Rate texts from 0 to 5 by the share of their words that are on a secret list, so that few have high grades.

    The list is `secret` (0–1) of the word forms with more than four letters that occur `least` times, drawn under `seed`;
    the grades begin at quantiles of the texts given, the highest at the last twentieth.

    >>> judge_by_words(["kvøld kvøld", "kvøld ok", "ok ok"], secret=1.0)
    [5, 1, 0]
    """
    if not 0 < secret <= 1 or not texts:
        raise LectError(
            f"secret must lie between 0 and 1, and there must be a text; found {secret} and {len(texts)} texts"
        )
    split = [text.lower().split() for text in texts]
    counts = Counter(word for one in split for word in one if len(word) > 4)
    words = sorted(word for word, times in counts.items() if times >= least)
    listed = set(Random(seed).sample(words, round(secret * len(words))))
    shares = np.array([sum(word in listed for word in one) / max(len(one), 1) for one in split])
    edges = np.quantile(shares, _ABOVE, method="lower")
    return [int((share > edges).sum()) for share in shares]
