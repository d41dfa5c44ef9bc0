"""The training loop: one, for every objective, on one device or many.

What it promises: losses and gradients are sums over targets divided once by the number of targets of the whole step; what is not selected
stays bit-identical; a killed run resumes to the same weights as an unbroken one; a NaN stops it and the last good checkpoint stays.
"""

import json
import time
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import torch

from lect.artifacts.errors import LectError
from lect.artifacts.hooks import progress
from lect.models.selecting import select
from lect.train.checkpoints import restore_checkpoint, save_checkpoint
from lect.train.objectives import Batch, Objective
from lect.train.schedules import SCHEDULES
from lect.train.settings import Training


class Source(Protocol):
    """Where batches come from: a pure function of the step, so that any process can ask for its share at any time."""

    steps: int
    unit: str

    def batches(self, step: int, rank: int, processes: int) -> list[Batch]:
        """Return the micro-batches of one process in one step (the same number of them on every process)."""

    def seen_before(self, step: int) -> float:
        """Return how much of the source (in `unit`: MB of text, sentences) all steps before `step` hold."""


@dataclass
class Report:
    """What happened: a row a step (step, seen, loss in nats a target, lr); `seen` is in the unit of the source, `targets` are what loss was counted on."""

    log: list[dict[str, float]] = field(default_factory=list)
    steps: int = 0
    seen: float = 0.0
    targets: int = 0
    precision: str = "fp32"
    processes: int = 1


class _Step(torch.nn.Module):
    """Network and objective as one module, so that distributed wrappers see one forward pass."""

    def __init__(self, network: Any, objective: Objective):
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
    """Train `network` in place over `source`; with `work`, checkpoints go there and a second call resumes from the last one.

    `lr` is the peak; `only` names what may change (see `models.select`); `minutes` stops by the clock, if that comes before the last step.
    """
    from accelerate import Accelerator

    selection = select(network, only)
    with selection, torch.random.fork_rng(devices=range(torch.cuda.device_count())):
        accelerator = Accelerator()  # its own mixed precision is a setting of the whole process; ours is of this run
        optimizer = torch.optim.AdamW(_groups(network, selection, settings), lr=lr, betas=settings.betas)
        step_module, optimizer = accelerator.prepare(_Step(network, objective), optimizer)
        run = _Run(accelerator, step_module, optimizer, selection, source, settings, lr, precision, seed, work, minutes)
        network.train()
        try:
            report = run.finish(task)
        finally:
            network.eval()
        report.precision, report.processes = precision, accelerator.num_processes
    return report


def _groups(network: Any, selection: Any, settings: Training) -> list[dict[str, Any]]:
    """Split the selected parameters into matrices, which decay, and vectors (biases, norms), which do not."""
    chosen = list(selection.parameters())
    return [
        {"params": [p for p in chosen if p.ndim > 1], "weight_decay": settings.weight_decay},
        {"params": [p for p in chosen if p.ndim <= 1], "weight_decay": 0.0},
    ]


@dataclass
class _Run:
    """The state of one call of `train`."""

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

    def finish(self, task: str) -> Report:
        report, first = self._restored()
        schedule = SCHEDULES[self.settings.schedule](self.settings.warmup)
        started, saved = time.monotonic() - self.elapsed, time.monotonic()
        total = self.minutes * 60 if self.minutes else self.source.seen_before(self.source.steps)
        with progress(task, total, "s" if self.minutes else self.source.unit, done=self.elapsed if self.minutes else report.seen) as advance:
            for step in range(first, self.source.steps):
                spent = self._spent(step)
                if spent >= 1:
                    break
                rate = self.lr * schedule(spent if self.minutes else (step + 1) / self.source.steps)
                loss = self._step(step, rate, report)
                before, clock = report.seen, self.elapsed
                report.steps, report.seen = step + 1, self.source.seen_before(step + 1)
                report.log.append({"step": step + 1, "seen": round(report.seen, 4), "loss": loss, "lr": rate})
                self.elapsed = time.monotonic() - started
                advance(self.elapsed - clock if self.minutes else report.seen - before, note=f"loss {loss:.3f}")
                if self.work and time.monotonic() - saved > self.settings.checkpoint_seconds:
                    self._save(report)
                    saved = time.monotonic()
        return report

    def _spent(self, step: int) -> float:
        """Return the share of the budget that is spent; by the clock, the first process decides for all."""
        if not self.minutes:
            return step / self.source.steps
        spent = torch.tensor([self.elapsed / (self.minutes * 60)], device=self.accelerator.device)
        if self.accelerator.num_processes > 1:
            torch.distributed.broadcast(spent, 0)
        return float(spent)

    def _step(self, step: int, rate: float, report: Report) -> float:
        """Take one optimizer step at the learning rate `rate`; return the mean loss in nats a target over all processes."""
        accelerator = self.accelerator
        torch.manual_seed((self.seed * 1_000_003 + step * 1_009 + accelerator.process_index) % 2**63)
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        batches = self.source.batches(step, accelerator.process_index, accelerator.num_processes)
        sums = torch.zeros(2, dtype=torch.float64, device=accelerator.device)
        for number, batch in enumerate(batches):
            hold = accelerator.no_sync(self.module) if number + 1 < len(batches) else nullcontext()
            with hold, torch.autocast(accelerator.device.type, dtype=torch.bfloat16, enabled=self.precision == "bf16"):
                loss, count, _ = self.module({key: value.to(accelerator.device) for key, value in batch.items()})
                accelerator.backward(loss)
            sums += torch.stack([loss.detach().double(), count.double().to(sums.device)])
        sums = accelerator.reduce(sums, reduction="sum")
        mean = float(sums[0] / sums[1]) if sums[1] else 0.0
        self._update(step, mean, float(sums[1]))
        report.targets += int(sums[1])
        return mean

    def _update(self, step: int, loss: float, targets: float) -> None:
        """Turn summed gradients into the mean over all targets, clip, and step; anything not finite stops the run before it."""
        parameters = [p for p in self.selection.parameters() if p.grad is not None]
        scale = self.accelerator.num_processes / max(targets, 1.0)  # processes were averaged, not summed
        torch._foreach_mul_([p.grad for p in parameters], scale)
        norm = float(self.accelerator.clip_grad_norm_(parameters, self.settings.clip))
        if not (norm < float("inf") and abs(loss) < float("inf")):
            at = f"step {step + 1}, after {self.source.seen_before(step):.2f} {self.source.unit}"
            kept = " The last good checkpoint is kept; the same command would resume from it." if self.work else ""
            raise LectError(f"the loss is no longer a number (loss {loss}, gradient norm {norm}) at {at}. Try a lower lr, or precision fp32.{kept}")
        self.optimizer.step()
        self.optimizer.zero_grad()
        self.selection.after_step()

    def _save(self, report: Report) -> None:
        state = {"elapsed": self.elapsed, "seen": report.seen, "targets": report.targets, "log": report.log}
        if self.work:
            save_checkpoint(self.accelerator, self.work, report.steps, state)

    def _restored(self) -> tuple[Report, int]:
        state = restore_checkpoint(self.accelerator, self.work) if self.work else None
        if state is None:
            return Report(), 0
        self.elapsed = state["elapsed"]
        return Report(state["log"], state["step"], state["seen"], state["targets"]), state["step"]


def write_log(report: Report, folder: Path, rows: int = 500) -> None:
    """Write `training.jsonl`: the course of the run, at most about `rows` lines, each the mean over its steps."""
    width = max(1, len(report.log) // rows)
    lines = []
    for start in range(0, len(report.log), width):
        part = report.log[start : start + width]
        lines.append(json.dumps(part[-1] | {"loss": sum(row["loss"] for row in part) / len(part)}))
    (folder / "training.jsonl").write_text("\n".join(lines) + "\n")
