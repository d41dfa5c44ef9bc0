"""Fine-tuning: a body learns a task, with the head that its kind takes (`train.heads.HEADS`)."""

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from lect.artifacts.errors import LectError
from lect.artifacts.loading import load
from lect.artifacts.models import Model
from lect.artifacts.tasks import Task, read_task
from lect.train.examples import Example
from lect.train.heads import Head, add_head, collate, expect_learnable
from lect.train.loop import train
from lect.train.objectives import Batch
from lect.train.settings import Training, continued_lr

_ROWS = 32
_POOL = 50 * _ROWS  # examples that are sorted by length before they are cut into batches


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

    Words (tagging, spans, parsing) are read off at their first token by encoders and at their last by decoders. Of an
    encoder-decoder (T5) the encoder alone does so, at the last token, too: where tokens are bytes, the first is the space
    before it. Questions are answered by a first and a last token of the passage, trees are biaffine scores
    (`models.parsers`), and writing (generation, translation) is learned by the language-model head that is there.
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
    head = expect_learnable(model, task)
    encoded = _encode(head, model, task)
    network = add_head(model, task, seed)
    fill = network.config.pad_token_id
    source = _Padded(encoded, head, epochs, seed, 0 if fill is None else fill, settings.micro_tokens)
    peak = settings.lr or 0.5 * continued_lr(network.config.hidden_size)
    precision = "fp32" if settings.precision == "auto" else settings.precision
    report = train(
        network, source, head.objective, settings, lr=peak, precision=precision, only=only, seed=seed, task=task.name
    )
    notes = {"task": task.name, "epochs": epochs, "steps": report.steps, "lr": peak, "loss": report.log[-1]["loss"]}
    return Model(network, model.tokenizer, model.name, notes=notes)


def _encode(head: Head, model: Model, task: Task) -> list[Example]:
    found = list(head.encode(model, task, task.splits["train"]))
    if not found:
        raise LectError(f"the training part of {task.name} has no examples with a token; pass a task with some")
    return found


@dataclass(frozen=True)
class _Padded:
    """Examples in batches of similar length, in a new order every epoch, padded to the longest of the batch."""

    examples: list[Example]
    head: Head
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
        fitting = max(1, self.micro_tokens // max(map(_length, rows)))
        parts = -(-len(rows) // (processes * fitting))
        shares = [rows[rank + part * processes :: processes * parts] for part in range(parts)]
        return [collate(self.head, share or rows[:1], self.pad, real=bool(share)) for share in shares]

    def _batches_of(self, epoch: int) -> list[list[int]]:
        """Shuffle, sort pools of 50 batches by length, cut, and put the batches of an epoch in random order."""
        if epoch not in self._order:
            generator = np.random.default_rng([self.seed, epoch])
            order = generator.permutation(len(self.examples)).tolist()
            pools = (order[start : start + _POOL] for start in range(0, len(order), _POOL))
            by_length = [number for pool in pools for number in sorted(pool, key=lambda n: _length(self.examples[n]))]
            cuts = generator.permutation(self.per_epoch).tolist()
            self._order.clear()
            self._order[epoch] = [by_length[cut * _ROWS : (cut + 1) * _ROWS] for cut in cuts]
        return self._order[epoch]

    def seen_before(self, step: int) -> float:
        epoch, at = divmod(step, self.per_epoch)
        return epoch * len(self.examples) + min(at * _ROWS, len(self.examples))


def _length(example: Example) -> int:
    return sum(map(len, example.rows))
