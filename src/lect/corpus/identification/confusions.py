"""How often each language is found, missed and taken for another."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lect.artifacts.errors import LectError


@dataclass(frozen=True)
class Confusions:
    """Texts by label, int64 [gold, predicted], and the names of both sides."""

    names: tuple[str, ...]
    table: np.ndarray

    def f1(self) -> dict[str, float]:
        """Return 2·TP / (2·TP + FP + FN) of each label that occurs as gold, 0 to 1."""
        right, gold, said = self._margins()
        return self._named(2 * right / np.maximum(gold + said, 1))

    def false_positive_rates(self) -> dict[str, float]:
        """Return FP / (FP + TN) of each label that occurs as gold: the share of other texts that are given to it.

        The corpus of a rare language is built from what is given to it, so its purity hangs on this rate, not on F1
        (Burchell et al. 2023).
        """
        right, gold, said = self._margins()
        return self._named((said - right) / np.maximum(self.table.sum() - gold, 1))

    def worst(self, most: int = 10) -> list[tuple[str, str, int]]:
        """Return the most frequent mistakes: (gold, predicted, texts)."""
        wrong = self.table * (1 - np.eye(len(self.names), dtype=np.int64))
        order = np.argsort(-wrong, axis=None, kind="stable")[:most]
        found = [(*divmod(int(place), len(self.names)), int(wrong.flat[place])) for place in order]
        return [(self.names[gold], self.names[said], texts) for gold, said, texts in found if texts]

    def _margins(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        return np.diag(self.table), self.table.sum(axis=1), self.table.sum(axis=0)

    def _named(self, values: np.ndarray) -> dict[str, float]:
        gold = self.table.sum(axis=1) > 0
        return {name: float(values[place]) for place, name in enumerate(self.names) if gold[place]}


def count_confusions(gold: Sequence[str], predicted: Sequence[str]) -> Confusions:
    """Count which label each text has and which it was given; `und` is a label like others.

    >>> count_confusions(["a", "a", "b"], ["a", "b", "b"]).false_positive_rates()
    {'a': 0.0, 'b': 0.5}
    """
    if len(gold) != len(predicted) or not gold:
        raise LectError(
            f"expected as many predicted labels as gold ones, and one at least; found {len(gold)} and {len(predicted)}"
        )
    names = tuple(sorted({*gold, *predicted}))
    place = {name: number for number, name in enumerate(names)}
    table = np.zeros((len(names), len(names)), dtype=np.int64)
    np.add.at(table, ([place[name] for name in gold], [place[name] for name in predicted]), 1)
    return Confusions(names, table)
