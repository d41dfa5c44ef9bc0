"""Progress bars, with rich."""

from typing import Any

from lect.artifacts.hooks import Progress


class Bars:
    """One bar a task; a task that is done leaves the screen."""

    def __init__(self) -> None:
        from rich import progress
        from rich.console import Console

        columns = [
            progress.TextColumn("{task.description}"),
            progress.BarColumn(),
            progress.TextColumn("{task.fields[amount]}"),
            progress.TimeRemainingColumn(),
            progress.TextColumn("{task.fields[note]}"),
        ]
        self._display = progress.Progress(*columns, console=Console(stderr=True), transient=True)
        self._tasks: dict[str, Any] = {}

    def __enter__(self) -> "Bars":
        self._display.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._display.stop()

    def __call__(self, event: Progress) -> None:
        """Show one report."""
        if event.task not in self._tasks:
            self._tasks[event.task] = self._display.add_task(event.task, total=event.total, amount="", note="")
        total = f"/{event.total:.4g}" if event.total else ""
        amount = f"{event.done:.4g}{total} {event.unit}"
        self._display.update(self._tasks[event.task], completed=event.done, amount=amount, note=event.note)
        if event.finished:
            self._display.remove_task(self._tasks.pop(event.task))
