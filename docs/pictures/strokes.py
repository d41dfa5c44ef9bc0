"""Plain SVG written by small functions: its own background, so that it reads on light and dark pages."""

from collections.abc import Iterable, Sequence
from html import escape

INK, FAINT, PAPER = "#1f2328", "#6b7078", "#fcfcfa"
BLUE, ORANGE, GREEN, PINK = "#0072b2", "#d55e00", "#00875f", "#c0609a"
WIDTH = 760
CELL = 7.9  # pixels that a monospaced character of size 13 takes


def picture(height: float, title: str, parts: Iterable[str]) -> str:
    """Return the SVG; the title is also what a screen reader says."""
    said = escape(title)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:g}" width="{WIDTH}" height="{height:g}" '
        f'role="img" aria-label="{said}" font-family="system-ui, sans-serif" font-size="13" fill="{INK}">\n'
        f"<title>{said}</title>\n"
        f'<rect width="{WIDTH}" height="{height:g}" rx="6" fill="{PAPER}"/>\n' + "\n".join(parts) + "\n</svg>\n"
    )


def text(x: float, y: float, said: str, *, anchor: str = "start", color: str = INK, more: str = "") -> str:
    return (
        f'<text x="{n(x)}" y="{n(y)}" text-anchor="{anchor}" fill="{color}"{more and " " + more}>{escape(said)}</text>'
    )


def line(x: float, y: float, x2: float, y2: float, *, color: str = FAINT, width: float = 1) -> str:
    return f'<path d="M{n(x)} {n(y)}L{n(x2)} {n(y2)}" stroke="{color}" stroke-width="{width:g}"/>'


def curve(points: Sequence[tuple[float, float]], *, color: str) -> str:
    path = "L".join(f"{n(x)} {n(y)}" for x, y in points)
    return f'<path d="M{path}" fill="none" stroke="{color}" stroke-width="2"/>' + "".join(
        disc(x, y, color=color, r=3.5) for x, y in points
    )


def dots(points: Iterable[tuple[float, float]], *, color: str, size: float = 2.4) -> str:
    """Return many dots as one path."""
    path = "".join(f"M{n(x)} {n(y)}h0" for x, y in points)
    return f'<path d="{path}" stroke="{color}" stroke-width="{size:g}" stroke-linecap="round"/>'


def disc(x: float, y: float, *, color: str, r: float = 5) -> str:
    return f'<circle cx="{n(x)}" cy="{n(y)}" r="{r:g}" fill="{color}"/>'


def square(x: float, y: float, *, color: str) -> str:
    return box(x - 4.5, y - 4.5, 9, 9, fill=color)


def diamond(x: float, y: float, *, color: str) -> str:
    return f'<path d="M{n(x)} {n(y - 6)}l6 6l-6 6l-6-6z" fill="{color}"/>'


def box(x: float, y: float, width: float, height: float, *, fill: str = "none", stroke: str = "none") -> str:
    return (
        f'<rect x="{n(x)}" y="{n(y)}" width="{n(width)}" height="{n(height)}" rx="2" fill="{fill}" stroke="{stroke}"/>'
    )


def tokens(x: float, y: float, pieces: Sequence[str], *, marked: Sequence[bool] = ()) -> list[str]:
    """Return a row of tokens in boxes, from (x, y) on; the marked ones are filled."""
    parts = []
    for number, piece in enumerate(pieces):
        wide = CELL * len(piece) + 5
        fill = "#ffe3c7" if number < len(marked) and marked[number] else "#e4eef6"
        parts.append(box(x, y - 15, wide, 21, fill=fill, stroke="#aab4bd"))
        parts.append(text(x + wide / 2, y, piece, anchor="middle", more='font-family="monospace"'))
        x += wide + 2
    return parts


def legend(x: float, y: float, items: Iterable[tuple]) -> list[str]:
    """Return a line of marks with what they mean: (words, color), or (words, color, mark)."""
    parts = []
    for said, color, *mark in items:
        parts += [(mark or [disc])[0](x, y - 4, color=color), text(x + 10, y, said)]
        x += 32 + 6.8 * len(said)
    return parts


def n(value: float) -> str:
    """Return a coordinate to a tenth of a pixel."""
    return f"{value:.1f}".removesuffix(".0")
