"""A whole text measured and decided on, some documents at a time."""

from collections.abc import Sequence

import numpy as np

from lect.artifacts.hooks import progress
from lect.artifacts.texts import Text
from lect.corpus.batching import group
from lect.corpus.rules.measuring import STATISTICS, measure
from lect.corpus.rules.rule_sets import decide, rules_of


def sieve(text: Text, *, language: str, rules: Sequence[str]) -> tuple[list[str], dict[str, np.ndarray]]:
    """Return for each document the first rule of these sets that it fails ("" for none), and the table of statistics.

    >>> from lect.artifacts import read
    >>> reasons, table = sieve(read(["Gott kvøld."]), language="fao", rules=["hplt"])
    >>> reasons, table["words"].tolist()
    (['hplt_characters'], [2.0])
    """
    chosen = rules_of(*rules)
    reasons: list[str] = []
    columns: dict[str, list[np.ndarray]] = {name: [] for name in STATISTICS}
    with progress("measuring", unit="documents") as advance:
        for batch in group(text.strings(), len):
            measured = measure(batch, language=language)
            reasons += decide(measured, chosen)
            for name in columns:
                columns[name].append(measured[name])
            advance(len(batch))
    return reasons, {name: np.concatenate(parts) if parts else np.zeros(0) for name, parts in columns.items()}
