"""A task, and what its examples are made of: one small class for each shape that an answer can have."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from lect.artifacts.errors import LectError
from lect.artifacts.opening import combined_hash


@dataclass(frozen=True)
class Tagged:
    """One sentence: its words and one tag a word (a part of speech, or O, B-PER, I-PER)."""

    words: list[str]
    tags: list[str]
    id: str = ""


@dataclass(frozen=True)
class Parsed:
    """One sentence as a tree: word i depends on word `heads[i]` (from 1; 0 is the root) by `relations[i]`.

    `tags` and `features` (UPOS and FEATS of CoNLL-U) are there for metrics that look at content words only.
    """

    words: list[str]
    heads: list[int]
    relations: list[str]
    tags: list[str] = field(default_factory=list)
    features: list[str] = field(default_factory=list)
    id: str = ""


@dataclass(frozen=True)
class Labeled:
    """One text, or a pair of texts, and its class; `group` names a part of the test that is reported by itself."""

    text: str
    label: str
    pair: str | None = None
    id: str = ""
    group: str = ""


@dataclass(frozen=True)
class Graded:
    """A text, or a pair of texts, and a number: how alike they are, how good."""

    text: str
    value: float
    pair: str | None = None
    id: str = ""


@dataclass(frozen=True)
class Question:
    """A question on a passage; `answers` are (text, offset in characters), none where the passage has no answer."""

    question: str
    context: str
    answers: list[tuple[str, int]]
    id: str = ""


@dataclass(frozen=True)
class Choice:
    """A beginning and its possible continuations, of which number `answer` is right.

    A minimal pair has no beginning and the right sentence first; a cloze has `[MASK]` where the options go. `group` is
    the phenomenon, or the relation, that the example tests.
    """

    prompt: str
    options: list[str]
    answer: int
    id: str = ""
    group: str = ""


@dataclass(frozen=True)
class Written:
    """What is asked, and the texts that would be right answers: a translation, a summary, a description, a number."""

    source: str
    references: list[str]
    id: str = ""
    group: str = ""


@dataclass(frozen=True)
class Query:
    """What is looked for, and how relevant the documents of the task are to it (id → grade above 0)."""

    text: str
    relevant: dict[str, float]
    id: str = ""


@dataclass(frozen=True)
class Instruction:
    """A request whose constraints a program can check: (name of the instruction, its settings)."""

    prompt: str
    checks: list[tuple[str, dict[str, Any]]]
    id: str = ""


@dataclass(frozen=True)
class Task:
    """Splits of examples, and what belongs to all of them.

    `kind` says what the examples are and so how they are learned, answered and scored: it is a row of
    `score.kinds.KINDS`. `labels` are those that occur in training; `documents` (id → text) are what is retrieved from.
    `language` (a code) decides how text is normalized and cut into words; `notes` say what was wrong with the files.
    """

    name: str
    kind: str
    splits: Mapping[str, Sequence[Any]]
    labels: list[str] = field(default_factory=list)
    sources: list[dict[str, Any]] = field(default_factory=list)
    language: str = ""
    documents: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @cached_property
    def identity(self) -> str:
        """A hash of what the task holds, wherever it came from: a task that was cut or mixed is another one."""
        held = {name: list(part) for name, part in self.splits.items()}
        return combined_hash(self.name, self.kind, self.language, *self.labels, repr(held), repr(dict(self.documents)))

    def part(self, split: str) -> list[Any]:
        """Return the examples of a split; raise `LectError` where there are none, or where two have one id."""
        examples = list(self.splits.get(split) or ())
        if not examples:
            held = ", ".join(f"{name} ({len(part)})" for name, part in self.splits.items()) or "nothing"
            raise LectError(f"the task {self.name} has no {split!r} part; it has {held}")
        twice = [id_ for id_, times in Counter(example.id for example in examples).items() if times > 1 and id_]
        if twice:
            raise LectError(f"{len(twice)} ids occur more than once in {self.name} {split}, such as {twice[0]!r}")
        return examples


@dataclass(frozen=True)
class Answers:
    """One answer for each example, in order; `settings` say how they were made, `warnings` what to know of them.

    What an answer is depends on the kind of the task: tags, a class, a number, a tree, a text, scores of options or of
    documents.
    """

    answers: list[Any]
    settings: dict[str, Any] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)


def most_frequent(labels: Iterable[str]) -> str:
    """Return the label that occurs most often; of equals the first in the alphabet."""
    counts = Counter(labels)
    return min(counts, key=lambda label: (-counts[label], label))
