"""Labels from a model with a classification head: one a word, or one a text."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch

from lect.artifacts.errors import LectError
from lect.artifacts.hooks import progress
from lect.artifacts.loading import load
from lect.artifacts.models import Model
from lect.artifacts.tasks import Labeled, Tagged, Task, read_task
from lect.models.families import FAMILIES
from lect.train.finetuning import reading_kind
from lect.use.batching import by_length, evaluating, pad
from lect.vocab.words import longest_input, split_windows

_HEADS = {"tagging": "ForTokenClassification", "classification": "ForSequenceClassification"}


@dataclass(frozen=True)
class Predictions:
    """`labels[i][j]` is that of word j of example i (j = 0 for a whole text).

    `silent` words had no token and were given `default`.
    """

    labels: list[list[str]]
    silent: int = 0
    default: str = ""


def predict(model: Any, task: Any, split: str = "test", *, batch_tokens: int = 8192) -> list[list[str]]:
    """Return the labels of a split by the model: one a word for tagging, one a text for classification.

    A word is read off where `finetune` taught it: at its first token by encoders, at its last by all others. A long
    sentence is read in windows, so that every word has a label; a word that produces no token gets the most frequent
    label of the training part. A long text is cut where the network stops reading.

    >>> predict(tagger, "pos=treebanks/fo_farpahc")[0]  # doctest: +SKIP
    ['PRON', 'VERB', 'NOUN', 'PUNCT']
    """
    return label_examples(model, task, split, batch_tokens=batch_tokens).labels


def label_examples(model: Any, task: Any, split: str = "test", *, batch_tokens: int = 8192) -> Predictions:
    """Return the labels as `predict` does, with the number of words that had no token."""
    model, task = load(model), read_task(task)
    _check_head(model, task)
    examples = task.splits.get(split)
    if not examples:
        raise LectError(f"the task {task.name} has no {split!r} part; it has {', '.join(map(repr, task.splits))}")
    if task.kind == "tagging":
        return _label_words(model, task, examples, batch_tokens)
    return Predictions([[label] for label in _label_texts(model, examples, batch_tokens)])


def _check_head(model: Model, task: Task) -> None:
    wanted = _HEADS.get(task.kind)
    if wanted is None:
        raise LectError(f"predict knows the task kinds {', '.join(_HEADS)}; {task.name} is {task.kind!r}")
    found = type(model.network).__name__
    if not found.endswith(wanted):
        raise LectError(
            f"{task.name} is a {task.kind} task and needs a network …{wanted}; {model.name} is a {found}. "
            "Train the head first: lect.finetune(model, task)."
        )


def _label_words(model: Model, task: Task, examples: Sequence[Tagged], batch_tokens: int) -> Predictions:
    """Label the words of all sentences, in windows that hold each word once."""
    kind = reading_kind(_kind(model))
    windows, owners = [], []
    for owner, example in enumerate(examples):
        if example.words:
            found = split_windows(model.tokenizer, example.words, longest_input(model.network))
            windows += found
            owners += [owner] * len(found)
    names, default = model.network.config.id2label, _most_frequent(task)
    labels = [[default] * len(example.words) for example in examples]
    silent = 0
    rows = _run(model, [window.ids for window in windows], batch_tokens)
    for window, owner, best in zip(windows, owners, rows, strict=True):
        for word, at in enumerate(window.anchors(kind), start=window.start):
            if at < 0:
                silent += 1
            else:
                labels[owner][word] = names[best[at]]
    return Predictions(labels, silent, default)


def _label_texts(model: Model, examples: Sequence[Labeled], batch_tokens: int) -> list[str]:
    limit = longest_input(model.network)
    encode = model.tokenizer
    rows = [encode(one.text, one.pair, truncation=True, max_length=limit)["input_ids"] for one in examples]
    # decoders find the last token by its padding: without a padding id only one row at a time is safe
    alone = _kind(model) == "decoder" and model.network.config.pad_token_id is None
    return [model.network.config.id2label[best] for best in _run(model, rows, 1 if alone else batch_tokens)]


def _kind(model: Model) -> str:
    """Return the kind of the family: the class of a classification network does not tell a decoder from an encoder."""
    row = FAMILIES.get(model.network.config.model_type)
    return row.kind if row else model.kind


def _most_frequent(task: Task) -> str:
    """Return the most frequent tag of the training part, of all parts where it is empty; of equals the first."""
    sentences = task.splits.get("train") or [example for part in task.splits.values() for example in part]
    counts = Counter(tag for sentence in sentences if isinstance(sentence, Tagged) for tag in sentence.tags)
    return min(counts, key=lambda tag: (-counts[tag], tag)) if counts else task.labels[0]


def _run(model: Model, rows: list[list[int]], batch_tokens: int) -> list[Any]:
    """Return the index of the best label of each row, or of each of its tokens, in the order of `rows`."""
    best: list[Any] = [None] * len(rows)
    with evaluating(model.network), progress("predicting", total=len(rows), unit="rows") as advance:
        for batch in by_length([len(row) for row in rows], batch_tokens):
            logits = model.network(**pad([rows[index] for index in batch], model)).logits
            if not torch.isfinite(logits).all():
                raise LectError(f"{model.name} gives logits that are not finite: its weights are broken or overflow")
            for index, winner in zip(batch, logits.argmax(dim=-1).tolist(), strict=True):
                best[index] = winner
            advance(len(batch))
    return best
