"""Chance that belongs to a document: a number between 0 and 1 from its text and a seed, whatever its place."""

import hashlib
from collections.abc import Iterable

import numpy as np


def content_keys(texts: Iterable[str], seed: int = 0) -> np.ndarray:
    """Return a number of each text, uniform in [0, 1), float64 [text]: a hash of what it says, under `seed`.

    A sample of the documents with the smallest keys is random, and the same however they are ordered or split; equal
    texts share their fate.

    >>> content_keys(["Gott kvøld", "Góða nátt"]).round(3)
    array([0.082, 0.701])
    """
    key = seed.to_bytes(8, "big", signed=True)
    digests = b"".join(
        hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8, key=key, person=b"lect-draw").digest()
        for text in texts
    )
    return (np.frombuffer(digests, dtype=">u8") >> np.uint64(11)) * 2.0**-53
