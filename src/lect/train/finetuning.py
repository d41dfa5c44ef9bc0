"""Fine-tuning: a body learns a task, with a head for tokens (tagging) or for whole texts (classification)."""

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from lect.artifacts.errors import LectError
from lect.artifacts.models import Model, load
from lect.artifacts.tasks import Labeled, Tagged, Task, read_task
from lect.models.families import body
from lect.train.loop import train
from lect.train.objectives import Batch, labels
from lect.train.settings import Training, continued_lr
from lect.vocab.words import longest_input, split_windows

_HEADS = {"tagging": "AutoModelForTokenClassification", "classification": "AutoModelForSequenceClassification"}
_ROWS = 32


def finetune(
    model: Any,
    task: Any,
    *,
    epochs: int = 10,
    lr: float | None = None,
    seed: int = 0,
    only: Any = "all",
    training: Training | None = None,
) -> Model:
    """Train a copy of `model` with a new head on the training part of `task`.

    A word is tagged at its first token by encoders and at its last by decoders. The weights after the last epoch are what is returned: nothing
    is selected on dev or test. The learning rate is half that of pretraining unless `lr` says otherwise (ours).

    >>> tagger = finetune("model", "pos=treebanks/fo_farpahc")  # doctest: +SKIP
    """
    model, task = load(model), read_task(task)
    settings = training or Training(warmup=0.1, weight_decay=0.01)
    network = _with_head(model, task, seed)
    source = _Padded(list(_examples(model, task)), epochs, seed, network.config.pad_token_id)
    peak = lr or settings.lr or 0.5 * continued_lr(network.config.hidden_size)
    precision = "fp32" if settings.precision == "auto" else settings.precision
    name = f"{task.name}, {model.name}"
    report = train(network, source, labels, settings, lr=peak, precision=precision, only=only, seed=seed, task=name)
    notes = {"task": task.name, "epochs": epochs, "steps": report.steps, "loss": report.log[-1]["loss"]}
    return Model(network, model.tokenizer, model.name, notes=notes)


def _with_head(model: Model, task: Task, seed: int) -> Any:
    """Return a classification network whose body is a copy of the model's; its head is drawn under `seed`."""
    import transformers

    if task.kind not in _HEADS:
        raise LectError(f"finetune knows the task kinds {', '.join(_HEADS)}; {task.name} is {task.kind!r}")
    config = copy.deepcopy(model.network.config)
    config.id2label = dict(enumerate(task.labels))
    config.label2id = {label: number for number, label in enumerate(task.labels)}
    config.pad_token_id = _pad_id(model.tokenizer)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network = getattr(transformers, _HEADS[task.kind]).from_config(config)
    missing, _ = body(network).load_state_dict(body(model.network).state_dict(), strict=False)
    if missing:
        raise LectError(f"the body of {model.name} does not fit a {task.kind} head of its family: no weights for {', '.join(missing[:3])}")
    return network


def _pad_id(tokenizer: Any) -> int:
    return next((int(id_) for id_ in (tokenizer.pad_token_id, tokenizer.eos_token_id) if id_ is not None), 0)


def _examples(model: Model, task: Task) -> Iterator[tuple[list[int], Any]]:
    """Yield (ids, labels) of the training part: a label a token (-100: none), or one for the whole."""
    number = {label: index for index, label in enumerate(task.labels)}
    limit = longest_input(model.network)
    for example in task.splits["train"]:
        if isinstance(example, Labeled):
            yield model.tokenizer(example.text, example.pair, truncation=True, max_length=limit)["input_ids"], number[example.label]
        elif isinstance(example, Tagged):
            for window in split_windows(model.tokenizer, example.words, limit):
                wanted = [-100] * len(window.ids)
                for at, tag in zip(window.anchors(model.kind), example.tags[window.start :], strict=False):
                    if at >= 0:
                        wanted[at] = number[tag]
                yield window.ids, wanted


@dataclass(frozen=True)
class _Padded:
    """Examples in batches of similar length, in a new order every epoch, padded to the longest of the batch."""

    examples: list[tuple[list[int], Any]]
    epochs: int
    seed: int
    pad: int
    unit: str = "sentences"

    @property
    def per_epoch(self) -> int:
        return -(-len(self.examples) // _ROWS)

    @property
    def steps(self) -> int:
        return self.per_epoch * self.epochs

    def batches(self, step: int, rank: int, processes: int) -> list[Batch]:
        rows = self._rows(step)
        mine = rows[rank::processes]  # may be none in a last batch: then one row without targets keeps the processes in step
        return [self._pad(mine) if mine else self._pad(rows[:1], real=False)]

    def _rows(self, step: int) -> list[tuple[list[int], Any]]:
        """Shuffle, sort pools of 50 batches by length, cut, and take the batches of an epoch in random order."""
        epoch, at = divmod(step, self.per_epoch)
        generator = np.random.default_rng([self.seed, epoch])
        order = generator.permutation(len(self.examples)).tolist()
        pools = [sorted(order[i : i + 50 * _ROWS], key=lambda n: len(self.examples[n][0])) for i in range(0, len(order), 50 * _ROWS)]
        sorted_order = [number for pool in pools for number in pool]
        cut = generator.permutation(self.per_epoch)[at] * _ROWS
        return [self.examples[number] for number in sorted_order[cut : cut + _ROWS]]

    def _pad(self, rows: list[tuple[list[int], Any]], real: bool = True) -> Batch:
        width = max(len(ids) for ids, _ in rows)
        ids = torch.full((len(rows), width), self.pad)
        mask = torch.zeros(len(rows), width, dtype=torch.long)
        wanted = torch.full((len(rows), width), -100)
        for number, (row, label) in enumerate(rows):
            ids[number, : len(row)] = torch.tensor(row)
            mask[number, : len(row)] = 1
            if isinstance(label, list):
                wanted[number, : len(row)] = torch.tensor(label)
        if not isinstance(rows[0][1], list):
            wanted = torch.tensor([label for _, label in rows])
        return {"ids": ids, "mask": mask, "labels": wanted if real else torch.full_like(wanted, -100)}

    def seen_before(self, step: int) -> float:
        epoch, at = divmod(step, self.per_epoch)
        return epoch * len(self.examples) + at * _ROWS
