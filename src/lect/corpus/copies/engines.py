"""Engines: ways to call a function on many items, all with the same results in the same order."""

import multiprocessing
import os
import pickle
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from typing import Any

from lect.artifacts.errors import LectError
from lect.artifacts.extras import need
from lect.corpus.copies.indexes import Mapper


def across_threads(workers: int) -> Mapper:
    """Return a `map` over threads, for functions that spend their time in numpy and pyarrow, as signing documents does.

    At most two items a worker are in hand, so that a stream is never read far ahead of the work.

    >>> list(across_threads(2)(abs, [-1, -2]))
    [1, 2]
    """
    return _windowed(lambda: ThreadPoolExecutor(workers), workers)


def across_processes(workers: int) -> Mapper:
    """Return a `map` over processes of this machine, for functions that spend their time in Python.

    They start afresh (`spawn`, half a second), so a script needs `if __name__ == "__main__":` around its work.
    """
    return _windowed(lambda: ProcessPoolExecutor(workers, multiprocessing.get_context("spawn")), workers)


def across_daft(workers: int, *, ray: str | None = None) -> Mapper:
    """Return a `map` over Daft, on this machine or, with `ray`, on a Ray cluster ("local" starts one here).

    Every item is a task of its own; hand it shards on a disk that all workers see, since a stream is packed whole. Daft's
    usage reports are switched off before it is imported. One Python process has one of Daft's runners, for good.

    >>> list(across_daft(2)(abs, [-1, -2]))  # doctest: +SKIP
    [1, 2]
    """

    def spread(function: Callable[[Any], Any], items: Iterable[Any]) -> Iterator[Any]:
        os.environ |= {"DO_NOT_TRACK": "1", "DAFT_ANALYTICS_ENABLED": "0", "DAFT_PROGRESS_BAR": "0"}
        daft = need("daft", extra="corpus", for_="spreading work with Daft")
        _set_runner(daft, ray, workers)
        packed = [pickle.dumps(item) for item in items]
        apply = daft.func(_Packed(function), return_dtype=daft.DataType.binary())
        frame = daft.from_pydict({"item": packed}).into_batches(1)
        if ray is not None:
            frame = frame.into_partitions(max(len(packed), 1))
        for row in frame.select(apply(daft.col("item")).alias("result")).to_pydict()["result"]:
            yield pickle.loads(row)

    return spread


class _Packed:
    """A function of pickled items, which Daft can send to its workers."""

    def __init__(self, function: Callable[[Any], Any]) -> None:
        self.function = function
        self.__name__ = "packed"

    def __call__(self, item: bytes) -> bytes:
        return pickle.dumps(self.function(pickle.loads(item)))


def _set_runner(daft: Any, ray: str | None, workers: int) -> None:
    wanted = "native" if ray is None else "ray"
    if ray is None:
        daft.set_runner_native()
    elif daft.get_or_infer_runner_type() != "ray":
        if ray == "local":
            need("ray", extra="ray", for_="a Ray cluster").init(
                num_cpus=workers, include_dashboard=False, log_to_driver=False
            )
        daft.set_runner_ray(None if ray == "local" else ray)
    if daft.get_or_infer_runner_type() != wanted:
        raise LectError(f"this process runs Daft on another engine already; start a new one for {wanted}")


def _windowed(start: Callable[[], Executor], workers: int) -> Mapper:
    def spread(function: Callable[[Any], Any], items: Iterable[Any]) -> Iterator[Any]:
        with start() as pool:
            waiting: deque[Future[Any]] = deque()
            for item in items:
                waiting.append(pool.submit(function, item))
                if len(waiting) > 2 * workers:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()

    return spread
