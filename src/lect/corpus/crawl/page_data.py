"""What a page says of itself: title, author, date, license, language and robots, from tags, links and JSON-LD."""

import json
import re
from collections.abc import Iterator
from typing import Any

_META = {  # what a meta tag is called → what it says, for each field the most trusted first
    "title": ("og:title", "twitter:title", "dc.title", "dcterms.title", "citation_title"),
    "author": ("author", "article:author", "dc.creator", "dcterms.creator", "citation_author", "byl", "parsely-author"),
    "date": (
        "article:published_time", "og:published_time", "citation_publication_date", "dc.date.issued", "dcterms.issued",
        "dcterms.created", "dc.date", "date", "pubdate", "publish_date", "datepublished", "parsely-pub-date", "sailthru.date",
    ),
    "license": ("license", "dcterms.license", "dcterms.rights", "dc.rights"),
    "language_tag": ("content-language", "og:locale", "dc.language", "language"),
    "robots": ("robots", "googlebot"),
}  # fmt: skip
_NAMES = ("name", "property", "http-equiv", "itemprop")
_CREATIVE = re.compile(
    r"(?:https?:)?//(?:www\.)?creativecommons\.org/(?:licenses|publicdomain)/[\w./+-]+", re.IGNORECASE
)
_LICENSES = ".//*[(self::a or self::link) and (contains(@rel, 'license') or contains(@href, 'creativecommons.org/'))]"
_TIMES = ".//time[@datetime and (@pubdate or @itemprop='datePublished' or contains(@class, 'publish') or contains(@class, 'entry-date'))]"
_ADDRESS_DATE = re.compile(r"/((?:19|20)\d\d)/([01]?\d)/([0-3]?\d)(?:/|$)")
_DATE = re.compile(r"((?:19|20)\d\d)[-/.]([01]?\d)[-/.]([0-3]?\d)(?!\d)")
_AUTHORS = ".//*[@rel='author' or @itemprop='author' or contains(concat(' ', @class, ' '), ' author ')]"


def read_page_data(tree: Any, url: str = "") -> dict[str, str]:
    """Return title, author, date, license, language_tag and robots of an lxml tree, "" for what it does not say.

    Meta tags come before JSON-LD, JSON-LD before what is only marked in the text. A license is that of a `rel="license"`
    link, of a meta tag, of JSON-LD, or the one Creative Commons license that the page links to, if it is a single one.
    """
    said = _metas(tree)
    ld = _article(tree)
    found = {field: next((said[name] for name in names if said.get(name)), "") for field, names in _META.items()}
    found["title"] = found["title"] or _title(tree) or ld.get("title", "")
    found["author"] = _person(found["author"]) or _person(ld.get("author", "")) or _person(_text(tree, _AUTHORS))
    found["date"] = next(filter(None, map(_iso, _dates(tree, found["date"], ld.get("date", ""), url))), "")
    found["license"] = _license(tree, found["license"], ld.get("license", ""))
    root = tree.getroottree().getroot()
    tag = root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or root.get("xml:lang") or ""
    found["language_tag"] = (tag or found["language_tag"]).split(",")[0].strip().replace("_", "-")
    found["robots"] = found["robots"].lower()
    return found


def read_json_ld(tree: Any) -> Iterator[dict[str, Any]]:
    """Yield every object of every JSON-LD script of a page, those inside others, too, in order; damaged ones are left out."""
    for script in tree.iterfind(".//script[@type='application/ld+json']"):
        try:
            yield from _objects(json.loads((script.text or "").strip().strip(";"), strict=False), 0)
        except (ValueError, RecursionError):
            continue


def _objects(value: Any, depth: int) -> Iterator[dict[str, Any]]:
    if depth > 30:
        return
    if isinstance(value, dict):
        yield value
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for child in children:
        yield from _objects(child, depth + 1)


def _metas(tree: Any) -> dict[str, str]:
    said: dict[str, str] = {}
    for meta in tree.iter("meta"):
        content = (meta.get("content") or "").strip()
        for name in (meta.get(attribute) for attribute in _NAMES) if content else ():
            if name:
                said.setdefault(name.strip().lower(), content)
    return said


def _article(tree: Any) -> dict[str, str]:
    """Return what the first JSON-LD object with each property says of title, author, date and license."""
    found: dict[str, str] = {}
    for thing in read_json_ld(tree):
        values = {
            "title": thing.get("headline"), "date": thing.get("datePublished"), "author": thing.get("author"),
            "license": thing.get("license"),
        }  # fmt: skip
        for field, value in values.items():
            named = _name(value)
            if named:
                found.setdefault(field, named)
    return found


def _name(value: Any) -> str:
    if isinstance(value, list):
        return "; ".join(filter(None, map(_name, value)))
    if isinstance(value, dict):
        return _name(value.get("name") or value.get("url") or value.get("@id"))
    return value.strip() if isinstance(value, str) else ""


def _person(author: str) -> str:
    author = re.sub(r"(?i)^(?:by|von|par|por)\s+", "", author)
    return "" if author.startswith(("http", "/", "www.")) or len(author) > 200 else author


def _text(tree: Any, path: str) -> str:
    texts = (" ".join("".join(element.itertext()).split()) for element in tree.xpath(path))
    return next(filter(None, texts), "")


def _title(tree: Any) -> str:
    """Return the page's title, without the name of the site if its first heading stands in it."""
    title, heading = _text(tree, ".//title"), _text(tree, ".//h1")
    return heading if heading and heading in title else title or heading


def _dates(tree: Any, meta: str, ld: str, url: str) -> Iterator[str]:
    yield meta
    yield ld
    yield from (element.get("datetime") for element in tree.xpath(_TIMES)[:1])
    found = _ADDRESS_DATE.search(url)
    yield "-".join(found.groups()) if found else ""


def _iso(date: str) -> str:
    found = _DATE.search(date)
    if not found:
        return ""
    year, month, day = map(int, found.groups())
    return f"{year}-{month:02}-{day:02}" if 1 <= month <= 12 and 1 <= day <= 31 else ""


def _license(tree: Any, meta: str, ld: str) -> str:
    links = tree.xpath(_LICENSES)
    marked = [a.get("href") or "" for a in links if "license" in (a.get("rel") or "").split()]
    linked = {found[0].lower().rstrip("/") for a in links if (found := _CREATIVE.match(a.get("href") or ""))}
    creative = [found[0] for href in marked if (found := _CREATIVE.search(href))]
    return next(filter(None, [*creative, *marked]), "") or meta or ld or (linked.pop() if len(linked) == 1 else "")
