"""Learning-rate schedules: functions of the share of the budget that is spent."""

import math
from collections.abc import Callable

Schedule = Callable[[float], float]


def cosine(warmup: float = 0.05, floor: float = 0.1) -> Schedule:
    """Return linear warm-up over the share `warmup`, then half a cosine from 1 down to `floor`."""

    def factor(spent: float) -> float:
        if spent < warmup:
            return spent / warmup
        return floor + (1 - floor) * 0.5 * (1 + math.cos(math.pi * min(1.0, (spent - warmup) / (1 - warmup))))

    return factor


def warmup_stable_decay(warmup: float = 0.05, decay: float = 0.2) -> Schedule:
    """Return warm-up, a plateau at 1, and a linear fall to 0 over the last share `decay` (WSD; Hu et al., 2024)."""

    def factor(spent: float) -> float:
        if spent < warmup:
            return spent / warmup
        return 1.0 if spent < 1 - decay else max(0.0, (1 - spent) / decay)

    return factor


SCHEDULES: dict[str, Callable[[float], Schedule]] = {"cosine": cosine, "wsd": warmup_stable_decay}
