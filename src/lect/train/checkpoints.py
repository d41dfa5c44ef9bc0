"""Checkpoints: the whole state of a run, written beside and renamed, so that a kill at any moment leaves the last good one."""

import json
import shutil
from pathlib import Path
from typing import Any

_NAME = "checkpoint-"


def save_checkpoint(accelerator: Any, folder: Path, step: int, state: dict[str, Any]) -> None:
    """Write the state at `step` (weights, optimizer, `state`) and remove older ones; every process calls this."""
    partial, final = folder / "checkpoint.partial", folder / f"{_NAME}{step}"
    if accelerator.is_main_process:
        shutil.rmtree(partial, ignore_errors=True)
    accelerator.wait_for_everyone()
    accelerator.save_state(str(partial), safe_serialization=False)
    accelerator.wait_for_everyone()
    if accelerator.is_main_process:
        (partial / "lect-state.json").write_text(json.dumps({"step": step, **state}))
        if final.exists():  # the same step was saved by a run that was killed before it cleaned up
            shutil.rmtree(final)
        partial.rename(final)
        for other in folder.glob(f"{_NAME}*"):
            if other != final:
                shutil.rmtree(other, ignore_errors=True)


def restore_checkpoint(accelerator: Any, folder: Path) -> dict[str, Any] | None:
    """Load the newest complete checkpoint into what `accelerator` prepared; return its state, or None where there is none."""
    found = sorted(folder.glob(f"{_NAME}*"), key=lambda path: int(path.name.removeprefix(_NAME)))
    if not found:
        return None
    accelerator.load_state(str(found[-1]))
    state: dict[str, Any] = json.loads((found[-1] / "lect-state.json").read_text())
    return state


def remove_checkpoints(folder: Path) -> None:
    """Remove every checkpoint; the run is complete."""
    for path in [*folder.glob(f"{_NAME}*"), folder / "checkpoint.partial"]:
        shutil.rmtree(path, ignore_errors=True)
