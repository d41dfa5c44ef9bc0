"""Fine-tuning: a body learns a task, with a head for tokens (tagging) or for whole texts (classification)."""

import copy
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import torch

from lect.artifacts.errors import LectError
from lect.artifacts.loading import load
from lect.artifacts.models import Model
from lect.artifacts.tasks import Labeled, Tagged, Task, read_task
from lect.models.families import body
from lect.train.loop import train
from lect.train.objectives import Batch, labels
from lect.train.settings import Training, continued_lr
from lect.vocab.words import longest_input, split_windows

_HEADS = {"tagging": "AutoModelForTokenClassification", "classification": "AutoModelForSequenceClassification"}
_ROWS = 32
_POOL = 50 * _ROWS  # examples that are sorted by length before they are cut into batches

Example = tuple[list[int], int | list[int]]


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

    A word is tagged at its first token by encoders and at its last by decoders. Of an encoder-decoder (T5) a tagger is the
    encoder alone, which reads a word at its last token, too: where tokens are bytes, the first is the space before it.
    The weights after the last epoch are what is returned: nothing is selected on dev or test. The learning rate is half
    that of pretraining unless `lr` says otherwise (ours); "auto" precision is fp32. Of `training`, what concerns rows of
    text is not used.

    >>> tagger = finetune("model", "pos=treebanks/fo_farpahc")  # doctest: +SKIP
    """
    model, task = load(model), read_task(task)
    if epochs < 1:
        raise LectError(f"epochs must be at least 1, not {epochs}")
    settings = training or Training(warmup=0.1, weight_decay=0.01)
    settings = replace(settings, lr=settings.lr if lr is None else lr)
    network = _with_head(model, task, seed)
    source = _Padded(_examples(model, task), epochs, seed, network.config.pad_token_id, settings.micro_tokens)
    peak = settings.lr or 0.5 * continued_lr(network.config.hidden_size)
    precision = "fp32" if settings.precision == "auto" else settings.precision
    report = train(
        network, source, labels, settings, lr=peak, precision=precision, only=only, seed=seed, task=task.name
    )
    notes = {"task": task.name, "epochs": epochs, "steps": report.steps, "lr": peak, "loss": report.log[-1]["loss"]}
    return Model(network, model.tokenizer, model.name, notes=notes)


def _with_head(model: Model, task: Task, seed: int) -> Any:
    """Return a classification network whose body is a copy of the model's; its head is drawn under `seed`."""
    import transformers

    if task.kind not in _HEADS:
        raise LectError(f"finetune knows the task kinds {', '.join(_HEADS)}; {task.name} is {task.kind!r}")
    config = copy.deepcopy(model.network.config)
    config.id2label = dict(enumerate(task.labels))
    config.label2id = {label: number for number, label in enumerate(task.labels)}
    if config.pad_token_id is None or config.pad_token_id < 0:  # where there is one, positions may count from it
        config.pad_token_id = _pad_id(model.tokenizer)
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(seed)
        network = _build(getattr(transformers, _HEADS[task.kind]), config, task)
    missing, _ = body(network).load_state_dict(body(model.network).state_dict(), strict=False)
    if [name for name in missing if not name.startswith("pooler.")]:  # a pooler belongs to the head
        raise LectError(
            f"the body of {model.name} does not fit a {task.kind} head of its family: no weights for "
            f"{', '.join(missing[:3])}"
        )
    return network


def _build(auto: Any, config: Any, task: Task) -> Any:
    """Return a random classification network; a T5 would draw its tagging head from N(0, 1), all others N(0, 0.02²)."""
    try:
        network = auto.from_config(config)
    except ValueError:
        raise LectError(f"transformers has no {task.kind} head for {config.model_type}; pass another model") from None
    if task.kind == "tagging" and hasattr(config, "initializer_factor"):
        network.classifier.weight.data.mul_(0.02)
    return network


def reading_kind(kind: str) -> str:
    """Return whether a model of this kind is read as an "encoder", at the first token of a word, or a "decoder"."""
    return "encoder" if kind == "encoder" else "decoder"


def _pad_id(tokenizer: Any) -> int:
    return next((int(id_) for id_ in (tokenizer.pad_token_id, tokenizer.eos_token_id) if id_ is not None), 0)


def _examples(model: Model, task: Task) -> list[Example]:
    """Return (ids, labels) of the training part: a label a token (-100: none), or one for the whole."""
    found = list(_encoded(model, task, {label: index for index, label in enumerate(task.labels)}))
    if not found:
        raise LectError(f"the training part of {task.name} has no examples; pass a task with some")
    return found


def _encoded(model: Model, task: Task, number: dict[str, int]) -> Iterator[Example]:
    limit, kind = longest_input(model.network), reading_kind(model.kind)
    tokenizer = copy.deepcopy(model.tokenizer)  # truncation is a state of a tokenizer
    for example in task.splits["train"]:
        if isinstance(example, Labeled):
            ids = tokenizer(example.text, example.pair, truncation=True, max_length=limit)["input_ids"]
            yield ids, number[example.label]
        elif isinstance(example, Tagged) and example.words:
            for window in split_windows(tokenizer, example.words, limit):
                wanted = [-100] * len(window.ids)
                for word, at in enumerate(window.anchors(kind), start=window.start):
                    if at >= 0:
                        wanted[at] = number[example.tags[word]]
                yield window.ids, wanted


@dataclass(frozen=True)
class _Padded:
    """Examples in batches of similar length, in a new order every epoch, padded to the longest of the batch."""

    examples: list[Example]
    epochs: int
    seed: int
    pad: int
    micro_tokens: int
    unit: str = "sentences"
    _order: dict[int, list[list[int]]] = field(default_factory=dict, repr=False, compare=False)

    @property
    def per_epoch(self) -> int:
        return -(-len(self.examples) // _ROWS)

    @property
    def steps(self) -> int:
        return self.per_epoch * self.epochs

    def batches(self, step: int, rank: int, processes: int) -> list[Batch]:
        """Return the examples of one process, in parts that hold at most `micro_tokens` ids.

        A part may be empty in a small batch; then one row without targets keeps the processes in step.
        """
        epoch, at = divmod(step, self.per_epoch)
        rows = [self.examples[number] for number in self._batches_of(epoch)[at]]
        fitting = max(1, self.micro_tokens // max(len(ids) for ids, _ in rows))
        parts = -(-len(rows) // (processes * fitting))
        shares = [rows[rank + part * processes :: processes * parts] for part in range(parts)]
        return [self._pad(share) if share else self._pad(rows[:1], real=False) for share in shares]

    def _batches_of(self, epoch: int) -> list[list[int]]:
        """Shuffle, sort pools of 50 batches by length, cut, and put the batches of an epoch in random order."""
        if epoch not in self._order:
            generator = np.random.default_rng([self.seed, epoch])
            order = generator.permutation(len(self.examples)).tolist()
            pools = (order[start : start + _POOL] for start in range(0, len(order), _POOL))
            by_length = [number for pool in pools for number in sorted(pool, key=lambda n: len(self.examples[n][0]))]
            cuts = generator.permutation(self.per_epoch).tolist()
            self._order.clear()
            self._order[epoch] = [by_length[cut * _ROWS : (cut + 1) * _ROWS] for cut in cuts]
        return self._order[epoch]

    def _pad(self, rows: list[Example], real: bool = True) -> Batch:
        width = max(len(ids) for ids, _ in rows)
        ids = torch.full((len(rows), width), self.pad)
        mask = torch.zeros(len(rows), width, dtype=torch.long)
        wanted = torch.full((len(rows), width), -100)
        for number, (row, label) in enumerate(rows):
            ids[number, : len(row)] = torch.tensor(row)
            mask[number, : len(row)] = 1
            wanted[number, : len(row)] = torch.tensor(label)
        if isinstance(rows[0][1], int):
            wanted = wanted[:, 0]
        return {"ids": ids, "mask": mask, "labels": wanted if real else torch.full_like(wanted, -100)}

    def seen_before(self, step: int) -> float:
        epoch, at = divmod(step, self.per_epoch)
        return epoch * len(self.examples) + min(at * _ROWS, len(self.examples))
