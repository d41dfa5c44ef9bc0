"""How lect looks in a terminal: bars with the time left, plain lines in a log, one-line errors."""

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from lect.artifacts.hooks import Progress, watch
from lect.artifacts.outputs import process_rank

_LINE_SECONDS = 10.0


def say(text: str = "") -> None:
    """Print a line of the answer to standard output; of several processes only the first does."""
    if process_rank() > 0:
        return
    sys.stdout.write(text + "\n")


def say_json(value: Any) -> None:
    """Print the answer as JSON."""
    say(json.dumps(value, ensure_ascii=False, indent=1, default=str))


def say_error(text: str) -> None:
    """Print a message to standard error."""
    sys.stderr.write(f"lect: {text}\n")


@contextmanager
def report_progress() -> Iterator[None]:
    """Show progress on standard error: bars where it is a terminal, else at most a line every ten seconds a task."""
    if process_rank() > 0:
        yield
        return
    if not sys.stderr.isatty():
        with watch(_Lines()):
            yield
        return
    from lect.commands.bars import Bars

    with Bars() as bars, watch(bars):
        yield


class _Lines:
    """Progress as plain lines: `training: 3.20 of 10.00 MB, loss 4.512, 2 min left`."""

    def __init__(self) -> None:
        self.started: dict[str, tuple[float, float]] = {}
        self.said: dict[str, float] = {}

    def __call__(self, event: Progress) -> None:
        now = time.monotonic()
        begun, first = self.started.setdefault(event.task, (now, event.done))
        if event.finished:
            long = now - begun > _LINE_SECONDS
            self.started.pop(event.task)
            self.said.pop(event.task, None)
            if long:
                sys.stderr.write(f"{event.task}: done in {_clock(now - begun)}\n")
            return
        if now - self.said.get(event.task, begun) < _LINE_SECONDS:
            return
        self.said[event.task] = now
        left = ""
        if event.total and event.done > first:
            left = f", {_clock((now - begun) * (event.total - event.done) / (event.done - first))} left"
        total = f" of {event.total:.4g}" if event.total else ""
        note = f", {event.note}" if event.note else ""
        sys.stderr.write(f"{event.task}: {event.done:.4g}{total} {event.unit}{note}{left}\n")


def _clock(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
