"""The name gate: files say what they hold, and no function shares the name of its own file.

A lazy package whose function is named like its module hands out the function once and the module afterwards, so
`vocab/trim.py` may not hold `trim`. Run as `python gates/names.py`; prints every offender, and exits 1 if any.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("src", "tests", "gates", "benchmarks")
VAGUE = {"util", "utils", "helper", "helpers", "misc", "common", "stuff", "various"}
ALLOWED = {"src/lect/lazy.py"}  # no lazy list hands it out: it is what makes the lists


def ill_named(path: Path, root: Path = ROOT) -> Iterator[str]:
    """Yield one line for each way in which the file at `path` is ill named."""
    shown = path.relative_to(root)
    words = {word for part in (*shown.parts[:-1], path.stem) for word in part.lower().split("_")}
    for word in sorted(words & VAGUE):
        yield f"{shown}: {word!r} does not say what is inside; name the idea that the file holds"
    functions = [] if shown.as_posix() in ALLOWED else ast.parse(path.read_text(encoding="utf-8")).body
    for node in functions:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == path.stem != "main":
            yield f"{shown}:{node.lineno}: function and file are both {node.name!r}; name the file by a noun or gerund"


def main() -> int:
    """Print the offenders; return the exit status."""
    paths = [path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.py"))]
    offenders = [line for path in paths for line in ill_named(path)]
    print(f"names: {len(paths)} files read, {len(offenders)} ill named")
    print(*offenders, sep="\n", end="\n" if offenders else "")
    return int(bool(offenders))


if __name__ == "__main__":
    sys.exit(main())
