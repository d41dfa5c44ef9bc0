"""Decontamination: documents that hold what a model will be tested on, found and left out."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from lect.artifacts.errors import LectError
from lect.artifacts.hooks import progress
from lect.artifacts.texts import Text, read
from lect.corpus.batching import group
from lect.corpus.ledgers import Ledger, sift
from lect.corpus.overlap.folding import words
from lect.corpus.overlap.indexing import SEED, Ints, TaskIndex, index_texts
from lect.corpus.overlap.task_texts import read_task_texts

REASON = "in_test_set"
BATCH = 1_000_000  # characters
_LEAST_NEAR = 10  # words from which one changed word leaves 60 % in stretches of four
_SLACK = 0.25  # of a test text's words may have been put in or left out


@dataclass(frozen=True)
class Hit:
    """A document that holds a test text: `share` of its words, by the rule `run`, `near` or `whole`."""

    document: int
    task: str
    example: str
    rule: str
    share: float


@dataclass(frozen=True)
class Overlap:
    """What a text shares with test sets: `reasons` has one string a document, "" or `in_test_set`."""

    reasons: list[str] = field(repr=False)
    hits: list[Hit]
    examples: dict[str, int]
    """Task → examples that were looked for"""

    def shares(self) -> dict[str, float]:
        """Return the share of each task's examples that the text holds (0-1)."""
        found = Counter(task for task, _ in {(hit.task, hit.example) for hit in self.hits})
        return {task: found[task] / total for task, total in self.examples.items()}


def find_overlap(
    text: Any, tasks: Sequence[Any], *, ngram: int = 13, near: float = 0.6, splits: Sequence[str] = ("dev", "test")
) -> Overlap:
    """Find the documents of `text` that hold a text of the examples of `tasks`, and say which example of which task.

    Compared are words without case, marks and spaces; in scripts without spaces two characters count as a word.
    `run`: a stretch of `ngram` words in a row, or the whole test text where it has 6 to `ngram` words (after Brown et
    al. 2020, "GPT-3", appendix C, who ask for 8, in English; of FLORES in Finnish that would leave out 4 %). `near`: of
    a test text of 10 words or more, at least this share stands in stretches of 4 words or more, in order, with at most
    a quarter put in between; one changed word always leaves 0.6. It takes the place of MinHash, which estimates such a
    share for whole documents only. `whole`: a test text of fewer than 6 words that is a document by itself. What is
    common in the language is not told from what was copied.

    >>> from lect.artifacts.tasks import Labeled, Task
    >>> task = Task("topics", "classification", {"test": [Labeled("tað var ein ferð ein gomul kona í bygdini", "a")]})
    >>> find_overlap(["Tað var ein ferð ein gomul kona, í bygdini.", "Hann fór út."], [task]).reasons
    ['in_test_set', '']
    """
    if ngram < 2 * SEED or not 0 < near <= 1:
        raise LectError(f"ngram is at least {2 * SEED} words and near a share of at most 1; found {ngram} and {near}")
    searched = list(read_task_texts(tasks, splits))
    index = index_texts(searched)
    examples = Counter(task for task, _ in {(one.task, one.example) for one in searched})
    reasons: list[str] = []
    hits: list[Hit] = []
    with progress("decontaminating", unit="documents") as advance:
        for batch in group(read(text).strings(), len, BATCH):
            for found in find_task_texts(batch, index, ngram=ngram, near=near):
                hits += [Hit(len(reasons), hit.task, hit.example, hit.rule, hit.share) for hit in found]
                reasons.append(REASON if found else "")
            advance(len(batch))
    return Overlap(reasons, hits, dict(examples))


def decontaminate(text: Any, tasks: Sequence[Any]) -> tuple[Text, Overlap, Ledger]:
    """Return the documents that hold none of the examples of `tasks`, what was found, and the ledger.

    >>> from lect.artifacts.tasks import Task, Written
    >>> task = Task("sums", "generation", {"test": [Written("Tvey og trý, hvussu nógv er tað?", ["fimm"])]})
    >>> [d["text"] for d in decontaminate(["Gott kvøld!", "tvey og trý hvussu nógv er tað"], [task])[0]]
    ['Gott kvøld!']
    """
    corpus = read(text)
    overlap = find_overlap(corpus, tasks)
    kept, ledger = sift(corpus, overlap.reasons)
    return kept, overlap, ledger


def find_task_texts(texts: Sequence[str], index: TaskIndex, *, ngram: int = 13, near: float = 0.6) -> list[list[Hit]]:
    """Return for each text the hits in `index`, numbered within the batch; a pure function of its batch."""
    split = [words(text) for text in texts]
    gap = np.zeros(index.widest, dtype=np.int64)  # no stretch reaches across two documents
    ids = np.concatenate([part for found in split for part in (index.number_words(found), gap)] or [gap])
    starts = np.cumsum([0, *(len(found) + len(gap) for found in split)])
    hits: list[list[Hit]] = [[] for _ in texts]
    for document, number, rule, share in _matches(ids, starts, index, ngram, near):
        one = index.texts[number]
        hits[document].append(Hit(document, one.task, one.example, rule, share))
    for document, found in enumerate(split):
        if found and (alone := index.short.get(tuple(found[: index.widest]))) is not None:
            one = index.texts[alone]
            hits[document].append(Hit(document, one.task, one.example, "whole", 1.0))
    return hits


def _matches(
    ids: Ints, starts: Ints, index: TaskIndex, ngram: int, near: float
) -> Iterator[tuple[int, int, str, float]]:
    """Yield (document, number of the test text, rule, share of its words), each pair of the first two once."""
    for seeds in index.seeds:
        where, which = seeds.find(ids)
        texts, places = seeds.texts[which], seeds.places[which]
        documents = np.searchsorted(starts, where, side="right") - 1
        order = np.lexsort((places, where - places, texts, documents))
        documents, texts, places, shifts = (one[order] for one in (documents, texts, places, where - places))
        groups, runs = _group(documents, texts, places, shifts, index.lengths)
        firsts = np.flatnonzero(np.diff(groups, prepend=-1))
        longest = np.maximum.reduceat(runs, firsts) + seeds.width - 1 if len(firsts) else firsts
        covered = _covered(groups, places, seeds.width)
        numbers = texts[firsts]
        lengths, scales = index.lengths[numbers], index.scales[numbers]
        run = longest >= np.minimum(ngram * scales, lengths)
        alike = (covered >= near * lengths) & (lengths >= _LEAST_NEAR * scales)
        best: dict[tuple[int, int], tuple[bool, float]] = {}
        for at in np.flatnonzero(run | alike).tolist():
            key = int(documents[firsts[at]]), int(numbers[at])
            best[key] = max(best.get(key, (False, 0.0)), (bool(run[at]), float(covered[at] / lengths[at])))
        yield from ((*key, "run" if whole else "near", share) for key, (whole, share) in best.items())


def _group(documents: Ints, texts: Ints, places: Ints, shifts: Ints, lengths: Ints) -> tuple[Ints, Ints]:
    """Return for each seed, in order of shift and place, its group and how many seeds in a row end with it.

    A group is of one document and one test text; between neighbors in it at most a quarter of the words was put in.
    """
    other = (np.diff(documents, prepend=-1) != 0) | (np.diff(texts, prepend=-1) != 0)
    moved = np.diff(shifts, prepend=0)
    groups = np.cumsum(other | (moved > _SLACK * lengths[texts])) - 1
    broken = other | (moved != 0) | (np.diff(places, prepend=-1) != 1)
    begins = np.flatnonzero(broken)
    number = np.arange(len(broken))
    return groups, number - np.repeat(begins, np.diff([*begins, len(broken)])) + 1


def _covered(groups: Ints, places: Ints, width: int) -> Ints:
    """Return how many different words of the test text stand in the seeds of each group."""
    span = int(places.max(initial=0)) + width
    cells = (groups[:, None] * span + places[:, None] + np.arange(width)).ravel()
    return np.bincount(np.unique(cells) // span)
