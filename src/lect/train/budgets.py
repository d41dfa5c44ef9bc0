"""Budgets: megabytes of text seen in training, or minutes; never steps or tokens, which mean something else in every vocabulary."""

import re
from dataclasses import dataclass
from typing import Any

from lect.artifacts.errors import LectError

_UNITS = {"kb": 1e-3, "mb": 1.0, "gb": 1e3, "s": 1 / 60, "m": 1.0, "min": 1.0, "h": 60.0}


@dataclass(frozen=True)
class Budget:
    """Either megabytes of UTF-8 or minutes; the other is None."""

    megabytes: float | None = None
    minutes: float | None = None

    def __str__(self) -> str:
        return f"{self.megabytes:g}MB" if self.megabytes is not None else f"{self.minutes:g}m"


def read_budget(said: Any) -> Budget:
    """Read a budget such as `20MB`, `1.5GB`, `10m`, `2h`; a bare number is megabytes.

    >>> read_budget("2h").minutes
    120.0
    """
    if isinstance(said, Budget):
        return said
    match = re.fullmatch(r"\s*([0-9]*\.?[0-9]+)\s*([a-zA-Z]*)\s*", str(said))
    unit = match[2].lower() if match else "?"
    if not match or (unit and unit not in _UNITS):
        raise LectError(f"cannot read the budget {said!r}; expected megabytes of text such as 20MB or 1.5GB, or time such as 10m or 2h")
    amount = float(match[1]) * _UNITS.get(unit, 1.0)
    if amount <= 0:
        raise LectError(f"the budget is {said}: nothing could be learned. Pass for instance 20MB of text, or 10m of time.")
    return Budget(minutes=amount) if unit in ("s", "m", "min", "h") else Budget(megabytes=amount)
