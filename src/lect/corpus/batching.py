"""A stream cut into batches of bounded size: the one place where the corpus room does that."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

BATCH = 8_000_000  # characters or bytes
ITEM = 300  # what one item takes besides
Item = TypeVar("Item")


def group(items: Iterable[Item], size: Callable[[Item], int], most: int | None = None) -> Iterator[list[Item]]:
    """Cut a stream after the item that reaches `most` (by default 8 million); where it is cut depends on the items alone.

    >>> [len(batch) for batch in group(["a" * 400, "b" * 400, "c"], len, 1000)]
    [2, 1]
    """
    batch: list[Item] = []
    held, most = 0, BATCH if most is None else most
    for item in items:
        batch.append(item)
        held += size(item) + ITEM
        if held >= most:
            yield batch
            batch, held = [], 0
    if batch:
        yield batch
