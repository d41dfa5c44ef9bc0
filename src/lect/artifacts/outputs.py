"""Outputs: every folder is written beside its final name, then renamed, and says in `lect.json` where it came from."""

import errno
import json
import os
import platform
import re
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from lect.artifacts.errors import LectError
from lect.artifacts.opening import combined_hash, file_hash

_REFUSALS = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM)
ENGINES = ("torch", "transformers", "tokenizers", "safetensors", "accelerate", "numpy", "pyarrow", "babel")


def version() -> str:
    """Return the version of lect."""
    try:
        return metadata.version("lect")
    except metadata.PackageNotFoundError:
        return "0.0.0"


def describe_input(name: str, artifact: Any) -> dict[str, Any]:
    """Return what `lect.json` says of one input: its identity, its files, and its own history, back to the raw text."""
    said: dict[str, Any] = {"name": name, "identity": artifact.identity}
    for key in ("sources", "folder", "history"):
        value = getattr(artifact, key, None)
        if value:
            said[key] = value
    return said


def run_key(verb: str, arguments: dict[str, Any], inputs: dict[str, Any], seed: int | None) -> str:
    """Return the hash of everything that decides a result: verb, arguments, inputs by content, seed, version of lect."""
    identities = {name: artifact.identity for name, artifact in inputs.items()}
    return combined_hash(version(), verb, json.dumps([arguments, identities, seed], sort_keys=True, default=str))


def process_rank() -> int:
    """Return the number of this process among those that `accelerate launch` or `torchrun` started; 0 alone."""
    return int(os.environ.get("RANK", "0"))


def produce(
    out: str | Path,
    make: Callable[[Path], dict[str, Any] | None],
    *,
    verb: str,
    arguments: dict[str, Any],
    inputs: dict[str, Any],
    seed: int | None = None,
) -> Path:
    """Let `make` fill a folder beside `out`, write `lect.json` into it and rename it to `out`; return `out`.

    Same verb, arguments, inputs and version: a finished `out` is kept as it is, an interrupted one is handed to `make` again, which resumes
    from what it finds there. Anything else at `out` is an error: nothing is ever overwritten. What `make` returns is added to `lect.json`.
    """
    final = Path(out)
    partial = final.with_name(final.name + ".partial")
    key = run_key(verb, arguments, inputs, seed)
    if final.exists():
        _expect_same(final, final / "lect.json", key, verb, arguments, seed)
        return final
    if process_rank() > 0:
        return _follow(final, partial, make)
    try:
        partial.mkdir(parents=True, exist_ok=True)
        _mark(partial, key, verb, arguments, seed)
    except OSError as error:
        raise LectError(
            f"cannot write to {final.parent}: {error.strerror}. Choose another --out, or make the folder writable."
        ) from None
    started = time.time()
    with _explained(partial):
        extra = make(partial) or {}
        record = _record(key, verb, arguments, inputs, seed, started) | extra | {"outputs": _hashes(partial)}
        _write_json(partial / "lect.json", record)
        (partial / "run.json").unlink(missing_ok=True)
        _sync(partial)
        partial.rename(final)
    return final


@contextmanager
def _explained(partial: Path) -> Iterator[None]:
    """Say what a disk that refuses means; a run that failed before it made anything leaves nothing behind."""
    try:
        yield
    except BaseException as error:
        if [file.name for file in partial.iterdir()] == ["run.json"]:
            discard(partial)
        if (why := _refusal(error, partial)) is None:
            raise
        raise LectError(
            f"cannot write to {partial}: {why}. Make room or choose another --out; the same command resumes."
        ) from None


def _refusal(error: BaseException, partial: Path) -> str | None:
    """Return why the disk refused to write to `partial`, None if the error is another one.

    safetensors gives the error of the system as text, torch.save not at all, so a full disk is looked for.
    """
    if isinstance(error, OSError):
        file = Path(os.fsdecode(error.filename)) if error.filename is not None else partial
        number = error.errno if file.absolute().is_relative_to(partial.absolute()) else None
    else:
        said = re.search(r"\(os error (\d+)\)", str(error))
        full = isinstance(error, RuntimeError) and shutil.disk_usage(partial).free < 1 << 20
        number = int(said[1]) if said else errno.ENOSPC if full else None
    return os.strerror(number) if number in _REFUSALS else None


def _follow(final: Path, partial: Path, make: Callable[[Path], Any]) -> Path:
    """Take part in a run whose first process marks, records and renames the folder."""
    while not (partial / "run.json").exists() and not final.exists():
        time.sleep(0.05)
    if not final.exists():
        make(partial)
    while not final.exists():
        time.sleep(0.05)
    return final


def _mark(partial: Path, key: str, verb: str, arguments: dict[str, Any], seed: int | None) -> None:
    marker = partial / "run.json"
    if marker.exists():
        _expect_same(partial, marker, key, verb, arguments, seed)
    elif any(partial.iterdir()):
        raise LectError(f"{partial} exists and is not an interrupted run of lect. Delete it or choose another --out.")
    _write_json(marker, {"key": key, "verb": verb, "arguments": arguments, "seed": seed})


def _expect_same(folder: Path, marker: Path, key: str, verb: str, arguments: dict[str, Any], seed: int | None) -> None:
    try:
        found = json.loads(marker.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise LectError(
            f"{folder} already exists and was not written by lect. Choose another --out or delete it."
        ) from None
    if found.get("key") == key:
        return
    theirs = {"verb": found.get("verb"), "seed": found.get("seed"), **found.get("arguments", {})}
    ours = json.loads(json.dumps({"verb": verb, "seed": seed, **arguments}, default=str))
    differing = [
        f"{name} was {theirs.get(name)!r}, now {ours.get(name)!r}"
        for name in sorted(theirs | ours)
        if theirs.get(name) != ours.get(name)
    ]
    why = "; ".join(differing) or "the input files or the version of lect have changed"
    what = "the output of another run" if marker.name == "lect.json" else "an unfinished run of other settings"
    raise LectError(f"{folder} holds {what} ({why}). Choose another --out, or delete the folder.")


def _record(
    key: str, verb: str, arguments: dict[str, Any], inputs: dict[str, Any], seed: int | None, started: float
) -> dict[str, Any]:
    return {
        "lect": version(),
        "verb": verb,
        "signature": f"{verb}|seed:{seed}|lect:{version()}|{key[:10]}",
        "key": key,
        "arguments": json.loads(json.dumps(arguments, default=str)),
        "seed": seed,
        "inputs": [describe_input(name, artifact) for name, artifact in inputs.items()],
        "versions": engine_versions(),
        "started": datetime.fromtimestamp(started, UTC).isoformat(timespec="seconds"),
        "seconds": round(time.time() - started, 1),
        "peak_memory_mb": peak_memory(),
    }


def engine_versions() -> dict[str, str]:
    """Return the versions of Python and of the libraries that a result may depend on."""
    found = {"python": platform.python_version()}
    for name in ENGINES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def peak_memory() -> float | None:
    """Return the most memory that this process has held so far, in megabytes; None where the system does not say."""
    try:
        import resource
    except ImportError:  # Windows has no such call
        return None
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)


def _hashes(folder: Path) -> dict[str, str]:
    files = sorted(file for file in folder.rglob("*") if file.is_file() and file.name not in ("lect.json", "run.json"))
    return {str(file.relative_to(folder)): file_hash(file) for file in files}


def _write_json(file: Path, content: dict[str, Any]) -> None:
    partial = file.with_name(f".{file.name}.partial")
    partial.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    partial.replace(file)


def _sync(folder: Path) -> None:
    """Ask the disk to hold every byte before the rename makes the folder final."""
    for file in folder.rglob("*"):
        if file.is_file():
            descriptor = os.open(file, os.O_RDONLY)
            os.fsync(descriptor)
            os.close(descriptor)


def discard(folder: Path) -> None:
    """Remove a work folder of a run that is complete."""
    shutil.rmtree(folder, ignore_errors=True)
