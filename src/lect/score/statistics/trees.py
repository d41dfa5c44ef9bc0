"""Statistics of dependency trees: attachments, and those of content words."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np

from lect.artifacts.errors import LectError
from lect.artifacts.tasks import Parsed, Task
from lect.artifacts.tasks.examples import most_frequent
from lect.artifacts.tasks.treebanks import expect_tree
from lect.score.formulas import Floats
from lect.score.statistics.expecting import expect_known

# the lists of the CoNLL 2018 shared task
CONTENT = frozenset([
    "nsubj", "obj", "iobj", "csubj", "ccomp", "xcomp", "obl", "vocative", "expl", "dislocated", "advcl", "advmod",
    "discourse", "nmod", "appos", "nummod", "acl", "amod", "conj", "fixed", "flat", "compound", "list", "parataxis",
    "orphan", "goeswith", "reparandum", "root", "dep"
])  # fmt: skip
FUNCTIONAL = frozenset(["aux", "cop", "mark", "det", "clf", "case", "cc"])
FEATURES = frozenset([
    "PronType", "NumType", "Poss", "Reflex", "Foreign", "Abbr", "Gender", "Animacy", "Number", "Case", "Definite",
    "Degree", "VerbForm", "Mood", "Tense", "Aspect", "Voice", "Evident", "Polarity", "Person", "Polite"
])  # fmt: skip


@dataclass(frozen=True)
class _Word:
    head: int
    relation: str  # universal: what stands before the first colon
    form: tuple[str, ...]  # the tag and the universal features


def tree_statistics(task: Task, examples: Sequence[Parsed], found: Sequence[Sequence[Any]]) -> dict[str, Floats]:
    """Return the statistics of LAS, UAS, CLAS and MLAS of every sentence, on gold words (Zeman et al. 2018).

    LAS and UAS: (right, words), punctuation too, relations without subtypes. CLAS: (hits, found, gold) of the words
    whose relation is a content relation. MLAS: a content word counts only if tag, universal features and all functional
    children (which, by what relation, tag and features) are right too; it is left out where the task has no tags.

    An answer is (heads, relations), to which gold tags and features belong, or (heads, relations, tags, features).
    Answers that are no tree with one root are refused, as by the script of the shared task. Not implemented: BLEX, and
    words that the parser has cut itself.
    """
    known = {_universal(relation) for relation in chain(task.labels, *(example.relations for example in examples))}
    rows: dict[str, list[tuple[int, ...]]] = {"las": [], "uas": [], "clas": [], "mlas": []}
    for example, answer in zip(examples, found, strict=True):
        gold, ours = _words(example, (example.heads, example.relations)), _words(example, answer)
        expect_known(task.name, (word.relation for word in ours), known, "relation")
        arcs = [(a.head, a.relation) == (b.head, b.relation) for a, b in zip(gold, ours, strict=True)]
        same = [a == b for a, b in zip(_nuclei(gold), _nuclei(ours), strict=True)]
        rows["las"].append((sum(arcs), len(gold)))
        rows["uas"].append((sum(a.head == b.head for a, b in zip(gold, ours, strict=True)), len(gold)))
        content = [word.relation in CONTENT for word in gold]
        totals = sum(word.relation in CONTENT for word in ours), sum(content)
        for name, right in (("clas", arcs), ("mlas", same)):
            rows[name].append((sum(a and b for a, b in zip(right, content, strict=True)), *totals))
    if not all(example.tags for example in examples if example.words):
        del rows["mlas"]
    return {name: np.array(row, dtype=np.float64) for name, row in rows.items()}


def hang_on_previous(task: Task, examples: Sequence[Parsed]) -> list[tuple[list[int], list[str]]]:
    """Hang every word on the one before it, the first on the root, by the relation that is most frequent there."""
    shown = task.splits.get("train") or examples
    pairs = [pair for example in shown for pair in zip(example.heads, example.relations, strict=True)]
    root, other = (most_frequent([r for head, r in pairs if (head == 0) is top] or ["root"]) for top in (True, False))
    return [
        (list(range(len(example.words))), [root, *[other] * len(example.words)][: len(example.words)])
        for example in examples
    ]


def _universal(relation: str) -> str:
    return relation.partition(":")[0]


def _words(example: Parsed, answer: Sequence[Any]) -> list[_Word]:
    """Return the words of a tree; raise `LectError` unless it is one, over the words of the example."""
    size, where = len(example.words), f"the tree for {example.id or example.words[:5]}"
    if not isinstance(answer, Sequence) or len(answer) not in (2, 4):
        raise LectError(f"{where} is {answer!r}; expected (heads, relations) or (heads, relations, tags, features)")
    heads, relations, *rest = answer
    tags, features = rest or (example.tags or [""] * size, example.features or ["_"] * size)
    lengths = [len(heads), len(relations), len(tags), len(features)]
    if lengths != [size] * 4:
        raise LectError(f"{where} has {lengths} heads, relations, tags, features; the sentence has {size} words")
    expect_tree(list(heads), where)
    roots = sum(head == 0 for head in heads)
    if size and roots != 1:
        raise LectError(f"{where} has {roots} roots; expected one word whose head is 0")
    return [
        _Word(int(head), _universal(relation), (tag, *_universal_features(said)))
        for head, relation, tag, said in zip(heads, relations, tags, features, strict=True)
    ]


def _universal_features(said: str) -> list[str]:
    return sorted(feature for feature in said.split("|") if feature.partition("=")[0] in FEATURES)


def _nuclei(words: list[_Word]) -> list[tuple[Any, ...]]:
    """Return what must be right of each word for MLAS: the word itself, and its functional children."""
    children: list[list[tuple[int, _Word]]] = [[] for _ in range(len(words) + 1)]
    for number, word in enumerate(words):
        if word.relation in FUNCTIONAL:
            children[word.head].append((number, word))
    return [(word, children[number]) for number, word in enumerate(words, start=1)]
