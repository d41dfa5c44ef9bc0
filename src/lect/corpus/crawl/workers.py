"""One worker process: it is given lists, answers with lists, and is ended from outside when it goes beyond its limits."""

import multiprocessing
import pickle
import signal
import time
from collections.abc import Callable, Iterable
from typing import Any

from lect.artifacts.errors import LectError
from lect.artifacts.extras import need

_PATIENCE = 4  # times `seconds` by the clock, for what waits and computes nothing
_KILLED = -9  # by the kernel, when it was not us: it had no memory left


class Worker:
    """A process that runs `function`; it is started when it first gets work, and anew after it had to be ended."""

    def __init__(self, function: Callable[[list[Any]], list[Any]], seconds: float, megabytes: float) -> None:
        self._function, self._seconds, self._megabytes = function, seconds, megabytes
        self._process: Any = None
        self._watched: Any = None
        self._broken = False
        self.connection: Any = None

    def start(self, items: list[Any], all_workers: Iterable["Worker"]) -> None:
        """Give the worker a list to work on."""
        if self._process is None:
            self._open([worker.connection for worker in all_workers if worker.connection is not None])
        self._since, self._spent = time.monotonic(), self._processor_time()
        try:
            self.connection.send(items)
        except OSError:
            self._broken = True  # it has died; `outcome` says so

    def outcome(self) -> tuple[str, Any] | None:
        """Return ("", results), or (reason, detail) of a fault; None while the worker is at work and within its limits."""
        if self._broken or self.connection.poll():
            return self._received()
        reason = self._beyond()
        if reason and not self.connection.poll():
            self._close()
            return reason, ""
        return None

    def stop(self) -> None:
        """End the process, whatever it is doing."""
        if self._process is not None:
            self._close()

    def _open(self, strangers: list[Any]) -> None:
        context: Any = multiprocessing.get_context()
        self.connection, theirs = context.Pipe()
        # A forked child has copies of all our ends of pipes: while it keeps them open, the others would not see us die.
        inherited = [*strangers, self.connection] if context.get_start_method() == "fork" else []
        self._process = context.Process(
            target=_serve, args=(self._function, theirs, inherited, self._megabytes), daemon=True
        )
        self._process.start()
        theirs.close()
        psutil = need("psutil", extra="corpus", for_="watching worker processes")
        self._watched, self._gone = psutil.Process(self._process.pid), psutil.NoSuchProcess
        self._held = self._watched.memory_info().rss

    def _received(self) -> tuple[str, Any]:
        try:
            reason, detail = self.connection.recv()
        except (EOFError, OSError, pickle.UnpicklingError):
            self._process.join()
            code = self._process.exitcode
            self._close()
            return ("out_of_memory" if code == _KILLED else "worker_died"), f"exit code {code}"
        if reason == "out_of_memory":
            self._close()  # what it still holds is not the next item's fault
        return reason, detail

    def _beyond(self) -> str:
        elapsed = time.monotonic() - self._since
        if elapsed > self._seconds and (
            elapsed > _PATIENCE * self._seconds or self._processor_time() - self._spent > self._seconds
        ):
            return "timed_out"
        try:
            held = self._watched.memory_info().rss - self._held
        except self._gone:
            return ""
        return "out_of_memory" if held > self._megabytes * 1e6 else ""

    def _processor_time(self) -> float:
        try:
            times = self._watched.cpu_times()
        except self._gone:
            return 0.0
        return float(times.user + times.system)

    def _close(self) -> None:
        self._process.kill()
        self._process.join()
        self._process.close()
        self.connection.close()
        self._process = self.connection = self._watched = None
        self._broken = False


def _serve(function: Callable[[list[Any]], list[Any]], connection: Any, inherited: list[Any], megabytes: float) -> None:
    """Answer lists with lists until the parent hangs up; Ctrl-C is the parent's to handle."""
    for other in inherited:
        other.close()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _limit_memory(megabytes)
    while True:
        try:
            items = connection.recv()
        except (EOFError, OSError):
            return
        answer = _answer(function, items)
        try:
            connection.send(answer)
        except (pickle.PicklingError, TypeError, AttributeError, MemoryError) as error:
            connection.send(("failed", f"the result cannot be sent: {error}"))


def _answer(function: Callable[[list[Any]], list[Any]], items: list[Any]) -> tuple[str, Any]:
    try:
        results = list(function(items))
    except MemoryError:
        return "out_of_memory", ""
    except LectError as error:
        return "refused", str(error)
    except Exception as error:  # noqa: BLE001 - whatever an item does to the function is that item's fault
        return "failed", f"{type(error).__name__}: {error}"
    if len(results) != len(items):
        return "refused", f"the function returned {len(results)} results for {len(items)} items; expected one for each"
    return "", results


def _limit_memory(megabytes: float) -> None:
    """Let allocations fail beyond the limit, where the system can (Linux): an item may take all between two looks."""
    try:
        import resource
    except ImportError:  # Windows: the parent looks, and that is all
        return
    mapped = need("psutil", extra="corpus", for_="watching worker processes").Process().memory_info().vms
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    soft = int(mapped + megabytes * 1e6)
    try:
        resource.setrlimit(resource.RLIMIT_AS, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))
    except (ValueError, OSError):  # macOS refuses a limit below what is mapped
        return
