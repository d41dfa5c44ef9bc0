"""What is known of a corpus, as plain values: each figure of a datasheet is one of these."""

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Group:
    """Documents with one value in common, and the bytes of their text (UTF-8)."""

    name: str
    documents: int
    bytes: int


@dataclass(frozen=True)
class Facet:
    """A column of names: its largest groups first, the `rest` of its `distinct` values, and those `unknown`.

    `estimated` says that there were too many values to count: the groups are those of the sample, scaled up.
    """

    groups: list[Group]
    distinct: int
    rest: Group
    unknown: Group
    estimated: bool = False


@dataclass(frozen=True)
class Distribution:
    """A column of numbers: exact ends, quartiles and a histogram of the `sampled` documents, and how many lack it.

    `scale` is "linear", "log" or "each" (a bar for each value); there is one edge more than there are counts, but for
    "each", where the edges are the values.
    """

    low: float
    high: float
    quartiles: tuple[float, float, float]
    scale: str
    edges: list[float]
    counts: list[int]
    sampled: int
    missing: int


@dataclass(frozen=True)
class Sample:
    """One document to look at; `text` is cut, `cut` says whether anything was."""

    text: str
    cut: bool
    language: str = ""
    title: str = ""
    url: str = ""
    source: str = ""
    license: str = ""


@dataclass(frozen=True)
class Loss:
    """What was dropped for one reason: bytes are those that the documents came in with."""

    reason: str
    documents: int
    bytes: int


@dataclass(frozen=True)
class Drift:
    """How far one group is from the whole (0–1), and the farthest of several random groups of its size."""

    facet: str
    name: str
    documents: int
    drift: float
    chance: float


@dataclass(frozen=True)
class Copies:
    """What `cluster_size` says: `documents` came in for those kept, `repeated` of which had copies, `largest` the most."""

    documents: int
    repeated: int
    largest: int


@dataclass(frozen=True)
class Link:
    """One file or folder that the corpus was made from, `depth` steps back, read by `verb` as its input `name`."""

    depth: int
    verb: str
    name: str
    path: str
    bytes: int | None
    identity: str
    license: str


@dataclass(frozen=True)
class Description:
    """All that a datasheet says: documents and bytes of text kept, what they are, what was dropped, where all is from.

    `facets` are columns of names (`language`, `source`, `site`, `license`, `license_terms`, `year`, and columns of few
    values), `numbers` columns of numbers (`characters` first), `samples` reason → documents ("" are kept), `received`
    documents and bytes that came in, None without a ledger, `faults` what does not add up, `made` the run that built it.
    """

    name: str
    documents: int
    bytes: int
    facets: dict[str, Facet]
    numbers: dict[str, Distribution]
    samples: dict[str, list[Sample]]
    seed: int
    received: Group | None = None
    kept_size: int | None = None
    dropped: list[Loss] = field(default_factory=list)
    drift: list[Drift] = field(default_factory=list)
    copies: Copies | None = None
    chain: list[Link] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    made: dict[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return plain dicts, lists, strings and numbers."""
        return asdict(self)
