"""Arguments that name files: one option takes several, and a word is always a file, never text."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

Files = Annotated[list[str], Parameter(consume_multiple=True)]


def paths(names: Iterable[str]) -> list[Path]:
    """Return the names as paths, so that `read` says which file is missing instead of taking its name for text."""
    return [Path(name) for name in names]
