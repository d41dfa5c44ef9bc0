"""The tables of a datasheet, the same for the page and for Markdown."""

from dataclasses import dataclass

from lect.adaptation.datasheets.glossary import CLASSES, FACETS, column_term, language_name, reason_term
from lect.adaptation.wording import THIN, count, figure, megabytes
from lect.corpus.describing.tallies import add_up
from lect.corpus.describing.values import Description, Drift, Facet, Group

_LINES = 10  # groups of a table before they become "others"
KEPT = "kept"


@dataclass(frozen=True)
class Line:
    """One line: how many documents and bytes, which share of all documents, what it means, and its tone."""

    name: str
    documents: int
    bytes: int
    share: float
    meaning: str = ""
    tone: str = "plain"


@dataclass(frozen=True)
class Table:
    """Lines under a title; `head` names the first column, the caption says what they are."""

    title: str
    head: str
    caption: str
    lines: list[Line]


def percent(share: float) -> str:
    """Return a share in percent: never "0 %" for something, never "100 %" for less than all.

    >>> percent(0.0001), percent(0.99999), percent(0.384)
    ('under 0.1\u202f%', 'over 99.9\u202f%', '38\u202f%')
    """
    if share in (0.0, 1.0):
        return f"{100 * share:.0f}{THIN}%"
    if share < 0.0005:
        return f"under 0.1{THIN}%"
    if share >= 0.9995:
        return f"over 99.9{THIN}%"
    return f"{figure(100 * share, 1 if share < 0.1 or share > 0.9 else 0)}{THIN}%"


def size_words(amount: int) -> str:
    """Return an amount of bytes with a sensible unit."""
    return megabytes(amount / 1e6) if amount >= 1000 else count(amount, "byte")


def ledger_table(said: Description) -> Table | None:
    """Return what came in and where it went, None where nobody counted."""
    if said.received is None:
        return None
    whole = said.received.documents or 1
    kept = Line(KEPT, said.documents, said.kept_size or 0, said.documents / whole, tone="better")
    lines = [
        Line(term.title, loss.documents, loss.bytes, loss.documents / whole, term.meaning)
        for loss in said.dropped
        for term in [reason_term(loss.reason)]
    ]
    caption = (
        f"Of {count(said.received.documents, 'document')} ({size_words(said.received.bytes)}) that came in. Each is "
        "counted once, with the bytes that it came in with."
    )
    return Table("Kept and dropped", "What", caption, [kept, *lines])


def facet_tables(said: Description) -> list[Table]:
    """Return a table of each column of names that tells documents apart, the usual columns first."""
    order = [*FACETS, *sorted(set(said.facets) - set(FACETS))]
    return [_facet_table(column, said.facets[column], said) for column in order if _tells(said.facets.get(column))]


def same_for_all(said: Description) -> list[tuple[str, str]]:
    """Return the columns of names that have one value for every document."""
    return [
        (column_term(column).title, _shown(column, facet.groups[0].name))
        for column, facet in said.facets.items()
        if facet.groups and not _tells(facet)
    ]


def _tells(facet: Facet | None) -> bool:
    return facet is not None and (facet.distinct > 1 or (facet.distinct == 1 and facet.unknown.documents > 0))


def _facet_table(column: str, facet: Facet, said: Description) -> Table:
    shown, more = facet.groups[:_LINES], facet.groups[_LINES:]
    if column == "year":
        shown, more = sorted(facet.groups, key=lambda group: group.name), []
    lines = [_line(_shown(column, one.name), one, said, _meaning(column, one.name)) for one in shown]
    others = add_up([*more, facet.rest])
    if others.documents:
        lines.append(_line(f"{facet.distinct - len(shown):,} others", others, said))
    if facet.unknown.documents:
        tone = "worse" if column in ("license", "license_terms") else "plain"
        lines.append(_line(_unknown(column), facet.unknown, said, _meaning(column, "unknown"), tone))
    term = column_term(column)
    said_of = f"{facet.distinct:,} {term.words or 'values'}"
    caption = f"About {said_of}, estimated from a sample of the documents." if facet.estimated else f"{said_of}."
    return Table(term.title, "Name", caption, lines)


def _line(name: str, group: Group, said: Description, meaning: str = "", tone: str = "plain") -> Line:
    return Line(name, group.documents, group.bytes, group.documents / (said.documents or 1), meaning, tone)


def _shown(column: str, name: str) -> str:
    if column == "language":
        known = language_name(name)
        return known if known == name else f"{known} ({name})"
    return CLASSES[name].title if column == "license_terms" and name in CLASSES else name


def _meaning(column: str, name: str) -> str:
    return CLASSES[name].meaning if column == "license_terms" and name in CLASSES else ""


def _unknown(column: str) -> str:
    return CLASSES["unknown"].title if column == "license_terms" else "not stated"


def differs(one: Drift) -> bool:
    """Say whether a group is well beyond the farthest random group: by 0.02, and by three tenths of what chance does."""
    return one.drift > 1.3 * one.chance + 0.02
