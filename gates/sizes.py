"""The size gate: files, functions and recipes stay small, one by one and in the median.

Run as `python gates/sizes.py`; prints the medians and every offender, and exits 1 where there is one.
"""

import ast
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("src", "tests", "gates", "benchmarks")
FILE, FUNCTION, RECIPE = 300, 60, 45  # the most lines of one
MEDIAN_FILE, MEDIAN_FUNCTION = 120, 12  # the most lines of the median, in the package


def functions(source: str) -> Iterator[tuple[str, int, int]]:
    """Yield (name, first line, lines) of every function and method, its decorators and docstring left out."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            documented = ast.get_docstring(node, clean=False) is not None
            docstring = node.body[0].end_lineno - node.body[0].lineno + 1 if documented else 0
            yield node.name, node.lineno, node.end_lineno - node.lineno + 1 - docstring


def too_long(path: Path, root: Path = ROOT) -> Iterator[str]:
    """Yield one line for each way in which the file at `path` is too long."""
    source, shown = path.read_text(encoding="utf-8"), path.relative_to(root)
    lines = len(source.splitlines())
    if lines > FILE:
        yield f"{shown}: {lines} lines, at most {FILE}; split it by idea"
    if "recipes" in shown.parts[:-2] and path.name != "__init__.py" and lines > RECIPE:
        yield f"{shown}: a recipe of {lines} lines, at most {RECIPE}; is a verb missing?"
    for name, line, length in functions(source):
        if length > FUNCTION:
            yield f"{shown}:{line}: {name} has {length} lines, at most {FUNCTION}; split it by idea"


def medians(paths: Iterable[Path]) -> tuple[float, float]:
    """Return the median lines of the files and of their functions; empty package files do not count."""
    sources = [source for path in paths if (source := path.read_text(encoding="utf-8")).strip()]
    lengths = [length for source in sources for _, _, length in functions(source)]
    return median(len(source.splitlines()) for source in sources), median(lengths)


def main() -> int:
    """Print medians and offenders; return the exit status."""
    package = sorted((ROOT / "src").rglob("*.py"))
    offenders = [
        line for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.py")) for line in too_long(path)
    ]
    file, function = medians(package)
    print(f"sizes: {len(package)} files in the package, median {file:g} lines; functions, median {function:g} lines")
    if file > MEDIAN_FILE or function > MEDIAN_FUNCTION:
        offenders.append(f"medians: at most {MEDIAN_FILE} lines a file and {MEDIAN_FUNCTION} a function")
    print(*offenders, sep="\n", end="\n" if offenders else "")
    return int(bool(offenders))


if __name__ == "__main__":
    sys.exit(main())
