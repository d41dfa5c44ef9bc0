"""The text of a page: all of it and cheaply, to see the language; or its main part and carefully, with what it says of itself."""

from dataclasses import dataclass
from typing import Any

from lect.artifacts.extras import need
from lect.corpus.crawl.page_data import read_page_data

_SHORT = 4000  # characters of main text below which a second opinion is asked for
_COVERED = 0.5  # share of the words of the second opinion that the first must have
_HEAVY = ("script", "style", "svg", "template")
_JSON_LD = "application/ld+json"


@dataclass(frozen=True, slots=True)
class Page:
    """The main text of a page and what the page says of itself, each "" where it says nothing.

    `date` is ISO, `license` a URL or a name, `language_tag` a BCP-47 tag, `robots` the directives of its meta tags.
    """

    text: str = ""
    title: str = ""
    author: str = ""
    date: str = ""
    license: str = ""
    language_tag: str = ""
    robots: str = ""


def extract_all_text(html: str) -> str:
    """Return all visible text of a page, menus and all, ten times as fast as `extract_main` (resiliparse).

    >>> extract_all_text("<nav>Heim</nav><p>Góðan <b>morgun</b></p>").split()
    ['Heim', 'Góðan', 'morgun']
    """
    return _plain_text(_sound(html), main_content=False)


def extract_main(html: str, *, url: str = "") -> Page:
    """Return the main text of a page, without menus, boilerplate and readers' comments, and its own data.

    The page is parsed once. trafilatura's fast mode reads it; where its text is short and lacks half of the words that
    resiliparse takes for the main content, the mode with fallbacks reads it again (ours; the F1 of the latter at less
    time: `benchmarks/corpus_extraction.py`).

    >>> extract_main("<html lang='fo'><title>Hey</title><body><article><p>" + "Góðan morgun. " * 30).title
    'Hey'
    """
    need("lxml_html_clean", extra="corpus", for_="extracting text from HTML")  # a dependency that pip may drop
    trafilatura = need("trafilatura", extra="corpus", for_="extracting text from HTML")
    html = _sound(html)
    tree = trafilatura.load_html(html)
    if tree is None:
        return Page()
    said = read_page_data(tree, url)
    _lighten(tree)
    text = _main(trafilatura, tree, fast=True)
    if len(text) < _SHORT and not _agrees(text, _plain_text(html, main_content=True)):
        text = _main(trafilatura, tree, fast=False)
    return Page(text, **said)


def _sound(html: str) -> str:
    """Return HTML without what parsers stop at: zeros and lone surrogates."""
    html = html.replace("\0", "")
    return html if html.isascii() else html.encode("utf-8", "replace").decode("utf-8")


def _plain_text(html: str, *, main_content: bool) -> str:
    html2text = need("resiliparse.extract.html2text", extra="corpus", for_="extracting text from HTML")
    text: str = html2text.extract_plain_text(
        html, main_content=main_content, alt_texts=False, list_bullets=False, preserve_formatting=True
    )
    return text


def _main(trafilatura: Any, tree: Any, *, fast: bool) -> str:
    return trafilatura.extract(tree, fast=fast, include_comments=False) or ""


def _agrees(text: str, other: str) -> bool:
    words = set(other.lower().split())
    return len(words & set(text.lower().split())) >= _COVERED * len(words)


def _lighten(tree: Any) -> None:
    """Drop what no reader sees: the extractor copies the tree several times. JSON-LD stays, it may hold the article."""
    for element in list(tree.iter(*_HEAVY)):
        if element.getparent() is not None and element.get("type") != _JSON_LD:
            element.drop_tree()
