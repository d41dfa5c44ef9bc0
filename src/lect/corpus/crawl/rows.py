"""Rows of a crawl as the builder runs them: the cheap text of records to see their language, then the pages of the hits."""

from collections.abc import Sequence

from lect.corpus.crawl.characters import tidy
from lect.corpus.crawl.encodings import decode
from lect.corpus.crawl.extraction import Page, extract_all_text, extract_main
from lect.corpus.crawl.mending import mend
from lect.corpus.crawl.records import Record

_STRETCHES, _STRETCH = 8, 500  # of a text that is only looked at for its language, and characters of each


def cheap_texts(records: Sequence[Record]) -> list[str]:
    """Return text of each record, mended and tidied ("" for one with a fault), enough of it to tell its language.

    Of long text these are `_STRETCHES` stretches spread evenly over it, so that a menu at its head is not all there is.

    >>> cheap_texts([Record("a.jsonl", kind="text", text="TÃ³rshavn")])
    ['Tórshavn']
    """
    return [_clean(_spread(extract_all_text(_html(one)) if _is_page(one) else _document(one))) for one in records]


def _spread(text: str) -> str:
    if len(text) <= _STRETCHES * _STRETCH:
        return text
    step = (len(text) - _STRETCH) // (_STRETCHES - 1)
    return "\n".join(text[at * step : at * step + _STRETCH] for at in range(_STRETCHES))


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
