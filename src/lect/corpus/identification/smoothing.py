"""The languages of the parts of a text: where it is cut, and the best path of labels over the parts."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import regex  # type: ignore[import-untyped]

_SEGMENT = regex.compile(r"[^\n]+?(?:[.!?…。！？؟।።၊။]+['\"»”’)]*(?=\s|\p{Lo}|$)|$)", regex.MULTILINE)


@dataclass(frozen=True)
class Span:
    """Characters `start` to `end` of a text, their label, and its mean probability in them (0 to 1)."""

    start: int
    end: int
    label: str
    probability: float


def cut_segments(text: str) -> list[tuple[int, int]]:
    r"""Return where the sentences of each line begin and end.

    >>> cut_segments("Ja. Nei!\nJú")
    [(0, 3), (4, 8), (9, 11)]
    """
    found = []
    for match in _SEGMENT.finditer(text):
        said = match.group()
        if said.strip():
            start = match.start() + len(said) - len(said.lstrip())
            found.append((start, match.end() - len(said) + len(said.rstrip())))
    return found


def smooth(logs: np.ndarray, switch: float, readable: np.ndarray) -> list[int]:
    """Return the labels of the path with the highest Σ logs[unit, label] - `switch` · changes (Viterbi 1967).

    Units that are not `readable` weigh nothing on the path; where none is, all get the number after the last label.

    >>> smooth(np.log([[0.9, 0.1], [0.4, 0.6], [0.9, 0.1]]), 1.0, np.ones(3, bool))
    [0, 0, 0]
    """
    units, labels = logs.shape
    if not readable.any():
        return [labels] * units
    weighed = np.where(readable[:, None], logs, 0.0)
    came = np.zeros((units, labels), dtype=np.int64)
    best = weighed[0].astype(np.float64)
    for unit in range(1, units):
        top = int(best.argmax())
        moved = best[top] - switch > best
        came[unit] = np.where(moved, top, np.arange(labels))
        best = np.where(moved, best[top] - switch, best) + weighed[unit]
    path = [int(best.argmax())]
    for unit in range(units - 1, 0, -1):
        path.append(int(came[unit, path[-1]]))
    return path[::-1]


def join_units(
    units: Sequence[tuple[int, int]], path: Sequence[int], logs: np.ndarray, names: Sequence[str]
) -> list[Span]:
    """Return one span for each run of units with the same label."""
    spans: list[Span] = []
    first = 0
    for after in range(1, len(path) + 1):
        if after == len(path) or path[after] != path[first]:
            place = path[first]
            sure = float(np.exp(logs[first:after, place]).mean()) if place < logs.shape[1] else 0.0
            spans.append(Span(units[first][0], units[after - 1][1], names[place], sure))
            first = after
    return spans


def code_mixing(labels: Sequence[str], neutral: Sequence[str] = ("und",)) -> float:
    """Return the code-mixing index 100 · (1 - max wₗ / (n - u)) of the labels of words (Das & Gambäck 2014).

    n words, u of them neutral, wₗ in language l; 0 where all are neutral.

    >>> code_mixing(["fao", "fao", "eng", "fao", "und"])
    25.0
    """
    counted = [label for label in labels if label not in neutral]
    return 100 * (1 - max(map(counted.count, set(counted))) / len(counted)) if counted else 0.0
