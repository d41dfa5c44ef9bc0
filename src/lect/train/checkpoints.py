"""Checkpoints: the whole state of a run, written beside and renamed, so that a kill leaves the last good one."""

import json
import os
import shutil
from pathlib import Path
from typing import Any

_NAME = "checkpoint-"
_PARTIAL, _DISCARDED = "partial-checkpoint", "discarded-checkpoint"


def save_checkpoint(accelerator: Any, folder: Path, step: int, state: dict[str, Any]) -> None:
    """Write the state at `step` (weights, optimizer, `state`) and remove older ones; every process calls this."""
    partial = folder / _PARTIAL
    if accelerator.is_main_process:
        shutil.rmtree(partial, ignore_errors=True)
    accelerator.wait_for_everyone()
    accelerator.save_state(str(partial), safe_serialization=False)  # tied tensors stay one, with every optimizer state
    accelerator.wait_for_everyone()
    if accelerator.is_main_process:
        for file in partial.glob("random_states_*"):  # each step seeds itself; loading these would seed the caller
            file.unlink()
        (partial / "lect-state.json").write_text(json.dumps({"step": step, **state}), encoding="utf-8")
        _sync(partial)
        partial.rename(folder / f"{_NAME}{step}")
        for older in _found(folder)[:-1]:
            _discard(older)


def restore_checkpoint(accelerator: Any, folder: Path) -> dict[str, Any] | None:
    """Load the newest checkpoint into what `accelerator` prepared; return its state, or None where there is none."""
    found = _found(folder)
    if not found:
        return None
    accelerator.load_state(str(found[-1]))
    state: dict[str, Any] = json.loads((found[-1] / "lect-state.json").read_text(encoding="utf-8"))
    return state


def remove_checkpoints(folder: Path) -> None:
    """Remove every checkpoint; the run is complete."""
    for path in _found(folder):
        _discard(path)
    for name in (_PARTIAL, _DISCARDED):
        shutil.rmtree(folder / name, ignore_errors=True)


def has_checkpoint(folder: Path) -> bool:
    """Say whether a run could be resumed from `folder`."""
    return bool(_found(folder))


def _found(folder: Path) -> list[Path]:
    """Return all complete checkpoints, oldest first: only a finished one has a name that is found."""
    return sorted(folder.glob(f"{_NAME}*"), key=lambda path: int(path.name.removeprefix(_NAME)))


def _discard(path: Path) -> None:
    """Remove a folder that must not be found half removed: rename first."""
    discarded = path.with_name(_DISCARDED)
    shutil.rmtree(discarded, ignore_errors=True)
    path.rename(discarded)
    shutil.rmtree(discarded, ignore_errors=True)


def _sync(folder: Path) -> None:
    """Ask the disk to hold every byte, so that a power cut after the rename finds them."""
    for file in folder.rglob("*"):
        if file.is_file():
            with file.open("rb") as opened:
                os.fsync(opened.fileno())
