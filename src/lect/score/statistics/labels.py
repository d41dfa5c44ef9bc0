"""Statistics of labels: one a word, or one a text."""

from collections.abc import Sequence
from itertools import chain

import numpy as np

from lect.artifacts.errors import LectError
from lect.artifacts.tasks import Labeled, Tagged, Task
from lect.artifacts.tasks.examples import most_frequent
from lect.score.formulas import Floats


def word_statistics(task: Task, examples: Sequence[Tagged], found: Sequence[Sequence[str]]) -> dict[str, Floats]:
    """Return (correct, words) of every sentence: every word counts, whatever its number of tokens."""
    counts = []
    for example, labels in zip(examples, found, strict=True):
        if len(labels) != len(example.words):
            raise LectError(
                f"{task.name}: the prediction for {example.id or example.words[:5]} has {len(labels)} labels; "
                f"the sentence has {len(example.words)} words"
            )
        counts.append((sum(a == b for a, b in zip(labels, example.tags, strict=True)), len(example.words)))
    return {"accuracy": np.array(counts, dtype=np.float64)}


def class_statistics(task: Task, examples: Sequence[Labeled], found: Sequence[str]) -> dict[str, Floats]:
    """Return (correct, 1), and (hit, found, gold) for each class, of every text.

    A predicted label that the task does not have is an error of the caller, not a wrong answer: it is refused.
    """
    classes = sorted({*task.labels, *(example.label for example in examples)})
    place = {label: number for number, label in enumerate(classes)}
    unknown = sorted(set(found) - set(place))
    if unknown:
        raise LectError(f"{task.name}: the prediction {unknown[0]!r} is not one of its labels {', '.join(classes)}")
    rows = np.arange(len(examples))
    predicted = np.array([place[label] for label in found], dtype=np.int64)
    gold = np.array([place[example.label] for example in examples], dtype=np.int64)
    each = np.zeros((len(examples), len(classes), 3))
    each[rows, predicted, 1] = 1
    each[rows, gold, 2] = 1
    each[..., 0] = each[..., 1] * each[..., 2]
    counts = each.reshape(len(examples), -1)
    correct = np.stack([(predicted == gold).astype(np.float64), np.ones(len(examples))], axis=1)
    return {"accuracy": correct, "macro_f1": counts, "weighted_f1": counts, "mcc": counts}


def frequent_tags(task: Task, examples: Sequence[Tagged]) -> list[list[str]]:
    """Answer every word with the most frequent tag of the training part (of the examples, where there is none)."""
    shown = task.splits.get("train") or examples
    best = most_frequent(list(chain.from_iterable(example.tags for example in shown)))
    return [[best] * len(example.words) for example in examples]


def frequent_class(task: Task, examples: Sequence[Labeled]) -> list[str]:
    """Answer every text with the most frequent class of the training part (of the examples, where there is none)."""
    best = most_frequent([example.label for example in task.splits.get("train") or examples])
    return [best] * len(examples)
