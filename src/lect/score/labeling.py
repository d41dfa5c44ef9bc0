"""Tagging, scored by words."""

from typing import Any

from lect.artifacts.errors import LectError
from lect.artifacts.results import Score
from lect.artifacts.tasks import read_task
from lect.score.assembling import assemble
from lect.use.predicting import label_examples


def tagging(model: Any, task: Any, *, split: str = "test") -> Score:
    """Return the accuracy over the words of a split, with (correct, words) of every sentence.

    Every word counts, whatever its number of tokens. Words that produce no token have the most frequent label of the
    training part; the signature counts them (`silent`), and the tags that do not occur in training and so cannot be
    right (`unseen`).
    """
    task = read_task(task)
    if task.kind != "tagging":
        raise LectError(f"tagging scores tasks of kind 'tagging'; {task.name} is {task.kind!r}")
    found = label_examples(model, task, split)
    sentences = task.splits[split]
    examples = [
        (sum(a == b for a, b in zip(labels, sentence.tags, strict=True)), len(sentence.words))
        for labels, sentence in zip(found.labels, sentences, strict=True)
    ]
    unseen = sum(tag not in task.labels for sentence in sentences for tag in sentence.tags)
    settings = {
        "task": task.name,
        "split": split,
        "sentences": len(sentences),
        "silent": found.silent,
        "unseen": unseen,
    }
    warnings = [f"{found.silent} words have no token; they were given {found.default!r}."] if found.silent else []
    return assemble("accuracy", examples, [s.id or str(i) for i, s in enumerate(sentences)], settings, warnings)
