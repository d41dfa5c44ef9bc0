"""Pretraining and continued pretraining: a model learns from running text, within a budget."""

import copy
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from lect.artifacts.errors import LectError
from lect.artifacts.models import Model, load
from lect.artifacts.outputs import process_rank, produce
from lect.artifacts.texts import Text, read
from lect.train.budgets import Budget, read_budget
from lect.train.checkpoints import remove_checkpoints
from lect.train.loop import Report, train, write_log
from lect.train.objectives import Batch, Objective, causal, masked
from lect.train.packing import Stream, draw_stream, tokenize
from lect.train.precision import choose_precision
from lect.train.settings import Training, continued_lr, default_batch
from lect.vocab.words import longest_input

_MOST_EPOCHS = 50  # of a run that is stopped by the clock


def pretrain(
    model: Any,
    text: Any,
    *,
    megabytes: float | str | Budget,
    lr: float | None = None,
    seed: int = 0,
    only: Any = "all",
    out: str | Path | None = None,
    training: Training | None = None,
) -> Model:
    """Train a model further on `text` until `megabytes` of UTF-8 are seen (or a time such as `"10m"` is up), repeating it where it is shorter.

    Decoders learn to predict the next token, encoders masked tokens (15 %, masked anew each time). Documents are joined and cut into rows
    without padding; attention crosses document borders inside a row, as in the usual grouped-text practice. `only` names what may change.
    With `out` the run can be killed and resumed, and ends as a Hugging Face folder there; without, nothing is written.

    >>> adapted = pretrain("base", "text.txt", megabytes=20, out="adapted")  # doctest: +SKIP
    """
    model, text, budget = load(model), read(text), read_budget(megabytes)
    if model.kind == "seq2seq":
        raise LectError("pretrain has no objective for encoder-decoder models yet; pass an encoder or a decoder")
    training = replace(training or Training(), lr=lr or (training.lr if training else None))
    if out is None:
        trained = replace(model, network=copy.deepcopy(model.network), folder=None)
        return replace(trained, notes=run_pretraining(trained, text, budget, training, only=only, seed=seed))
    arguments = {"budget": str(budget), "only": only, **asdict(training)}

    def make(folder: Path) -> dict[str, Any]:
        trained = replace(model, network=copy.deepcopy(model.network))
        return run_pretraining(trained, text, budget, training, only=only, seed=seed, folder=folder)

    return load(produce(out, make, verb="pretrain", arguments=arguments, inputs={"model": model, "text": text}, seed=seed))


def run_pretraining(
    model: Model, text: Text, budget: Budget, training: Training, *, only: Any = "all", seed: int = 0, folder: Path | None = None
) -> dict[str, Any]:
    """Train the network of `model` in place and return what `lect.json` says of it; with `folder`, resume from there and save there."""
    length = _row_length(model.network, training.length)
    table = tokenize(text, model.tokenizer, model.kind, folder)
    megabytes = budget.megabytes or _MOST_EPOCHS * float(table.sizes.sum()) / 1e6
    stream = draw_stream(table, length=length, megabytes=megabytes, seed=seed)
    total = len(stream) * length if budget.megabytes else 8_192_000
    rows = max(1, min((training.batch_tokens or default_batch(total)) // length, len(stream)))
    source = _Packed(stream, rows, min(rows, max(1, training.micro_tokens // length)))
    objective = _objective(model, training, seed)
    precision = choose_precision(training.precision, model.network, objective, source.batches(0, 0, 1)[0], folder)
    report = train(
        model.network, source, objective, training, lr=training.lr or continued_lr(model.network.config.hidden_size),
        precision=precision, only=only, seed=seed, work=folder, minutes=budget.minutes, task=f"training {model.name}",
    )  # fmt: skip
    notes = _notes(report, stream, length, rows)
    if folder and process_rank() == 0:
        model.save(folder)
        write_log(report, folder)
        remove_checkpoints(folder)
        for file in [*folder.glob("tokens.[0-9]*"), folder / "precision.json"]:
            file.unlink(missing_ok=True)
    return notes


@dataclass(frozen=True)
class _Packed:
    """The rows of a stream in batches of a fixed number of rows, shared out among processes."""

    stream: Stream
    rows: int
    micro_rows: int
    unit: str = "MB"

    @property
    def steps(self) -> int:
        return max(1, len(self.stream) // self.rows)

    def batches(self, step: int, rank: int, processes: int) -> list[Batch]:
        if self.rows < processes:
            raise LectError(f"a step of {self.rows} rows cannot be shared by {processes} processes; pass a larger batch_tokens or start fewer")
        mine = np.arange(step * self.rows + rank, (step + 1) * self.rows, processes)
        widest = -(-self.rows // processes)
        parts = min(-(-widest // self.micro_rows), self.rows // processes)
        return [self._batch(numbers) for numbers in np.array_split(mine, parts)]

    def _batch(self, numbers: np.ndarray) -> Batch:
        ids = torch.from_numpy(np.stack([self.stream.row(number) for number in numbers]))
        return {"ids": ids, "numbers": torch.from_numpy(numbers)}

    def seen_before(self, step: int) -> float:
        return self.stream.megabytes_before(step * self.rows)


def _row_length(network: Any, wanted: int | None) -> int:
    longest = longest_input(network)
    if wanted and wanted > longest:
        raise LectError(f"rows of {wanted} tokens are longer than this model takes ({longest}); pass a smaller length")
    return wanted or min(256, longest)


def _objective(model: Model, training: Training, seed: int) -> Objective:
    if model.kind == "decoder":
        return causal
    if model.tokenizer.mask_token_id is None:
        raise LectError(f"the tokenizer of {model.name} has no mask token, which masked training needs; add one, or use a decoder")
    return masked(model.tokenizer, whole_words=training.whole_words, seed=seed)


def _notes(report: Report, stream: Stream, length: int, rows: int) -> dict[str, Any]:
    return {
        "training": {
            "steps": report.steps,
            "megabytes": round(report.seen, 4),
            "targets": report.targets,
            "row_length": length,
            "rows_a_step": rows,
            "precision": report.precision,
            "processes": report.processes,
            "loss": report.log[-1]["loss"] if report.log else None,
        },
        "ledger": stream.ledger(report.seen),
    }
