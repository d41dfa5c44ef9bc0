"""Which file holds which part of a task, and how parts become a task."""

import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from lect.artifacts.errors import LectError
from lect.artifacts.opening import combined_hash, file_hash
from lect.artifacts.tasks.examples import Task

_WORDS = {"train": "train", "dev": "dev", "val": "dev", "valid": "dev", "validation": "dev", "test": "test"}
_PART = re.compile(rf"(?:^|[._-])({'|'.join(_WORDS)})(?=$|[._-])", re.IGNORECASE)


def find_parts(path: str | Path, endings: Sequence[str]) -> dict[str, Path]:
    """Return the files of a task by split: `path` is a folder, a prefix that the files share, or one file (its test).

    A file belongs to the split that its name ends in (`swa.train.jsonl.gz`, `fo_x-ud-test.conllu`, `et.val.jsonl`); one
    file alone whose name says nothing is the test part.
    """
    path = Path(path)
    if path.is_file():
        return {_split_of(path, endings) or "test": path}
    folder, prefix = (path, "") if path.is_dir() else (path.parent, path.name)
    known = tuple(ending + packed for ending in endings for packed in ("", ".gz"))
    names = sorted(folder.iterdir()) if folder.is_dir() else []
    files = [file for file in names if file.name.startswith(prefix) and file.name.endswith(known)]
    parts: dict[str, Path] = {}
    for file in files:
        split = _split_of(file, endings) or ("test" if len(files) == 1 else "")
        if split in parts:
            raise LectError(
                f"{path} holds several {split} files: {parts[split].name}, {file.name}. "
                f"Name what those of one task share: {path}/PREFIX"
            )
        if split:
            parts[split] = file
    if not parts:
        raise LectError(
            f"no files of a task at {path}: expected a folder or a prefix with …train{endings[0]} and …test{endings[0]} "
            f"(endings {', '.join(endings)}, also .gz), or one file"
        )
    return parts


def _split_of(file: Path, endings: Sequence[str]) -> str:
    stem = file.name.removesuffix(".gz")
    for ending in endings:
        stem = stem.removesuffix(ending)
    found = _PART.findall(stem)
    return _WORDS[found[-1].lower()] if found else ""


def assemble_task(
    name: str,
    kind: str,
    files: dict[str, Path],
    read: Callable[[Path], Iterable[Any]],
    labels_of: Callable[[Any], Iterable[str]] = lambda example: (),
) -> Task:
    """Read all parts; where there is training but no dev part, a tenth of it, chosen by hash, becomes dev."""
    splits = {split: list(read(file)) for split, file in files.items()}
    if not any(splits.values()):
        raise LectError(f"the task {name} holds no example in {', '.join(file.name for file in files.values())}")
    splits = {split: part for split, part in splits.items() if part}
    if "train" in splits and "dev" not in splits:
        splits |= _without_tenth(name, splits["train"])
    shown = splits.get("train") or [example for part in splits.values() for example in part]
    labels = sorted({label for example in shown for label in labels_of(example)})
    sources = [{"path": str(file), "sha256": file_hash(file)} for file in files.values()]
    return Task(name, kind, splits, labels, sources)


def _without_tenth(name: str, train: list[Any]) -> dict[str, list[Any]]:
    dev = [example for example in train if _in_tenth(example)] or train[:1]
    moved = {example.id for example in dev}
    rest = [example for example in train if example.id not in moved]
    if not rest:
        raise LectError(f"the task {name} has too few training examples ({len(dev)}) to take a dev part from")
    return {"train": rest, "dev": dev}


def _in_tenth(example: Any) -> bool:
    """Decide by the words of a sentence, or by the first text of another example."""
    said = getattr(example, "words", None) or [next(iter(vars(example).values()))]
    return int(combined_hash(*map(str, said))[:8], 16) % 10 == 0
