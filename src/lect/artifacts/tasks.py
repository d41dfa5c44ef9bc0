"""Task: what a model is tested on, with its splits and labels."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from lect.artifacts.errors import LectError
from lect.artifacts.opening import combined_hash, file_hash, read_lines


@dataclass(frozen=True)
class Tagged:
    """One sentence: its words and one tag a word."""

    words: list[str]
    tags: list[str]
    id: str = ""


@dataclass(frozen=True)
class Labeled:
    """One text, or a pair of texts, and its class."""

    text: str
    label: str
    pair: str | None = None
    id: str = ""


@dataclass(frozen=True)
class Task:
    """Splits of examples and the labels that occur in training; `kind` is `tagging` or `classification`."""

    name: str
    kind: str
    splits: dict[str, list[Tagged]] | dict[str, list[Labeled]]
    labels: list[str]
    identity: str = ""
    sources: list[dict[str, str]] = field(default_factory=list)


def read_task(argument: "str | Task") -> Task:
    """Read `name=PATH` as the command line gives it: PATH is a folder, or a prefix that the files of one treebank share.

    >>> read_task("pos=treebanks/fo_farpahc")  # fo_farpahc-train.conllu, -dev, -test  # doctest: +SKIP
    """
    if isinstance(argument, Task):
        return argument
    name, _, path = argument.partition("=")
    if not path or name not in _COLUMNS:
        raise LectError(f"a task is given as NAME=PATH with NAME one of {', '.join(_COLUMNS)}; found {argument!r}")
    return read_tagging(path, name=name, column=_COLUMNS[name])


_COLUMNS = {"pos": "upos", "upos": "upos", "xpos": "xpos"}
_FIELDS = {"upos": 3, "xpos": 4}


def read_tagging(path: str | Path, *, name: str = "pos", column: str = "upos") -> Task:
    """Read a tagging task from CoNLL-U files whose names end in train, dev and test (also `.gz`).

    Multiword ranges (`3-4`) and empty nodes (`5.1`) are passed over, as in Universal Dependencies scoring. Where there is no dev part,
    a tenth of the training sentences, chosen by hash, becomes dev.
    """
    if column not in _FIELDS:
        raise LectError(f"column must be one of {', '.join(_FIELDS)}, not {column!r}")
    files = _split_files(Path(path))
    splits = {split: list(_sentences(file, _FIELDS[column])) for split, file in files.items()}
    for split in ("train", "test"):
        if not splits.get(split):
            found = ", ".join(f"{key}: {file.name}" for key, file in files.items()) or "none"
            raise LectError(f"the task {path} needs a {split} part, a file …{split}.conllu (or .gz); found {found}")
    if not splits.get("dev"):
        splits["dev"] = [s for s in splits["train"] if _in_tenth(s)] or splits["train"][:1]
        moved = {sentence.id for sentence in splits["dev"]}
        splits["train"] = [s for s in splits["train"] if s.id not in moved]
        if not splits["train"]:
            raise LectError(
                f"the task {path} has too few training sentences ({len(splits['dev'])}) to take a dev part from"
            )
    labels = sorted({tag for sentence in splits["train"] for tag in sentence.tags})
    sources = [{"path": str(file), "sha256": file_hash(file)} for file in files.values()]
    return Task(name, "tagging", splits, labels, combined_hash(column, *(s["sha256"] for s in sources)), sources)


def _in_tenth(sentence: Tagged) -> bool:
    return int(combined_hash(*sentence.words)[:8], 16) % 10 == 0


def _split_files(path: Path) -> dict[str, Path]:
    folder, prefix = (path, "") if path.is_dir() else (path.parent, path.name)
    candidates = sorted(file for file in folder.iterdir() if file.name.startswith(prefix)) if folder.is_dir() else []
    files: dict[str, Path] = {}
    for file in candidates:
        stem = file.name.removesuffix(".gz")
        for split in ("train", "dev", "test"):
            if stem.endswith((f"{split}.conllu", f"{split}.conll")):
                if split in files:
                    raise LectError(
                        f"{path} holds several {split} files: {files[split].name}, {file.name}. Name one treebank: {path}/PREFIX"
                    )
                files[split] = file
    if not files:
        raise LectError(
            f"no CoNLL-U files at {path}: expected a folder or a prefix with …train.conllu and …test.conllu (also .gz)"
        )
    return files


def _sentences(path: Path, index: int) -> Iterator[Tagged]:
    words: list[str] = []
    tags: list[str] = []
    number = 0
    for line_number, line in enumerate(read_lines(path), start=1):
        if line.startswith("#"):
            continue
        if line.strip():
            cells = line.split("\t")
            if len(cells) != 10:
                raise LectError(
                    f"{path} line {line_number} has {len(cells)} columns; CoNLL-U has 10, separated by tabs"
                )
            if cells[0].isdigit():
                words.append(cells[1])
                tags.append(cells[index])
        elif words:
            yield Tagged(words, tags, f"{path.name}:{number}")
            words, tags, number = [], [], number + 1
    if words:
        yield Tagged(words, tags, f"{path.name}:{number}")
