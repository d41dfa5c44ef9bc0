"""The pictures of a datasheet: histograms, the split of what came in, and how far a group is from the whole."""

import math
from itertools import pairwise

from markupsafe import Markup

from lect.adaptation.plotting import frame, ticks
from lect.adaptation.wording import decimals_for, figure
from lect.corpus.describing.values import Distribution, Drift

_HEIGHT, _FLOOR, _TOP = 150, 124, 10  # pixels: the picture, its base line, the room above the highest bar
_GAP = 0.35  # percent of the width between two bars


def histogram(shape: Distribution, title: str) -> Markup:
    """Return the histogram of a column of numbers with its median as a dashed line; the heights are shares."""
    most = max(shape.counts) or 1
    width = 100 / len(shape.counts)
    parts = []
    for number, many in enumerate(shape.counts):
        if many:
            tall = max(round((_FLOOR - _TOP) * many / most, 1), 1.0)
            at, wide = round(number * width + _GAP / 2, 3), round(width - _GAP, 3)
            parts.append(f'<rect x="{at}%" y="{_FLOOR - tall}" width="{wide}%" height="{tall}" class="bin"/>')
    parts.append(f'<line x1="0" x2="100%" y1="{_FLOOR}" y2="{_FLOOR}" class="axis"/>')
    parts += [_tick(at, label) for at, label in _labels(shape)]
    middle = _place(shape, shape.quartiles[1])
    parts.append(f'<line x1="{middle}%" x2="{middle}%" y1="0" y2="{_FLOOR}" class="reference"/>')
    return frame("".join(parts), height=_HEIGHT, title=title, kind="histogram")


def split(kept: float, title: str) -> Markup:
    """Return one bar for all that came in, its kept share filled; a sliver stays visible."""
    share = round(max(100 * kept, 0.4 if kept else 0.0), 2)
    body = (
        '<rect x="0" y="0" width="100%" height="22" rx="3" class="dropped"/>'
        f'<rect x="0" y="0" width="{share}%" height="22" rx="3" class="kept"/>'
    )
    return frame(body, height=22, title=title, kind="split")


def drift_row(one: Drift, farthest: float, title: str) -> Markup:
    """Return a bar for the drift of a group and an upright line for what chance does, on a scale to `farthest`."""
    share, chance = (round(100 * x / (farthest or 1), 2) for x in (one.drift, one.chance))
    body = (
        '<rect x="0" y="5" width="100%" height="10" rx="2" class="ground"/>'
        f'<rect x="0" y="5" width="{share}%" height="10" rx="2" class="bin"/>'
        f'<line x1="{chance}%" x2="{chance}%" y1="0" y2="20" class="reference"/>'
    )
    return frame(body, height=20, title=title, kind="drift")


def short(value: float, least: int = 0) -> str:
    """Return a number for an axis or a table: three digits that count, thousands in full."""
    if value == round(value):
        return figure(value, 0)
    return figure(value, decimals_for(abs(value) / 100, least)) if abs(value) < 100 else figure(value, 0)


def _place(shape: Distribution, value: float) -> float:
    """Return where a value lies, in percent of the width."""
    edges = shape.edges
    if shape.scale == "each":
        nearest = min(range(len(edges)), key=lambda number: abs(edges[number] - value))
        return round(100 * (nearest + 0.5) / len(edges), 3)
    low, high = edges[0], edges[-1]
    if shape.scale == "log":
        low, high, value = math.log(low), math.log(high), math.log(max(value, low))
    return round(100 * min(max((value - low) / (high - low), 0.0), 1.0), 3)


def _labels(shape: Distribution) -> list[tuple[float, str]]:
    low, high = shape.edges[0], shape.edges[-1]
    if shape.scale == "each":
        step = math.ceil(len(shape.edges) / 8)
        found = shape.edges[::step]
    elif shape.scale == "log":
        found = _round_numbers(low, high)
    else:
        found = ticks(low, high, most=4)
        least = decimals_for(min((b - a for a, b in pairwise(found)), default=0), 0)
        return [(_place(shape, value), figure(value, least)) for value in found]
    return [(_place(shape, value), short(value)) for value in found]


def _round_numbers(low: float, high: float) -> list[float]:
    """Return powers of ten between two numbers, with their doubles and fives where there are few."""
    exponents = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    for factors in ((1,), (1, 3), (1, 2, 5)):
        found = [factor * 10.0**exponent for exponent in exponents for factor in factors]
        inside = [value for value in found if low <= value <= high]
        if len(inside) >= 3:
            break
    return inside[:: math.ceil(len(inside) / 6)] or [low, high]


def _tick(at: float, label: str) -> str:
    anchor = "start" if at < 4 else "end" if at > 96 else "middle"
    return (
        f'<line x1="{at}%" x2="{at}%" y1="{_FLOOR}" y2="{_FLOOR + 5}" class="axis"/>'
        f'<text x="{at}%" y="{_FLOOR + 19}" text-anchor="{anchor}">{label}</text>'
    )
