"""The setting of a search for copies: what a shingle is, and how alike two documents must be."""

from dataclasses import dataclass

from lect.artifacts.errors import LectError


@dataclass(frozen=True)
class Setting:
    """How near copies are found: MinHash in `bands` of `rows` over runs of `ngram` words, then an exact check.

    Two documents whose sets of runs have the Jaccard similarity J become candidates with probability
    1 − (1 − J^rows)^bands (Broder 1997; Leskovec, Rajaraman and Ullman 2020, section 3.4). Candidates are copies only
    if J, computed from the sets, reaches `threshold`. Where a share e of the words was edited at random places,
    J ≈ c / (2 − c) with c = (1 − e)^ngram: for runs of 3 words, 0.94, 0.89, 0.75 and 0.57 at 1, 2, 5 and 10 %.
    `seed` decides the hash functions.

    >>> round(Setting(bands=20, rows=6).chance(0.75), 2)
    0.98
    """

    ngram: int = 3
    bands: int = 24
    rows: int = 5
    threshold: float = 0.5
    seed: int = 0

    def __post_init__(self) -> None:
        for name in ("ngram", "bands", "rows"):
            value = getattr(self, name)
            if not isinstance(value, int) or value < 1:
                raise LectError(f"{name} must be a whole number above 0, not {value!r}")
        if not 0 < self.threshold <= 1:
            raise LectError(f"threshold must be a Jaccard similarity above 0 and up to 1, not {self.threshold!r}")

    def chance(self, similarity: float) -> float:
        """Return the probability that two documents of this Jaccard similarity become candidates."""
        return float(1 - (1 - similarity**self.rows) ** self.bands)
