"""Parts of tasks made to order: so many examples of this one, so many of that."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from lect.artifacts.errors import LectError
from lect.artifacts.opening import combined_hash
from lect.artifacts.tasks.examples import Task
from lect.artifacts.tasks.reading import read_task


def mix_training(task: Any, parts: Iterable[tuple[Any, int]]) -> Task:
    """Return `task` with another training part: so many training examples of each of `parts`, (task, number).

    A task without a training part gives of its dev part. Examples are chosen by a hash of what they say, so that a
    smaller number is a part of a larger one, and keep their order. The labels are those of all. What is not for training
    stays as it was but for the dev part, which may have been learned from and is dropped.

    >>> mix_training("pos=ud/no", [("pos=ud/no", 500), ("pos=ud/da", 100)])  # replay a fifth  # doctest: +SKIP
    """
    task = read_task(task)
    read = [(read_task(part), number) for part, number in parts]
    if strange := [part.kind for part, _ in read if part.kind != task.kind]:
        raise LectError(f"{task.name} is a {task.kind} task; expected parts of the same kind, found {strange[0]}")
    train = [
        replace(example, id=f"{place}:{example.id}")
        for place, (part, number) in enumerate(read)
        for example in _choose(part, number)
    ]
    kept = {split: examples for split, examples in task.splits.items() if split not in ("train", "dev")}
    labels = sorted({label for one in [task, *(part for part, _ in read)] for label in one.labels})
    sources = [source for part, _ in read for source in part.sources]
    return replace(task, splits={"train": train, **kept}, labels=labels, sources=sources)


def take_examples(task: Any, number: int, *, split: str = "test") -> Task:
    """Return `task` with the first examples of a split and nothing else, where all of them would take too long.

    >>> take_examples("qa=xquad.tr.jsonl", 60).part("test")  # doctest: +SKIP
    """
    task = read_task(task)
    return replace(task, splits={split: task.part(split)[:number]})


def _choose(task: Task, number: int) -> Sequence[Any]:
    there = list(task.splits.get("train") or task.splits.get("dev") or ())
    if not 1 <= number <= len(there):
        raise LectError(f"{task.name} has {len(there)} examples to learn from; found {number} asked for")
    said = [combined_hash(repr(replace(example, id=""))) for example in there]
    chosen = sorted(range(len(there)), key=lambda place: (said[place], place))[:number]
    return [there[place] for place in sorted(chosen)]
