"""Pictures as inline SVG: fluid in width, fixed in height, with a title for those who hear it.

Colors are classes of the page's style. Positions along x are percentages, so that text and
marks keep their size on a phone and on paper.
"""

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from markupsafe import Markup, escape

from lect.adaptation.wording import decimals_for, figure, signed

Point = tuple[float, float]

MARKS = {
    "better": '<circle r="5.5" class="mark better"/>',
    "worse": '<rect x="-5" y="-5" width="10" height="10" class="mark worse"/>',
    "open": '<path d="M0-6.5 6.5 0 0 6.5-6.5 0z" class="mark open"/>',
}
_MARGIN = 9  # percent of the width of a learning curve, for the labels of its heights
_POINTS = 100  # of a drawn curve: the log of a long run has one a step


def frame(body: str, *, height: int | str, title: str, kind: str) -> Markup:
    """Return an SVG of full width and of `height` pixels (or percent), with an accessible title."""
    label = escape(title)
    return Markup(
        f'<svg class="{kind}" width="100%" height="{height}" role="img" aria-label="{label}">'
        f"<title>{label}</title>{body}</svg>"
    )


def mark(outcome: str) -> Markup:
    """Return the mark of an outcome alone, for a legend: disc, square or diamond."""
    drawing = f'<svg class="key" width="16" height="16" viewBox="-8 -8 16 16" aria-hidden="true">{MARKS[outcome]}</svg>'
    return Markup(drawing)


def ticks(low: float, high: float, most: int = 5) -> list[float]:
    """Return round numbers (1, 2 or 5 times a power of ten apart) from `low` to `high`.

    >>> ticks(0, 10), ticks(-0.9, 0.1, most=3)
    ([0.0, 2.0, 4.0, 6.0, 8.0, 10.0], [-0.5, 0.0])
    """
    span = high - low
    if span <= 0 or not math.isfinite(span):
        return [low]
    rough = span / most
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough * 0.999)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [round(number * step, 12) + 0.0 for number in range(first, last + 1)]


class Axis:
    """Where a value lies between `low` and `high`, in percent of the width; a little room is left at both ends."""

    def __init__(self, values: Sequence[float]) -> None:
        low, high = min(values), max(values)
        room = (high - low or abs(high) or 1.0) * 0.07
        self.low, self.high = low - room, high + room

    def __call__(self, value: float) -> float:
        """Return the place of `value` in percent."""
        return round(100 * (value - self.low) / (self.high - self.low), 3)


def interval_row(axis: Axis, effect: float, low: float, high: float, outcome: str, title: str) -> Markup:
    """Return one row of a forest plot: the zero line, the interval, and the effect as a mark shaped by its outcome."""
    zero, start, end, at = (axis(x) for x in (0.0, low, high, effect))
    parts = [
        f'<line x1="{zero}%" x2="{zero}%" y1="0" y2="100%" class="zero"/>',
        f'<line x1="{start}%" x2="{end}%" y1="50%" y2="50%" class="whisker {outcome}"/>',
        *(
            f'<svg x="{x}%" y="50%" overflow="visible"><path d="M0-5V5" class="whisker {outcome}"/></svg>'
            for x in (start, end)
        ),
        f'<svg x="{at}%" y="50%" overflow="visible">{MARKS[outcome]}</svg>',
    ]
    return frame("".join(parts), height="100%", title=title, kind="forest")


def scale_row(axis: Axis, title: str) -> Markup:
    """Return the scale under a forest plot: its round numbers, zero among them."""
    found = ticks(axis.low, axis.high, most=4)
    parts = ['<line x1="0" x2="100%" y1="0.5" y2="0.5" class="axis"/>']
    for value in found:
        at = axis(value)
        text = signed(value, _decimals(found)) if value else "0"
        parts.append(f'<line x1="{at}%" x2="{at}%" y1="0" y2="5" class="axis"/>')
        parts.append(f'<text x="{at}%" y="19" text-anchor="{_anchor(at)}">{text}</text>')
    return frame("".join(parts), height=24, title=title, kind="scale")


def bars(items: Sequence[tuple[str, float, str, str]], *, title: str, reference: float | None = None) -> Markup:
    """Return horizontal bars of (label, value, shown value, system), with a dashed line at `reference`."""
    largest = max([value for _, value, _, _ in items] + [reference or 0.0]) or 1.0
    width = 78 / largest
    parts = []
    for number, (label, value, shown, system) in enumerate(items):
        top = 44 * number
        share = round(value * width, 2)
        parts.append(f'<text x="0" y="{top + 13}" class="label">{escape(label)}</text>')
        parts.append(f'<rect x="0" y="{top + 19}" width="{share}%" height="18" rx="2" class="bar {escape(system)}"/>')
        parts.append(f'<text x="{share}%" dx="7" y="{top + 33}" class="value">{escape(shown)}</text>')
    height = 44 * len(items)
    if reference is not None:
        at = round(reference * width, 2)
        lines = (
            f'<line x1="{at}%" x2="{at}%" y1="{44 * n + 16}" y2="{44 * n + 40}" class="reference"/>'
            for n in range(len(items))
        )
        parts += lines
    return frame("".join(parts), height=height, title=title, kind="bars")


def curves(runs: Sequence[Sequence[Point]], *, system: str, title: str, height: int = 210) -> Markup:
    """Return learning curves of one system: a thin line a run, and their mean, thick, where there are several."""
    thinned = [_thin(run) for run in runs]
    everything = np.concatenate(thinned)
    right = float(everything[:, 0].max()) or 1.0
    low, high = float(everything[:, 1].min()), float(everything[:, 1].max())
    room = (high - low or abs(high) or 1.0) * 0.06
    low, high, floor = low - room, high + room, height - 26

    def place(points: np.ndarray) -> str:
        x, y = 100 * points[:, 0] / right, floor * (high - points[:, 1]) / (high - low)
        return " ".join(f"{a:.2f},{b:.2f}" for a, b in zip(x, y, strict=True))

    lines = (
        [f'<polyline points="{place(run)}" class="run {escape(system)}"/>' for run in thinned]
        if len(thinned) > 1
        else []
    )
    lines.append(f'<polyline points="{place(mean_curve(thinned))}" class="mean {escape(system)}"/>')
    body = [*_grid(low, high, floor), *_base_line(right, floor)]
    body.append(
        f'<svg x="{_MARGIN}%" viewBox="0 0 100 {floor}" width="{100 - _MARGIN}%" height="{floor}" '
        f'preserveAspectRatio="none">{"".join(lines)}</svg>'
    )
    return frame("".join(body), height=height, title=title, kind="curves")


def mean_curve(runs: Sequence[np.ndarray]) -> np.ndarray:
    """Return the mean over runs `[point, 2]`, by linear interpolation, over the megabytes that all of them saw."""
    start, end = max(run[0, 0] for run in runs), min(run[-1, 0] for run in runs)
    grid = np.unique(np.concatenate([run[:, 0] for run in runs]))
    grid = grid[(grid >= start) & (grid <= end)]
    if not len(grid):
        return runs[0]
    return np.stack([grid, np.mean([np.interp(grid, run[:, 0], run[:, 1]) for run in runs], axis=0)], axis=1)


def _thin(run: Sequence[Point]) -> np.ndarray:
    """Return at most `_POINTS` points, each the mean of as many neighbors."""
    points = np.asarray(run, dtype=float).reshape(-1, 2)
    points = points[np.isfinite(points).all(axis=1)]
    return np.stack([part.mean(axis=0) for part in np.array_split(points, min(_POINTS, len(points)))])


def _grid(low: float, high: float, floor: int) -> list[str]:
    found = ticks(low, high, most=4)
    parts = []
    for value in found:
        y = round(floor * (high - value) / (high - low), 1)
        parts.append(f'<line x1="{_MARGIN}%" x2="100%" y1="{y}" y2="{y}" class="grid"/>')
        parts.append(f'<text x="{_MARGIN - 2}%" y="{y + 4}" text-anchor="end">{figure(value, _decimals(found))}</text>')
    return parts


def _base_line(right: float, floor: int) -> list[str]:
    found = ticks(0, right, most=4)
    parts = [f'<line x1="{_MARGIN}%" x2="100%" y1="{floor}" y2="{floor}" class="axis"/>']
    for value in found:
        at = round(_MARGIN + (100 - _MARGIN) * value / right, 2)
        unit = " MB" if value == found[-1] else ""
        parts.append(
            f'<text x="{at}%" y="{floor + 18}" text-anchor="{_anchor(at)}">'
            f"{figure(value, _decimals(found))}{unit}</text>"
        )
    return parts


def _anchor(percent: float) -> str:
    return "start" if percent < 4 else "end" if percent > 94 else "middle"


def _decimals(values: Sequence[float]) -> int:
    return decimals_for(min((b - a for a, b in pairwise(values)), default=0), 0)
