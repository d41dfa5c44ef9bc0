"""Labels and grades from a model with a classification head: one a word, or one a text."""

from collections.abc import Callable, Sequence
from typing import Any

import torch

from lect.artifacts.errors import LectError
from lect.artifacts.hooks import progress
from lect.artifacts.models import Model
from lect.artifacts.tasks import Answers, Task
from lect.artifacts.tasks.examples import most_frequent
from lect.models.families import FAMILIES
from lect.train.examples import encode_texts
from lect.use.batching import by_length, evaluating, pad
from lect.vocab.words import longest_input, split_windows


def label_words(model: Model, task: Task, split: str, batch_tokens: int) -> Answers:
    """Label the words of all sentences, in windows that hold each word once.

    The settings count the words that have no token (`silent`), which are given the most frequent label of training, and
    the tags that do not occur in training and so cannot be right (`unseen`).
    """
    expect_head(model, task, "ForTokenClassification")
    examples, kind = task.part(split), kind_of(model)
    windows, owners = [], []
    for owner, example in enumerate(examples):
        found = split_windows(model.tokenizer, example.words, longest_input(model.network)) if example.words else []
        windows += found
        owners += [owner] * len(found)
    names = model.network.config.id2label
    shown = task.splits.get("train") or examples
    default = most_frequent([tag for example in shown for tag in example.tags] or task.labels or [""])
    labels = [[default] * len(example.words) for example in examples]
    silent = 0
    rows = run(model, [window.ids for window in windows], batch_tokens, lambda logits: logits.argmax(-1).tolist())
    for window, owner, best in zip(windows, owners, rows, strict=True):
        for word, at in enumerate(window.anchors(kind), start=window.start):
            if at < 0:
                silent += 1
            else:
                labels[owner][word] = names[best[at]]
    unseen = sum(tag not in task.labels for example in examples for tag in example.tags)
    warnings = [f"{silent} words have no token; they were given {default!r}."] if silent else []
    return Answers(labels, {"silent": silent, "unseen": unseen}, warnings)


def label_texts(model: Model, task: Task, split: str, batch_tokens: int) -> Answers:
    """Label every text, or pair of texts."""
    expect_head(model, task, "ForSequenceClassification")
    best = _run_texts(model, task.part(split), batch_tokens, lambda logits: logits.argmax(-1).tolist())
    return Answers([model.network.config.id2label[number] for number in best])


def grade_texts(model: Model, task: Task, split: str, batch_tokens: int) -> Answers:
    """Grade every text, or pair of texts, on the scale of the training part."""
    expect_head(model, task, "ForSequenceClassification")
    config = model.network.config
    if not hasattr(config, "grade_spread"):
        raise LectError(f"{model.name} was not trained to grade. Train the head first: lect.finetune(model, task).")
    found = _run_texts(model, task.part(split), batch_tokens, lambda logits: logits[:, 0].tolist())
    return Answers([value * config.grade_spread + config.grade_mean for value in found])


def _run_texts(model: Model, examples: Sequence[Any], batch_tokens: int, take: Callable[[Any], list[Any]]) -> list[Any]:
    # decoders find the last token by its padding: without a padding id only one row at a time is safe
    alone = kind_of(model) == "decoder" and model.network.config.pad_token_id is None
    return run(model, encode_texts(model, examples), 1 if alone else batch_tokens, take)


def expect_head(model: Model, task: Task, wanted: str) -> None:
    """Raise `LectError` unless the class of the network ends in `wanted`."""
    found = type(model.network).__name__
    if not found.endswith(wanted):
        raise LectError(
            f"{task.name} is a {task.kind} task and needs a network …{wanted}; {model.name} is a {found}. "
            "Train the head first: lect.finetune(model, task)."
        )


def kind_of(model: Model) -> str:
    """Return the kind of the family: the class of a classification network does not tell a decoder from an encoder."""
    row = FAMILIES.get(model.network.config.model_type)
    return row.kind if row else model.kind


def run(model: Model, rows: list[list[int]], batch_tokens: int, take: Callable[[Any], list[Any]]) -> list[Any]:
    """Return what `take` makes of the logits [row, …] of each row, in the order of `rows`."""
    found: list[Any] = [None] * len(rows)
    with evaluating(model.network), progress("predicting", total=len(rows), unit="rows") as advance:
        for batch in by_length([len(row) for row in rows], batch_tokens):
            logits = model.network(**pad([rows[index] for index in batch], model)).logits
            expect_finite(model, logits)
            for index, one in zip(batch, take(logits), strict=True):
                found[index] = one
            advance(len(batch))
    return found


def expect_finite(model: Model, numbers: torch.Tensor) -> None:
    """Raise `LectError` if a network gives numbers that are not finite."""
    if not torch.isfinite(numbers).all():
        raise LectError(f"{model.name} gives logits that are not finite: its weights are broken or overflow")
