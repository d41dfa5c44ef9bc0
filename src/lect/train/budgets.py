"""Budgets: megabytes of text seen in training, or minutes; never steps or tokens, which differ with the vocabulary."""

import math
import re
from dataclasses import dataclass
from typing import Any

from lect.artifacts.errors import LectError

_MEGABYTES = {"": 1.0, "kb": 1e-3, "mb": 1.0, "gb": 1e3}
_MINUTES = {"s": 1 / 60, "m": 1.0, "min": 1.0, "h": 60.0}


@dataclass(frozen=True)
class Budget:
    """Either megabytes of UTF-8 or minutes; the other is None."""

    megabytes: float | None = None
    minutes: float | None = None

    def __str__(self) -> str:
        return f"{self.megabytes:.12g}MB" if self.megabytes is not None else f"{self.minutes:.12g}m"


def read_budget(said: Any) -> Budget:
    """Read a budget such as `20MB`, `1.5GB`, `10m`, `2h`; a bare number is megabytes.

    >>> read_budget("2h").minutes
    120.0
    """
    if isinstance(said, Budget):
        return said
    match = re.fullmatch(r"\s*((?:\d*\.)?\d+(?:[eE][+-]?\d+)?)\s*([a-zA-Z]*)\s*", str(said))
    unit = match[2].lower() if match else ""
    if not match or unit not in _MEGABYTES | _MINUTES or match[2] == "M":  # "20M": megabytes or minutes?
        raise LectError(
            f"cannot read the budget {said!r}; expected megabytes of text such as 20MB or 1.5GB, or time such as "
            "10m or 2h"
        )
    amount = float(match[1]) * (_MEGABYTES | _MINUTES)[unit]
    if not 0 < amount < math.inf:
        raise LectError(f"the budget is {said}; expected more than nothing, such as 20MB of text or 10m of time")
    return Budget(minutes=amount) if unit in _MINUTES else Budget(megabytes=amount)
