"""Are the labels right? Lines that an identifier, learned from the other lines, is sure are in another language."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from lect.artifacts.errors import LectError
from lect.artifacts.texts import Text
from lect.corpus.identification.cleaning import LabeledLines, check_classes, label_lines
from lect.corpus.identification.learning import ORDERS, calibrate, count_rows, weigh

ELSEWHERE = "label_elsewhere"


@dataclass(frozen=True)
class Audit:
    """The lines with their reasons, and what each looks like: a label ("" if it was not read) and its probability."""

    lines: LabeledLines
    suspected: list[str]
    probabilities: list[float]

    def report(self, label: str, most: int = 20) -> list[tuple[str, str, float]]:
        """Return the suspects under a label as (line, what it looks like, probability), the surest first."""
        rows = zip(
            self.lines.lines, self.lines.labels, self.lines.reasons, self.suspected, self.probabilities, strict=True
        )
        found = [(line, looks, sure) for line, own, reason, looks, sure in rows if own == label and reason == ELSEWHERE]
        return sorted(found, key=lambda row: -row[2])[:most]


def audit_labels(
    texts: Text | Mapping[str, Any], *, confidence: float = 0.99, folds: int = 3, orders: Sequence[int] = ORDERS
) -> Audit:
    """Return for each line whether it looks mislabeled (`label_elsewhere`): cross-validation by the hash of a line.

    The lines of a fold are read by an identifier learned from the other folds; one that gives at least `confidence`
    (0 to 1) to another label is a suspect. `learn_identifier(audit.lines.kept())` learns from the others. OpenLID had
    people look at samples (Burchell et al. 2023): look at `report` before you drop a source.
    """
    if folds < 2 or not 0 < confidence <= 1:
        raise LectError(f"folds must be 2 or more, confidence a share above 0; found {folds} and {confidence}")
    found = label_lines(texts)
    names = list(found.kept())
    check_classes(found.kept())
    fold = np.array([_fold(line, folds) for line in found.lines])
    kept = np.array([not reason for reason in found.reasons])
    reasons, suspected, sure = list(found.reasons), [""] * len(fold), [0.0] * len(fold)
    parts = [_grouped(found, np.flatnonzero(kept & (fold == one)), names) for one in range(folds)]
    counts = [count_rows([part[name] for name in names], orders) for part in parts]
    amounts = np.array([sum(len(part[name]) for part in parts) for name in names], dtype=np.float64)
    for one in range(folds):
        others = sum((count for other, count in enumerate(counts) if other != one), start=0 * counts[one])
        known = weigh(others, tuple(names), tuple(orders), amounts, 0.3, 1 << 18)
        known = replace(known, sharpness=calibrate(known, parts[one], 0.99)[0])
        places = np.flatnonzero(kept & (fold == one))
        identified = known.identify([found.lines[place] for place in places])
        for place, [(looks, probability)] in zip(places, identified.top(1), strict=True):
            suspected[place], sure[place] = looks, probability
            if looks != found.labels[place] and probability >= confidence:
                reasons[place] = ELSEWHERE
    return Audit(replace(found, reasons=reasons), suspected, sure)


def _fold(line: str, folds: int) -> int:
    digest = hashlib.blake2b(line.encode("utf-8", "surrogatepass"), digest_size=4, person=b"lect-audit").digest()
    return int.from_bytes(digest, "big") % folds


def _grouped(found: LabeledLines, places: np.ndarray, names: Sequence[str]) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = {name: [] for name in names}
    for place in places:
        grouped[found.labels[place]].append(found.lines[place])
    return grouped
