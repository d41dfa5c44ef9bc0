"""The texts of a task that a corpus should not hold: what is asked, and what is the right answer."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from lect.artifacts.errors import LectError
from lect.artifacts.tasks import (
    Choice,
    Graded,
    Instruction,
    Labeled,
    Parsed,
    Query,
    Question,
    Tagged,
    Task,
    Written,
    read_task,
)

BLANK = "[MASK]"  # where the options of a cloze go


@dataclass(frozen=True)
class TaskText:
    """One text of an example: which task and example it is of."""

    task: str
    example: str
    text: str


TEXTS: dict[type, Callable[[Any], list[str | None]]] = {
    Tagged: lambda one: [" ".join(one.words)],
    Parsed: lambda one: [" ".join(one.words)],
    Labeled: lambda one: [one.text, one.pair],
    Graded: lambda one: [one.text, one.pair],
    Question: lambda one: [one.question, one.context],
    Choice: lambda one: _filled(one.prompt, one.options[one.answer]),
    Written: lambda one: [one.source, *one.references],
    Query: lambda one: [one.text],
    Instruction: lambda one: [one.prompt],
}
"""Shape of an example → its texts. Wrong options and the documents of a retrieval task are no secret."""


def _filled(prompt: str, answer: str) -> list[str | None]:
    return [prompt.replace(BLANK, answer)] if BLANK in prompt else [prompt, f"{prompt} {answer}".strip()]


def read_task_texts(tasks: Sequence[Any], splits: Sequence[str] = ("dev", "test")) -> Iterator[TaskText]:
    """Yield the texts of the examples of tasks, whatever their shape; each text of an example once.

    `tasks` are Tasks, or `name=PATH` as `read_task` takes them; a split that a task lacks is passed over.
    """
    for argument in tasks:
        task: Task = read_task(argument)
        for split in splits:
            for number, example in enumerate(task.splits.get(split) or ()):
                if type(example) not in TEXTS:
                    raise LectError(
                        f"{task.name} has examples of the shape {type(example).__name__}, whose texts are not known; "
                        f"expected one of {', '.join(shape.__name__ for shape in TEXTS)}"
                    )
                id_ = example.id or f"{split}:{number}"
                for text in dict.fromkeys(TEXTS[type(example)](example)):
                    if text and text.strip():
                        yield TaskText(task.name, id_, text)
