"""Precision: bf16 where it pays, which is measured, not assumed."""

import copy
import json
import os
import time
from pathlib import Path
from typing import Any

import torch

from lect.train.objectives import Batch, Objective

_GAIN = 1.2  # bf16 must be at least this much faster than fp32 to be chosen
_LONG = 200  # forward passes of a run that a trial of eight is worth


def choose_precision(
    wanted: str, network: Any, objective: Objective, batch: Batch, passes: float, folder: Path | None
) -> str:
    """Return "fp32" or "bf16": what was asked for, or by "auto" the faster.

    On a GPU that is bf16 where the hardware has it. One process on a CPU times both on `batch`, if the run has so many
    forward `passes` that a trial pays; `folder` remembers the choice, so that a resumed run agrees. All else is fp32.
    """
    from accelerate import PartialState

    if wanted != "auto":
        return wanted
    state = PartialState()
    if state.device.type == "cuda":
        return "bf16" if torch.cuda.is_bf16_supported(including_emulation=False) else "fp32"
    if state.device.type != "cpu" or state.num_processes > 1 or passes < _LONG:
        return "fp32"
    memory = folder / "precision.json" if folder else None
    if memory and memory.is_file():
        return str(json.loads(memory.read_text(encoding="utf-8"))["precision"])
    seconds = _time_passes(network, objective, batch)
    chosen = "bf16" if seconds["bf16"] * _GAIN < seconds["fp32"] else "fp32"
    if memory:
        partial = memory.with_suffix(".partial")
        partial.write_text(json.dumps({"precision": chosen, "seconds": seconds}), encoding="utf-8")
        os.replace(partial, memory)
    return chosen


def _time_passes(network: Any, objective: Objective, batch: Batch, repeats: int = 4) -> dict[str, float]:
    """Return the least seconds of a forward and backward pass in each precision, tried in turn on a copy.

    The least of several, taken in turn, is what other work on the machine disturbs least.
    """
    trial = copy.deepcopy(network).float().train()
    seconds: dict[str, list[float]] = {"fp32": [], "bf16": []}
    with torch.random.fork_rng(devices=[]):  # dropout draws
        for _ in range(repeats):
            for precision, times in seconds.items():
                start = time.perf_counter()
                with torch.autocast("cpu", dtype=torch.bfloat16, enabled=precision == "bf16"):
                    loss, count, _ = objective(trial, batch)
                (loss / count).backward()
                times.append(time.perf_counter() - start)
    return {precision: min(times) for precision, times in seconds.items()}
