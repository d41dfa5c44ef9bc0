"""Finding the copies in a corpus, and in a new crawl of what an old corpus has."""

import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lect.artifacts.opening import find_files
from lect.artifacts.outputs import produce
from lect.artifacts.texts import read
from lect.corpus.copies.candidates import Pairs, Ranks, find_candidates, jaccard, similarities
from lect.corpus.copies.indexes import Mapper, write_index
from lect.corpus.copies.searching import Index
from lect.corpus.copies.settings import Setting

EXACT, NEAR = "exact_copy", "near_copy"


@dataclass(frozen=True)
class Copies:
    """Which documents are copies, in the order of the source; every column has one value for each document."""

    reasons: list[str]
    """`""` (keep), `exact_copy` or `near_copy`"""
    cluster: NDArray[np.int64]
    """the same number for all that are copies of each other, directly or through others; the content decides it"""
    size: NDArray[np.int64]
    """documents of the cluster, this one and those of `against` included"""


def find_copies(
    source: Any,
    *,
    setting: Setting | None = None,
    against: str | Path | Sequence[str | Path] = (),
    out: str | Path | None = None,
    across: Mapper = map,
) -> Copies:
    """Find exact and near copies among all documents; what is kept does not depend on their order.

    Exact copies have the same text, white space collapsed. Near copies: MinHash-LSH (Broder 1997), every candidate
    checked exactly, clusters by union-find over the pairs that pass. In the order longest first, then smallest
    fingerprint, a document is dropped only if its similarity to a document that is kept was computed and reaches
    the threshold: a chain of near copies does not drop what lies far from all that stays.

    `source` is a Text, anything that `read` takes, or parquet shards, which workers read by themselves. `out` keeps the
    index in a folder (about 4 bytes a word and 8 a band for each document), so that a later crawl can be held `against`
    it: of that crawl, what any document of the old corpus has is dropped too, and the old one never changes. `across`
    spreads the work: `map`, `across_threads(2)` or `across_daft(2)`. Memory: about 150 MB, 40 more a worker, and 100 bytes a document.

    >>> find_copies(["Gott kvøld øll somul", "Góðan dag", "Gott  kvøld øll somul"]).reasons.count("exact_copy")
    1
    """
    setting = setting or Setting()
    old = [Path(folder) for folder in ([against] if isinstance(against, (str, Path)) else against)]
    shards = _shards(source)
    text = shards or read(source)
    if out is not None:
        arguments = {"setting": asdict(setting)}
        produce(
            out,
            lambda folder: write_index(text, folder, setting, across),
            verb="corpus.find_copies",
            arguments=arguments,
            inputs={"source": read(source)},
        )
        return _search([*old, Path(out)], setting)
    with tempfile.TemporaryDirectory(prefix="lect-copies-") as folder:
        write_index(text, Path(folder), setting, across)
        return _search([*old, Path(folder)], setting)


def _shards(source: Any) -> list[Path]:
    """Return the files if the source is parquet files, else nothing."""
    if isinstance(source, (str, Path)):
        files = find_files(source)
    elif isinstance(source, (list, tuple)) and source and all(isinstance(item, Path) for item in source):
        files = [file for item in source for file in find_files(item)]
    else:
        return []
    return files if all(file.suffix == ".parquet" for file in files) else []


def _search(folders: list[Path], setting: Setting) -> Copies:
    before = len(Index(folders[:-1], setting))
    with Index(folders, setting) as index:
        return _decide(index, before, setting)


def _decide(index: Index, before: int, setting: Setting) -> Copies:
    ranked, rank_of, exact = _distinct(index, before)
    old = int(np.count_nonzero(ranked < before))
    pairs = find_candidates(index, ranked, old, setting)
    near = similarities(index, ranked, pairs) >= setting.threshold
    edges = Pairs(pairs.first[near], pairs.second[near])
    dropped = _drop(index, ranked, edges, old, setting.threshold)
    label = _components(edges, len(ranked))
    reasons = np.where(exact, EXACT, np.where(dropped[rank_of], NEAR, ""))
    cluster = index.texts[ranked[label[rank_of]]].view(np.int64)
    size = np.bincount(label[rank_of], minlength=1)[label[rank_of]]
    return Copies(reasons[before:].tolist(), cluster[before:], size[before:])


def _distinct(index: Index, before: int) -> tuple[Ranks, Ranks, NDArray[np.bool_]]:
    """Return the documents with distinct texts, best first; for each document the rank of its text; and which are repeats.

    Best are those of the old corpora, then the longest, then the smallest fingerprint; of one text the smallest id.
    """
    new = np.arange(len(index)) >= before
    order = np.lexsort((index.names, index.texts, -index.lengths, new))
    _, first, text = np.unique(index.texts[order], return_index=True, return_inverse=True)
    starts = np.sort(first)
    rank_of = np.empty(len(index), dtype=np.int64)
    rank_of[order] = np.searchsorted(starts, first[text])
    exact = np.ones(len(index), dtype=bool)
    exact[order[starts]] = False
    return order[starts], rank_of, exact


def _components(edges: Pairs, size: int) -> Ranks:
    """Return for each rank the lowest of its component: union-find for all edges at a time (Shiloach and Vishkin 1982)."""
    root = np.arange(size)
    while True:
        one, other = root[edges.first], root[edges.second]
        if np.array_equal(one, other):
            return root
        np.minimum.at(root, np.maximum(one, other), np.minimum(one, other))
        while not np.array_equal(root, above := root[root]):
            root = above


def _drop(index: Index, ranked: Ranks, edges: Pairs, old: int, threshold: float) -> NDArray[np.bool_]:
    """Return which texts are near a kept one: a neighbor, or the kept one for which a neighbor was dropped."""
    kept_for = np.arange(len(ranked))
    order = np.argsort(edges.second, kind="stable")
    second, first = edges.second[order], edges.first[order]
    ranks, starts = np.unique(second, return_index=True)
    groups = np.split(first, starts[1:]) if len(ranks) else []
    for rank, neighbors in zip(ranks.tolist(), groups, strict=True):
        direct = set(neighbors.tolist())
        for kept in sorted(set(kept_for[neighbors].tolist())):
            if (
                kept in direct
                or jaccard(index.shingles(int(ranked[kept])), index.shingles(int(ranked[rank]))) >= threshold
            ):
                kept_for[rank] = kept
                break
    return (kept_for != np.arange(len(ranked))) & (np.arange(len(ranked)) >= old)
