"""Lists of words and their translations, line by line: what stands left and right of the mark between them."""

from collections.abc import Sequence

import regex  # type: ignore[import-untyped]

_LINE = regex.compile(
    r"^[ ]*(?P<left>[^\n\t=|:–—]{1,60}?)(?P<mark>\t+| = | \| | [-–—] |: )(?P<right>[^\n\t=|]{1,60}?)[ ]*$", regex.M
)
LEAST_LINES = 5


def find_columns(texts: Sequence[str]) -> list[list[list[tuple[int, int]]]]:
    r"""Return for each text the (start, end) of the cells of its two columns, or [] where it has no such list.

    A list has at least 5 lines with the same mark between two short cells: tab, " = ", " | ", " – ", ": ".

    >>> [len(column) for column in find_columns(["\n".join(f"orð{n} – word{n}" for n in range(6))])[0]]
    [6, 6]
    """
    return [_columns(text) for text in texts]


def _columns(text: str) -> list[list[tuple[int, int]]]:
    by_mark: dict[str, list[tuple[tuple[int, int], tuple[int, int]]]] = {}
    for found in _LINE.finditer(text):
        by_mark.setdefault(found["mark"].strip(" "), []).append((found.span("left"), found.span("right")))
    rows = max(by_mark.values(), key=len, default=[])
    return [[left for left, _ in rows], [right for _, right in rows]] if len(rows) >= LEAST_LINES else []
