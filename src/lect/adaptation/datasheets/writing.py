"""The datasheet in Markdown, in the order of "Datasheets for datasets" (Gebru et al. 2021)."""

from lect.adaptation.carding import cell
from lect.adaptation.datasheets.glossary import column_term, reason_term
from lect.adaptation.datasheets.phrasing import headline, notes
from lect.adaptation.datasheets.rendering import number_row, page_templates, readable
from lect.adaptation.datasheets.tabulating import (
    differs,
    facet_tables,
    ledger_table,
    percent,
    same_for_all,
    size_words,
)
from lect.corpus.describing.values import Description

_LICENSES = ("Licenses", "What the licenses allow")
_FILES = 100


def write_markdown(said: Description, date: str) -> str:
    """Return the datasheet as Markdown; what lect cannot know is left for the makers of the corpus, and marked."""
    tables = facet_tables(said)
    text = page_templates().get_template("datasheet.md.j2").render(
        said=said,
        date=date,
        cell=cell,
        headline=headline(said),
        notes=notes(said),
        ledger=ledger_table(said),
        composition=[table for table in tables if table.title not in _LICENSES],
        licenses=[table for table in tables if table.title in _LICENSES],
        same=same_for_all(said),
        numbers=[number_row(column, shape) for column, shape in said.numbers.items()],
        drift=[(column_term(one.facet).title, one, differs(one)) for one in said.drift],
        samples=[(reason_term(reason).title if reason else "", some) for reason, some in said.samples.items()],
        files=said.chain[:_FILES],
        percent=percent,
        size=size_words,
    )  # fmt: skip
    return readable(text.strip()) + "\n"
