"""Rejected documents to look at."""

import hashlib
import heapq
from collections.abc import Sequence

from lect.artifacts.errors import LectError


def sample_rejects(
    texts: Sequence[str], reasons: Sequence[str], *, per_reason: int = 5, seed: int = 0
) -> dict[str, list[str]]:
    """Return some of the texts that were dropped, by reason: the most frequent reason first.

    The hash of seed and text chooses, so that the order of the texts does not matter; equal texts are shown once.

    >>> sample_rejects(["a", "b", "c"], ["", "too_short", "too_short"], per_reason=1)["too_short"] in (["b"], ["c"])
    True
    """
    if len(texts) != len(reasons):
        raise LectError(f"there are {len(texts)} texts and {len(reasons)} reasons; pass one reason for each text")
    if per_reason < 1:
        raise LectError(f"per_reason is a number of documents, at least 1, not {per_reason}")
    by_reason: dict[str, list[str]] = {}
    for text, reason in zip(texts, reasons, strict=True):
        if reason:
            by_reason.setdefault(reason, []).append(text)
    frequent = sorted(by_reason, key=lambda reason: (-len(by_reason[reason]), reason))
    return {
        reason: heapq.nsmallest(per_reason, set(by_reason[reason]), key=lambda text: (_rank(seed, text), text))
        for reason in frequent
    }


def _rank(seed: int, text: str) -> bytes:
    return hashlib.blake2b(f"{seed}\n{text}".encode("utf-8", "surrogatepass"), digest_size=8).digest()
