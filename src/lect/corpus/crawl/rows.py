"""Rows of a crawl as the builder runs them: the cheap text of records to see their language, then the pages of the hits."""

from collections.abc import Sequence

from lect.corpus.crawl.characters import tidy
from lect.corpus.crawl.encodings import decode
from lect.corpus.crawl.extraction import Page, extract_all_text, extract_main
from lect.corpus.crawl.mending import mend
from lect.corpus.crawl.records import Record


def cheap_texts(records: Sequence[Record]) -> list[str]:
    """Return all text of each record, mended and tidied ("" for one with a fault), as language identification needs it.

    >>> cheap_texts([Record("a.jsonl", kind="text", text="TÃ³rshavn")])
    ['Tórshavn']
    """
    return [_clean(extract_all_text(_html(record)) if _is_page(record) else _document(record)) for record in records]


def pages(records: Sequence[Record]) -> list[Page]:
    """Return the page of each record: its main text, mended and tidied, and its data; of a text, what its file says."""
    return [_page(record) for record in records]


def _page(record: Record) -> Page:
    known = record.metadata
    if _is_page(record):
        page = extract_main(_html(record), url=record.url)
        said = {name: _clean(getattr(page, name)) for name in ("title", "author")}
    else:
        page = Page(_document(record), date=record.date)
        said = {name: str(known.get(name) or "") for name in ("title", "author", "license")}
    return Page(
        text=_clean(page.text),
        title=said["title"],
        author=said["author"],
        date=page.date,
        license=said.get("license", page.license),
        language_tag=page.language_tag or str(known.get("content_language") or ""),
        robots=", ".join(filter(None, [page.robots, str(known.get("x_robots_tag") or "").lower()])),
    )


def _is_page(record: Record) -> bool:
    return record.kind == "html" and not record.fault


def _document(record: Record) -> str:
    return "" if record.fault else record.text


def _html(record: Record) -> str:
    return decode(record.payload, charset=str(record.metadata.get("charset") or ""))


def _clean(text: str) -> str:
    return tidy(mend(text))
