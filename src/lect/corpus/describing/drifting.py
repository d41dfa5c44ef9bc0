"""Drift: how far the language of one source, site or year is from that of the whole corpus."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice, repeat

import numpy as np
from scipy.special import rel_entr

from lect.corpus.describing.values import Drift

_BITS = 18  # hashed trigrams fall into 2^18 buckets
_BORDER = "\n\n"
_DRAWS = 5  # random groups, whose farthest is what chance does
_FEWEST = 30  # documents of a group
_GROUPS = 12


def trigrams(texts: Iterable[str]) -> np.ndarray:
    """Count the character trigrams of texts, in lower case with single spaces: `[bucket]`, hashed into 2^18."""
    counts = np.zeros(1 << _BITS, dtype=np.int64)
    for some in _in_batches(texts):
        joined = _BORDER + _BORDER.join(" ".join(text.lower().split()) for text in some) + _BORDER
        codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        mixed = (
            codes[:-2] * np.uint32(0x9E3779B1) + codes[1:-1] * np.uint32(0x85EBCA6B) + codes[2:] * np.uint32(0xC2B2AE35)
        )
        mixed ^= mixed >> np.uint32(15)
        mixed *= np.uint32(0x2C1B3C6D)
        counts += np.bincount(mixed >> np.uint32(32 - _BITS), minlength=1 << _BITS)
    return counts


def _in_batches(texts: Iterable[str]) -> Iterator[list[str]]:
    stream = iter(texts)
    while some := list(islice(stream, 512)):
        yield some


def divergence(one: np.ndarray, other: np.ndarray) -> float:
    """Return the Jensen–Shannon divergence of two counts in bits: 0 if they are proportional, 1 if nothing is shared.

    JSD = H((p+q)/2) − (H(p)+H(q))/2, base 2 (Lin 1991, "Divergence measures based on the Shannon entropy").

    >>> divergence(np.array([2, 2]), np.array([1, 1])), divergence(np.array([1, 0]), np.array([0, 1]))
    (0.0, 1.0)
    """
    p, q = one / one.sum(), other / other.sum()
    middle = (p + q) / 2
    nats = (rel_entr(p, middle).sum() + rel_entr(q, middle).sum()) / 2
    return max(0.0, float(nats / np.log(2)))


def measure_drift(texts: Sequence[str], columns: Mapping[str, Sequence[str]], seed: int) -> list[Drift]:
    """Return the drift of the largest groups of each column (name → value of each text) from all texts, farthest first.

    A small group differs from the whole by chance alone; the farthest of five random groups of as many texts says by
    how much.
    """
    whole, found = trigrams(texts), []
    draw = np.random.default_rng(seed)
    for facet, values in columns.items():
        names, sizes = np.unique([value for value in values if value], return_counts=True)
        largest = sorted(zip(sizes.tolist(), names.tolist(), strict=True), key=lambda pair: (-pair[0], pair[1]))
        for size, name in largest[:_GROUPS] if len(largest) > 1 else ():
            if size < _FEWEST:
                continue
            group = trigrams(text for text, value in zip(texts, values, strict=True) if value == name)
            chances = [
                divergence(trigrams(texts[at] for at in draw.choice(len(texts), size, replace=False)), whole)
                for _ in repeat(None, _DRAWS)
            ]
            found.append(Drift(facet, name, size, divergence(group, whole), max(chances)))
    return sorted(found, key=lambda one: (-one.drift, one.facet, one.name))
