"""Precision: bf16 where it pays, which is measured, not assumed."""

import copy
import json
import time
from pathlib import Path
from typing import Any

import torch

from lect.train.objectives import Batch, Objective

_GAIN = 1.1  # bf16 must be at least this much faster than fp32 to be chosen


def choose_precision(wanted: str, network: Any, objective: Objective, batch: Batch, folder: Path | None) -> str:
    """Return "fp32" or "bf16": what was asked for, or the winner of a timed trial, remembered in `folder` so that a resumed run agrees."""
    if wanted != "auto":
        return wanted
    if torch.cuda.is_available():
        return "bf16" if torch.cuda.is_bf16_supported() else "fp32"
    memory = folder / "precision.json" if folder else None
    if memory and memory.is_file():
        return str(json.loads(memory.read_text())["precision"])
    seconds = {name: _time_steps(network, objective, batch, name) for name in ("fp32", "bf16")}
    chosen = "bf16" if seconds["bf16"] * _GAIN < seconds["fp32"] else "fp32"
    if memory:
        partial = memory.with_suffix(".partial")
        partial.write_text(json.dumps({"precision": chosen, "seconds": seconds}))
        partial.replace(memory)
    return chosen


def _time_steps(network: Any, objective: Objective, batch: Batch, precision: str, repeats: int = 3) -> float:
    """Return the least seconds of a forward and backward pass, on a copy, so that the trial leaves no trace."""
    trial = copy.deepcopy(network).train()
    times = []
    for _ in range(repeats + 1):
        start = time.perf_counter()
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=precision == "bf16"):
            loss, count, _ = objective(trial, batch)
        (loss / count).backward()
        times.append(time.perf_counter() - start)
    return min(times[1:])
