"""The page of a datasheet: one HTML file that opens offline, in light and dark, on a phone and on paper."""

import re
from functools import cache
from typing import Any

from jinja2 import ChoiceLoader, Environment, PackageLoader

from lect.adaptation.datasheets.drawing import drift_row, histogram, short, split
from lect.adaptation.datasheets.glossary import COLUMNS, column_term, language_tag, reason_term
from lect.adaptation.datasheets.phrasing import headline, main_language, notes, tiles
from lect.adaptation.datasheets.tabulating import (
    differs,
    facet_tables,
    ledger_table,
    percent,
    same_for_all,
    size_words,
)
from lect.adaptation.reporting import templates
from lect.adaptation.wording import count
from lect.corpus.describing.values import Description, Distribution, Sample
from lect.corpus.rules.measuring import STATISTICS
from lect.languages import find

_PICTURES = 12
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_FILES = 100  # files of the chain that the page lists


def render_page(said: Description, date: str) -> str:
    """Return the datasheet as HTML; style and pictures are inside, its content policy forbids every request."""
    language, columns = main_language(said), _plotted(said)
    html = page_templates().get_template("datasheet.html.j2").render(
        said=said,
        date=date,
        language=find(language) if language_tag(language) else None,
        headline=headline(said),
        tiles=tiles(said),
        notes=notes(said),
        ledger=ledger_table(said),
        split=_split(said),
        facets=facet_tables(said),
        same=same_for_all(said),
        plots=[_plot(column, said.numbers[column]) for column in columns[0]],
        more_plots=[_plot(column, said.numbers[column]) for column in columns[1]],
        numbers=[number_row(column, shape) for column, shape in said.numbers.items()],
        drift=_drift(said),
        samples=[(_group_title(reason), [_sample(one) for one in some]) for reason, some in said.samples.items() if some],
        files=said.chain[:_FILES],
        more=max(len(said.chain) - _FILES, 0),
        percent=percent,
        size=size_words,
    )  # fmt: skip
    return readable(html)


def readable(text: str) -> str:
    """Return text that any file and browser takes: control characters and halves of characters become U+FFFD."""
    return _CONTROLS.sub("\N{REPLACEMENT CHARACTER}", text)


@cache
def page_templates() -> Environment:
    """Return the templates of datasheet, language card and report: the pages share their style."""
    rooms = ("lect.adaptation.datasheets", "lect.adaptation.language_cards", "lect.adaptation")
    return templates().overlay(loader=ChoiceLoader([PackageLoader(room) for room in rooms]))


def _split(said: Description) -> Any:
    if said.received is None or not said.received.documents:
        return None
    share = said.documents / said.received.documents
    return split(share, f"{percent(share)} of the documents were kept")


def _plotted(said: Description) -> tuple[list[str], list[str]]:
    """Return the columns of numbers whose picture all should see, and those of interest to who sets the rules."""
    told = [column for column, shape in said.numbers.items() if len(shape.counts) > 1]
    first = [column for column in told if column in COLUMNS or column not in STATISTICS][:_PICTURES]
    return first, [column for column in told if column not in first]


def _plot(column: str, shape: Distribution) -> dict[str, Any]:
    term = column_term(column)
    middle = short(shape.quartiles[1])
    scale = ", logarithmic scale" if shape.scale == "log" else ""
    said = f"{term.title}: median {middle}, half between {short(shape.quartiles[0])} and {short(shape.quartiles[2])}"
    return {
        "title": term.title,
        "caption": " ".join(filter(None, [term.meaning, f"Median {middle} (dashed){scale}."])),
        "plot": histogram(shape, said),
        "unit": term.words,
    }


def number_row(column: str, shape: Distribution) -> tuple[str, list[str]]:
    """Return a column's name and, as text: lowest, lower quartile, median, upper quartile, highest, and how many lack it."""
    cells = [short(value) for value in (shape.low, *shape.quartiles, shape.high)]
    return column, [*cells, f"{shape.missing:,}"]


def _drift(said: Description) -> list[dict[str, Any]]:
    """Return the groups of each column whose language was compared with that of the whole."""
    farthest = max([0.0, *(max(one.drift, one.chance) for one in said.drift)])
    return [
        {
            "name": one.name,
            "facet": column_term(one.facet).title,
            "documents": count(one.documents, "document"),
            "drift": f"{one.drift:.3f}",
            "chance": f"{one.chance:.3f}",
            "differs": differs(one),
            "plot": drift_row(one, farthest, f"{one.name}: {one.drift:.3f}, by chance up to {one.chance:.3f}"),
        }
        for one in said.drift
    ]


def _group_title(reason: str) -> str:
    return f"Dropped: {reason_term(reason).title}" if reason else "Kept"


def _sample(one: Sample) -> dict[str, Any]:
    """Return a document to show, and what is known of it in one line."""
    known = [one.title, one.url or one.source, one.license]
    return {"text": one.text, "cut": one.cut, "tag": language_tag(one.language), "known": [x for x in known if x]}
