"""A function over batches in worker processes, in order, past any item that hangs, eats the memory or kills its worker.

C code cannot be interrupted from within (lxml in a deep page): the parent watches, kills, and starts another worker.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from multiprocessing.connection import wait
from typing import Any, TypeVar

from lect.artifacts.errors import LectError
from lect.corpus.crawl.workers import Worker

Item = TypeVar("Item")
_TICK = 0.1  # seconds between two looks at the workers
_AHEAD = 3  # batches for each worker that may be read, under way, or done and waiting for an earlier one


@dataclass(frozen=True)
class Fault:
    """Why there is no result for an item: `timed_out`, `out_of_memory`, `worker_died` or `failed` (`detail`: the error)."""

    reason: str
    detail: str = ""


@dataclass(eq=False)
class _Batch:
    items: list[Any]
    results: list[Any] = field(default_factory=list)
    missing: int = 0


@dataclass(eq=False)
class _Task:
    """A whole batch (`at` None), or the item of it at `at` alone."""

    batch: _Batch
    at: int | None = None

    def items(self) -> list[Any]:
        return self.batch.items if self.at is None else [self.batch.items[self.at]]


def guarded(
    function: Callable[[list[Item]], list[Any]],
    batches: Iterable[list[Item]],
    *,
    workers: int = 1,
    seconds: float = 20.0,
    megabytes: float = 2000.0,
) -> Iterator[list[Any]]:
    """Yield `function(batch)` for each batch, in order, from worker processes; a guilty item becomes a `Fault`.

    `function` takes a list and returns a list of as many results. A batch that takes more than `seconds` of processor
    time (or four times that by the clock, where it only waits), takes more than `megabytes` beyond what the worker had
    at its start, raises an error or ends its worker is done again item by item under the same limits, so that all but
    the guilty items have their result. A `LectError` is the user's, not the item's: it ends the run. The start method
    is that of `multiprocessing`; only a few batches are held at once.

    >>> list(guarded(sorted, [["b", "a"], ["c"]], workers=1))
    [['a', 'b'], ['c']]
    """
    if workers < 1 or seconds <= 0 or megabytes <= 0:
        raise LectError(
            f"guarded needs at least 1 worker, and limits above 0; found workers={workers}, seconds={seconds}, "
            f"megabytes={megabytes}"
        )
    return _run(iter(batches), [Worker(function, seconds, megabytes) for _ in range(workers)])


def _run(batches: Iterator[list[Any]], workers: list[Worker]) -> Iterator[list[Any]]:
    waiting: deque[_Task] = deque()
    ordered: deque[_Batch] = deque()
    tasks: dict[Worker, _Task] = {}
    try:
        while True:
            for items in islice(batches, max(0, _AHEAD * len(workers) - len(ordered))):
                ordered.append(_Batch(items, [None] * len(items), len(items)))
                if items:
                    waiting.append(_Task(ordered[-1]))
            for worker in workers:
                if worker not in tasks and waiting:
                    tasks[worker] = waiting.popleft()
                    worker.start(tasks[worker].items(), workers)
            if not ordered:
                return
            if ordered[0].missing:
                _collect(tasks, waiting)
            else:
                yield ordered.popleft().results
    finally:
        for worker in workers:
            worker.stop()


def _collect(tasks: dict[Worker, _Task], waiting: deque[_Task]) -> None:
    """Take in what the workers have done, and end those that are beyond their limits."""
    wait([worker.connection for worker in tasks], timeout=_TICK)
    for worker in list(tasks):
        outcome = worker.outcome()
        if outcome is not None:
            _settle(tasks.pop(worker), *outcome, waiting)


def _settle(task: _Task, reason: str, detail: Any, waiting: deque[_Task]) -> None:
    """File the results of a task, or its fault; a batch with a fault is taken apart, its items come next."""
    batch = task.batch
    if reason == "refused":
        raise LectError(detail)
    if reason and task.at is None and len(batch.items) > 1:
        waiting.extendleft(_Task(batch, at) for at in reversed(range(len(batch.items))))
        return
    at = task.at or 0
    results = [Fault(reason, str(detail))] if reason else detail
    batch.results[at : at + len(results)] = results
    batch.missing -= len(results)
