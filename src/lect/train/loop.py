"""The training loop: one, for every objective, on one device or many.

What it promises: losses and gradients are sums over targets, divided once by the number of targets of the whole step;
what is not selected stays bit-identical; a killed run resumes to the same weights as an unbroken one; a NaN stops it
and the last good checkpoint stays.
"""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import torch

from lect.artifacts.errors import LectError
from lect.artifacts.hooks import progress
from lect.models.selecting import select
from lect.train.checkpoints import has_checkpoint, restore_checkpoint, save_checkpoint
from lect.train.objectives import Batch, Objective
from lect.train.schedules import SCHEDULES
from lect.train.settings import Training


class Source(Protocol):
    """Where batches come from: a pure function of the step, so that any process can ask for its share at any time."""

    @property
    def steps(self) -> int:
        """How many steps the source has."""

    @property
    def unit(self) -> str:
        """What `seen_before` counts: MB of text, sentences."""

    def batches(self, step: int, rank: int, processes: int) -> list[Batch]:
        """Return the micro-batches of one process in one step (the same number of them on every process)."""

    def seen_before(self, step: int) -> float:
        """Return how much of the source, in `unit`, all steps before `step` hold."""


@dataclass
class Report:
    """What happened: `log` has a row a step (step, seen, loss in nats a target, lr), `targets` are what loss counts."""

    log: list[dict[str, float]] = field(default_factory=list)
    steps: int = 0
    seen: float = 0.0
    targets: int = 0
    lr: float = 0.0
    precision: str = "fp32"
    processes: int = 1


class _Step(torch.nn.Module):
    """Network and objective as one module, so that distributed wrappers see one forward pass."""

    def __init__(self, network: Any, objective: Objective) -> None:
        super().__init__()
        self.network = network
        self.objective = objective

    def forward(self, batch: Batch) -> Any:
        return self.objective(self.network, batch)


def train(
    network: Any,
    source: Source,
    objective: Objective,
    settings: Training,
    *,
    lr: float,
    precision: str,
    only: Any = "all",
    seed: int = 0,
    work: Path | None = None,
    minutes: float | None = None,
    task: str = "training",
) -> Report:
    """Train `network` in place over `source`; with `work`, checkpoints go there and a second call resumes from the last.

    `lr` is the peak; `only` names what may change (see `models.select`); `minutes` stops by the clock, if that comes
    before the last step. Weights are held in fp32 meanwhile, whatever they are kept in.
    """
    devices = range(torch.cuda.device_count())
    with _weights_in_fp32(network), select(network, only) as selection, torch.random.fork_rng(devices=devices):
        accelerator = _accelerator()
        groups = _groups(selection, settings.weight_decay)
        optimizer = torch.optim.AdamW(groups, lr=lr, betas=settings.betas, fused=True)
        module, optimizer = accelerator.prepare(_Step(network, objective), optimizer)
        run = _Run(accelerator, module, optimizer, selection, source, settings, lr, precision, seed, work, minutes)
        network.train()
        try:
            return run.finish(task)
        finally:
            network.eval()


def _accelerator() -> Any:
    """Return an Accelerator without what the environment or earlier users of the process may have set.

    Its mixed precision and accumulation are states of the whole process; ours are of one run.
    """
    from accelerate import Accelerator

    accelerator = Accelerator()
    accelerator.native_amp, accelerator.scaler = False, None
    accelerator.gradient_accumulation_steps, accelerator.sync_gradients = 1, True
    return accelerator


@contextmanager
def _weights_in_fp32(network: Any) -> Iterator[None]:
    """Hold every weight in fp32 inside the block: in bf16 or fp16 most steps of AdamW are too small to change it.

    Afterwards each tensor has the type that it had, and what was not trained its very bits.
    """
    kept = {name: tensor.dtype for name, tensor in _floats(network)}
    for _, tensor in _floats(network):
        tensor.data = tensor.data.float()
    try:
        yield
    finally:
        for name, tensor in _floats(network):
            tensor.data = tensor.data.to(kept[name])


def _floats(network: Any) -> Iterator[tuple[str, torch.Tensor]]:
    for name, tensor in [*network.named_parameters(), *network.named_buffers()]:
        if tensor.is_floating_point():
            yield name, tensor


def _groups(selection: Any, weight_decay: float) -> list[dict[str, Any]]:
    """Split the selected parameters into matrices, which decay, and vectors (biases, norms), which do not."""
    chosen = selection.parameters()
    return [
        {"params": [p for p in chosen if p.ndim > 1], "weight_decay": weight_decay},
        {"params": [p for p in chosen if p.ndim <= 1], "weight_decay": 0.0},
    ]


@dataclass
class _Run:
    """The state of one call of `train`; `elapsed` are seconds by the clock of the first process, over all restarts."""

    accelerator: Any
    module: Any
    optimizer: Any
    selection: Any
    source: Source
    settings: Training
    lr: float
    precision: str
    seed: int
    work: Path | None
    minutes: float | None
    elapsed: float = 0.0
    started: float = 0.0

    def finish(self, task: str) -> Report:
        """Take all steps that are left."""
        report = self._restored()
        self.started, saved = time.monotonic() - self.elapsed, self.elapsed
        schedule = SCHEDULES[self.settings.schedule](self.settings.warmup)
        total, unit = (self.minutes * 60, "s") if self.minutes else (self._seen(self.source.steps), self.source.unit)
        with progress(task, total, unit, done=self._done(report)) as advance:
            for step in range(report.steps, self.source.steps):
                spent = self.elapsed / (self.minutes * 60) if self.minutes else (step + 1) / self.source.steps
                if self.minutes and spent >= 1:
                    break
                before, rate = self._done(report), self.lr * schedule(spent)
                loss = self._step(step, rate, report)
                report.steps, report.seen = step + 1, self._seen(step + 1)
                report.log.append({"step": step + 1, "seen": round(report.seen, 4), "loss": loss, "lr": rate})
                advance(self._done(report) - before, note=f"loss {loss:.3f}")
                if self.work and self.elapsed - saved > self.settings.checkpoint_seconds:
                    self._save(report, self.work)
                    saved = self.elapsed
        return report

    def _seen(self, step: int) -> float:
        return self.source.seen_before(step)

    def _done(self, report: Report) -> float:
        return self.elapsed if self.minutes else report.seen

    def _step(self, step: int, rate: float, report: Report) -> float:
        """Take one optimizer step at the learning rate `rate`; return the mean loss in nats a target of all processes."""
        accelerator = self.accelerator
        torch.manual_seed((self.seed * 1_000_003 + step * 1_009 + accelerator.process_index) % 2**63)
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        batches = self.source.batches(step, accelerator.process_index, accelerator.num_processes)
        losses, targets = [], 0
        for number, batch in enumerate(batches):
            hold = accelerator.no_sync(self.module) if number + 1 < len(batches) else nullcontext()
            here = {key: value.to(accelerator.device) for key, value in batch.items()}
            with hold:
                with torch.autocast(accelerator.device.type, torch.bfloat16, enabled=self.precision == "bf16"):
                    loss, count, _ = self.module(here)
                accelerator.backward(loss)
            losses.append(loss.detach())
            targets += int(count)
        loss_sum, target_count = self._gather(torch.stack(losses), targets)
        mean = loss_sum / max(target_count, 1)
        self._update(step, mean, target_count)
        report.targets += target_count
        return mean

    def _gather(self, losses: torch.Tensor, targets: int) -> tuple[float, int]:
        """Return the sums of loss and targets over all processes; all set their clocks by the first, so that they agree."""
        clock = time.monotonic() - self.started if self.accelerator.is_main_process else 0.0
        sums = torch.tensor([float(losses.cpu().double().sum()), targets, clock], dtype=torch.float64)
        if self.accelerator.num_processes > 1:
            sums = self.accelerator.reduce(sums.to(self.accelerator.device), reduction="sum")
        loss, count, self.elapsed = sums.tolist()
        return loss, int(count)

    def _update(self, step: int, loss: float, targets: int) -> None:
        """Turn summed gradients into the mean over all targets, clip, and step; what is not finite stops the run before."""
        parameters = [p for p in self.selection.parameters() if p.grad is not None]
        for parameter in parameters:  # distributed wrappers average over processes where we sum
            parameter.grad.mul_(self.accelerator.num_processes / max(targets, 1))
        norm = float(self.accelerator.clip_grad_norm_(parameters, self.settings.clip))
        if not (norm < float("inf") and abs(loss) < float("inf")):
            raise self._diverged(step, loss, norm)
        self.optimizer.step()
        self.optimizer.zero_grad()
        self.selection.after_step()

    def _diverged(self, step: int, loss: float, norm: float) -> LectError:
        kept = self.work is not None and has_checkpoint(self.work)
        return LectError(
            f"the loss is no longer a number (loss {loss}, gradient norm {norm}) at step {step + 1}, after "
            f"{self._seen(step):.2f} {self.source.unit}. Try a lower lr, or precision fp32, with another out."
            + (f" The last good checkpoint is kept in {self.work}." if kept else "")
        )

    def _save(self, report: Report, work: Path) -> None:
        state = {"elapsed": self.elapsed, "seen": report.seen, "targets": report.targets, "log": report.log}
        save_checkpoint(self.accelerator, work, report.steps, state)

    def _restored(self) -> Report:
        """Return the report of the steps that the last checkpoint holds, whose state is loaded; an empty one if none."""
        report = Report(lr=self.lr, precision=self.precision, processes=self.accelerator.num_processes)
        state = restore_checkpoint(self.accelerator, self.work) if self.work else None
        if state:
            self.elapsed, report.log, report.steps = state["elapsed"], state["log"], state["step"]
            report.seen, report.targets = state["seen"], state["targets"]
        return report


def write_log(report: Report, folder: Path, rows: int = 500) -> None:
    """Write `training.jsonl`: the course of the run in at most `rows` lines, each the mean over its steps."""
    width = max(1, -(-len(report.log) // rows))
    lines = []
    for start in range(0, len(report.log), width):
        part = report.log[start : start + width]
        lines.append(json.dumps(part[-1] | {"loss": sum(row["loss"] for row in part) / len(part)}) + "\n")
    (folder / "training.jsonl").write_text("".join(lines), encoding="utf-8")
