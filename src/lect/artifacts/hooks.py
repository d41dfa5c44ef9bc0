"""One hook for progress: verbs report, whoever runs them decides how it looks."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True)
class Progress:
    """One report: `done` of `total` (None: unknown) units of a task; `note` is free text such as the current loss."""

    task: str
    done: float
    total: float | None
    unit: str = ""
    note: str = ""
    finished: bool = False


Hook = Callable[[Progress], None]
_hook: ContextVar[Hook | None] = ContextVar("lect_progress_hook", default=None)


@contextmanager
def watch(hook: Hook) -> Iterator[None]:
    """Send every report made inside the block to `hook`."""
    token = _hook.set(hook)
    try:
        yield
    finally:
        _hook.reset(token)


@contextmanager
def progress(task: str, total: float | None = None, unit: str = "", done: float = 0.0) -> Iterator[Callable[..., None]]:
    """Yield `advance(amount, note="")`; without a watcher it costs nothing and says nothing.

    >>> with progress("reading", total=3, unit="files") as advance:
    ...     advance(1)
    """
    hook = _hook.get()
    state = {"done": done}

    def advance(amount: float = 1.0, note: str = "") -> None:
        state["done"] += amount
        if hook is not None:
            hook(Progress(task, state["done"], total, unit, note))

    if hook is not None:
        hook(Progress(task, done, total, unit))
    try:
        yield advance
    finally:
        if hook is not None:
            hook(Progress(task, state["done"], total, unit, finished=True))
